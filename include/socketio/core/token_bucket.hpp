// layer 0 (core): so much a second.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "socketio/core/deadlines.hpp"

namespace socketio {

/// A rate: what was saved in quiet times, at most one second's worth, may be spent at once.
class token_bucket {
 public:
  explicit token_bucket(std::uint32_t per_second) noexcept
      : rate_{static_cast<double>(per_second)}, saved_{rate_} {}

  /// Takes so much; false, and nothing taken, if more has been taken than the rate gives. The last
  /// one may take more than there is: it is paid for later.
  bool take(double amount, time_point now) noexcept {
    if (!has(now)) return false;
    saved_ -= amount;
    return true;
  }

  /// Takes so much, whether or not it is there.
  void charge(double amount, time_point now) noexcept {
    refill(now);
    saved_ -= amount;
  }

  /// Whether there is anything to be taken.
  bool has(time_point now) noexcept {
    refill(now);
    return saved_ > 0;
  }

 private:
  void refill(time_point now) noexcept {
    if (last_ == time_point{}) last_ = now;
    const double seconds = std::chrono::duration<double>(now - last_).count();
    if (seconds > 0) saved_ = std::min(rate_, saved_ + seconds * rate_), last_ = now;
  }

  double rate_;
  double saved_;
  time_point last_{};
};

}  // namespace socketio
