// layer 5 (adapters): a client of a Redis Cluster.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/any_io_executor.hpp>

#include "socketio/adapters/redis/cluster_core.hpp"

namespace socketio::redis {

/// A redis::client for each master of a cluster, behind an interface like that of one. Commands and
/// shard subscriptions go to the node that has their slot, and follow it when it moves.
///
///     redis::cluster cluster{loop.get_executor(),
///                            {.seeds = {redis::address{"redis://10.0.0.1:7000"}}}};
///     cluster.open();
///     cluster.subscribe(redis::channel_kind::shard, "news", …);
///     cluster.command({"SPUBLISH", "news", "hello"});
///
/// The executor, when handlers are called, and what waits: as with redis::client.
class cluster {
 public:
  using options_type = cluster_client_options;

  cluster(const asio::any_io_executor& executor, cluster_client_options o)
      : core_{new detail::cluster_core{executor, std::move(o)}} {}
  cluster(const cluster&) = delete;
  cluster& operator=(const cluster&) = delete;
  ~cluster() { core_->abandon(); }

  /// When there is a connection with every master; and when one of them is lost. The others go on.
  void on_up(unique_function<void()> f) { core_->on_up = std::move(f); }
  void on_down(unique_function<void(std::error_code)> f) { core_->on_down = std::move(f); }

  void open() { core_->open(); }
  void close() { core_->close(); }
  bool up() const noexcept { return core_->up(); }

  /// Nodes that it has connections with, or tries to.
  std::size_t size() const noexcept { return core_->size(); }

  /// To the node that has the slot of the second word: for most commands that is their key, or
  /// their channel. Redirections are followed.
  void command(std::initializer_list<std::string_view> arguments, reply_handler done = {}) {
    command(std::span{arguments.begin(), arguments.size()}, std::move(done));
  }
  void command(std::span<const std::string_view> arguments, reply_handler done = {}) {
    command_for(arguments.size() > 1 ? arguments[1] : std::string_view{}, arguments,
                std::move(done));
  }
  /// To the node that has the slot of `key`.
  void command_for(std::string_view key, std::span<const std::string_view> arguments,
                   reply_handler done = {}) {
    core_->command(key, encode(arguments), std::move(done));
  }

  /// To all masters: `each` gets the answer of each of them, then `done` is called. Such as PUBSUB
  /// SHARDNUMSUB, whose numbers add up.
  void command_everywhere(std::initializer_list<std::string_view> arguments,
                          unique_function<void(std::error_code, resp::reply_view)> each,
                          unique_function<void()> done = {}) {
    core_->command_everywhere(encode({arguments.begin(), arguments.size()}), std::move(each),
                              std::move(done));
  }

  /// As with redis::client. In a cluster, plain channels are everywhere: any one node delivers what
  /// is published on any other.
  void subscribe(channel_kind kind, std::string_view name, message_handler on_message,
                 unique_function<void(std::error_code)> done = {}) {
    core_->subscribe(kind, name, std::move(on_message), std::move(done));
  }
  void unsubscribe(channel_kind kind, std::string_view name) { core_->unsubscribe(kind, name); }

 private:
  static std::string encode(std::span<const std::string_view> arguments) {
    std::string encoded;
    resp::writer{encoded}.command(arguments);
    return encoded;
  }

  ref<detail::cluster_core> core_;
};

}  // namespace socketio::redis
