// layer 1 (proto): the body of a long-polling request or response, several packets in one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// How the packets of a payload are told apart.
enum class payload_form : std::uint8_t {
  separated,  ///< revision 4
  counted,    ///< revision 3, text: payload_v3.hpp
  octets,     ///< revision 3, binary: payload_v3.hpp
};

/// Splits a payload into its packets, one per call and in place: base64 is decoded over itself, and
/// the byte behind each packet (the byte behind the body too, which must be writable) may be
/// overwritten by whoever parses the packet. The reader checks the UTF-8 of each text packet it
/// hands out, so nobody else needs to look at the body.
///
/// The caller may stop between any two packets and go on later. After an error it stays failed.
class payload_reader {
 public:
  enum class status : std::uint8_t { packet, end, error };

  payload_reader() noexcept = default;
  payload_reader(char* data, std::size_t size, payload_form form = payload_form::separated) noexcept
      : next_{data},
        left_{size},
        state_{status::packet},
        form_{form},
        behind_{size == 0 ? '\0' : *data} {}

  SOCKETIO_DECL status next(packet& out) noexcept;

 private:
  /// One packet as the payload has it.
  struct piece {
    char* data;
    std::size_t size;
    bool binary;
  };

  piece cut_at_separator() noexcept;
  std::optional<piece> cut_by_length() noexcept;
  std::optional<piece> take(std::size_t head, std::size_t size, bool binary) noexcept;

  char* next_ = nullptr;
  std::size_t left_ = 0;
  status state_ = status::end;  // what the next call meets: a packet, or one of the two ends
  payload_form form_ = payload_form::separated;
  char behind_ = '\0';  // revision 3: what stood at next_ before anybody could overwrite it
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

/// Appends the payload made of `frames`, a range of frame, in the form of revision 4.
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
