// layer 5 (adapters): where the official adapters for Redis publish, and listen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "socketio/cluster/message.hpp"

namespace socketio::redis {

/// What a server listens to. All servers of a cluster must do the same.
enum class subscription_mode : std::uint8_t {
  /// To a channel for each room that its clients are in: what is for one room alone reaches only
  /// servers with members. (Node.js: "dynamic", which is what it does unless told otherwise.)
  dynamic,
  /// To one channel for each namespace, and hence to everything. (Node.js: "static".)
  fixed,
};

namespace detail {

/// A broadcast, to one room alone; empty otherwise.
inline std::string only_room(const socketio::cluster::message& m) {
  std::string room;
  if (m.type != socketio::cluster::message_type::broadcast) return room;
  if (!m.request_id.empty() || m.to.rooms.size() != 1) return room;
  m.to.rooms.for_each([&](std::string_view each) { room = each; });
  return room;
}

/// Of every socket's id. The official adapters take a name of this length for one.
inline constexpr std::size_t id_size = 20;

/// Of `createShardedAdapter`.
struct sharded_channels {
  std::string prefix = "socket.io";
  subscription_mode mode = subscription_mode::dynamic;

  std::string of(std::string_view name) const {
    return std::string{prefix}.append("#").append(name).append("#");
  }
  std::string of(std::string_view name, std::string_view part) const {
    return of(name).append(part).append("#");
  }

  /// Where members listen whom it concerns. Rooms whose names are as long as ids have no channel.
  std::string of(const socketio::cluster::message& m) const {
    const std::string room = mode == subscription_mode::dynamic ? only_room(m) : std::string{};
    return room.empty() || room.size() == id_size ? of(m.nsp) : of(m.nsp, room);
  }
};

/// Of `createAdapter`.
struct classic_channels {
  std::string prefix = "socket.io";

  std::string broadcasts(std::string_view name) const { return of("#", name); }
  std::string requests(std::string_view name) const { return of("-request#", name); }
  std::string answers(std::string_view name) const { return of("-response#", name); }
  std::string answers(std::string_view name, std::string_view to) const {
    return answers(name).append(to).append("#");
  }

  /// Where a message goes that is no answer.
  std::string of(const socketio::cluster::message& m) const {
    const bool plain = m.type == socketio::cluster::message_type::broadcast && m.request_id.empty();
    if (!plain) return requests(m.nsp);
    const std::string room = only_room(m);
    return room.empty() ? broadcasts(m.nsp) : broadcasts(m.nsp).append(room).append("#");
  }

  /// All channels of broadcasts in a namespace, for PSUBSCRIBE.
  std::string pattern(std::string_view name) const {
    std::string all;
    for (const char c : broadcasts(name)) {
      if (std::string_view{"*?[]\\"}.find(c) != std::string_view::npos) all += '\\';
      all += c;
    }
    return all += '*';
  }

 private:
  std::string of(std::string_view kind, std::string_view name) const {
    return std::string{prefix}.append(kind).append(name).append("#");
  }
};

}  // namespace detail
}  // namespace socketio::redis
