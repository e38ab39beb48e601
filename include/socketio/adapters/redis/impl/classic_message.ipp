// layer 5 (adapters): the bodies of redis/classic_message.hpp.
#pragma once

#include <cstddef>
#include <utility>

#include "socketio/adapters/redis/classic_message.hpp"
#include "socketio/cluster/wire.hpp"

namespace socketio::redis::classic {
namespace detail {

namespace codec = socketio::cluster::codec;
using socketio::cluster::message_type;

/// Binary is written as Node.js does it (Buffer.prototype.toJSON).
class buffer_writer : public json::writer<std::string> {
 public:
  using json::writer<std::string>::writer;

  void binary(bytes_view data) {
    begin_object();
    key("type"), string("Buffer");
    key("data"), begin_array();
    for (const std::byte each : data) integer(static_cast<int>(each));
    end_array();
    end_object();
  }
};

inline bool is_emitter(const socketio::cluster::message& m) {
  return m.uid == socketio::cluster::emitter_uid;
}

/// Programs without a server have another order, and no flags where they mean nothing.
template <class Writer>
void write_options(Writer& out, const socketio::cluster::message& m, bool flags) {
  out.begin_object();
  const auto write_flags = [&] { codec::write_flags(out, m.to, m.packet, m.timeout); };
  out.key("rooms"), codec::write_names(out, m.to.rooms);
  if (flags && is_emitter(m)) write_flags();
  out.key("except"), codec::write_names(out, m.to.except);
  if (flags && !is_emitter(m)) write_flags();
  out.end_object();
}

template <class Writer>
void write_packet(Writer& out, const socketio::cluster::message& m) {
  out.begin_object();
  out.key("type"), out.integer(static_cast<int>(sio::packet_type::event));
  out.key("data"), codec::write_event(out, m.packet);
  out.key("nsp"), out.string(m.nsp);
  out.end_object();
}

using packer = msgpack::writer<std::string>;

inline void write_broadcast(packer out, const socketio::cluster::message& m) {
  out.begin_array();
  out.string(m.uid);
  write_packet(out, m);
  write_options(out, m, true);
  out.end_array();
}

template <class Writer>
void write_type(Writer& out, number n) {
  out.key("type"), out.integer(static_cast<int>(n));
}

template <class Writer>
void write_head(Writer& out, const socketio::cluster::message& m, number n) {
  const bool unnamed = is_emitter(m) && n != number::server_side_emit;
  if (!unnamed && !m.uid.empty()) out.key("uid"), out.string(m.uid);
  if (!m.request_id.empty()) out.key("requestId"), out.string(m.request_id);
  write_type(out, n);
}

inline void write_question(packer out, const socketio::cluster::message& m) {
  out.begin_object();
  write_head(out, m, number::broadcast);
  out.key("packet"), write_packet(out, m);
  out.key("opts"), write_options(out, m, true);
  out.end_object();
}

inline void write_ack(packer out, const socketio::cluster::message& m) {
  out.begin_object();
  write_type(out, number::ack);
  out.key("requestId"), out.string(m.request_id);
  if (m.data) out.key("packet"), to_writer(out, static_cast<value_view>(*m.data));
  out.end_object();
}

inline void write_json(buffer_writer out, const socketio::cluster::message& m) {
  using enum message_type;
  const auto write_data = [&] {
    if (m.data) out.key("data"), to_writer(out, static_cast<value_view>(*m.data));
  };
  out.begin_object();
  switch (m.type) {
    case sockets_join:
    case sockets_leave:
      write_head(out, m, m.type == sockets_join ? number::join : number::leave);
      out.key("opts"), write_options(out, m, false);
      out.key("rooms"), codec::write_names(out, m.rooms);
      break;
    case disconnect_sockets:
      write_head(out, m, number::disconnect);
      out.key("opts"), write_options(out, m, false);
      out.key("close"), out.boolean(m.close);
      break;
    case fetch_sockets:
      write_head(out, m, number::fetch);
      out.key("opts"), write_options(out, m, false);
      break;
    case fetch_sockets_response:
      out.key("requestId"), out.string(m.request_id);
      codec::write_sockets(out, m.sockets);
      break;
    case server_side_emit:
      write_head(out, m, number::server_side_emit);
      write_data();
      break;
    case server_side_emit_response:
      write_type(out, number::server_side_emit);
      out.key("requestId"), out.string(m.request_id);
      write_data();
      break;
    case broadcast_client_count:
      write_type(out, number::client_count);
      out.key("requestId"), out.string(m.request_id);
      out.key("clientCount"), out.unsigned_integer(m.clients);
      break;
    default:  // there are no heartbeats
      break;
  }
  out.end_object();
}

inline std::string text_of(value_view v) {
  return std::string{v.as_string().value_or(std::string_view{})};
}

/// A packet that does not say so is of the main namespace.
inline bool read_packet(value_view packet, value_view options, socketio::cluster::message& m) {
  if (packet["nsp"].as_string().value_or(sio::main_namespace) != m.nsp) return false;
  if (!codec::read_options(options, m.to, m.timeout)) return false;
  auto read = codec::read_packet(packet, options["flags"], m.nsp);
  if (read) m.packet = std::move(*read);
  return read.has_value();
}

inline std::optional<old_request> read_old(value_view root, number n) {
  old_request r{.what = n,
                .uid = text_of(root["uid"]),
                .request_id = text_of(root["requestId"]),
                .rooms = {},
                .sid = text_of(root["sid"]),
                .room = text_of(root["room"]),
                .close = root["close"].as_bool() == true};
  // There is no list of rooms where one socket is meant, nor where all are.
  codec::read_names(root["rooms"], r.rooms);
  const bool of_one = n == number::join || n == number::leave || n == number::disconnect;
  if (of_one ? r.sid.empty() : r.request_id.empty()) return {};
  return r;
}

inline bool read_request(value_view root, number n, socketio::cluster::message& m) {
  using enum message_type;
  const value_view options = root["opts"];
  m.uid = text_of(root["uid"]);
  m.request_id = text_of(root["requestId"]);
  switch (n) {
    case number::join:
    case number::leave:
      m.type = n == number::join ? sockets_join : sockets_leave;
      if (!codec::read_names(root["rooms"], m.rooms)) return false;
      break;
    case number::disconnect:
      m.type = disconnect_sockets;
      m.close = root["close"].as_bool() == true;
      break;
    case number::fetch:
      m.type = fetch_sockets;
      if (m.request_id.empty()) return false;  // whom to answer?
      break;
    case number::server_side_emit:
      m.type = server_side_emit;
      m.data = value{root["data"]};
      return root["data"][0].is_string();
    case number::broadcast:
      m.type = broadcast;
      return !m.request_id.empty() && read_packet(root["packet"], options, m);
    default:
      return false;
  }
  return codec::read_options(options, m.to, m.timeout);
}

inline bool read_answer(value_view root, socketio::cluster::message& m) {
  using enum message_type;
  m.request_id = text_of(root["requestId"]);
  if (m.request_id.empty()) return false;
  const auto data = [&](std::string_view key) {
    if (const auto answer = root.find(key)) m.data = value{*answer};
  };
  const auto type = root.find("type");
  if (!type) {
    m.type = fetch_sockets_response;
    m.sockets = codec::read_sockets(root);
    return true;
  }
  const auto n = type->as_uint64();
  if (n == static_cast<std::uint64_t>(number::server_side_emit)) {
    m.type = server_side_emit_response;
    data("data");
  } else if (n == static_cast<std::uint64_t>(number::client_count)) {
    m.type = broadcast_client_count;
    const auto count = codec::read_client_count(root);
    m.clients = count.value_or(0);
    return count.has_value();
  } else if (n == static_cast<std::uint64_t>(number::ack)) {
    m.type = broadcast_ack;
    data("packet");
  } else {
    return false;
  }
  return true;
}

}  // namespace detail

SOCKETIO_DECL std::string encode(const socketio::cluster::message& m) {
  using enum socketio::cluster::message_type;
  std::string text;
  if (m.type == broadcast && m.request_id.empty()) {
    detail::write_broadcast(detail::packer{text}, m);
  } else if (m.type == broadcast) {
    detail::write_question(detail::packer{text}, m);
  } else if (m.type == broadcast_ack) {
    detail::write_ack(detail::packer{text}, m);
  } else {
    detail::write_json(detail::buffer_writer{text}, m);
  }
  return text;
}

SOCKETIO_DECL std::optional<socketio::cluster::message> decode_broadcast(
    std::string text, std::string_view nsp_name) {
  tape values = socketio::cluster::codec::message_tape();
  if (!socketio::cluster::codec::read_text(text, values)) return {};
  const value_view root = values.root();
  if (!root.is_array() || !root[0].is_string()) return {};
  socketio::cluster::message m{.type = socketio::cluster::message_type::broadcast,
                               .uid = detail::text_of(root[0]),
                               .nsp = std::string{nsp_name}};
  if (!detail::read_packet(root[1], root[2], m)) return {};
  m.timeout.reset();  // means nothing here, but is known to come
  return m;
}

SOCKETIO_DECL std::optional<request> decode_request(std::string text, std::string_view nsp_name) {
  tape values = socketio::cluster::codec::message_tape();
  if (!socketio::cluster::codec::read_text(text, values)) return {};
  const value_view root = values.root();
  const auto type = root["type"].as_uint64();
  if (!type || *type > static_cast<std::uint64_t>(number::broadcast)) return {};
  const auto n = static_cast<number>(*type);
  const bool one = n >= number::join && n <= number::disconnect && !root.find("opts");
  if (n == number::sockets || n == number::all_rooms || one) {
    if (auto old = detail::read_old(root, n)) return request{std::move(*old)};
    return {};
  }
  socketio::cluster::message m{.nsp = std::string{nsp_name}};
  if (!detail::read_request(root, n, m)) return {};
  return request{std::move(m)};
}

SOCKETIO_DECL std::optional<socketio::cluster::message> decode_answer(std::string text,
                                                                      std::string_view nsp_name) {
  tape values = socketio::cluster::codec::message_tape();
  if (!socketio::cluster::codec::read_text(text, values)) return {};
  socketio::cluster::message m{.nsp = std::string{nsp_name}};
  if (!detail::read_answer(values.root(), m)) return {};
  return m;
}

SOCKETIO_DECL std::string encode_answer(const old_request& to, std::span<const std::string> names) {
  std::string text;
  json::writer<std::string> out{text};
  out.begin_object();
  out.key("requestId"), out.string(to.request_id);
  if (to.what == number::sockets || to.what == number::all_rooms) {
    out.key(to.what == number::sockets ? "sockets" : "rooms"), out.begin_array();
    for (const std::string& each : names) out.string(each);
    out.end_array();
  }
  out.end_object();
  return text;
}

}  // namespace socketio::redis::classic
