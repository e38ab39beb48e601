// layer 5 (adapters): commands that wait for a connection.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include "socketio/adapters/redis/connection.hpp"
#include "socketio/adapters/redis/options.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio::redis::detail {

/// Encoded, with what is expected; each for as long as a command may take. The owner is counted,
/// and kept by the timer.
class offline_queue {
 public:
  offline_queue(const asio::any_io_executor& executor, queue_limits limits)
      : limits_{limits}, timer_{executor} {}

  bool takes_none() const noexcept { return limits_.commands == 0; }
  bool full() const noexcept {
    return entries_.size() >= limits_.commands || bytes_.size() >= limits_.bytes;
  }
  std::size_t size() const noexcept { return entries_.size(); }

  std::string& out() noexcept { return bytes_; }

  /// What has been written to `out` since the last call. `Owner` keeps this queue.
  template <class Owner>
  void push(expected e, Owner& owner) {
    entries_.push_back({std::move(e), bytes_.size() - counted_});
    counted_ = bytes_.size();
    if (entries_.size() == 1) wait(owner);
  }

  /// Hands everything to the connection.
  void send(connection& to) {
    to.out().append(bytes_);
    for (entry& each : take()) to.expect(std::move(each.answer));
  }

  void fail_all(std::error_code ec) {
    for (entry& each : take()) {
      if (each.answer.done) each.answer.done(ec, {});
    }
  }

  void drop_all() { take(); }

 private:
  struct entry {
    expected answer;
    std::size_t size;
  };

  std::deque<entry> take() {
    timer_.cancel();
    bytes_ = {};
    counted_ = 0;
    return std::exchange(entries_, {});
  }

  template <class Owner>
  void wait(Owner& owner) {
    timer_.expires_at(entries_.front().answer.due);
    timer_.async_wait([this, keep = ref{&owner}](std::error_code ec) {
      if (!ec) expire(*keep);
    });
  }

  template <class Owner>
  void expire(Owner& owner) {
    const time_point now = time_point::clock::now();
    std::deque<entry> late;
    std::size_t size = 0;
    while (!entries_.empty() && entries_.front().answer.due <= now) {
      size += entries_.front().size;
      late.push_back(std::move(entries_.front()));
      entries_.pop_front();
    }
    bytes_.erase(0, size);
    counted_ -= size;
    if (!entries_.empty()) wait(owner);
    for (entry& each : late) {
      if (each.answer.done) each.answer.done(error::timed_out, {});
    }
  }

  queue_limits limits_;
  std::string bytes_;
  std::size_t counted_ = 0;  // bytes that belong to entries
  std::deque<entry> entries_;
  asio::steady_timer timer_;
};

}  // namespace socketio::redis::detail
