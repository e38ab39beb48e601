// layer 1 (proto): the WebSocket decoder, from header to message.
#pragma once

#include <algorithm>
#include <cstring>

#include "socketio/proto/ws/decoder.hpp"

namespace socketio::ws {
namespace detail {

inline unsigned byte_at(const char* bytes, std::size_t i) noexcept {
  return static_cast<unsigned char>(bytes[i]);
}

// Payload is unmasked in steps that stay in the first-level cache, so that text which is not plain
// ASCII is checked before it is cold. A multiple of the key's size.
inline constexpr std::size_t unmask_step = 4096;

}  // namespace detail

SOCKETIO_DECL event decoder::next(std::span<char>& input) {
  if (stage_ == stage::idle || stage_ == stage::closed) part_.reset();  // the last event was in it
  if (stage_ == stage::idle) {
    const event result = take_whole(input);
    if (result.kind != event_kind::need_data) return result;
  }
  while (stage_ == stage::payload || take_head(input)) {
    const event result = take_payload(input);
    if (result.kind != event_kind::need_data || stage_ == stage::payload) return result;
  }
  if (stage_ == stage::closed || stage_ == stage::failed) input = input.last(0);
  return stage_ == stage::failed ? fail(failure_) : event{};
}

/// The short way for what clients nearly always send: a text or binary message of a few bytes to a
/// few thousand, in one frame that lies whole in the input. Whatever else there is, right or wrong,
/// is left to the long way.
SOCKETIO_DECL event decoder::take_whole(std::span<char>& input) noexcept {
  const std::size_t available = input.size();
  if (available < 6) return {};
  const unsigned first = detail::byte_at(input.data(), 0);
  const bool text = first == (head::fin | static_cast<unsigned>(opcode::text));
  const bool binary = first == (head::fin | static_cast<unsigned>(opcode::binary));
  if (!text && !binary) return {};

  std::size_t size = detail::byte_at(input.data(), 1) ^ head::masked;
  std::size_t head_size = 6;
  if (size == head::length_16) {
    if (available < 8) return {};
    size = detail::byte_at(input.data(), 2) << 8 | detail::byte_at(input.data(), 3);
    head_size = 8;
    if (size < head::length_16 || size > detail::unmask_step) return {};
  } else if (size > head::length_16) {
    return {};
  }
  if (size > max_message_ || size > available - head_size) return {};

  char* const data = input.data() + head_size;
  const bool ascii = mask_key{data - 4}.apply(data, data, size);
  if (text && !ascii && !is_utf8({data, size})) return fail(close_code::invalid_payload);
  input = input.subspan(head_size + size);
  return {.kind = text ? event_kind::text : event_kind::binary, .data = data, .size = size};
}

/// Gets past the next frame's header: in the input where it lies, or in `head` when a read cut it.
SOCKETIO_DECL bool decoder::take_head(std::span<char>& input) {
  if (input.empty() || stage_ == stage::closed || stage_ == stage::failed) return false;
  if (!part_) part_ = std::make_unique<detail::part>();
  detail::part& p = *part_;
  const std::size_t before = p.head_size;
  const char* bytes = input.data();
  std::size_t available = input.size();
  if (before != 0) {
    available = std::min(before + input.size(), p.head.size());
    std::memcpy(p.head.data() + before, input.data(), available - before);
    bytes = p.head.data();
  }
  if (const std::size_t size = parse_head(bytes, available)) {
    stage_ = stage::payload;
    p.head_size = 0;
    input = input.subspan(size - before);
    return true;
  }
  if (stage_ == stage::failed) return false;
  stage_ = stage::head;
  if (before == 0) std::memcpy(p.head.data(), input.data(), available);
  p.head_size = static_cast<std::uint8_t>(available);
  input = input.last(0);
  return false;
}

/// Returns the size of the header (RFC 6455 §5.2), or 0 when it is wrong or not complete. Wrong is
/// what the bytes at hand prove to be wrong: a payload is never waited for in order to refuse it.
SOCKETIO_DECL std::size_t decoder::parse_head(const char* bytes, std::size_t size) noexcept {
  if (size < 2) return 0;
  const unsigned first = detail::byte_at(bytes, 0), second = detail::byte_at(bytes, 1);
  if (begins_badly(first, second)) return fail(close_code::protocol_error), 0;

  const auto op = static_cast<opcode>(first & head::opcode_bits);
  std::uint64_t length = second & head::length_bits;
  std::size_t used = 2;
  if (length >= head::length_16) {
    const std::size_t width = length == head::length_16 ? 2 : 8;
    const std::uint64_t shorter_form_ends = width == 2 ? head::length_16 : 0x10000;
    if (size < used + width) return 0;
    length = 0;
    for (const std::size_t end = used + width; used < end; ++used) {
      length = length << 8 | detail::byte_at(bytes, used);
    }
    // "The minimal number of bytes MUST be used", and "the most significant bit MUST be 0".
    if (length < shorter_form_ends || length >> 63 != 0) {
      return fail(close_code::protocol_error), 0;
    }
  }
  detail::part& p = *part_;
  if (!is_control(op) && length > max_message_ - p.held.size()) {
    return fail(close_code::message_too_big), 0;
  }
  if (size < used + 4) return 0;

  if (op == opcode::continuation) {
    p.empty_fragments = length == 0 ? static_cast<std::uint16_t>(p.empty_fragments + 1) : 0;
    if (p.empty_fragments > max_empty_fragments) return fail(close_code::policy_violation), 0;
  } else if (!is_control(op)) {
    p.message = op;
    p.compressed = (first & head::rsv1) != 0;
    p.empty_fragments = 0;
  }
  p.frame = op;
  p.fin = (first & head::fin) != 0;
  p.remaining = static_cast<std::size_t>(length);
  p.held_begin = is_control(op) ? p.held.size() : 0;
  p.key = mask_key{bytes + used};
  return used + 4;
}

/// The rules that the first two bytes of a frame can break.
SOCKETIO_DECL bool decoder::begins_badly(unsigned first, unsigned second) const noexcept {
  const auto op = static_cast<opcode>(first & head::opcode_bits);
  if (!is_known(op)) return true;
  if ((second & head::masked) == 0) return true;  // §5.1: a client masks everything
  if ((first & (head::rsv2 | head::rsv3)) != 0) return true;
  if (is_control(op)) {
    return (first & head::rsv1) != 0 || (first & head::fin) == 0 ||
           (second & head::length_bits) > max_control_payload;
  }
  const bool continues = op == opcode::continuation;
  if ((first & head::rsv1) != 0 && (continues || !deflate_)) return true;
  return continues != (part_->message != opcode::continuation);
}

SOCKETIO_DECL event decoder::take_payload(std::span<char>& input) {
  detail::part& p = *part_;
  char* const piece = input.data();
  const std::size_t size = std::min(p.remaining, input.size());
  const bool whole = p.fin && size == p.remaining && p.held.size() == p.held_begin;
  char* const out = whole ? piece : p.held.extend(size, p.remaining);
  input = input.subspan(size);
  p.remaining -= size;
  if (!unmask(out, piece, size)) return fail(close_code::invalid_payload);
  if (p.remaining != 0) return {};

  stage_ = stage::head;  // finish says when the message ends too
  if (!p.fin) return {};
  if (whole) return finish(piece, size);
  const std::size_t total = p.held.size() - p.held_begin;
  p.held.truncate(p.held_begin);
  return finish(p.held.data() + p.held_begin, total);
}

/// False for text that cannot be UTF-8 (§8.1), at the first byte that shows it.
SOCKETIO_DECL bool decoder::unmask(char* out, const char* in, std::size_t size) noexcept {
  detail::part& p = *part_;
  const bool text = p.message == opcode::text && !p.compressed && !is_control(p.frame);
  while (size != 0) {
    const std::size_t n = std::min(size, detail::unmask_step);
    const bool ascii = p.key.apply(out, in, n);
    if (text && !(ascii && p.utf8.complete()) && !p.utf8.feed({out, n})) return false;
    p.key = p.key.advanced(n);
    in += n, out += n, size -= n;
  }
  return true;
}

SOCKETIO_DECL event decoder::finish(char* data, std::size_t size) noexcept {
  const detail::part& p = *part_;
  event result{.data = data, .size = size};
  if (p.frame == opcode::close) return finish_close(data, size);
  if (is_control(p.frame)) {
    result.kind = p.frame == opcode::ping ? event_kind::ping : event_kind::pong;
    if (p.message == opcode::continuation) stage_ = stage::idle;
    return result;
  }
  if (!p.utf8.complete()) return fail(close_code::invalid_payload);
  result.kind = p.message == opcode::text ? event_kind::text : event_kind::binary;
  result.compressed = p.compressed;
  stage_ = stage::idle;
  return result;
}

/// §5.5.1 and §7.4: either nothing, or a code that may be sent and a reason in UTF-8.
SOCKETIO_DECL event decoder::finish_close(char* data, std::size_t size) noexcept {
  event result{.kind = event_kind::close, .data = data};
  if (size == 1) return fail(close_code::protocol_error);
  if (size >= 2) {
    result.code = static_cast<close_code>(detail::byte_at(data, 0) << 8 | detail::byte_at(data, 1));
    result.data = data + 2;
    result.size = size - 2;
    if (!may_be_sent(result.code)) return fail(close_code::protocol_error);
    if (!is_utf8(result.text())) return fail(close_code::invalid_payload);
  }
  stage_ = stage::closed;
  return result;
}

SOCKETIO_DECL event decoder::fail(close_code code) noexcept {
  stage_ = stage::failed;
  failure_ = code;
  part_.reset();
  return {.kind = event_kind::failed, .code = code};
}

}  // namespace socketio::ws
