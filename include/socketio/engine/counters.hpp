// layer 2 (engine): what one shard counts.
#pragma once

#include "socketio/core/tally.hpp"
#include "socketio/engine/held.hpp"
#include "socketio/statistics.hpp"

namespace socketio::engine {

/// See io::statistics.
struct counters {
  tally sessions;
  tally events_dropped;
  tally values_replaced;
  tally slow_consumers;
  tally connections_over;
  tally handshakes_over;
  tally events_over;
  tally bytes_over;
  tally handlers_over;
  engine::held_bytes held_bytes;
  tally sessions_refused;
  tally holders_cut;

  /// Any thread.
  statistics read() const noexcept {
    return {.sessions = sessions.read(),
            .events_dropped = events_dropped.read(),
            .values_replaced = values_replaced.read(),
            .slow_consumers = slow_consumers.read(),
            .connections_over = connections_over.read(),
            .handshakes_over = handshakes_over.read(),
            .events_over = events_over.read(),
            .bytes_over = bytes_over.read(),
            .handlers_over = handlers_over.read(),
            .held_bytes = held_bytes.read(),
            .sessions_refused = sessions_refused.read(),
            .holders_cut = holders_cut.read()};
  }
};

}  // namespace socketio::engine
