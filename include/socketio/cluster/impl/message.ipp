// layer 4 (hub): the bodies of cluster/message.hpp.
#pragma once

#include <algorithm>
#include <chrono>
#include <limits>
#include <string_view>
#include <utility>

#include "socketio/cluster/description.hpp"
#include "socketio/cluster/message.hpp"
#include "socketio/core/json/reader.hpp"
#include "socketio/core/json/writer.hpp"
#include "socketio/proto/msgpack/reader.hpp"
#include "socketio/proto/msgpack/writer.hpp"
#include "socketio/proto/sio/header.hpp"
#include "socketio/proto/sio/packet_rules.hpp"
#include "socketio/proto/sio/transcoder.hpp"

namespace socketio::cluster {
namespace codec {

inline bool has_binary(value_view v) {
  if (v.is_binary()) return true;
  for (const value_view each : v.elements()) {
    if (has_binary(each)) return true;
  }
  for (const auto& [key, each] : v.members()) {
    if (has_binary(each)) return true;
  }
  return false;
}

inline bool has_binary(const message& m) {
  for (const found_socket& each : m.sockets) {
    if (has_binary(each.data) || has_binary(each.handshake.auth())) return true;
  }
  return !m.packet.attachments.empty() || (m.data && has_binary(*m.data));
}

/// The text of the array of event and arguments, without the position that it has here.
inline std::string_view event_text(const sio::encoded& packet) {
  std::string_view text = packet.text.packet().substr(1);
  const auto head = sio::read_header(text, packet.attachments.size());
  text.remove_prefix(head ? head->size : text.size());
  return text;
}

template <class Sink, class Attach>
void write_event(json::writer<Sink, Attach>& out, const sio::encoded& packet) {
  const std::string_view text = event_text(packet);
  if (packet.offset == 0) return out.raw(text);
  out.raw(std::string{text.substr(0, text.rfind(','))} + ']');
}

template <class Sink>
void write_event(msgpack::writer<Sink>& out, const sio::encoded& packet) {
  sio::packet_reader read;
  const auto event = read(packet);
  out.begin_array();
  if (event) {
    args arguments = event->arguments();
    if (packet.offset != 0 && !arguments.empty()) arguments.drop_last();
    out.string(event->event());
    for (const value_view each : arguments) to_writer(out, each);
  }
  out.end_array();
}

template <class Writer>
void write_names(Writer& out, const name_list& names) {
  out.begin_array();
  names.for_each([&](std::string_view each) { out.string(each); });
  out.end_array();
}

template <class Writer>
void write_options(Writer& out, const message& m) {
  out.key("opts"), out.begin_object();
  out.key("rooms"), write_names(out, m.to.rooms);
  out.key("except"), write_names(out, m.to.except);
  out.key("flags"), out.begin_object();
  if (m.to.lossy) out.key("volatile"), out.boolean(true);
  if (m.packet.text && !m.packet.text.compressible()) out.key("compress"), out.boolean(false);
  if (m.timeout) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(*m.timeout);
    out.key("timeout"), out.integer(ms.count());
  }
  out.end_object();
  out.end_object();
}

/// The order of the members is that of the official adapters.
template <class Writer>
void write_data(Writer& out, const message& m) {
  using enum message_type;
  const auto write_id = [&] {
    if (!m.request_id.empty()) out.key("requestId"), out.string(m.request_id);
  };
  out.key("data"), out.begin_object();
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
      out.key("sockets"), out.begin_array();
      for (const found_socket& each : m.sockets) write_description(out, each);
      out.end_array();
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
  using enum message_type;
  out.begin_object();
  out.key("type"), out.integer(static_cast<int>(m.type));
  if (m.type != initial_heartbeat && m.type != heartbeat && m.type != adapter_close) {
    write_data(out, m);
  }
  out.key("uid"), out.string(m.uid);
  out.key("nsp"), out.string(m.nsp);
  out.end_object();
}

/// JavaScript's rooms may be numbers.
inline name_list read_names(value_view list) {
  name_list names;
  for (const value_view each : list.elements()) {
    if (const auto name = each.as_string()) {
      names.add(*name);
    } else if (const auto number = each.as_int64()) {
      names.add(std::to_string(*number));
    }
  }
  return names;
}

inline void read_options(value_view options, message& m) {
  m.to.rooms = read_names(options["rooms"]);
  m.to.except = read_names(options["except"]);
  const value_view flags = options["flags"];
  m.to.lossy = flags["volatile"].as_bool() == true;
  // Beyond a day nobody waits, and what is counted in nanoseconds would overflow.
  constexpr std::int64_t day = 24 * 60 * 60 * 1000;
  if (const auto ms = flags["timeout"].as_int64(); ms && *ms > 0) {
    m.timeout = std::chrono::milliseconds{std::min(*ms, day)};
  }
}

inline bool read_packet(value_view packet, value_view flags, message& m) {
  const value_view event = packet["data"];
  if (!sio::detail::is_event_data(event)) return false;
  m.packet = sio::encode_data(sio::packet_type::event, m.nsp, {}, event);
  if (flags["compress"].as_bool() == false) m.packet.forbid_compression();
  return true;
}

inline bool read_data(value_view data, message& m) {
  using enum message_type;
  m.request_id = data["requestId"].as_string().value_or("");
  if (m.type >= broadcast && m.type <= fetch_sockets) {
    if (!data["opts"].is_object()) return false;  // or it would be for everybody
    read_options(data["opts"], m);
  }
  const bool answers = m.type == fetch_sockets_response || m.type >= server_side_emit_response;
  if ((answers || m.type == fetch_sockets) && m.request_id.empty()) return false;
  switch (m.type) {
    case broadcast:
      return read_packet(data["packet"], data["opts"]["flags"], m);
    case sockets_join:
    case sockets_leave:
      m.rooms = read_names(data["rooms"]);
      return true;
    case disconnect_sockets:
      m.close = data["close"].as_bool() == true;
      return true;
    case fetch_sockets_response:
      for (const value_view each : data["sockets"].elements()) {
        if (auto found = read_description(each)) m.sockets.push_back(std::move(*found));
      }
      return true;
    case server_side_emit:
      m.data = value{data["packet"]};
      return data["packet"][0].is_string();
    case broadcast_client_count: {
      const auto count = data["clientCount"].as_uint64();
      m.clients = static_cast<std::size_t>(count.value_or(0));
      return count.has_value();
    }
    default:
      if (const auto answer = data.find("packet")) m.data = value{*answer};
      return true;
  }
}

}  // namespace codec

