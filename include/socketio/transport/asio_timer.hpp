// layer 3 (transport): the timer of transports that live in an asio::io_context.
#pragma once

#include <system_error>
#include <utility>

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "socketio/core/deadlines.hpp"

namespace socketio::detail {

class asio_timer {
 public:
  explicit asio_timer(asio::io_context& c) : timer_{c.get_executor()} {}

  template <class Handler>
  void start(time_point when, Handler handler) {
    timer_.expires_at(when);
    timer_.async_wait([handler = std::move(handler)](std::error_code ec) mutable {
      if (!ec) handler();
    });
  }

  void cancel() { timer_.cancel(); }

 private:
  using traits = asio::wait_traits<time_point::clock>;
  using executor = asio::io_context::executor_type;
  asio::basic_waitable_timer<time_point::clock, traits, executor> timer_;
};

}  // namespace socketio::detail
