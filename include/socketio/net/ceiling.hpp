// layer 5 (net): whether a server holds more for its peers than it may.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace socketio::detail {

/// What all shards of a server know of io::limits::held_bytes. From any thread.
class ceiling {
 public:
  explicit ceiling(std::size_t most) noexcept : most_{most} {}
  ceiling(const ceiling&) = delete;

  /// Whether so much is too much: somebody has to go, and until there is room nobody is let in.
  bool exceeded(std::uint64_t held) noexcept {
    if (most_ == 0 || held <= most_) return false;
    full_.store(true, std::memory_order_relaxed);
    return true;
  }

  /// Whether a new session may begin: after the ceiling was exceeded, not before a fifth is free.
  /// Otherwise each session that is cut off would make room for the next of its kind.
  bool has_room(std::uint64_t held) noexcept {
    if (!full_.load(std::memory_order_relaxed)) return true;
    if (held >= most_ - most_ / 5) return false;
    full_.store(false, std::memory_order_relaxed);
    return true;
  }

 private:
  const std::uint64_t most_;
  std::atomic<bool> full_{false};
};

}  // namespace socketio::detail
