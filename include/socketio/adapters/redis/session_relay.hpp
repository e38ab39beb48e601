// layer 5 (adapters): relaying the requests of sessions over Redis.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/any_io_executor.hpp>

#include "socketio/adapters/redis/client.hpp"
#include "socketio/adapters/redis/error.hpp"
#include "socketio/cluster/relay_bus.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio::redis {

struct session_relay_options {
  redis::options connection = {};

  /// Each server listens to the channel of this name, `#` and its mark.
  std::string channel_prefix = "socket.io-relay";

  /// When Redis can be reached, and when it cannot any more; on the server's (first) loop. While it
  /// cannot, sessions of other servers are unknown here. So they are from the time on when Redis
  /// has refused to let this server listen: then `on_down` tells why, and nothing follows.
  unique_function<void()> on_up = {};
  unique_function<void(std::error_code)> on_down = {};
};

namespace detail {

/// Plain pub/sub: Redis says how many have got a message, and none means that its receiver is gone.
class relay_channels final : public socketio::cluster::relay_bus {
 public:
  explicit relay_channels(session_relay_options o) : options_{std::move(o)} {
    news_->up = std::move(options_.on_up);
    news_->down = std::move(options_.on_down);
    // What cannot be sent now is refused now.
    options_.connection.offline = {.commands = 0, .bytes = 0};
  }

  void open(asio::any_io_executor loop, std::string_view mark, receiver to) override {
    client_.emplace(loop, options_.connection);
    client_->on_up([n = news_](const server_info&) {
      if (n->up) n->up();
    });
    client_->on_down([n = news_](std::error_code why) {
      if (n->down) n->down(why);
    });
    here_ = channel_of(mark);
    client_->subscribe(
        channel_kind::plain, here_, [f = std::move(to)](const message& m) mutable { f(m.payload); },
        [this, n = news_](std::error_code why) {
          if (!why || why == error::closed) return;
          client_->close();  // whom nobody can answer asks nobody
          if (n->down) n->down(why);
        });
    client_->open();
  }

  void send(std::string_view to, std::string_view message,
            unique_function<void(bool)> done) override {
    client_->command({"PUBLISH", channel_of(to), message},
                     [d = std::move(done)](std::error_code ec, resp::reply_view reply) mutable {
                       d(!ec && reply.as_integer().value_or(0) > 0);
                     });
  }

  /// The last command says when those before it have left.
  void close() override {
    client_->unsubscribe(channel_kind::plain, here_);
    if (!client_->up()) return client_->close();
    client_->command({"PING"}, [this](std::error_code, resp::reply_view) { client_->close(); });
  }

 private:
  std::string channel_of(std::string_view mark) const {
    return std::string{options_.channel_prefix}.append(1, '#').append(mark);
  }

  /// The program's functions, shared with the client: the one which is running stays where it is
  /// even if it destroys the server, and this with it.
  struct news : counted<news> {
    unique_function<void()> up;
    unique_function<void(std::error_code)> down;
  };

  session_relay_options options_;
  ref<news> news_{new news};
  std::string here_;  ///< the channel of this server
  std::optional<redis::client> client_;
};

}  // namespace detail

/// Has servers that share a Redis relay the requests of each other's sessions:
///
///     io::server<io::relayed<io::tcp>> server{loop};
///     server.relay(io::redis::session_relay(
///         {.connection = {.address = io::redis::address{"redis://127.0.0.1"}}}));
///
/// A single Redis, or one behind Sentinel: in a Redis Cluster pub/sub does not tell who listens.
inline std::unique_ptr<socketio::cluster::relay_bus> session_relay(session_relay_options o) {
  return std::make_unique<detail::relay_channels>(std::move(o));
}

}  // namespace socketio::redis
