// layer 1 (proto): one Engine.IO packet, as a WebSocket message carries it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace socketio::eio {

/// Engine.IO protocol v4, "Packet encoding": the first character of a text packet.
enum class packet_type : std::uint8_t { open, close, ping, pong, message, upgrade, noop };

constexpr char to_char(packet_type type) noexcept {
  return static_cast<char>('0' + static_cast<int>(type));
}

/// A decoded packet: a window into the buffer it was received in. The buffer is the reader's to
/// change; so is the byte behind a text packet, `data[size]`, which parsers use as their sentinel.
struct packet {
  packet_type type = packet_type::noop;
  bool binary = false;
  char* data = nullptr;  ///< without the type digit
  std::size_t size = 0;

  std::string_view text() const noexcept { return {data, size}; }
};

/// Decodes a text message, which must be valid UTF-8 already: a type digit, then the rest.
/// No packet for an empty message or an unknown type.
inline std::optional<packet> decode_text(char* data, std::size_t size) noexcept {
  if (size == 0 || data[0] < to_char(packet_type::open) || data[0] > to_char(packet_type::noop)) {
    return std::nullopt;
  }
  return packet{static_cast<packet_type>(data[0] - '0'), false, data + 1, size - 1};
}

/// A binary message is always of the type `message` and has no type digit.
inline packet decode_binary(char* data, std::size_t size) noexcept {
  return {packet_type::message, true, data, size};
}

}  // namespace socketio::eio
