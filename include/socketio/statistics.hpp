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

  // What was above a limit of `options::traffic`, whatever was done with it.
  std::uint64_t connections_over = 0;  ///< sessions above `connections_per_address`
  std::uint64_t handshakes_over = 0;   ///< sessions above `handshakes_per_second`
  std::uint64_t events_over = 0;       ///< events above `events_per_second`
  std::uint64_t bytes_over = 0;        ///< events that came above `bytes_per_second`
  std::uint64_t handlers_over = 0;     ///< events that came above `handlers`

  // Of `limits::held_bytes`.
  std::uint64_t held_bytes = 0;        ///< now: waiting for clients, or of what they have begun
  std::uint64_t sessions_refused = 0;  ///< because that was too much
  std::uint64_t holders_cut = 0;       ///< clients cut off because of it: they held the most

  statistics& operator+=(const statistics& other) noexcept {
    sessions += other.sessions;
    events_dropped += other.events_dropped;
    values_replaced += other.values_replaced;
    slow_consumers += other.slow_consumers;
    connections_over += other.connections_over;
    handshakes_over += other.handshakes_over;
    events_over += other.events_over;
    bytes_over += other.bytes_over;
    handlers_over += other.handlers_over;
    held_bytes += other.held_bytes;
    sessions_refused += other.sessions_refused;
    holders_cut += other.holders_cut;
    return *this;
  }
};

}  // namespace socketio
