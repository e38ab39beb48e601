// layer 5 (adapters): a Redis client that stays connected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/any_io_executor.hpp>

#include "socketio/adapters/redis/client_core.hpp"
#include "socketio/adapters/redis/error.hpp"
#include "socketio/adapters/redis/greeting.hpp"
#include "socketio/adapters/redis/options.hpp"
#include "socketio/adapters/redis/subscriptions.hpp"

namespace socketio::redis {

/// Commands and subscriptions over one connection (two with servers that know only RESP2), which is
/// made anew whenever it is lost: with growing pauses, and with all subscriptions.
///
///     redis::client redis{loop.get_executor(), {.address = redis::address{"redis://127.0.0.1"}}};
///     redis.on_up([](const redis::server_info& server) { … });
///     redis.on_down([](std::error_code why) { … });
///     redis.open();
///     redis.subscribe(redis::channel_kind::plain, "news",
///                     [](const redis::message& m) { use(m.payload); });
///     redis.command({"PUBLISH", "news", "hello"});
///     redis.command({"GET", "key"}, [](std::error_code ec, io::resp::reply_view reply) {
///       if (!ec) use(reply.as_string());
///     });
///
/// All calls are made on the executor, which runs one thing at a time: that of a loop with one
/// thread, or a strand. Handlers are called there, never from within the call that they were given
/// to, except by `close`, and throw nothing. Commands leave in the order in which they were given;
/// all those of one turn of the loop leave in one write.
///
/// **While there is no connection** commands wait, within `options::offline` and for the command
/// timeout; those that the lost connection owed an answer fail at once. Nothing is sent twice.
/// Messages published meanwhile are missed: pub/sub delivers at most once.
class client {
 public:
  using options_type = options;

  client(const asio::any_io_executor& executor, options o)
      : core_{new detail::client_core{executor, std::move(o)}} {}
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// Of what still waits, no handler is called: `close` first to hear of it.
  ~client() { core_->abandon(); }

  /// Whenever there is a connection, all subscriptions are in force, and nothing that waited has
  /// been sent.
  void on_up(unique_function<void(const server_info&)> f) { core_->on_up = std::move(f); }

  /// When the connection has been lost; and when there is none for another reason than the one told
  /// last, such as `connection_refused`, then `loading`.
  void on_down(unique_function<void(std::error_code)> f) { core_->on_down = std::move(f); }

  /// Connects, and stays connected until `close`.
  void open() { core_->open(); }

  /// Ends everything; all that waits fails with `error::closed`, before this returns.
  void close() { core_->close(); }

  bool up() const noexcept { return core_->up(); }

  /// Of the latest connection.
  const server_info& server() const noexcept { return core_->server(); }

  /// `done` is called once with what the server says, or why it cannot be asked. Without it, nobody
  /// hears of failures.
  void command(std::initializer_list<std::string_view> arguments, reply_handler done = {}) {
    command(std::span{arguments.begin(), arguments.size()}, std::move(done));
  }
  void command(std::span<const std::string_view> arguments, reply_handler done = {}) {
    core_->send(1, std::move(done),
                [&](std::string& out) { resp::writer{out}.command(arguments); });
  }

  /// MULTI, the commands, EXEC: all of them or none. The reply is that of EXEC, an array.
  void transaction(std::initializer_list<std::initializer_list<std::string_view>> commands,
                   reply_handler done = {}) {
    const auto replies = static_cast<std::uint32_t>(commands.size() + 2);
    core_->send(replies, std::move(done), [&](std::string& out) {
      resp::writer w{out};
      w.command("MULTI");
      for (const auto& each : commands) w.command(std::span{each.begin(), each.size()});
      w.command("EXEC");
    });
  }

  /// Listens from now on, over all connections, until `unsubscribe`. A second handler for the same
  /// channel or pattern takes the place of the first. `done` is called when the server has
  /// confirmed it; or when it has refused it, which ends the subscription. Where it says what
  /// `passes`, such as `busy`, all is connected anew instead, until it does.
  void subscribe(channel_kind kind, std::string_view name, message_handler on_message,
                 unique_function<void(std::error_code)> done = {}) {
    core_->subscribe(kind, name, std::move(on_message), std::move(done));
  }

  /// From the end of this call on, its handler is not called any more.
  void unsubscribe(channel_kind kind, std::string_view name) { core_->unsubscribe(kind, name); }

  /// Commands that wait for their answer, or for a connection.
  std::size_t waiting() const noexcept { return core_->waiting(); }

 private:
  ref<detail::client_core> core_;
};

}  // namespace socketio::redis
