// layer 1 (proto): the bodies of sio/msgpack_codec.hpp.
#pragma once

#include <string_view>

#include "socketio/core/frame_builder.hpp"
#include "socketio/core/value/convert.hpp"
#include "socketio/proto/msgpack/reader.hpp"
#include "socketio/proto/msgpack/writer.hpp"
#include "socketio/proto/sio/msgpack_codec.hpp"
#include "socketio/proto/sio/packet_rules.hpp"
#include "socketio/proto/ws/encoder.hpp"

namespace socketio::sio {

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

SOCKETIO_DECL frame encode_msgpack(const packet& p, std::size_t likely_size) {
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

}  // namespace socketio::sio
