// layer 5 (adapters): how a client connects, waits, and connects again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include "socketio/adapters/redis/backoff.hpp"
#include "socketio/adapters/redis/connection.hpp"
#include "socketio/adapters/redis/greeting.hpp"
#include "socketio/adapters/redis/offline_queue.hpp"
#include "socketio/adapters/redis/options.hpp"
#include "socketio/adapters/redis/socket_link.hpp"
#include "socketio/adapters/redis/subscriptions.hpp"
#include "socketio/config.hpp"

namespace socketio::redis::detail {

/// The part of a client that operations keep. From `open` to `close` it goes round:
///
///     locate → connect → greet → (RESP2: connect and greet the subscriber) → subscribe to all → up
///       ↑                                                                                       |
///       +───────────── pause ←── any failure: both connections are ended ──────────────────────+
class client_core final : public counted<client_core>, private connection::listener {
 public:
  client_core(const asio::any_io_executor& executor, options o)
      : executor_{executor},
        options_{std::move(o)},
        pause_{options_.backoff},
        timer_{executor},
        offline_{executor, options_.offline} {}

  unique_function<void(const server_info&)> on_up;
  unique_function<void(std::error_code)> on_down;

  /// If there is one, it is told of subscriptions that were in force and are no more, because a
  /// cluster's slot has gone to another node. Otherwise they are asked for again, and all is
  /// connected anew when that is refused.
  unique_function<void(channel_kind, std::string_view)> on_subscription_lost;

  SOCKETIO_DECL void open();
  SOCKETIO_DECL void close();
  SOCKETIO_DECL void abandon();

  bool up() const noexcept { return state_ == state::up; }
  const server_info& server() const noexcept { return server_; }
  std::size_t waiting() const noexcept {
    return offline_.size() + (commands_ ? commands_->owed() : 0);
  }

  /// Has `write(out)` append commands to a string. They get so many replies, of which the last goes
  /// to `done`; which hears why, too, if nothing may be written.
  template <class Write>
  void send(std::uint32_t replies, reply_handler done, Write&& write) {
    std::string* const out = admit(done);
    if (!out) return;
    write(*out);
    commit(std::move(done), replies);
  }

  SOCKETIO_DECL void subscribe(channel_kind kind, std::string_view name, message_handler on_message,
                               unique_function<void(std::error_code)> done);
  SOCKETIO_DECL void unsubscribe(channel_kind kind, std::string_view name);

 private:
  enum class state : std::uint8_t { idle, connecting, subscribing, up, pausing, closed };

  SOCKETIO_DECL std::string* admit(reply_handler& done);
  SOCKETIO_DECL void commit(reply_handler done, std::uint32_t replies);
  void connect();
  void connect_to(const address& where);
  ref<connection> make_connection();
  bool is_no_master() const noexcept;
  void open_subscriber();
  void subscribe_all();
  void send_subscription(channel_kind kind, std::string_view name, ref<subscription> s);
  void confirmed(ref<subscription> s, channel_kind kind, std::string_view name, std::error_code ec);
  bool lose(channel_kind kind, std::string_view name);
  void go_up();
  void fail(std::error_code why);
  void end_connections(std::error_code why);
  void abandon_connections();

  SOCKETIO_DECL void connected(connection& c) override;
  SOCKETIO_DECL void pushed(connection& c, resp::reply_view message) override;
  SOCKETIO_DECL void refused(connection& c, std::error_code why) override;
  SOCKETIO_DECL void ended(connection& c, std::error_code why) override;

  asio::any_io_executor executor_;
  options options_;
  address where_;  // the server of this attempt
  state state_ = state::idle;
  std::uint32_t attempt_ = 0;
  ref<connection> commands_, subscriber_;  // the same one in RESP3
  server_info server_;
  subscriptions subscriptions_;
  std::size_t unconfirmed_ = 0;  // of the subscriptions that must be in force before we are up
  backoff pause_;
  time_point up_since_{};
  std::error_code told_;  // why there is no connection
  asio::steady_timer timer_;
  offline_queue offline_;
};

}  // namespace socketio::redis::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/client_core.ipp"
#endif
