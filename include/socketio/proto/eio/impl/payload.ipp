// layer 1 (proto): the bodies of eio/payload.hpp.
#pragma once

#include "socketio/core/utf8.hpp"
#include "socketio/proto/eio/payload.hpp"

namespace socketio::eio {

SOCKETIO_DECL payload_reader::status payload_reader::next(packet& out) noexcept {
  if (state_ != status::packet) return state_;
  char* const data = next_;
  auto* const end = left_ == 0 ? nullptr : static_cast<char*>(std::memchr(data, separator, left_));
  std::size_t size = left_;
  if (end) {
    size = static_cast<std::size_t>(end - data);
    next_ = end + 1;
    left_ -= size + 1;
  } else {
    state_ = status::end;
  }
  const status result = read(data, size, out);
  if (result == status::error) state_ = status::error;
  return result;
}

// A payload that is empty, or that begins or ends with a separator, has an empty packet, which is
// an error like everywhere else. (An empty *binary* packet, a lone `b`, is a legal attachment.)
SOCKETIO_DECL payload_reader::status payload_reader::read(char* data, std::size_t size,
                                                          packet& out) noexcept {
  if (size != 0 && data[0] == binary_mark) {
    const auto decoded = base64_decode({data + 1, size - 1}, data + 1);
    if (!decoded) return status::error;
    out = decode_binary(data + 1, *decoded);
    return status::packet;
  }
  const auto decoded = decode_text(data, size);
  if (!decoded || !is_utf8(decoded->text())) return status::error;
  out = *decoded;
  return status::packet;
}

}  // namespace socketio::eio
