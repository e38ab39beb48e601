// layer 5 (adapters): when to try again.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "socketio/core/deadlines.hpp"
#include "socketio/core/random.hpp"

namespace socketio::redis {

/// The first pause, doubled up to the longest one. Each is cut by up to a half at random, so that
/// not all nodes come back in the same moment.
struct backoff_limits {
  duration first = std::chrono::milliseconds{50};
  duration longest = std::chrono::seconds{2};
};

class backoff {
 public:
  explicit backoff(backoff_limits limits) noexcept : limits_{limits} {}

  void reset() noexcept { next_ = limits_.first; }

  duration next() noexcept {
    const duration whole = std::min(next_, limits_.longest);
    next_ = std::min(2 * whole, limits_.longest);
    // xorshift64 (Marsaglia 2003)
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    const auto half = whole.count() / 2;
    if (half <= 0) return whole;
    return whole - duration{static_cast<duration::rep>(state_ % static_cast<std::uint64_t>(half))};
  }

 private:
  backoff_limits limits_;
  duration next_ = limits_.first;
  std::uint64_t state_ = random_seed() | 1;
};

}  // namespace socketio::redis
