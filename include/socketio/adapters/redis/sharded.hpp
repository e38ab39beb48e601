// layer 5 (adapters): a cluster over Redis 7, with servers in JavaScript as members.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "socketio/adapter.hpp"
#include "socketio/adapters/redis/channels.hpp"
#include "socketio/adapters/redis/pubsub_bus.hpp"
#include "socketio/cluster/cluster_adapter.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/string_map.hpp"

namespace socketio::redis {

struct sharded_options {
  redis::options connection = {};
  std::string channel_prefix = "socket.io";
  subscription_mode mode = subscription_mode::dynamic;
  socketio::cluster_options cluster = {};

  /// When Redis can be reached, and when it cannot any more; on the server's (first) loop. While it
  /// cannot, clients of this server are served as before, and questions to others end at once.
  unique_function<void()> on_up = {};
  unique_function<void(std::error_code)> on_down = {};
};

/// The bus of the official adapter for sharded pub/sub (`createShardedAdapter` of the package
/// @socket.io/redis-adapter 8): its channels, and its messages.
class sharded_bus : public pubsub_bus {
 public:
  explicit sharded_bus(sharded_options o)
      : pubsub_bus{std::move(o.connection), std::move(o.on_up), std::move(o.on_down)},
        channels_{std::move(o.channel_prefix), o.mode} {}

  void subscribe(std::string_view name, std::string_view uid) override {
    listen_to(channels_.of(name));
    listen_to(channels_.of(name, uid));
  }
  void unsubscribe(std::string_view name, std::string_view uid) override {
    do_not_listen_to(channels_.of(name));
    do_not_listen_to(channels_.of(name, uid));
  }

  void publish(const socketio::cluster::message& m) override {
    client().command({"SPUBLISH", channels_.of(m), encode(m)});
  }
  void send(std::string_view to, const socketio::cluster::message& m) override {
    client().command({"SPUBLISH", channels_.of(m.nsp, to), encode(m)});
  }

  void count(std::string_view name,
             unique_function<void(std::optional<std::size_t>)> done) override {
    count_listeners("SHARDNUMSUB", channels_.of(name), std::move(done));
  }

  bool wants_rooms() const override { return channels_.mode == subscription_mode::dynamic; }

  void room(std::string_view name, std::string_view which, bool there) override {
    const std::string of_room = channels_.of(name, which);
    there ? listen_to(of_room) : do_not_listen_to(of_room);
  }

 private:
  /// A room's channel may have the name of another namespace's.
  void listen_to(const std::string& where) {
    if (++listeners_[where] > 1) return;
    listen(channel_kind::shard, where,
           [this](std::string text) { receive(socketio::cluster::decode(std::move(text))); });
  }

  void do_not_listen_to(const std::string& where) {
    const auto found = listeners_.find(where);
    if (found == listeners_.end() || --found->second != 0) return;
    listeners_.erase(found);
    client().unsubscribe(channel_kind::shard, where);
  }

  detail::sharded_channels channels_;
  string_map<std::size_t> listeners_;  ///< of each channel
};

/// Makes a server a member of a cluster over Redis, which must be version 7 or later:
///
///     server.adapter(io::redis::sharded_adapter(
///         {.connection = {.address = io::redis::address{"redis://127.0.0.1"}}}));
inline std::unique_ptr<adapter> sharded_adapter(sharded_options o) {
  const socketio::cluster_options times = o.cluster;
  return std::make_unique<cluster_adapter>(std::make_unique<sharded_bus>(std::move(o)), times);
}

}  // namespace socketio::redis
