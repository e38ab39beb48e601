// layer 0 (core): how much clients may ask for.
#pragma once

#include <cstdint>

namespace socketio {

/// What to do with what is above a limit. It is counted in any case: see io::statistics.
enum class excess : std::uint8_t {
  warn,        ///< it is let through; of events, `on_error` is told when it begins
  drop,        ///< it is refused; `on_error` is told the same, and who waits for an acknowledgement
  disconnect,  ///< the client goes
};

/// A limit. 0: there is none.
struct quota {
  std::uint32_t most = 0;
  excess above = excess::drop;
};

/// What clients may do, in number and per second. What was not used is saved up, at most one
/// second's worth. Nothing is limited, and nothing is measured, unless it is set.
struct traffic_limits {
  quota connections_per_address = {};  ///< Engine.IO sessions of one address; above: 429
  quota handshakes_per_second = {};    ///< sessions that begin, on the whole server; above: 503
  quota events_per_second = {};        ///< of one client, in all its namespaces
  quota bytes_per_second = {};         ///< the same, of all its messages; above, events are refused
  quota handlers = {};                 ///< of one socket that run at the same time: coroutines

  constexpr bool of_clients() const noexcept {
    return events_per_second.most != 0 || bytes_per_second.most != 0 || handlers.most != 0;
  }
  constexpr bool of_handshakes() const noexcept {
    return connections_per_address.most != 0 || handshakes_per_second.most != 0;
  }
};

}  // namespace socketio
