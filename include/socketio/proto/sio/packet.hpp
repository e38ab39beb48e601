// layer 1 (proto): a Socket.IO packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "socketio/core/value/view.hpp"

namespace socketio::sio {

/// Socket.IO protocol v5, "Packet types".
enum class packet_type : std::uint8_t {
  connect,
  disconnect,
  event,
  ack,
  connect_error,
  binary_event,
  binary_ack,
};

constexpr char to_char(packet_type type) noexcept {
  return static_cast<char>('0' + static_cast<int>(type));
}

/// The namespace that is left out on the wire.
inline constexpr std::string_view main_namespace = "/";

/// An ack id is a number that JavaScript can count: at most 2^53 - 1.
inline constexpr std::uint64_t max_ack_id = (std::uint64_t{1} << 53) - 1;

/// The longest name that a client may use for an event, and for a namespace (without the query of
/// nsp_query.hpp).
inline constexpr std::size_t max_event_size = 256;
inline constexpr std::size_t max_nsp_size = 1024;

/// Socket.IO protocol v5, "Event": these names mean something to the libraries on one side or the
/// other, so no peer may emit them.
constexpr bool is_reserved_event(std::string_view name) noexcept {
  if (name.size() < 7 || name.size() > 14) return false;  // most names
  return name == "connect" || name == "connect_error" || name == "disconnect" ||
         name == "disconnecting" || name == "newListener" || name == "removeListener";
}

/// A decoded packet: views into the message that it came in.
struct packet {
  /// Never one of the binary types, which only say how a packet travels: it is an `event` or an
  /// `ack` with binary values in its data.
  packet_type type = packet_type::connect;
  std::size_t attachments = 0;
  std::string_view nsp = main_namespace;  ///< with the query string that clients 2.x put behind it
  std::optional<std::uint64_t>
      id;  ///< an event: wants an ack; an ack: answers to this event, to none without it

  /// event: an array that begins with the name; ack: an array; connect: an object or nothing;
  /// connect_error: an object, a string or nothing; disconnect: nothing. Nothing is a null.
  value_view data;

  std::string_view event() const noexcept { return data[0].as_string().value_or(""); }
  [[gnu::always_inline]] args arguments() const noexcept {
    return args{data, type == packet_type::event ? 1u : 0u};
  }
};

}  // namespace socketio::sio
