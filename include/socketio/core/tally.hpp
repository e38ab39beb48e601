// layer 0 (core): numbers that one thread counts and any may read.
#pragma once

#include <atomic>
#include <cstdint>

namespace socketio {

/// One number. Only its owner counts, so that it costs no locked instruction.
class tally {
 public:
  void add(std::uint64_t more = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }
  std::uint64_t read() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

}  // namespace socketio
