// Where a server's loops run while other threads use its handles.
#pragma once

#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "socketio.hpp"

namespace socketio::test {

/// One loop in one thread. Tests are templates on this and the next.
class one_loop {
 public:
  using server_type = io::server<io::tcp>;

  ~one_loop() { wait(); }

  /// What a server is constructed with.
  asio::io_context& host() noexcept { return *context_; }

  void start() {
    thread_ = std::thread{[this] { context_->run(); }};
  }

  /// Until the loop has run out of work.
  void wait() {
    if (thread_.joinable()) thread_.join();
  }

  /// Destroys the server where it may be destroyed, and ends the loop.
  void end(std::optional<server_type>& server) {
    asio::post(*context_, [&] { server.reset(); });
    wait();
  }

  /// The loop itself goes, once it has ended.
  void destroy() {
    wait();
    context_.reset();
  }

 private:
  std::optional<asio::io_context> context_{std::in_place, 1};
  std::thread thread_;
};

/// Three loops in as many threads.
class several_loops {
 public:
  using server_type = io::server<io::tcp>;

  ~several_loops() { wait(); }

  io::shards& host() noexcept { return *shards_; }

  void start() {
    thread_ = std::thread{[this] { shards_->run(); }};
  }

  void wait() {
    if (thread_.joinable()) thread_.join();
  }

  void end(std::optional<server_type>& server) {
    shards_->stop();
    wait();
    server.reset();
  }

  void destroy() {
    wait();
    shards_.reset();
  }

 private:
  std::optional<io::shards> shards_{std::in_place, 3u};
  std::thread thread_;
};

/// Several threads that do the same, each with its number. What one of them throws, `join` throws.
/// (Catch's assertions are for the main thread only: these threads count.)
class crew {
 public:
  template <class F>
  crew(int count, F work) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this, work, i]() mutable {
        try {
          work(i);
        } catch (...) {
          const std::lock_guard lock{mutex_};
          failure_ = std::current_exception();
        }
      });
    }
  }
  crew(const crew&) = delete;
  ~crew() { wait(); }

  void join() {
    wait();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  }

 private:
  void wait() {
    for (auto& each : threads_) {
      if (each.joinable()) each.join();
    }
  }

  std::mutex mutex_;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace socketio::test
