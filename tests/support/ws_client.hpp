// The client's side of the WebSocket protocol, for tests: writes masked frames, reads unmasked
// ones. Written on its own, byte by byte, so that it can bear witness against the library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "socketio/proto/ws/types.hpp"

namespace socketio::test {

/// The key of RFC 6455's example.
inline constexpr std::string_view default_mask = "\x37\xfa\x21\x3d";

inline std::string big_endian(std::uint64_t value, int width) {
  std::string bytes;
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(value >> shift & 0xff)));
  }
  return bytes;
}

/// A frame to be written, right or wrong: every field of its header can be set to what it must not
/// be.
struct client_frame {
  ws::opcode op = ws::opcode::text;
  std::string_view payload = {};
  bool fin = true;
  unsigned rsv = 0;  ///< any of head::rsv1, rsv2, rsv3
  std::optional<std::string_view> mask = default_mask;
  int length_width = 0;                         ///< 1, 2 or 8 bytes; 0 for the minimum
  std::optional<std::uint64_t> announced = {};  ///< the length in the header, if not the real one

  std::string bytes() const {
    const std::uint64_t length = announced.value_or(payload.size());
    const int minimum = length < 126 ? 1 : length < 65536 ? 2 : 8;
    const int width = length_width != 0 ? length_width : minimum;
    const unsigned masked = mask ? ws::head::masked : 0;
    std::string out = big_endian((fin ? ws::head::fin : 0) | rsv | static_cast<unsigned>(op), 1);
    if (width == 1) {
      out += big_endian(masked | length, 1);
    } else {
      out += big_endian(masked | (width == 2 ? 126 : 127), 1) + big_endian(length, width);
    }
    if (mask) out += *mask;
    for (std::size_t i = 0; i < payload.size(); ++i) {
      out.push_back(mask ? static_cast<char>(payload[i] ^ (*mask)[i % 4]) : payload[i]);
    }
    return out;
  }
};

inline std::string text_frame(std::string_view payload) {
  return client_frame{.op = ws::opcode::text, .payload = payload}.bytes();
}

inline std::string binary_frame(std::string_view payload) {
  return client_frame{.op = ws::opcode::binary, .payload = payload}.bytes();
}

/// A message in fragments of `piece` bytes, the last one shorter.
inline std::string fragmented(ws::opcode op, std::string_view payload, std::size_t piece) {
  std::string out;
  do {
    const std::string_view part = payload.substr(0, piece);
    payload.remove_prefix(part.size());
    out += client_frame{.op = op, .payload = part, .fin = payload.empty()}.bytes();
    op = ws::opcode::continuation;
  } while (!payload.empty());
  return out;
}

inline std::string client_close(std::uint16_t code, std::string_view reason = {}) {
  const std::string payload = big_endian(code, 2) + std::string{reason};
  return client_frame{.op = ws::opcode::close, .payload = payload}.bytes();
}

/// A frame as a server has sent it.
struct server_frame {
  ws::opcode op = ws::opcode::text;
  bool fin = true;
  unsigned rsv = 0;
  std::string payload;

  /// Of a close frame; 1005 when it has none.
  unsigned close_code() const {
    if (payload.size() < 2) return 1005;
    return static_cast<unsigned char>(payload[0]) * 256u + static_cast<unsigned char>(payload[1]);
  }
};

/// Reads a server's bytes, which may come in any pieces.
class server_frame_reader {
 public:
  void feed(std::string_view bytes) { buffer_ += bytes; }

  /// The next whole frame. Masked ones are wrong (RFC 6455 §5.1), and end the reading.
  std::optional<server_frame> next() {
    const std::size_t width = length_width();
    if (broken_ || buffer_.size() < 2 + width) return {};
    std::uint64_t length = at(1) & ws::head::length_bits;
    if (width != 0) length = 0;
    for (std::size_t i = 0; i < width; ++i) length = length << 8 | at(2 + i);
    broken_ = (at(1) & ws::head::masked) != 0;
    if (broken_ || buffer_.size() - 2 - width < length) return {};

    server_frame frame;
    frame.op = static_cast<ws::opcode>(at(0) & ws::head::opcode_bits);
    frame.fin = (at(0) & ws::head::fin) != 0;
    frame.rsv = at(0) & (ws::head::rsv1 | ws::head::rsv2 | ws::head::rsv3);
    frame.payload = buffer_.substr(2 + width, static_cast<std::size_t>(length));
    buffer_.erase(0, 2 + width + frame.payload.size());
    return frame;
  }

  bool broken() const { return broken_; }

  /// Bytes that belong to no whole frame yet.
  std::string_view rest() const { return buffer_; }

 private:
  unsigned at(std::size_t i) const { return static_cast<unsigned char>(buffer_[i]); }

  std::size_t length_width() const {
    if (buffer_.size() < 2) return 0;
    const unsigned length = at(1) & ws::head::length_bits;
    return length == ws::head::length_16 ? 2 : length == ws::head::length_64 ? 8 : 0;
  }

  std::string buffer_;
  bool broken_ = false;
};

}  // namespace socketio::test