SOCKETIO_DECL std::string encode(const message& m) {
  std::string text;
  if (codec::has_binary(m)) {
    codec::write(msgpack::writer<std::string>{text}, m);
  } else {
    codec::write(json::writer<std::string>{text}, m);
  }
  return text;
}

SOCKETIO_DECL std::optional<message> decode(std::string text) {
  tape values{{.depth = 1'000, .nodes = std::numeric_limits<std::size_t>::max()}};
  const bool ok = text.starts_with('{')  // no map or array of MessagePack begins like that
                      ? json::read(text.data(), text.size(), values) == json::status::ok
                      : msgpack::read(as_bytes(text), values) == msgpack::status::ok;
  if (!ok) return {};
  const value_view root = values.root();
  const auto type = root["type"].as_uint64();
  const auto uid = root["uid"].as_string(), name = root["nsp"].as_string();
  if (!type || *type < 1 || *type > 13 || !uid || !name || !sio::detail::is_nsp_name(*name))
    return {};
  message m{.type = static_cast<message_type>(*type),
            .uid = std::string{*uid},
            .nsp = std::string{*name}};
  using enum message_type;
  if (m.type == initial_heartbeat || m.type == heartbeat || m.type == adapter_close) return m;
  if (!codec::read_data(root["data"], m)) return {};
  return m;
}

}  // namespace socketio::cluster
