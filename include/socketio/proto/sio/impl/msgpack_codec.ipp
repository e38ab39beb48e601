// layer 1 (proto): the bodies of sio/msgpack_codec.hpp.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "socketio/core/frame_builder.hpp"
#include "socketio/core/json/reader.hpp"
#include "socketio/core/value/convert.hpp"
#include "socketio/proto/msgpack/reader.hpp"
#include "socketio/proto/msgpack/writer.hpp"
#include "socketio/proto/sio/header.hpp"
#include "socketio/proto/sio/msgpack_codec.hpp"
#include "socketio/proto/sio/packet_rules.hpp"
#include "socketio/proto/ws/encoder.hpp"

namespace socketio::sio {
namespace detail {

/// Whether the JSON form has a place for this name too: there, a comma ends it.
inline bool is_nsp_name(std::string_view name) noexcept {
  return name.starts_with('/') && name.size() <= max_nsp_size && name.find(',') == name.npos;
}

inline frame write_msgpack(const packet& p, std::size_t likely_size) {
  frame_builder message{likely_size};
  msgpack::writer<frame_builder> out{message};
  out.begin_object();
  out.key("type"), out.integer(static_cast<int>(p.type));
  if (!p.data.is_null()) out.key("data"), to_writer(out, p.data);
  if (p.id) out.key("id"), out.unsigned_integer(*p.id);
  out.key("nsp"), out.string(p.nsp);
  out.end_object();
  return ws::seal(message, ws::opcode::binary);
}

inline void restore_attachments(tape& values, std::span<const frame> attachments) noexcept {
  for (std::size_t i = values.next_object(0); i != tape::npos; i = values.next_object(i + 1)) {
    const value_view object = values.at(i);
    if (object["_placeholder"].as_bool() != true) continue;
    const auto num = object["num"].as_uint64();
    if (!num || *num >= attachments.size()) continue;
    values.replace_with_binary(i, as_bytes(attachments[static_cast<std::size_t>(*num)].packet()));
  }
}

}  // namespace detail

SOCKETIO_DECL std::optional<packet> decode_msgpack(bytes_view message, tape& values) {
  values.clear();
  if (msgpack::read(message, values) != msgpack::status::ok) return std::nullopt;
  const value_view fields = values.root();
  const auto type = fields["type"].as_uint64();
  const auto nsp = fields["nsp"].as_string();
  if (!type || *type > static_cast<std::uint64_t>(packet_type::connect_error)) return std::nullopt;
  if (!nsp || !detail::is_nsp_name(*nsp)) return std::nullopt;

  packet p{static_cast<packet_type>(*type), 0, *nsp, {}, fields["data"]};
  if (const value_view id = fields["id"]; !id.is_null()) {
    p.id = id.as_uint64();
    if (!p.id || *p.id > max_ack_id) return std::nullopt;
  }
  if (p.id && !detail::may_have_id(p.type)) return std::nullopt;
  const bool fits =
      p.data.is_null() ? detail::may_lack_payload(p.type) : detail::is_payload_of(p.type, p.data);
  if (!fits) return std::nullopt;
  return p;
}

SOCKETIO_DECL frame encode_msgpack(const packet& p) { return detail::write_msgpack(p, 240); }

SOCKETIO_DECL frame to_msgpack(const frame& text, std::span<const frame> attachments) {
  std::string copy{text.packet().substr(1)};  // without the type of Engine.IO; reading changes it
  const auto head = read_header(copy, attachments.size());
  if (!head) return {};
  packet p{detail::without_binary(head->type), 0, head->nsp, head->id, {}};
  tape values{{.depth = 1'000, .nodes = std::numeric_limits<std::size_t>::max()}};
  std::size_t likely_size = copy.size() + 32;
  if (head->size != copy.size()) {
    const std::size_t size = copy.size() - head->size;
    if (json::read(copy.data() + head->size, size, values) != json::status::ok) return {};
    for (const frame& each : attachments) likely_size += each.packet().size();
    if (!attachments.empty()) detail::restore_attachments(values, attachments);
    p.data = values.root();
  }
  return detail::write_msgpack(p, likely_size);
}

}  // namespace socketio::sio
