// layer 4 (hub): the parts of messages between servers, which several protocols have in common.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/cluster/description.hpp"
#include "socketio/cluster/request.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/core/json/reader.hpp"
#include "socketio/core/json/writer.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/core/value/convert.hpp"
#include "socketio/core/value/tape.hpp"
#include "socketio/hub/audience.hpp"
#include "socketio/proto/msgpack/reader.hpp"
#include "socketio/proto/msgpack/writer.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/proto/sio/header.hpp"
#include "socketio/proto/sio/packet_rules.hpp"
#include "socketio/proto/sio/transcoder.hpp"

namespace socketio::cluster::codec {

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
void write_flags(Writer& out, const audience& to, const sio::encoded& packet,
                 const std::optional<duration>& timeout) {
  out.key("flags"), out.begin_object();
  if (to.lossy) out.key("volatile"), out.boolean(true);
  if (packet.text && !packet.text.compressible()) out.key("compress"), out.boolean(false);
  if (timeout) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(*timeout);
    out.key("timeout"), out.integer(ms.count());
  }
  out.end_object();
}

template <class Writer>
void write_sockets(Writer& out, std::span<const found_socket> all) {
  out.key("sockets"), out.begin_array();
  for (const found_socket& each : all) write_description(out, each);
  out.end_array();
}

/// False if it is no list, which is not the same as an empty one: that stands for everybody.
inline bool read_names(value_view list, name_list& names) {
  for (const value_view each : list.elements()) names.add(room_name(each));
  return list.is_array();
}

inline bool read_options(value_view options, audience& to, std::optional<duration>& timeout) {
  if (!read_names(options["rooms"], to.rooms)) return false;
  if (!read_names(options["except"], to.except)) return false;
  const value_view flags = options["flags"];
  to.lossy = flags["volatile"].as_bool() == true;
  // Beyond a day nobody waits, and what is counted in nanoseconds would overflow.
  constexpr std::int64_t day = 24 * 60 * 60 * 1000;
  if (const auto ms = flags["timeout"].as_int64(); ms && *ms > 0) {
    timeout = std::chrono::milliseconds{std::min(*ms, day)};
  }
  return true;
}

inline std::optional<sio::encoded> read_packet(value_view packet, value_view flags,
                                               std::string_view nsp_name) {
  const value_view event = packet["data"];
  if (!sio::detail::is_event_data(event)) return {};
  sio::encoded read = sio::encode_data(sio::packet_type::event, nsp_name, {}, event);
  if (flags["compress"].as_bool() == false) read.forbid_compression();
  return read;
}

/// What is no description is left out.
inline std::vector<found_socket> read_sockets(value_view answer) {
  std::vector<found_socket> all;
  for (const value_view each : answer["sockets"].elements()) {
    if (auto found = read_description(each)) all.push_back(std::move(*found));
  }
  return all;
}

/// How many clients have been asked; nothing for more than a server can have.
inline std::optional<std::size_t> read_client_count(value_view answer) {
  constexpr std::uint64_t most = 1'000'000'000;
  const auto count = answer["clientCount"].as_uint64();
  if (!count || *count > most) return {};
  return static_cast<std::size_t>(*count);
}

inline tape message_tape() {
  return tape{{.depth = 1'000, .nodes = std::numeric_limits<std::size_t>::max()}};
}

/// JSON or MessagePack, of a map or an array: none of those of MessagePack begins like an object in
/// JSON. What is read goes to clients as text: that of MessagePack is mended, and nobody writes
/// JSON that is no UTF-8. The values refer to the text, which is used up.
inline bool read_text(std::string& text, tape& values) {
  if (text.starts_with('{')) {
    return is_utf8(text) && json::read(text.data(), text.size(), values) == json::status::ok;
  }
  return msgpack::read(as_bytes(text), values) == msgpack::status::ok;
}

}  // namespace socketio::cluster::codec
