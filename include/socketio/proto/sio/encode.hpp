// layer 1 (proto): Socket.IO packets in, frames out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/core/bytes.hpp"
#include "socketio/core/frame.hpp"
#include "socketio/core/frame_builder.hpp"
#include "socketio/core/json/writer.hpp"
#include "socketio/core/value/convert.hpp"
#include "socketio/proto/eio/packet.hpp"
#include "socketio/proto/sio/offset.hpp"
#include "socketio/proto/sio/packet.hpp"

namespace socketio::sio {

/// A packet ready for every receiver, whatever its transport: complete Engine.IO messages, the text
/// and then, in this order and with nothing in between, its attachments.
struct encoded {
  frame text;
  std::vector<frame> attachments = {};

  /// Where the packet stands among all those that clients can ask for again; 0 if they cannot.
  std::uint64_t offset = 0;

  /// The whole packet for clients that speak MessagePack, made by `transcoder` when the first of
  /// them is met. A copy of this object may go to another thread, and makes its own.
  mutable frame msgpack = {};

  /// None of it may be compressed on its way, in no form; before the packet is sent.
  void forbid_compression() noexcept {
    text.forbid_compression();
    for (frame& each : attachments) each.forbid_compression();
  }
};

namespace detail {

/// Receives the binary values that the JSON writer meets.
struct collector {
  std::vector<frame>* frames;

  SOCKETIO_DECL void operator()(bytes_view data) const;
};

using packet_writer = json::writer<frame_builder, collector>;

SOCKETIO_DECL void append_address(frame_builder& out, std::string_view nsp,
                                  std::optional<std::uint64_t> id);

/// What stands before the payload, with the type digit of Engine.IO before that.
[[gnu::always_inline]] inline void append_header(frame_builder& out, packet_type type,
                                                 std::string_view nsp,
                                                 std::optional<std::uint64_t> id) {
  char* const types = out.prepare(2);
  types[0] = eio::to_char(eio::packet_type::message);
  types[1] = to_char(type);
  out.commit(2);
  // All names begin with '/'.
  if (nsp.size() != main_namespace.size() || id) append_address(out, nsp, id);
}

/// Turns an event or an ack into its binary form, once the number of its attachments is known.
SOCKETIO_DECL void mark_binary(frame_builder& packet, std::size_t attachments);

SOCKETIO_DECL frame seal_text(frame_builder& packet);

/// About how long a value will be in JSON. Too small a guess costs one more allocation.
template <class T>
std::size_t likely_size(const T& value) noexcept {
  if constexpr (std::is_convertible_v<const T&, std::string_view> && requires { value.size(); }) {
    return value.size() + 8;
  } else if constexpr (std::is_array_v<T>) {
    return sizeof(T) + 8;
  } else {
    return std::is_arithmetic_v<T> ? 12 : 64;
  }
}

template <class T>
void write_argument(packet_writer& out, const T& value) {
  to_writer(out, value);
}

inline std::size_t likely_size(offset o) noexcept { return o.number == 0 ? 0 : 24; }

SOCKETIO_DECL void write_offset(packet_writer& out, offset o);

inline void write_argument(packet_writer& out, offset o) {
  if (o.number != 0) write_offset(out, o);
}

/// Arguments as they were received are passed on as so many arguments.
inline void write_argument(packet_writer& out, const args& values) {
  for (const value_view value : values) to_writer(out, value);
}

template <class... Values>
encoded encode_array(packet_type type, std::string_view nsp, std::optional<std::uint64_t> id,
                     const Values&... values) {
  encoded out;
  frame_builder text{((32 + nsp.size()) + ... + likely_size(values))};
  append_header(text, type, nsp, id);
  packet_writer json{text, collector{&out.attachments}};
  json.begin_array();
  (write_argument(json, values), ...);
  json.end_array();
  if (!out.attachments.empty()) mark_binary(text, out.attachments.size());
  out.text = seal_text(text);
  return out;
}

}  // namespace detail

/// `42["name",…]`. Each argument is anything that io::convert can write; io::args stands for all
/// the arguments in it.
template <class... Args>
encoded encode_event(std::string_view nsp, std::optional<std::uint64_t> id, std::string_view name,
                     const Args&... arguments) {
  return detail::encode_array(packet_type::event, nsp, id, name, arguments...);
}

/// The same for an event that clients may ask for again.
template <class... Args>
encoded encode_event(std::string_view nsp, offset position, std::string_view name,
                     const Args&... arguments) {
  encoded out =
      detail::encode_array(packet_type::event, nsp, std::nullopt, name, arguments..., position);
  out.offset = position.number;
  return out;
}

/// `43<id>[…]`.
template <class... Args>
encoded encode_ack(std::string_view nsp, std::uint64_t id, const Args&... arguments) {
  return detail::encode_array(packet_type::ack, nsp, id, arguments...);
}

/// An event or an ack whose data is at hand as one array, the event's name first.
SOCKETIO_DECL encoded encode_data(packet_type type, std::string_view nsp,
                                  std::optional<std::uint64_t> id, value_view data);

/// `40{"sid":"…"}`, the answer to a CONNECT. With a `pid`, the client may recover its state later.
SOCKETIO_DECL frame encode_connect(std::string_view nsp, std::string_view sid,
                                   std::string_view pid = {});

/// `40`, the same for clients 2.x (Socket.IO protocol v4), which take the session's id for theirs.
SOCKETIO_DECL frame encode_bare_connect(std::string_view nsp);

/// `44{"message":"…"}`, the refusal of a CONNECT.
SOCKETIO_DECL frame encode_connect_error(std::string_view nsp, std::string_view message);

/// `44{"message":"…","data":…}`.
template <class T>
frame encode_connect_error(std::string_view nsp, std::string_view message, const T& data) {
  frame_builder text{48 + nsp.size() + message.size() + detail::likely_size(data)};
  detail::append_header(text, packet_type::connect_error, nsp, {});
  json::writer<frame_builder> json{text};
  json.begin_object();
  json.key("message"), json.string(message);
  json.key("data"), to_writer(json, data);
  json.end_object();
  return detail::seal_text(text);
}

/// `44"…"` or `44{…}`, the same for clients 2.x (Socket.IO protocol v4, "ERROR"): any data.
template <class T>
frame encode_error(std::string_view nsp, const T& data) {
  frame_builder text{16 + nsp.size() + detail::likely_size(data)};
  detail::append_header(text, packet_type::connect_error, nsp, {});
  json::writer<frame_builder> json{text};
  to_writer(json, data);
  return detail::seal_text(text);
}

/// `41`.
SOCKETIO_DECL frame encode_disconnect(std::string_view nsp);

}  // namespace socketio::sio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/sio/impl/encode.ipp"
#endif
