// layer 5 (adapters): a cluster over any Redis, with servers in JavaScript as members.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio/adapter.hpp"
#include "socketio/adapters/redis/channels.hpp"
#include "socketio/adapters/redis/classic_message.hpp"
#include "socketio/adapters/redis/pubsub_bus.hpp"
#include "socketio/cluster/cluster_adapter.hpp"
#include "socketio/cluster/message.hpp"
#include "socketio/cluster/request.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/string_map.hpp"

namespace socketio::redis {

struct classic_options {
  redis::options connection = {};

  /// All channels begin with it.
  std::string key = "socket.io";

  /// For answers of other servers, where the question has no time of its own.
  std::chrono::milliseconds requests_timeout{5'000};

  /// Answers go to who has asked, instead of to all. Servers of a cluster need not agree on it.
  bool publish_on_specific_response_channel = false;

  /// When Redis can be reached, and when it cannot any more; on the server's (first) loop. While it
  /// cannot, clients of this server are served as before, and questions to others end at once.
  /// `on_down` also hears when Redis refuses to let this server listen to a channel, which it does
  /// not ask for again: `on_up` is not told any more.
  unique_function<void()> on_up = {};
  unique_function<void(std::error_code)> on_down = {};
};

/// The bus of the official adapter for plain pub/sub (`createAdapter` of the package
/// @socket.io/redis-adapter): its channels, and its messages. All servers get all broadcasts of a
/// namespace; what is for one room alone is not even read where that has no members.
class classic_bus : public pubsub_bus {
 public:
  explicit classic_bus(classic_options o)
      : pubsub_bus{std::move(o.connection), std::move(o.on_up), std::move(o.on_down)},
        channels_{std::move(o.key)},
        to_each_{o.publish_on_specific_response_channel} {}

  SOCKETIO_DECL void subscribe(std::string_view name, std::string_view uid) override;
  SOCKETIO_DECL void unsubscribe(std::string_view name, std::string_view uid) override;

  void publish(const socketio::cluster::message& m) override {
    client().command({"PUBLISH", channels_.of(m), classic::encode(m)});
  }
  void send(std::string_view to, const socketio::cluster::message& m) override {
    // The official adapter gives the answers of programs to all, whatever it has been told.
    const bool to_one = m.type != socketio::cluster::message_type::server_side_emit_response;
    answer(m.nsp, to_one ? to : std::string_view{}, classic::encode(m));
  }

  void count(std::string_view name,
             unique_function<void(std::optional<std::size_t>)> done) override {
    count_listeners("NUMSUB", channels_.requests(name), std::move(done));
  }

  bool wants_rooms() const override { return true; }
  SOCKETIO_DECL void room(std::string_view name, std::string_view which, bool there) override;

 private:
  bool concerns(std::string_view name, std::string_view room) const;
  void requested(const std::string& name, std::string text);
  void requested(const std::string& name, classic::old_request r);
  void report(const std::string& name, const classic::old_request& asked,
              std::vector<socketio::cluster::found_socket> found);
  void answer(std::string_view name, std::string_view to, std::string_view text);

  detail::classic_channels channels_;
  bool to_each_;
  string_map<string_map<bool>> rooms_;  ///< that have members, in namespaces that are subscribed to
};

/// Makes a server a member of a cluster over Redis:
///
///     server.adapter(io::redis::classic_adapter(
///         {.connection = {.address = io::redis::address{"redis://127.0.0.1"}}}));
///
/// With Redis 7, and where no server needs this one, rather use the sharded_adapter.
inline std::unique_ptr<adapter> classic_adapter(classic_options o) {
  const socketio::cluster_options times{.request_timeout = o.requests_timeout};
  return std::make_unique<cluster_adapter>(std::make_unique<classic_bus>(std::move(o)), times);
}

}  // namespace socketio::redis

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/classic.ipp"
#endif
