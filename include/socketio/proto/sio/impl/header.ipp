// layer 1 (proto): the body of sio/header.hpp.
#pragma once

#include "socketio/core/digit.hpp"
#include "socketio/proto/sio/header.hpp"
#include "socketio/proto/sio/nsp_query.hpp"
#include "socketio/proto/sio/packet_rules.hpp"

namespace socketio::sio {
namespace detail {

/// Takes a decimal number of at most `max_digits` digits from the front of `text`.
constexpr std::optional<std::uint64_t> read_digits(std::string_view& text,
                                                   std::size_t max_digits) noexcept {
  std::uint64_t value = 0;
  std::size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    if (i == max_digits) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(text[i] - '0');
  }
  if (i == 0) return std::nullopt;
  text.remove_prefix(i);
  return value;
}

SOCKETIO_DECL std::optional<header> read_any_header(std::string_view text,
                                                    std::size_t max_attachments) noexcept {
  header h;
  if (text.empty() || text[0] < '0' || text[0] > '6') return std::nullopt;
  std::string_view rest = text.substr(1);
  h.type = static_cast<packet_type>(text[0] - '0');

  if (h.type == packet_type::binary_event || h.type == packet_type::binary_ack) {
    const auto count = read_digits(rest, 9);
    if (!count || *count == 0 || *count > max_attachments) return std::nullopt;
    if (!rest.starts_with('-')) return std::nullopt;
    rest.remove_prefix(1);
    h.attachments = static_cast<std::size_t>(*count);
  }

  if (rest.starts_with('/')) {
    h.nsp = rest.substr(0, max_nsp_size + 1 + max_query_size + 1);
    h.nsp = h.nsp.substr(0, h.nsp.find(','));
    const nsp_query parts{h.nsp};
    if (parts.name.size() > max_nsp_size || parts.query.size() > max_query_size) {
      return std::nullopt;
    }
    rest.remove_prefix(h.nsp.size());
    if (!rest.empty()) rest.remove_prefix(1);  // the comma may be left out at the end of the packet
  }

  if (!rest.empty() && is_digit(rest[0])) {
    h.id = read_digits(rest, 16);
    if (!h.id || *h.id > max_ack_id) return std::nullopt;
  }
  if (h.id && !may_have_id(h.type)) return std::nullopt;

  // JSON may begin with white space, but no client lets it, and Node's parser reads it as an id.
  // (With other control characters it does not begin.)
  if (!rest.empty() && static_cast<unsigned char>(rest[0]) <= ' ') return std::nullopt;

  h.size = text.size() - rest.size();
  return h;
}

}  // namespace detail
}  // namespace socketio::sio
