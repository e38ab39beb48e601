// layer 1 (proto): the bodies of eio/payload.hpp.
#pragma once

#include <cstring>
#include <optional>

#include "socketio/core/utf8.hpp"
#include "socketio/proto/eio/payload.hpp"
#include "socketio/proto/eio/payload_v3.hpp"

namespace socketio::eio {

SOCKETIO_DECL payload_reader::status payload_reader::next(packet& out) noexcept {
  if (state_ != status::packet) return state_;
  const bool v4 = form_ == payload_form::separated;
  const std::optional<piece> cut = v4 ? cut_at_separator() : cut_by_length();
  const revision r = v4 ? revision::v4 : revision::v3;
  const auto decoded = !cut          ? std::nullopt
                       : cut->binary ? decode_binary(cut->data, cut->size, r)
                                     : decode_text(cut->data, cut->size, r);
  if (!decoded || (!decoded->binary && !is_utf8(decoded->text()))) {
    return state_ = status::error;
  }
  out = *decoded;
  return status::packet;
}

// A payload that is empty, or that begins or ends with a separator, has an empty packet, which is
// an error like everywhere else. (An empty *binary* packet, a lone `b`, is a legal attachment.)
SOCKETIO_DECL payload_reader::piece payload_reader::cut_at_separator() noexcept {
  char* const data = next_;
  auto* const end = left_ == 0 ? nullptr : static_cast<char*>(std::memchr(data, separator, left_));
  if (!end) {
    state_ = status::end;
    return {data, left_, false};
  }
  const auto size = static_cast<std::size_t>(end - data);
  next_ = end + 1;
  left_ -= size + 1;
  return {data, size, false};
}

SOCKETIO_DECL std::optional<payload_reader::piece> payload_reader::cut_by_length() noexcept {
  if (left_ != 0) *next_ = behind_;
  const bool counted = form_ == payload_form::counted;
  const std::string_view payload{next_, left_};
  const auto head = counted ? read_counted_head(payload) : read_octets_head(payload);
  if (!head || head->length > left_ - head->size) return std::nullopt;
  const auto length = static_cast<std::size_t>(head->length);
  const auto size = counted ? utf16_prefix(payload.substr(head->size), length) : length;
  if (!size) return std::nullopt;
  return take(head->size, *size, head->binary);
}

// Packets stand without gaps: the byte behind this one, which whoever parses it may overwrite, is
// the first of the next.
SOCKETIO_DECL std::optional<payload_reader::piece> payload_reader::take(std::size_t head,
                                                                        std::size_t size,
                                                                        bool binary) noexcept {
  char* const data = next_ + head;
  next_ = data + size;
  left_ -= head + size;
  if (left_ == 0) {
    state_ = status::end;
  } else {
    behind_ = *next_;
  }
  return piece{data, size, binary};
}

}  // namespace socketio::eio
