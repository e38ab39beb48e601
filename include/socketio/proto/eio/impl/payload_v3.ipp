// layer 1 (proto): the bodies of eio/payload_v3.hpp.
#pragma once

#include "socketio/proto/eio/payload_v3.hpp"

namespace socketio::eio {

namespace detail {

/// A decimal number of at least one digit, which stand for themselves above `zero`, and then `end`.
/// The size that comes back is that of all of it.
inline std::optional<packet_head> read_length(std::string_view text, char zero, char end) noexcept {
  packet_head head;
  for (; head.size != text.size() && text[head.size] != end; ++head.size) {
    const auto digit = static_cast<unsigned char>(text[head.size] - zero);
    if (digit > 9 || head.size == max_length_digits) return std::nullopt;
    head.length = 10 * head.length + digit;
  }
  if (head.size == 0 || head.size == text.size()) return std::nullopt;
  ++head.size;
  return head;
}

}  // namespace detail

SOCKETIO_DECL std::optional<packet_head> read_counted_head(std::string_view payload) noexcept {
  return detail::read_length(payload, '0', ':');
}

SOCKETIO_DECL std::optional<packet_head> read_octets_head(std::string_view payload) noexcept {
  if (payload.empty() || (payload[0] != '\0' && payload[0] != '\1')) return std::nullopt;
  auto head = detail::read_length(payload.substr(1), '\0', '\xff');
  if (!head) return std::nullopt;
  head->binary = payload[0] == '\1';
  ++head->size;
  return head;
}

}  // namespace socketio::eio
