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
#include "socketio/adapters/redis/client.hpp"
#include "socketio/adapters/redis/cluster.hpp"
#include "socketio/adapters/redis/pubsub_bus.hpp"
#include "socketio/cluster/cluster_adapter.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/string_map.hpp"

namespace socketio::redis {

template <class Client>
struct basic_sharded_options {
  typename Client::options_type connection = {};
  std::string channel_prefix = "socket.io";
  subscription_mode mode = subscription_mode::dynamic;
  socketio::cluster_options cluster = {};

  /// When Redis can be reached, and when it cannot any more; on the server's (first) loop. While it
  /// cannot, clients of this server are served as before, and questions to others end at once.
  /// `on_down` also hears when Redis refuses to let this server listen to a channel, which it does
  /// not ask for again: `on_up` is not told any more.
  unique_function<void()> on_up = {};
  unique_function<void(std::error_code)> on_down = {};
};

using sharded_options = basic_sharded_options<redis::client>;

/// For a Redis Cluster, of which the connection is told some nodes:
/// <socketio/adapters/redis/cluster.hpp>.
using sharded_cluster_options = basic_sharded_options<redis::cluster>;

/// The bus of the official adapter for sharded pub/sub (`createShardedAdapter` of the package
/// @socket.io/redis-adapter 8): its channels, and its messages.
template <class Client>
class basic_sharded_bus : public basic_pubsub_bus<Client> {
  using base = basic_pubsub_bus<Client>;
  using base::client;
  using base::receive;

 public:
  explicit basic_sharded_bus(basic_sharded_options<Client> o)
      : base{std::move(o.connection), std::move(o.on_up), std::move(o.on_down)},
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
    base::count_listeners("SHARDNUMSUB", channels_.of(name), std::move(done));
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
    base::listen(channel_kind::shard, where,
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

using sharded_bus = basic_sharded_bus<redis::client>;
using sharded_cluster_bus = basic_sharded_bus<redis::cluster>;

/// Makes a server a member of a cluster over Redis, which must be version 7 or later:
///
///     server.adapter(io::redis::sharded_adapter(
///         {.connection = {.address = io::redis::address{"redis://127.0.0.1"}}}));
inline std::unique_ptr<adapter> sharded_adapter(sharded_options o) {
  const socketio::cluster_options times = o.cluster;
  return std::make_unique<cluster_adapter>(std::make_unique<sharded_bus>(std::move(o)), times);
}

/// The same over a Redis Cluster, whose nodes share the load: each channel is with one of them.
///
///     server.adapter(io::redis::sharded_cluster_adapter(
///         {.connection = {.seeds = {io::redis::address{"redis://10.0.0.1:7000"}}}}));
inline std::unique_ptr<adapter> sharded_cluster_adapter(sharded_cluster_options o) {
  const socketio::cluster_options times = o.cluster;
  return std::make_unique<cluster_adapter>(std::make_unique<sharded_cluster_bus>(std::move(o)),
                                           times);
}

}  // namespace socketio::redis
