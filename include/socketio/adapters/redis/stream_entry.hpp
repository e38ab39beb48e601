// layer 5 (adapters): messages between servers as entries of a Redis stream.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/adapters/redis/client.hpp"
#include "socketio/cluster/message.hpp"
#include "socketio/config.hpp"
#include "socketio/proto/resp/reply.hpp"

namespace socketio::redis {

/// Of an entry of a stream: `milliseconds-sequence`.
struct entry_id {
  std::uint64_t milliseconds = 0;
  std::uint64_t sequence = 0;

  SOCKETIO_DECL static std::optional<entry_id> read(std::string_view text) noexcept;

  std::string text() const { return std::to_string(milliseconds) + '-' + std::to_string(sequence); }

  friend auto operator<=>(const entry_id&, const entry_id&) = default;
};

namespace detail {

/// The streams of a cluster, as `createAdapter` of @socket.io/redis-streams-adapter 0.3 has them.
struct streams {
  std::string name = "socket.io";  ///< or what the names of several begin with
  std::size_t count = 1;
  std::size_t max_len = 10'000;

  /// That of a namespace.
  SOCKETIO_DECL std::string of(std::string_view nsp) const;

  /// Adds a message to the stream of its namespace.
  SOCKETIO_DECL void add(redis::client& through, const socketio::cluster::message& m,
                         std::string_view data, reply_handler done = {}) const;
};

/// One field of an entry, which is an array of names and values; empty if it has none.
SOCKETIO_DECL std::string_view field_of(resp::reply_view fields, std::string_view name);

/// An entry as a message; nothing for what is none.
SOCKETIO_DECL std::optional<socketio::cluster::message> message_of(resp::reply_view fields);

}  // namespace detail
}  // namespace socketio::redis

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/stream_entry.ipp"
#endif
