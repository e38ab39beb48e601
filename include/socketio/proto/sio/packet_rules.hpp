// layer 1 (proto): what a packet of a client may be made of, whatever the parser.
#pragma once

#include <optional>

#include "socketio/core/value/view.hpp"
#include "socketio/proto/sio/packet.hpp"

namespace socketio::sio::detail {

constexpr bool may_have_id(packet_type type) noexcept {
  return type == packet_type::event || type == packet_type::binary_event ||
         type == packet_type::ack || type == packet_type::binary_ack;
}

constexpr packet_type without_binary(packet_type type) noexcept {
  switch (type) {
    case packet_type::binary_event:
      return packet_type::event;
    case packet_type::binary_ack:
      return packet_type::ack;
    default:
      return type;
  }
}

inline bool is_event_data(value_view data) noexcept {
  const auto name = data.is_array() ? data[0].as_string() : std::nullopt;
  return name && name->size() <= max_event_size && !is_reserved_event(*name);
}

/// Whether the JSON form has a place for a name that came in another: there, a comma ends it.
inline bool is_nsp_name(std::string_view name) noexcept {
  return name.starts_with('/') && name.size() <= max_nsp_size && name.find(',') == name.npos;
}

/// Socket.IO protocol v5, "Packet types". `data` is not absent.
[[gnu::always_inline]] inline bool is_payload_of(packet_type type, value_view data) noexcept {
  switch (type) {
    case packet_type::connect:
      return data.is_object();
    case packet_type::connect_error:
      return data.is_object() || data.is_string();
    case packet_type::event:
    case packet_type::binary_event:
      return is_event_data(data);
    case packet_type::ack:
    case packet_type::binary_ack:
      return data.is_array();
    case packet_type::disconnect:
      break;
  }
  return false;
}

inline bool may_lack_payload(packet_type type) noexcept {
  return type == packet_type::connect || type == packet_type::disconnect ||
         type == packet_type::connect_error;
}

}  // namespace socketio::sio::detail
