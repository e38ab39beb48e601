// layer 4 (hub): how much a client asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "socketio/core/deadlines.hpp"
#include "socketio/core/token_bucket.hpp"
#include "socketio/engine/counters.hpp"
#include "socketio/traffic_limits.hpp"

namespace socketio::detail {

/// Measures the traffic of one client, if the options limit it.
class meter {
 public:
  meter(const traffic_limits& l, engine::counters& all)
      : limits_{l},
        counters_{all},
        events_{l.events_per_second.most},
        bytes_{l.bytes_per_second.most} {}

  /// A message came. What counts for an event is what was there when it began: it may take more.
  /// False if whatever it is, an acknowledgement too, it is one too many.
  bool received(std::size_t size, bool begins_packet, time_point now) noexcept {
    const quota& limit = limits_.bytes_per_second;
    if (limit.most == 0) return true;
    if (begins_packet) affordable_ = bytes_.has(now);
    bytes_.charge(static_cast<double>(size), now);
    if (affordable_ || limit.above != excess::disconnect) return true;
    counters_.bytes_over.add();
    return false;
  }

  /// An event came, for a socket of which so many handlers are running. What is to be done if that
  /// is too much; if it is for several reasons, the hardest.
  std::optional<excess> event(std::uint32_t running, time_point now) noexcept {
    std::optional<excess> found;
    const auto judge = [&](const quota& q, bool fine, tally& count) {
      if (q.most == 0 || fine) return;
      count.add();
      if (!found || *found < q.above) found = q.above;
    };
    judge(limits_.handlers, running < limits_.handlers.most, counters_.handlers_over);
    judge(limits_.bytes_per_second, affordable_, counters_.bytes_over);
    const bool in_time = events_.take(1, now);
    judge(limits_.events_per_second, in_time, counters_.events_over);
    return found;
  }

  /// Whether this is the first time of several in a row.
  bool begins(bool excessive) noexcept {
    const bool first = excessive && !excessive_;
    excessive_ = excessive;
    return first;
  }

 private:
  const traffic_limits& limits_;
  engine::counters& counters_;
  token_bucket events_;
  token_bucket bytes_;
  bool affordable_ = true;
  bool excessive_ = false;
};

}  // namespace socketio::detail
