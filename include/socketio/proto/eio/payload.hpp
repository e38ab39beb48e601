// layer 1 (proto): the body of a long-polling request or response, several packets in one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/core/base64.hpp"
#include "socketio/core/frame.hpp"
#include "socketio/proto/eio/packet.hpp"

namespace socketio::eio {

/// Engine.IO protocol v4, "HTTP long-polling": U+001E stands between the packets of a payload, and
/// a binary packet is `b` and its base64 form. (The separator cannot occur inside a packet: JSON
/// escapes control characters.)
inline constexpr char separator = '\x1e';
inline constexpr char binary_mark = 'b';

/// Splits a payload into its packets, one per call and in place: base64 is decoded over itself, and
/// the byte behind each packet (a separator, or the byte behind the body, which must be writable)
/// may be overwritten by whoever parses the packet. The reader checks the UTF-8 of each text packet
/// it hands out, so nobody else needs to look at the body.
///
/// The caller may stop between any two packets and go on later. After an error it stays failed.
class payload_reader {
 public:
  enum class status : std::uint8_t { packet, end, error };

  payload_reader() noexcept = default;
  payload_reader(char* data, std::size_t size) noexcept
      : next_{data}, left_{size}, state_{status::packet} {}

  status next(packet& out) noexcept;

 private:
  status read(char* data, std::size_t size, packet& out) noexcept;

  char* next_ = nullptr;
  std::size_t left_ = 0;
  status state_ = status::end;  // what the next call meets: a packet, or one of the two ends
};

/// The exact size of what `write_payload` writes.
template <class Frames>
std::size_t payload_size(const Frames& frames) noexcept {
  std::size_t size = 0;
  for (const frame& f : frames) {
    const std::size_t packet = f.packet().size();
    size += 1 + (f.type() == frame::kind::text ? packet : 1 + base64_encoded_size(packet));
  }
  return size == 0 ? 0 : size - 1;
}

/// Appends the payload made of `frames`, a range of frame.
template <class Sink, class Frames>
void write_payload(Sink& sink, const Frames& frames) {
  bool first = true;
  for (const frame& f : frames) {
    if (!first) sink.push_back(separator);
    first = false;
    if (f.type() == frame::kind::text) {
      sink.append(f.packet());
    } else {
      sink.push_back(binary_mark);
      base64_append(sink, f.packet());
    }
  }
}

}  // namespace socketio::eio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/eio/impl/payload.ipp"
#endif
