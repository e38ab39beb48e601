// layer 4 (hub): the bodies of cluster/message.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/cluster/message.hpp"
#include "socketio/cluster/wire.hpp"
#include "socketio/core/base64.hpp"
#include "socketio/core/json/writer.hpp"
#include "socketio/proto/msgpack/writer.hpp"
#include "socketio/proto/sio/packet_rules.hpp"

namespace socketio::cluster {
namespace codec {

inline bool has_binary(const message& m) {
  for (const found_socket& each : m.sockets) {
    if (has_binary(each.data) || has_binary(each.handshake.auth())) return true;
  }
  return !m.packet.attachments.empty() || (m.data && has_binary(*m.data));
}

template <class Writer>
void write_options(Writer& out, const message& m) {
  out.key("opts"), out.begin_object();
  out.key("rooms"), write_names(out, m.to.rooms);
  out.key("except"), write_names(out, m.to.except);
  write_flags(out, m.to, m.packet, m.timeout);
  out.end_object();
}

/// Whether messages of this type have more to say.
inline bool has_data(message_type t) {
  using enum message_type;
  return t != initial_heartbeat && t != heartbeat && t != adapter_close;
}

/// The order of the members is that of the official adapters.
template <class Writer>
void write_data(Writer& out, const message& m) {
  using enum message_type;
  const auto write_id = [&] {
    if (!m.request_id.empty()) out.key("requestId"), out.string(m.request_id);
  };
  out.begin_object();
  switch (m.type) {
    case broadcast:
      out.key("packet"), out.begin_object();
      out.key("type"), out.integer(static_cast<int>(sio::packet_type::event));
      out.key("data"), write_event(out, m.packet);
      out.end_object();
      write_id();
      write_options(out, m);
      break;
    case sockets_join:
    case sockets_leave:
      write_options(out, m);
      out.key("rooms"), write_names(out, m.rooms);
      break;
    case disconnect_sockets:
      write_options(out, m);
      out.key("close"), out.boolean(m.close);
      break;
    case fetch_sockets:
      write_options(out, m);
      write_id();
      break;
    case fetch_sockets_response:
      write_id();
      write_sockets(out, m.sockets);
      break;
    case broadcast_client_count:
      write_id();
      out.key("clientCount"), out.unsigned_integer(m.clients);
      break;
    default:  // of a program's: 9, 10, 12
      write_id();
      if (m.data) out.key("packet"), to_writer(out, static_cast<value_view>(*m.data));
      break;
  }
  out.end_object();
}

template <class Writer>
void write(Writer out, const message& m) {
  out.begin_object();
  out.key("type"), out.integer(static_cast<int>(m.type));
  if (has_data(m.type)) out.key("data"), write_data(out, m);
  out.key("uid"), out.string(m.uid);
  out.key("nsp"), out.string(m.nsp);
  out.end_object();
}

inline bool read_data(value_view data, message& m) {
  using enum message_type;
  m.request_id = data["requestId"].as_string().value_or("");
  if (m.type >= broadcast && m.type <= fetch_sockets) {
    if (!read_options(data["opts"], m.to, m.timeout)) return false;
  }
  const bool answers = m.type == fetch_sockets_response || m.type >= server_side_emit_response;
  if ((answers || m.type == fetch_sockets) && m.request_id.empty()) return false;
  switch (m.type) {
    case broadcast: {
      auto packet = read_packet(data["packet"], data["opts"]["flags"], m.nsp);
      if (packet) m.packet = std::move(*packet);
      return packet.has_value();
    }
    case sockets_join:
    case sockets_leave:
      return read_names(data["rooms"], m.rooms);
    case disconnect_sockets:
      m.close = data["close"].as_bool() == true;
      return true;
    case fetch_sockets_response:
      m.sockets = read_sockets(data);
      return true;
    case server_side_emit:
      m.data = value{data["packet"]};
      return data["packet"][0].is_string();
    case broadcast_client_count: {
      const auto count = read_client_count(data);
      m.clients = count.value_or(0);
      return count.has_value();
    }
    default:
      if (const auto answer = data.find("packet")) m.data = value{*answer};
      return true;
  }
}

inline std::optional<message> read_message(std::uint64_t type, std::string_view uid,
                                           std::string_view nsp_name, value_view data) {
  if (type < 1 || type > 13 || !sio::detail::is_nsp_name(nsp_name)) return {};
  message m{.type = static_cast<message_type>(type),
            .uid = std::string{uid},
            .nsp = std::string{nsp_name}};
  if (has_data(m.type) && !read_data(data, m)) return {};
  return m;
}

}  // namespace codec

SOCKETIO_DECL std::string encode(const message& m) {
  if (codec::has_binary(m)) return encode_packed(m);
  std::string text;
  codec::write(json::writer<std::string>{text}, m);
  return text;
}

SOCKETIO_DECL std::string encode_packed(const message& m) {
  std::string text;
  codec::write(msgpack::writer<std::string>{text}, m);
  return text;
}

SOCKETIO_DECL std::string encode_data(const message& m) {
  std::string text;
  if (!codec::has_data(m.type)) return text;
  if (!codec::has_binary(m)) {
    json::writer<std::string> out{text};
    codec::write_data(out, m);
    return text;
  }
  std::string packed;
  msgpack::writer<std::string> out{packed};
  codec::write_data(out, m);
  base64_append(text, packed);
  return text;
}

SOCKETIO_DECL std::optional<message> decode(std::string text) {
  tape values = codec::message_tape();
  if (!codec::read_text(text, values)) return {};
  const value_view root = values.root();
  const auto type = root["type"].as_uint64();
  const auto uid = root["uid"].as_string(), name = root["nsp"].as_string();
  if (!type || !uid || !name) return {};
  return codec::read_message(*type, *uid, *name, root["data"]);
}

SOCKETIO_DECL std::optional<message> decode(message_type type, std::string_view uid,
                                            std::string_view nsp, std::string data) {
  tape values = codec::message_tape();
  if (codec::has_data(type)) {
    if (!data.starts_with('{')) {
      const auto size = base64_decode(data, data.data());
      if (!size) return {};
      data.resize(*size);
    }
    if (!codec::read_text(data, values)) return {};
  }
  return codec::read_message(static_cast<std::uint64_t>(type), uid, nsp,
                             codec::has_data(type) ? values.root() : value_view{});
}

}  // namespace socketio::cluster
