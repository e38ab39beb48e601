// layer 5 (adapters): the messages of the official adapter for plain pub/sub.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "socketio/cluster/message.hpp"
#include "socketio/config.hpp"
#include "socketio/hub/audience.hpp"

/// What servers say is the same as in the younger protocol of cluster/message.hpp, but in other
/// words: a broadcast is an array in MessagePack, requests and answers are numbered from 0 to 9,
/// most of them in JSON, where binary becomes what JSON.stringify makes of a Buffer. The channel
/// tells of which kind a message is, and of which namespace. Answers do not say whose they are.
namespace socketio::redis::classic {

/// The numbers of requests and answers (package @socket.io/redis-adapter, RequestType).
enum class number : std::uint8_t {
  sockets = 0,
  all_rooms = 1,
  join = 2,
  leave = 3,
  disconnect = 4,
  fetch = 5,
  server_side_emit = 6,
  broadcast = 7,
  client_count = 8,
  ack = 9,
};

/// What only older servers ask, before version 8: 0 and 1, and what concerns one socket.
struct old_request {
  number what{};
  std::string uid = {};
  std::string request_id = {};
  name_list rooms = {};   ///< 0: whose members
  std::string sid = {};   ///< 2 to 4
  std::string room = {};  ///< 2, 3
  bool close = false;     ///< 4
};

using request = std::variant<socketio::cluster::message, old_request>;

/// Of all types that there are here: 3 to 12 of the younger protocol's. As programs without a
/// server do it (package @socket.io/redis-emitter), if `uid` is `emitter_uid`.
SOCKETIO_DECL std::string encode(const socketio::cluster::message& m);

/// These read any order of members; what they do not know is ignored. Nothing for what is no
/// message, or of another namespace.
SOCKETIO_DECL std::optional<socketio::cluster::message> decode_broadcast(std::string text,
                                                                         std::string_view nsp_name);
SOCKETIO_DECL std::optional<request> decode_request(std::string text, std::string_view nsp_name);
SOCKETIO_DECL std::optional<socketio::cluster::message> decode_answer(std::string text,
                                                                      std::string_view nsp_name);

/// What older servers are answered: the ids of sockets, names of rooms, or that it is done.
SOCKETIO_DECL std::string encode_answer(const old_request& to, std::span<const std::string> names);

}  // namespace socketio::redis::classic

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/classic_message.ipp"
#endif
