// layer 4 (hub): messages between the servers of a cluster, as the official adapters write them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/cluster/request.hpp"
#include "socketio/config.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/core/value/value.hpp"
#include "socketio/hub/audience.hpp"
#include "socketio/proto/sio/encode.hpp"

namespace socketio::cluster {

/// The numbers of the official cluster protocol (package socket.io-adapter, ClusterAdapter).
enum class message_type : std::uint8_t {
  initial_heartbeat = 1,  ///< "I am new here, who are you?"
  heartbeat = 2,
  broadcast = 3,
  sockets_join = 4,
  sockets_leave = 5,
  disconnect_sockets = 6,
  fetch_sockets = 7,
  fetch_sockets_response = 8,
  server_side_emit = 9,
  server_side_emit_response = 10,
  broadcast_client_count = 11,
  broadcast_ack = 12,
  adapter_close = 13,
};

/// The uid of programs without a server, all of them.
inline constexpr std::string_view emitter_uid = "emitter";

/// A message, with the members that its type has.
struct message {
  message_type type{};
  std::string uid = {};  ///< the sender: a server's part of a namespace
  std::string nsp = {};

  audience to = {};                        ///< 3 to 7
  std::optional<duration> timeout = {};    ///< 3, in milliseconds
  sio::encoded packet = {};                ///< 3
  std::string request_id = {};             ///< 3 and 9 if there are to be answers; 7, 8, 10 to 12
  name_list rooms = {};                    ///< 4, 5: to be joined, or left
  bool close = false;                      ///< 6
  std::vector<found_socket> sockets = {};  ///< 8
  std::optional<value> data = {};          ///< 9: event and arguments; 10, 12: an answer, if any
  std::size_t clients = 0;                 ///< 11

  // What a bus with an order of its own knows besides; no part of what others read.
  std::uint64_t position = 0;  ///< 3: see sio::offset
  std::uint64_t number = 0;    ///< 3: by which the sender knows it again
};

/// JSON; MessagePack if there is binary in it, which is as readable to all members.
SOCKETIO_DECL std::string encode(const message& m);

/// Always MessagePack.
SOCKETIO_DECL std::string encode_packed(const message& m);

/// What it says besides type, uid and namespace, as text: JSON; MessagePack in base64 if there is
/// binary in it. Empty for types that say nothing else.
SOCKETIO_DECL std::string encode_data(const message& m);

/// Reads either, in any order of members; what it does not know is ignored. Nothing for what is no
/// message. The text is used up.
SOCKETIO_DECL std::optional<message> decode(std::string text);

/// The same for what was written apart. Nothing, too, if the rest of it makes no sense.
SOCKETIO_DECL std::optional<message> decode(message_type type, std::string_view uid,
                                            std::string_view nsp, std::string data);

}  // namespace socketio::cluster

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/cluster/impl/message.ipp"
#endif
