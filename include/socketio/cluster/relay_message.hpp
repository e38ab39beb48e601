// layer 4 (hub): what servers tell each other about the requests that they relay.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "socketio/config.hpp"

namespace socketio::cluster {

/// Servers' marks are so long.
inline constexpr std::size_t relay_mark_size = 6;

/// Whether a text can be one.
SOCKETIO_DECL bool is_relay_mark(std::string_view text) noexcept;

enum class relay_kind : std::uint8_t {
  open = 1,   ///< a request has come: here is its beginning
  flow = 2,   ///< bytes of a tunnel, and room for more
  reset = 3,  ///< a tunnel is over, whatever is on its way
  alive = 4,  ///< nothing to say
};

/// A message, as views. Its bytes, numbers in network order:
///
///     1  the version of the format, 1
///     1  kind
///     1  flags: 1 the sender has opened the tunnel, 2 its bytes end here, 4 the peer's connection
///        is encrypted
///     6  the sender's mark
///     8  a number that each message from this sender to this receiver has, without gaps
///     8  the tunnel's number, which its opener has given it
///     4  so many bytes of the tunnel the sender has read
///     1  the length of the session id, and the id; only of `open`
///     1  the length of the peer's address, and the address; only of `open`
///     …  bytes of the tunnel
struct relay_message {
  relay_kind kind = relay_kind::alive;
  bool senders = false;
  bool end = false;
  bool secure = false;
  std::string_view from = {};
  std::uint64_t sequence = 0;
  std::uint64_t tunnel = 0;
  std::uint32_t read = 0;
  std::string_view sid = {};
  std::string_view address = {};
  std::string_view bytes = {};
};

/// Ids and addresses are cut off at 255 characters.
SOCKETIO_DECL std::string encode(const relay_message& m);

/// Nothing if it is none.
SOCKETIO_DECL std::optional<relay_message> decode_relay(std::string_view text);

}  // namespace socketio::cluster

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/cluster/impl/relay_message.ipp"
#endif
