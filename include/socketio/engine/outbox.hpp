// layer 2 (engine): the frames that wait to be written to one peer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/core/frame.hpp"

namespace socketio::engine {

/// A queue of frames and of how many bytes of the first one are already written. It owns memory
/// only while something waits (and a few places after, so that a talkative session does not
/// allocate).
///
/// A WebSocket client of Engine.IO revision 3 wants a type byte in front of a binary message. It
/// gets it as a fragment of its own (RFC 6455 §5.4), so that what follows are the bytes of the
/// shared frame, all but the first:
///
///     82 <length> <bytes>                  revision 4
///     02 01 04  80 <length> <bytes>        revision 3
///
/// Frames therefore are the same for all clients, and nothing is copied for anybody.
class outbox {
 public:
  explicit outbox(bool typed_binary = false) noexcept : typed_binary_{typed_binary} {}

  bool empty() const noexcept { return first_ == frames_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

  void push(frame f) {
    bytes_ += wire_size(f);
    frames_.push_back(std::move(f));
  }

  std::span<const frame> frames() const noexcept {
    return {frames_.data() + first_, frames_.size() - first_};
  }

  /// Whether a frame gets a type in front of it.
  bool is_typed(const frame& f) const noexcept {
    return typed_binary_ && f.type() == frame::kind::binary;
  }

  /// Sends another form of a frame that waits, has no type, and of which nothing has been written.
  /// Its wire form is all that this has to have in common with a packet.
  void replace(std::size_t place, frame by) noexcept {
    frame& old = frames_[first_ + place];
    bytes_ += by.wire().size() - old.wire().size();
    old = std::move(by);
  }

  /// Bytes of the first message that were written already.
  std::size_t offset() const noexcept { return offset_; }

  /// Fills `pieces` from the front with what is to be written, in order, and returns how many are
  /// used. `Buffer` is made from a pointer and a size. At most `most` messages.
  template <class Buffer>
  std::size_t gather(std::span<Buffer> pieces, std::size_t most) const {
    const std::span<const frame> waiting = frames().first(std::min(most, frames().size()));
    std::size_t used = 0;
    std::size_t skip = offset_;
    for (const frame& f : waiting) {
      std::string_view wire = f.wire();
      if (is_typed(f)) {
        if (pieces.size() - used < 2) break;
        const std::size_t skip_head = std::min(skip, typed_head.size());
        const std::string_view head = typed_head.substr(skip_head);
        if (!head.empty()) pieces[used++] = Buffer{head.data(), head.size()};
        skip -= skip_head;
        wire.remove_prefix(1);
      } else if (used == pieces.size()) {
        break;
      }
      wire.remove_prefix(std::exchange(skip, 0));
      pieces[used++] = Buffer{wire.data(), wire.size()};
    }
    return used;
  }

  /// Takes off what a write of `count` wire bytes has sent.
  void wrote(std::size_t count) noexcept {
    bytes_ -= count;
    count += offset_;
    while (first_ < frames_.size() && count >= wire_size(frames_[first_])) {
      count -= wire_size(frames_[first_]);
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
  /// A binary fragment that holds the type `message`, and the first byte of the last fragment.
  static constexpr std::string_view typed_head = "\x02\x01\x04\x80";

  std::size_t wire_size(const frame& f) const noexcept {
    return f.wire().size() + (is_typed(f) ? typed_head.size() - 1 : 0);
  }

  std::vector<frame> frames_;
  std::size_t first_ = 0;
  std::size_t offset_ = 0;
  std::size_t bytes_ = 0;
  bool typed_binary_;
};

}  // namespace socketio::engine
