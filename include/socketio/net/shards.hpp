// layer 5 (net): several loops, one for each thread of a server.
#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

namespace socketio {

/// The loops of a server that uses several threads:
///
///     io::shards shards{4};
///     io::server<io::tcp> server{shards};
///     server.listen(3000);
///     shards.run();
///
/// Each client lives on one of the loops, and its handlers run there; handlers of different clients
/// run at the same time. The object must outlive the server.
class shards {
 public:
  /// So many loops; 0 means one for each processor.
  explicit shards(std::size_t count = 0) {
    constexpr std::size_t most = 4096;  // what the mark in a session id can tell apart
    if (count == 0) count = std::max(1u, std::thread::hardware_concurrency());
    for (count = std::min(count, most); contexts_.size() < count;) {
      contexts_.push_back(std::make_unique<asio::io_context>(1));
    }
  }
  shards(const shards&) = delete;
  shards& operator=(const shards&) = delete;

  std::size_t size() const noexcept { return contexts_.size(); }

  /// One of the loops, for timers and other work of the host.
  asio::io_context& operator[](std::size_t number) noexcept { return *contexts_[number]; }

  /// Runs all loops, one on the calling thread, the others on threads of their own, until they have
  /// nothing left to do (after `server.close()`) or are stopped. What one of them throws ends them
  /// all, and is thrown from here. This is the only call of the library that creates threads.
  void run() {
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < size(); ++i) {
      others.emplace_back([this, i] { run_one(i); });
    }
    run_one(0);
    for (auto& each : others) each.join();
    if (const auto failure = std::exchange(failure_, nullptr)) std::rethrow_exception(failure);
  }

  /// Makes `run` return soon, whatever is left to do. From any thread.
  void stop() {
    for (const auto& each : contexts_) each->stop();
  }

 private:
  void run_one(std::size_t number) {
    try {
      contexts_[number]->run();
    } catch (...) {
      const std::lock_guard lock{failure_mutex_};
      if (!failure_) failure_ = std::current_exception();
      stop();
    }
  }

  std::vector<std::unique_ptr<asio::io_context>> contexts_;
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
};

}  // namespace socketio
