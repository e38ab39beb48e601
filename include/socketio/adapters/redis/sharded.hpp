// layer 5 (adapters): a cluster over Redis 7, with servers in JavaScript as members.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "socketio/adapter.hpp"
#include "socketio/adapters/redis/client.hpp"
#include "socketio/cluster/bus.hpp"
#include "socketio/cluster/cluster_adapter.hpp"
#include "socketio/core/function.hpp"

namespace socketio::redis {

/// What a server listens to. All servers of a cluster must do the same.
enum class subscription_mode : std::uint8_t {
  /// To a channel for each room that its clients are in: what is for one room alone reaches only
  /// servers with members. (Node.js: "dynamic", which is what it does unless told otherwise.)
  dynamic,
  /// To one channel for each namespace, and hence to everything. (Node.js: "static".)
  fixed,
};

struct sharded_options {
  redis::options connection = {};
  std::string channel_prefix = "socket.io";
  subscription_mode mode = subscription_mode::dynamic;
  cluster_options cluster = {};

  /// When Redis can be reached, and when it cannot any more; on the server's (first) loop. While it
  /// cannot, clients of this server are served as before, and questions to others end at once.
  unique_function<void()> on_up = {};
  unique_function<void(std::error_code)> on_down = {};
};

/// The bus of the official adapter for sharded pub/sub (`createShardedAdapter` of the package
/// @socket.io/redis-adapter 8): its channels, and its messages.
class sharded_bus : public socketio::cluster::bus {
 public:
  explicit sharded_bus(sharded_options o) : options_{std::move(o)} {}

  void open(socketio::cluster::node here, receiver to) override {
    here_ = here;
    receive_ = std::move(to);
    client_.emplace(here.executor(), options_.connection);
    client_->on_up([this](const server_info&) {
      if (options_.on_up) options_.on_up();
    });
    client_->on_down([this](std::error_code why) {
      if (options_.on_down) options_.on_down(why);
    });
    client_->open();
  }

  void subscribe(std::string_view name, std::string_view uid) override {
    listen(channel(name));
    listen(channel(name, uid));
  }
  void unsubscribe(std::string_view name, std::string_view uid) override {
    client_->unsubscribe(channel_kind::shard, channel(name));
    client_->unsubscribe(channel_kind::shard, channel(name, uid));
  }

  void publish(const socketio::cluster::message& m) override {
    client_->command({"SPUBLISH", channel_of(m), encode(m)});
  }
  void send(std::string_view to, const socketio::cluster::message& m) override {
    client_->command({"SPUBLISH", channel(m.nsp, to), encode(m)});
  }

  bool counts() const override { return true; }

  void count(std::string_view name,
             unique_function<void(std::optional<std::size_t>)> done) override {
    if (!client_->up()) {
      here_.post([d = std::move(done)]() mutable { d({}); });
      return;
    }
    client_->command(
        {"PUBSUB", "SHARDNUMSUB", channel(name)},
        [this, d = std::move(done)](std::error_code ec, resp::reply_view reply) mutable {
          std::optional<std::size_t> members;
          if (const auto n = reply[1].as_integer(); !ec && n && *n >= 0) {
            members = static_cast<std::size_t>(*n);
          }
          here_.post([members, then = std::move(d)]() mutable { then(members); });
        });
  }

  bool wants_rooms() const override { return options_.mode == subscription_mode::dynamic; }

  void room(std::string_view name, std::string_view which, bool there) override {
    const std::string of_room = channel(name, which);
    there ? listen(of_room) : client_->unsubscribe(channel_kind::shard, of_room);
  }

  /// The last command says when those before it have left.
  void close() override {
    if (!client_->up()) return client_->close();
    client_->command({"PING"}, [this](std::error_code, resp::reply_view) { client_->close(); });
  }

  void detach() override { client_.reset(); }

  /// The connection, for commands of the program's own. Null while it has no server.
  redis::client* connection() noexcept { return client_ ? &*client_ : nullptr; }

 private:
  std::string channel(std::string_view name) const {
    return std::string{options_.channel_prefix}.append("#").append(name).append("#");
  }
  std::string channel(std::string_view name, std::string_view part) const {
    return channel(name).append(part).append("#");
  }

  /// Where members listen whom it concerns. A name as long as a socket's id is taken for one, as
  /// the official adapter does: such rooms have no channel.
  std::string channel_of(const socketio::cluster::message& m) const {
    constexpr std::size_t id_size = 20;
    std::string where = channel(m.nsp);
    if (!wants_rooms() || m.type != socketio::cluster::message_type::broadcast) return where;
    if (!m.request_id.empty() || m.to.rooms.size() != 1) return where;
    m.to.rooms.for_each([&](std::string_view room) {
      if (room.size() != id_size) where.append(room).append("#");
    });
    return where;
  }

  void listen(std::string_view where) {
    client_->subscribe(channel_kind::shard, where, [this](const message& m) {
      here_.post([this, text = std::string{m.payload}]() mutable {
        if (auto read = socketio::cluster::decode(std::move(text))) receive_(std::move(*read));
      });
    });
  }

  sharded_options options_;
  socketio::cluster::node here_;
  receiver receive_;
  std::optional<redis::client> client_;
};

/// Makes a server a member of a cluster over Redis, which must be version 7 or later:
///
///     server.adapter(io::redis::sharded_adapter(
///         {.connection = {.address = io::redis::address{"redis://127.0.0.1"}}}));
inline std::unique_ptr<adapter> sharded_adapter(sharded_options o) {
  const cluster_options times = o.cluster;
  return std::make_unique<cluster_adapter>(std::make_unique<sharded_bus>(std::move(o)), times);
}

}  // namespace socketio::redis
