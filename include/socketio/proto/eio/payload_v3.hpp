// layer 1 (proto): the payloads of Engine.IO revision 3.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/core/base64.hpp"
#include "socketio/core/frame.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/proto/eio/packet.hpp"

namespace socketio::eio {

// Engine.IO protocol v3, "Payload". Packets stand one behind the other, each with its length:
//
//   counted  <length>:<packet>    text; the length in decimal digits, in UTF-16 code units; binary
//                                 is `b4` and base64
//   octets   <flag><length>\xff<packet>
//                                 bytes; the flag is \0 for text and \1 for binary, the length has
//                                 one byte, \0 to \9, for each decimal digit and counts bytes;
//                                 binary begins with a \4
//
// Which one it is, the header Content-Type says.

/// The most digits of a length: no body is as long as this can say.
inline constexpr std::size_t max_length_digits = 16;

struct packet_head {
  bool binary = false;
  std::uint64_t length = 0;
  std::size_t size = 0;  ///< the packet begins here
};

/// Reads the head of the packet at the front of a payload.
SOCKETIO_DECL std::optional<packet_head> read_counted_head(std::string_view payload) noexcept;
SOCKETIO_DECL std::optional<packet_head> read_octets_head(std::string_view payload) noexcept;

/// Appends the payload made of `frames`, a range of frame, as text.
template <class Sink, class Frames>
void write_counted(Sink& sink, const Frames& frames) {
  const auto head = [&](std::size_t length) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), length).ptr;
    sink.append(std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())});
    sink.push_back(':');
  };
  for (const frame& f : frames) {
    if (f.type() == frame::kind::text) {
      head(utf16_size(f.packet()));
      sink.append(f.packet());
    } else {
      head(2 + base64_encoded_size(f.packet().size()));
      sink.push_back(binary_mark);
      sink.push_back(to_char(packet_type::message));
      base64_append(sink, f.packet());
    }
  }
}

/// The same as bytes.
template <class Sink, class Frames>
void write_octets(Sink& sink, const Frames& frames) {
  for (const frame& f : frames) {
    const bool binary = f.type() == frame::kind::binary;
    std::array<char, 22> head;
    head[0] = static_cast<char>(binary);
    const auto end =
        std::to_chars(head.data() + 1, head.data() + 21, f.packet().size() + (binary ? 1 : 0)).ptr;
    for (char* digit = head.data() + 1; digit != end; ++digit) {
      *digit = static_cast<char>(*digit - '0');
    }
    *end = '\xff';
    sink.append(std::string_view{head.data(), static_cast<std::size_t>(end + 1 - head.data())});
    if (binary) sink.push_back(static_cast<char>(packet_type::message));
    sink.append(f.packet());
  }
}

}  // namespace socketio::eio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/eio/impl/payload_v3.ipp"
#endif
