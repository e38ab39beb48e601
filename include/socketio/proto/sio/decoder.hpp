// layer 1 (proto): messages in, Socket.IO packets out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "socketio/config.hpp"
#include "socketio/core/bytes.hpp"
#include "socketio/core/value/tape.hpp"
#include "socketio/proto/sio/header.hpp"
#include "socketio/proto/sio/packet.hpp"

namespace socketio::sio {

struct decoder_limits {
  std::size_t attachments = 10;         // per packet; at most 64
  std::size_t held_bytes = 10'000'000;  // of one packet with attachments, its text included
};

/// The longest event name.
inline constexpr std::size_t max_event_size = 256;

/// The decoder of one connection. It is fed with the payloads of Engine.IO messages, text and
/// binary, in the order in which they arrive (Socket.IO protocol v5, "Packet encoding").
///
/// A packet without attachments is parsed where it lies: `current()` then has views into the
/// message and the tape. A packet with attachments is kept until the last of them has come, and no
/// longer than until the next call; whatever its text alone gives away as wrong is refused before.
/// The last attachment is not copied: `current()` has a view into its message.
///
/// The first error is the last answer: the connection must be closed. Memory is used only while
/// `held()` is not zero.
class decoder {
 public:
  enum class status : std::uint8_t { packet, need_attachments, error };

  SOCKETIO_DECL explicit decoder(decoder_limits limits = {}) noexcept;
  SOCKETIO_DECL decoder(decoder&&) noexcept;
  SOCKETIO_DECL decoder& operator=(decoder&&) noexcept;
  SOCKETIO_DECL ~decoder();

  /// The payload of a text message; it must be valid UTF-8. Changes the text, and `data[size]`.
  SOCKETIO_DECL status text(char* data, std::size_t size, tape& values);

  /// A binary message.
  SOCKETIO_DECL status binary(bytes_view data, tape& values);

  /// The packet, after `status::packet` and until the next call.
  const packet& current() const noexcept { return current_; }

  /// Bytes of heap that an unfinished packet, or the current one, occupies.
  SOCKETIO_DECL std::size_t held() const noexcept;

  /// Back to the beginning: forgets everything, an error too. After a packet with attachments has
  /// been handled this gives its memory back.
  SOCKETIO_DECL void reset() noexcept;

 private:
  struct held_packet;

  bool read(const header& head, char* data, std::size_t size, tape& values);
  status fail() noexcept;

  packet current_;
  std::unique_ptr<held_packet> held_;
  decoder_limits limits_;
  bool failed_ = false;
};

}  // namespace socketio::sio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/sio/impl/decoder.ipp"
#endif
