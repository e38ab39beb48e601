// layer 1 (proto): the bodies of eio/packet.hpp.
#pragma once

#include "socketio/core/base64.hpp"
#include "socketio/proto/eio/packet.hpp"

namespace socketio::eio {

SOCKETIO_DECL std::optional<packet> decode_text(char* data, std::size_t size, revision r) noexcept {
  if (size == 0) return std::nullopt;
  if (data[0] >= to_char(packet_type::open) && data[0] <= to_char(packet_type::noop)) {
    return packet{static_cast<packet_type>(data[0] - '0'), false, data + 1, size - 1};
  }
  const std::size_t mark = r == revision::v3 ? 2 : 1;
  if (data[0] != binary_mark || size < mark) return std::nullopt;
  if (r == revision::v3 && data[1] != to_char(packet_type::message)) return std::nullopt;
  char* const bytes = data + mark;
  const auto decoded = base64_decode({bytes, size - mark}, bytes);
  if (!decoded) return std::nullopt;
  return packet{packet_type::message, true, bytes, *decoded};
}

SOCKETIO_DECL std::optional<packet> decode_binary(char* data, std::size_t size,
                                                  revision r) noexcept {
  if (r == revision::v4) return packet{packet_type::message, true, data, size};
  if (size == 0 || data[0] != static_cast<char>(packet_type::message)) return std::nullopt;
  return packet{packet_type::message, true, data + 1, size - 1};
}

}  // namespace socketio::eio
