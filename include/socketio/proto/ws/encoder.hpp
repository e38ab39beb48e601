// layer 1 (proto): the WebSocket frames of a server: headers, and control frames.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "socketio/core/frame.hpp"
#include "socketio/core/frame_builder.hpp"
#include "socketio/proto/ws/types.hpp"

namespace socketio::ws {

/// The header of an unmasked frame (RFC 6455 §5.2): 2, 4 or 10 bytes.
class frame_header {
 public:
  constexpr frame_header(opcode op, std::uint64_t payload_size, bool fin = true) noexcept {
    push((fin ? head::fin : 0) | static_cast<unsigned>(op));
    if (payload_size < head::length_16) {
      push(payload_size);
    } else if (payload_size <= 0xffff) {
      push(head::length_16);
      push_big_endian(payload_size, 2);
    } else {
      push(head::length_64);
      push_big_endian(payload_size, 8);
    }
  }

  constexpr std::string_view view() const noexcept { return {bytes_.data(), size_}; }

 private:
  constexpr void push(std::uint64_t byte) noexcept {
    bytes_[size_++] = static_cast<char>(static_cast<unsigned char>(byte));
  }
  constexpr void push_big_endian(std::uint64_t value, int width) noexcept {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) push(value >> shift & 0xff);
  }

  std::array<char, head::max_unmasked_size> bytes_{};
  std::size_t size_ = 0;
};

static_assert(head::max_unmasked_size <= frame::head_room);

/// Ends a packet, which becomes a text or a binary message in one frame. The builder is used up.
inline frame seal(frame_builder& packet, opcode op) noexcept {
  assert(op == opcode::text || op == opcode::binary);
  const auto kind = op == opcode::text ? frame::kind::text : frame::kind::binary;
  if (packet.size() < head::length_16) {  // most of them: two bytes, copied as such
    const char header[] = {static_cast<char>(head::fin | static_cast<unsigned>(op)),
                           static_cast<char>(packet.size())};
    return packet.seal(kind, {header, 2});
  }
  const frame_header header{op, packet.size()};
  return packet.seal(kind, header.view());
}

/// A ping, pong or close frame, complete and without heap memory.
class control_frame {
 public:
  /// At most max_control_payload bytes of payload.
  control_frame(opcode op, std::string_view payload) noexcept {
    assert(is_control(op) && payload.size() <= max_control_payload);
    const frame_header header{op, payload.size()};
    append(header.view());
    append(payload);
  }

  std::string_view view() const noexcept { return {bytes_.data(), size_}; }

 private:
  void append(std::string_view text) noexcept {
    text.copy(bytes_.data() + size_, text.size());
    size_ = static_cast<std::uint8_t>(size_ + text.size());
  }

  std::array<char, 2 + max_control_payload> bytes_;
  std::uint8_t size_ = 0;
};

inline control_frame ping_frame(std::string_view payload = {}) noexcept {
  return {opcode::ping, payload};
}

inline control_frame pong_frame(std::string_view payload = {}) noexcept {
  return {opcode::pong, payload};
}

/// A close frame (RFC 6455 §5.5.1). A code that may not be sent, such as no_status, makes one
/// without code and reason. The reason is UTF-8, and cut to 123 bytes between two characters.
inline control_frame close_frame(close_code code, std::string_view reason = {}) noexcept {
  if (!may_be_sent(code)) return {opcode::close, {}};
  constexpr std::size_t room = max_control_payload - 2;
  if (reason.size() > room) {
    std::size_t end = room;
    while (end != 0 && (static_cast<unsigned char>(reason[end]) & 0xc0) == 0x80) --end;
    reason = reason.substr(0, end);
  }
  std::array<char, max_control_payload> payload;
  payload[0] = static_cast<char>(static_cast<unsigned>(code) >> 8);
  payload[1] = static_cast<char>(static_cast<unsigned>(code) & 0xff);
  reason.copy(payload.data() + 2, reason.size());
  return {opcode::close, {payload.data(), 2 + reason.size()}};
}

}  // namespace socketio::ws
