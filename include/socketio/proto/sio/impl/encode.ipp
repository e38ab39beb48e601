// layer 1 (proto): the bodies of sio/encode.hpp.
#pragma once

#include <array>
#include <charconv>
#include <cstring>

#include "socketio/proto/eio/packet.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/proto/ws/encoder.hpp"

namespace socketio::sio {
namespace detail {

SOCKETIO_DECL void collector::operator()(bytes_view data) const {
  frame_builder attachment{data.size()};
  attachment.append(as_text(data));
  frames->push_back(ws::seal(attachment, ws::opcode::binary));
}

inline char* append_number(char* out, std::uint64_t number) noexcept {
  return std::to_chars(out, out + 20, number).ptr;
}

/// In one piece: acknowledgements have an id.
[[gnu::flatten]] SOCKETIO_DECL void append_address(frame_builder& out, std::string_view nsp,
                                                   std::optional<std::uint64_t> id) {
  if (nsp.size() != main_namespace.size()) {
    out.append(nsp);
    out.push_back(',');
  }
  if (id) {
    char* const digits = out.prepare(20);
    out.commit(static_cast<std::size_t>(append_number(digits, *id) - digits));
  }
}

// The attachments are only counted by writing them: the few bytes that say so move in afterwards.
SOCKETIO_DECL void mark_binary(frame_builder& packet, std::size_t attachments) {
  constexpr std::size_t types = 2;  // the digits of Engine.IO and Socket.IO
  char count[21];
  char* count_end = append_number(count, attachments);
  *count_end++ = '-';
  const auto added = static_cast<std::size_t>(count_end - count);

  const std::size_t size = packet.size();
  char* const text = packet.prepare(added) - size;
  std::memmove(text + types + added, text + types, size - types);
  std::memcpy(text + types, count, added);
  const bool is_event = text[1] == to_char(packet_type::event);
  text[1] = to_char(is_event ? packet_type::binary_event : packet_type::binary_ack);
  packet.commit(added);
}

SOCKETIO_DECL void write_offset(packet_writer& out, offset o) { out.string(o.text()); }

SOCKETIO_DECL frame seal_text(frame_builder& packet) { return ws::seal(packet, ws::opcode::text); }

}  // namespace detail

SOCKETIO_DECL encoded encode_data(packet_type type, std::string_view nsp,
                                  std::optional<std::uint64_t> id, value_view data) {
  return detail::encode_array(type, nsp, id, args{data});
}

SOCKETIO_DECL frame encode_connect(std::string_view nsp, std::string_view sid,
                                   std::string_view pid) {
  frame_builder text{48 + nsp.size() + sid.size() + pid.size()};
  detail::append_header(text, packet_type::connect, nsp, {});
  json::writer<frame_builder> json{text};
  json.begin_object();
  json.key("sid"), json.string(sid);
  if (!pid.empty()) json.key("pid"), json.string(pid);
  json.end_object();
  return detail::seal_text(text);
}

SOCKETIO_DECL frame encode_bare_connect(std::string_view nsp) {
  frame_builder text{4 + nsp.size()};
  detail::append_header(text, packet_type::connect, nsp, {});
  return detail::seal_text(text);
}

SOCKETIO_DECL frame encode_connect_error(std::string_view nsp, std::string_view message) {
  frame_builder text{48 + nsp.size() + message.size()};
  detail::append_header(text, packet_type::connect_error, nsp, {});
  json::writer<frame_builder> json{text};
  json.begin_object();
  json.key("message"), json.string(message);
  json.end_object();
  return detail::seal_text(text);
}

SOCKETIO_DECL frame encode_disconnect(std::string_view nsp) {
  frame_builder text{4 + nsp.size()};
  detail::append_header(text, packet_type::disconnect, nsp, {});
  return detail::seal_text(text);
}

}  // namespace socketio::sio
