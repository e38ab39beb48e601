// layer 0 (core): what a server has counted.
#pragma once

#include <cstdint>

namespace socketio {

/// Since the server was made, on all its loops: `server.stats()`, from any thread.
struct statistics {
  std::uint64_t sessions = 0;         ///< Engine.IO sessions that were opened
  std::uint64_t events_dropped = 0;   ///< not sent, or taken out of a queue, for a slow client
  std::uint64_t values_replaced = 0;  ///< taken out of a queue by a later `emit_latest`
  std::uint64_t slow_consumers = 0;   ///< clients disconnected because they read too slowly

  statistics& operator+=(const statistics& other) noexcept {
    sessions += other.sessions;
    events_dropped += other.events_dropped;
    values_replaced += other.values_replaced;
    slow_consumers += other.slow_consumers;
    return *this;
  }
};

}  // namespace socketio
