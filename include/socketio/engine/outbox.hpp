// layer 2 (engine): the frames that wait to be written to one peer.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "socketio/core/frame.hpp"

namespace socketio::engine {

/// A queue of frames and of how many bytes of the first one are already written. It owns memory
/// only while something waits (and a few places after, so that a talkative session does not
/// allocate).
class outbox {
 public:
  bool empty() const noexcept { return first_ == frames_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

  void push(frame f) {
    bytes_ += f.wire().size();
    frames_.push_back(std::move(f));
  }

  std::span<const frame> frames() const noexcept {
    return {frames_.data() + first_, frames_.size() - first_};
  }

  /// Bytes of the first frame's wire form that were written already.
  std::size_t offset() const noexcept { return offset_; }

  /// Takes off what a write of `count` wire bytes has sent.
  void wrote(std::size_t count) noexcept {
    bytes_ -= count;
    count += offset_;
    while (first_ < frames_.size() && count >= frames_[first_].wire().size()) {
      count -= frames_[first_].wire().size();
      frames_[first_++] = frame{};
    }
    offset_ = count;
    if (empty()) clear();
  }

  void clear() noexcept {
    constexpr std::size_t kept_places = 8;
    if (frames_.capacity() > kept_places) {
      frames_ = {};
    } else {
      frames_.clear();
    }
    first_ = offset_ = bytes_ = 0;
  }

 private:
  std::vector<frame> frames_;
  std::size_t first_ = 0;
  std::size_t offset_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace socketio::engine
