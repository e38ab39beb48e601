// layer 1 (proto): the bodies of sio/raw_event.hpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "socketio/core/json/validate.hpp"
#include "socketio/proto/sio/packet_rules.hpp"
#include "socketio/proto/sio/raw_event.hpp"

namespace socketio::sio {

SOCKETIO_DECL std::optional<raw_event> peek_event(std::string_view text,
                                                  std::size_t max_attachments) noexcept {
  const auto head = read_header(text, max_attachments);
  if (!head) return {};
  if (head->type != packet_type::event && head->type != packet_type::binary_event) return {};
  raw_event e{*head, {}, text.substr(head->size), 2};
  if (!e.payload.starts_with("[\"")) return {};  // as JSON.stringify writes it
  const std::size_t end = e.payload.find_first_of("\"\\", e.rest);
  if (end == e.payload.npos || e.payload[end] == '\\') return {};
  e.name = e.payload.substr(e.rest, end - e.rest);
  e.rest = end + 1;
  if (e.name.size() > max_event_size || is_reserved_event(e.name)) return {};
  return e;
}

SOCKETIO_DECL std::string_view raw_arguments(const raw_event& e) noexcept {
  const std::size_t first = json::skip_space(e.payload, e.rest);
  if (e.payload[first] == ']') return {};
  return e.payload.substr(first + 1, e.payload.rfind(']') - first - 1);  // without the comma
}

}  // namespace socketio::sio
