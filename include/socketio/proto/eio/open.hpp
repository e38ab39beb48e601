// layer 1 (proto): the packet that opens an Engine.IO session.
#pragma once

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "socketio/proto/eio/packet.hpp"

namespace socketio::eio {

/// Engine.IO protocol v4, "Handshake". `sid` and `upgrades` are the server's own words and need no
/// JSON escapes.
struct open {
  std::string_view sid;
  std::span<const std::string_view> upgrades;
  std::chrono::milliseconds ping_interval;
  std::chrono::milliseconds ping_timeout;
  std::size_t max_payload;
};

namespace detail {

template <class Sink>
void append_number(Sink& sink, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  sink.append(std::string_view{digits, static_cast<std::size_t>(end - digits)});
}

}  // namespace detail

/// Appends the whole packet, with its members in the order in which Node's server sends them.
template <class Sink>
void write_open(Sink& sink, const open& handshake) {
  const auto text = [&](std::string_view s) { sink.append(s); };
  const auto count = [](std::chrono::milliseconds ms) {
    return static_cast<std::uint64_t>(ms.count());
  };
  sink.push_back(to_char(packet_type::open));
  text(R"({"sid":")"), text(handshake.sid);
  text(R"(","upgrades":[)");
  std::string_view comma;
  for (const std::string_view name : handshake.upgrades) {
    text(comma), text("\""), text(name), text("\"");
    comma = ",";
  }
  text(R"(],"pingInterval":)"), detail::append_number(sink, count(handshake.ping_interval));
  text(R"(,"pingTimeout":)"), detail::append_number(sink, count(handshake.ping_timeout));
  text(R"(,"maxPayload":)"), detail::append_number(sink, handshake.max_payload);
  text("}");
}

}  // namespace socketio::eio
