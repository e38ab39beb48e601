// layer 1 (proto): one Engine.IO packet, as a WebSocket message carries it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/proto/eio/revision.hpp"

namespace socketio::eio {

/// Engine.IO protocol v4, "Packet encoding": the first character of a text packet.
enum class packet_type : std::uint8_t { open, close, ping, pong, message, upgrade, noop };

constexpr char to_char(packet_type type) noexcept {
  return static_cast<char>('0' + static_cast<int>(type));
}

constexpr std::string_view to_string(packet_type type) noexcept {
  constexpr std::string_view names[] = {"open",    "close",   "ping", "pong",
                                        "message", "upgrade", "noop"};
  return names[static_cast<std::size_t>(type)];
}

/// The first character of a binary message in the form of text: the rest is base64, in revision 3
/// behind the type digit. That is how long-polling carries it, and also WebSocket, for a client
/// that asks for it (`b64=1`; the official ones call this option `forceBase64`).
inline constexpr char binary_mark = 'b';

/// A decoded packet: a window into the buffer it was received in. The buffer is the reader's to
/// change; so is the byte behind a text packet, `data[size]`, which parsers use as their sentinel.
struct packet {
  packet_type type = packet_type::noop;
  bool binary = false;
  char* data = nullptr;  ///< without the type
  std::size_t size = 0;

  std::string_view text() const noexcept { return {data, size}; }
};

/// Decodes a text message, which must be valid UTF-8 already: a type digit and the rest, or
/// `binary_mark` and base64, which is decoded in place. No packet for an empty message, an unknown
/// type or wrong base64.
SOCKETIO_DECL std::optional<packet> decode_text(char* data, std::size_t size,
                                                revision r = revision::v4) noexcept;

/// A binary message is always of the type `message`. Revision 4 does not say so; revision 3 does,
/// in the first byte, and any other byte there is no packet.
SOCKETIO_DECL std::optional<packet> decode_binary(char* data, std::size_t size,
                                                  revision r = revision::v4) noexcept;

}  // namespace socketio::eio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/eio/impl/packet.ipp"
#endif
