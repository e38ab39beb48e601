// layer 5 (adapters): the bodies of adapters/redis/stream_entry.hpp.
#pragma once

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio/adapters/redis/stream_entry.hpp"

namespace socketio::redis {

SOCKETIO_DECL std::optional<entry_id> entry_id::read(std::string_view text) noexcept {
  entry_id id;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, id.milliseconds);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-') return {};
  const auto second = std::from_chars(first.ptr + 1, end, id.sequence);
  if (second.ec != std::errc{} || second.ptr != end) return {};
  return id;
}

namespace detail {

/// The hash, and what is done with it, are JavaScript's, where the remainder of a negative number
/// is negative: such a stream no server in JavaScript reads.
SOCKETIO_DECL std::string streams::of(std::string_view nsp) const {
  if (count <= 1) return name;
  std::uint32_t hash = 0;
  const auto mix = [&](std::uint32_t unit) { hash = hash * 31 + unit; };
  for (std::size_t i = 0; i < nsp.size();) {
    const auto c = static_cast<unsigned char>(nsp[i]);
    const std::size_t length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    std::uint32_t point = length == 1 ? c : c & (0x7fU >> length);
    for (std::size_t k = 1; k < length && i + k < nsp.size(); ++k) {
      point = point << 6 | (static_cast<unsigned char>(nsp[i + k]) & 0x3fU);
    }
    i += length;
    if (point < 0x10000) {
      mix(point);
    } else {
      mix(0xd800 + ((point - 0x10000) >> 10));
      mix(0xdc00 + ((point - 0x10000) & 0x3ff));
    }
  }
  const std::int64_t signed_hash = static_cast<std::int32_t>(hash);
  return name + '-' + std::to_string(signed_hash % static_cast<std::int64_t>(count));
}

/// The order of the fields is that of the official adapter. It does not know the last two, and does
/// not look at them: one is for the sender, the other says that `rooms` means a socket alone.
SOCKETIO_DECL void streams::add(redis::client& through, const socketio::cluster::message& m,
                                std::string_view data, reply_handler done) const {
  const std::string to = of(m.nsp), most = std::to_string(max_len),
                    type = std::to_string(static_cast<int>(m.type)),
                    number = std::to_string(m.number);
  std::vector<std::string_view> all{"XADD", to,    "MAXLEN", "~",    most, "*",    "uid",
                                    m.uid,  "nsp", m.nsp,    "type", type, "data", data};
  if (m.number != 0) all.insert(all.end(), {"number", number});
  if (m.to.direct) all.insert(all.end(), {"direct", "1"});
  through.command(all, std::move(done));
}

SOCKETIO_DECL std::string_view field_of(resp::reply_view fields, std::string_view name) {
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    if (fields[i].text() == name) return fields[i + 1].text();
  }
  return {};
}

SOCKETIO_DECL std::optional<socketio::cluster::message> message_of(resp::reply_view fields) {
  const std::string_view type = field_of(fields, "type");
  unsigned number = 0;
  const auto [end, fault] = std::from_chars(type.data(), type.data() + type.size(), number);
  if (fault != std::errc{} || end != type.data() + type.size() || number > 13) return {};
  auto m = socketio::cluster::decode(static_cast<socketio::cluster::message_type>(number),
                                     field_of(fields, "uid"), field_of(fields, "nsp"),
                                     std::string{field_of(fields, "data")});
  if (m) {
    const std::string_view own = field_of(fields, "number");
    std::from_chars(own.data(), own.data() + own.size(), m->number);  // or it stays 0
    m->to.direct = m->to.rooms.size() == 1 && field_of(fields, "direct") == "1";
  }
  return m;
}

}  // namespace detail
}  // namespace socketio::redis
