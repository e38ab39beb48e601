// layer 1 (proto): the WebSocket frames of a client, decoded into messages.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/proto/ws/held_bytes.hpp"
#include "socketio/proto/ws/mask.hpp"
#include "socketio/proto/ws/types.hpp"

namespace socketio::ws {

enum class event_kind : std::uint8_t {
  need_data,  ///< the input is used up
  text,       ///< a whole message, valid UTF-8
  binary,     ///< a whole message
  ping,       ///< to be answered by a pong with the same payload (RFC 6455 §5.5.2)
  pong,
  close,   ///< to be answered by a close frame with the same code; nothing comes after it
  failed,  ///< to be answered by a close frame with `code`; every further call fails like this one
};

struct event {
  event_kind kind = event_kind::need_data;
  bool compressed = false;  ///< the message is still deflated, and its text not yet checked
  close_code code = close_code::no_status;  ///< close: the peer's; failed: the one to send
  char* data = nullptr;  ///< payload, or the reason of a close; data[size] may be written to
  std::size_t size = 0;

  std::string_view text() const noexcept { return {data, size}; }
};

namespace detail {

/// Of a message what has come, and a frame whose end may not have.
struct part {
  std::size_t remaining = 0;   // of the current frame's payload
  utf8_validator utf8;         // of the current text message, over its fragments
  held_bytes held;             // the message so far, then the control frame so far
  std::size_t held_begin = 0;  // where in `held` the payload goes that is now coming
  mask_key key;
  std::uint16_t empty_fragments = 0;        // in a row
  std::array<char, head::max_size> head{};  // of the next frame, when a read ends inside it
  std::uint8_t head_size = 0;               // of what is there of it
  opcode frame = opcode::continuation;      // the current one
  opcode message = opcode::continuation;    // that has begun; or this for none
  bool fin = false;                         // of the current frame
  bool compressed = false;                  // the current message
};

}  // namespace detail

/// The receiving half of a server's WebSocket connection (RFC 6455 §5 to §8). Whoever reads from
/// the connection hands over the bytes, and calls `next` until it needs data or has failed.
///
/// `input` is the receive buffer itself, with one byte behind its end that may be written to.
/// Frames are unmasked where they lie, so a message that lies whole in the input as one frame is
/// not copied. What the end of the input cuts off and what comes in fragments is collected on the
/// heap; a decoder that needs data for the next message owns no heap memory.
///
/// The data of an event is valid until the next call. Which events there are depends on the bytes,
/// never on how they are split. Throws nothing but std::bad_alloc.
class decoder {
 public:
  /// `max_message` bounds a message's payload over all fragments, before inflating; more than
  /// 4 GiB less one byte are never taken.
  /// `deflate` says that permessage-deflate was negotiated: then RSV1 marks a compressed message
  /// (RFC 7692 §6), otherwise it is an error.
  explicit decoder(std::size_t max_message, bool deflate = false) noexcept
      : max_message_{static_cast<std::uint32_t>(
            std::min<std::size_t>(max_message, std::numeric_limits<std::uint32_t>::max()))},
        deflate_{deflate} {}

  /// The same, when it is known only later; before the first call of `next`.
  void expect_deflate() noexcept { deflate_ = true; }

  /// Consumes from the front of `input` what the event returned was made of; after a close or a
  /// failure, all of it, unseen.
  SOCKETIO_DECL event next(std::span<char>& input);

  /// Whether a message, or at least a frame, has begun and is waiting for its end: what a deadline
  /// should watch.
  bool in_message() const noexcept { return stage_ == stage::head || stage_ == stage::payload; }

  /// The heap memory owned now: at most `slack` more than the frames so far have announced, and at
  /// most `slack` more than twice what has come of that.
  std::size_t held() const noexcept {
    return part_ ? sizeof(detail::part) + part_->held.capacity() : 0;
  }

  static constexpr std::size_t slack = detail::held_bytes::slack + sizeof(detail::part);

 private:
  enum class stage : std::uint8_t {
    idle,     // between two messages, nothing of the next frame seen
    head,     // inside a message or a header; a header, or more of it, is to come
    payload,  // inside a frame's payload
    closed,
    failed,
  };

  // A peer that sends empty fragments costs CPU and gets nothing across.
  static constexpr std::uint16_t max_empty_fragments = 1000;

  SOCKETIO_DECL event take_whole(std::span<char>& input) noexcept;
  SOCKETIO_DECL bool take_head(std::span<char>& input);
  SOCKETIO_DECL std::size_t parse_head(const char* bytes, std::size_t size) noexcept;
  SOCKETIO_DECL bool begins_badly(unsigned first, unsigned second) const noexcept;
  SOCKETIO_DECL event take_payload(std::span<char>& input);
  SOCKETIO_DECL bool unmask(char* out, const char* in, std::size_t size) noexcept;
  SOCKETIO_DECL event finish(char* data, std::size_t size) noexcept;
  SOCKETIO_DECL event finish_close(char* data, std::size_t size) noexcept;
  SOCKETIO_DECL event fail(close_code code) noexcept;

  std::unique_ptr<detail::part> part_;  // null between messages, once the last event is used
  std::uint32_t max_message_;
  close_code failure_ = close_code::no_status;
  stage stage_ = stage::idle;
  bool deflate_;
};

}  // namespace socketio::ws

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/ws/impl/decoder.ipp"
#endif
