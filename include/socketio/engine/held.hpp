// layer 2 (engine): how much memory peers make one shard hold.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "socketio/core/tally.hpp"

namespace socketio::engine {

/// The bytes of one shard that wait to be written to its peers, or have come from them and are not
/// processed yet. Its own thread counts, all may read; see io::limits::held_bytes.
class held_bytes {
 public:
  /// What one holder, a session or a connection, counts for. Its owner says how much that is after
  /// it has read, written or queued, once for many messages. It is gone before the sum is. Of one,
  /// 4 GiB less one byte are counted at most.
  class part {
   public:
    std::size_t bytes() const noexcept { return bytes_; }

    void set(held_bytes& sum, std::size_t now) noexcept {
      if (now == bytes_) [[likely]]
        return;  // as a rule both are 0: the peer keeps up, and its messages come whole
      constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
      const auto counted = static_cast<std::uint32_t>(std::min(now, most));
      sum.grown_ |= counted > bytes_;
      sum.all_.add(std::uint64_t{counted} - bytes_);  // modulo 2^64, which takes off as well
      bytes_ = counted;
    }

   private:
    std::uint32_t bytes_ = 0;
  };

  /// Any thread.
  std::uint64_t read() const noexcept { return all_.read(); }

  /// Whether a part has grown since `looked`.
  bool grown() const noexcept { return grown_; }
  void looked() noexcept { grown_ = false; }

 private:
  tally all_;
  bool grown_ = false;
};

}  // namespace socketio::engine
