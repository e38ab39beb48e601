// layer 1 (proto): messages in, Socket.IO packets out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/core/bytes.hpp"
#include "socketio/core/value/tape.hpp"
#include "socketio/proto/sio/header.hpp"
#include "socketio/proto/sio/packet.hpp"

namespace socketio::sio {

/// A packet with attachments that nobody has decoded.
struct raw_packet {
  std::unique_ptr<char[]> text;
  std::vector<bytes> copies;  ///< the attachments before the last
};

struct decoder_limits {
  std::size_t attachments = 10;         // per packet; at most 64
  std::size_t held_bytes = 10'000'000;  // of one packet with attachments, its text included
};

/// What the decoders of one shard share, since one of them works at a time.
struct workspace {
  SOCKETIO_DECL explicit workspace(decoder_limits l = {}, tape_limits t = {}) noexcept;

  decoder_limits limits;
  tape values;
  packet current;  ///< after `status::packet`, until a decoder is called again
};

/// The decoder of one connection. It is fed with the payloads of Engine.IO messages, text and
/// binary, in the order in which they arrive (Socket.IO protocol v5, "Packet encoding").
///
/// A packet without attachments is parsed where it lies: its strings are views into the message. A
/// packet with attachments is kept until the last of them has come; whatever its text alone gives
/// away as wrong is refused at once. The last attachment is not copied, its value is a view into
/// the message too, and everything else moves into the tape. So a packet is valid as long as the
/// message and the workspace are left alone, even when the decoder is gone: a handler may close the
/// connection.
///
/// The first error is the last answer: the connection must be closed.
class decoder {
 public:
  enum class status : std::uint8_t { packet, need_attachments, error };

  SOCKETIO_DECL decoder() noexcept;
  SOCKETIO_DECL decoder(decoder&&) noexcept;
  SOCKETIO_DECL decoder& operator=(decoder&&) noexcept;
  SOCKETIO_DECL ~decoder();

  /// The payload of a text message; it must be valid UTF-8. Changes the text, and `data[size]`.
  SOCKETIO_DECL status text(char* data, std::size_t size, workspace& in);

  /// A binary message.
  SOCKETIO_DECL status binary(bytes_view data, workspace& in);

  /// The text of a packet that the next binary message completes, as it came and found to be valid;
  /// empty while no such packet is held. The message may be given to `complete` instead of
  /// `binary`: then nothing is read again. Nothing if that is an error.
  SOCKETIO_DECL std::string_view awaits_last() const noexcept;
  SOCKETIO_DECL std::optional<raw_packet> complete(bytes_view last, const decoder_limits& limits);

  /// The bytes of a packet whose attachments have not all come. While it is 0, no memory is used.
  SOCKETIO_DECL std::size_t held() const noexcept;

  /// Back to the beginning: forgets everything, an error too.
  SOCKETIO_DECL void reset() noexcept;

 private:
  struct held_packet;

  static bool finish(const held_packet& held, bytes_view last, workspace& in);
  status fail() noexcept;

  std::unique_ptr<held_packet> held_;
  bool failed_ = false;
};

}  // namespace socketio::sio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/sio/impl/decoder.ipp"
#endif
