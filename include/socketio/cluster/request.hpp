// layer 4 (hub): what the servers of a cluster ask each other to do, as plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "socketio/cluster/replies.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/core/value/value.hpp"
#include "socketio/handshake.hpp"
#include "socketio/hub/audience.hpp"
#include "socketio/hub/socket_core.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/when_slow.hpp"

/// The same struct is given to an adapter by the server that asks, and to a server by the adapter
/// that has brought it there.
namespace socketio::cluster {

/// A socket as it was when it was found.
struct found_socket {
  std::string id;
  socketio::handshake handshake;
  std::vector<std::string> rooms;           ///< the one named by its id first
  value data;                               ///< what is attached to it, if that can be written
  ref<detail::socket_core> here = nullptr;  ///< null if it is connected to another server
};

/// An event for all those sockets. A packet that clients may ask for again has its position as last
/// argument, which means nothing to other servers: see `packet.offset`.
struct emission {
  std::string nsp;
  audience to;
  sio::encoded packet;

  /// Where it stands in the order of the cluster, if that has one: see sio::offset.
  std::uint64_t position = 0;

  /// The asking server has not done its own part: it is to get this back, once, by `receive`, when
  /// the position is known, or that there is none.
  bool returns = false;
  when_slow rule = {};  ///< the asking server's own
};

/// An event that each of them is to acknowledge. The number that the packet bears is the asking
/// server's own.
struct question {
  std::string nsp;
  audience to;
  sio::encoded packet;
  std::optional<duration> timeout;
  ref<replies<value>> answers;
};

struct membership {
  std::string nsp;
  audience whose;
  name_list rooms;
  bool join = true;  ///< or leave
};

struct disconnection {
  std::string nsp;
  audience whose;
  bool close = false;  ///< their connections, too
};

struct search {
  std::string nsp;
  audience whose;
  ref<replies<found_socket>> found;
};

/// An event for the programs themselves, not for their clients.
struct server_event {
  std::string nsp;
  value data;                   ///< an array, the event's name first
  ref<replies<value>> answers;  ///< null if nobody waits for any
};

using request = std::variant<emission, question, membership, disconnection, search, server_event>;

}  // namespace socketio::cluster
