// Where a server's loops run while other threads use its handles.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
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

/// Until something is so. It throws when that takes long: a bound for hangs, not a measure.
template <class Condition>
void eventually(Condition condition) {
  for (int i = 0; !condition(); ++i) {
    if (i == 60'000) throw std::runtime_error{"waited a minute in vain"};
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

/// Several threads that do the same, each with its number. What one of them throws, `join` throws.
/// (Catch's assertions are for the main thread only: these threads count.)
///
/// When one of them throws, or the test ends before it has waited for them, `give_up` ends what
/// they, and others, wait for.
class crew {
 public:
  template <class F>
  crew(int count, F work, std::function<void()> give_up = [] {}) : give_up_{std::move(give_up)} {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this, work, i]() mutable {
        try {
          work(i);
        } catch (...) {
          const std::lock_guard lock{mutex_};
          failure_ = std::current_exception();
          give_up_();
        }
      });
    }
  }
  crew(const crew&) = delete;
  ~crew() {
    if (!joined_) give_up_();
    wait();
  }

  void join() {
    joined_ = true;
    wait();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  }

 private:
  void wait() {
    for (auto& each : threads_) {
      if (each.joinable()) each.join();
    }
  }

  std::function<void()> give_up_;
  std::mutex mutex_;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
  bool joined_ = false;
};

/// A server on such loops, at a free port. It ends with the test, however the test ends: what its
/// handlers use is to be declared before it, and whoever uses it behind it.
template <class Loops>
struct hosted_server {
  explicit hosted_server(const io::options& options = {}) {
    server.emplace(loops.host(), options);
    server->listen("127.0.0.1", 0);
    port = server->port();
  }
  hosted_server(const hosted_server&) = delete;
  ~hosted_server() {
    if (server) end();
  }

  void start() { loops.start(); }
  void end() { loops.end(server); }

  /// Clients: if one of them fails, all come to an end.
  template <class F>
  crew visit(int count, F work) {
    return {count, std::move(work), [this] { server->close(std::chrono::seconds{0}); }};
  }

  Loops loops;
  std::optional<typename Loops::server_type> server;
  std::uint16_t port = 0;
};

}  // namespace socketio::test
