// layer 2 (engine): the frames that wait to be written to one peer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include "socketio/config.hpp"
#include "socketio/core/frame.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/engine/replaceable.hpp"

namespace socketio::engine {

/// A queue of frames and of how many bytes of the first one are already written. It has places for
/// two of its own; others are memory that it owns while they are needed, a few of them until
/// `release_spare`, so that a talkative session does not allocate.
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
  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;
  ~outbox() { use_own_places(); }

  bool empty() const noexcept { return first_ == end_; }
  std::size_t bytes() const noexcept { return bytes_; }

  /// For how many frames it has places now.
  std::size_t capacity() const noexcept { return room_; }

  void push(const frame& f) {
    if (!push_in_place(f)) push_with_more_room(f);
  }

  /// False, and nothing is queued, if there is no place for it. In line, as each receiver of a
  /// broadcast costs this.
  [[gnu::always_inline]] bool push_in_place(const frame& f) noexcept {
    if (end_ == room_) [[unlikely]]
      return false;
    ::new (&places_[end_++]) frame{f};  // it was null: nothing is lost
    bytes_ += wire_size(f);
    return true;
  }

  /// Several of them.
  SOCKETIO_DECL void push(std::span<const frame> message);

  // ---- messages that need not be sent as they are
  // ------------------------------------------------------------------------------------------------

  /// A message, all its frames, that `drop_oldest` may take out again.
  SOCKETIO_DECL void push_droppable(std::span<const frame> message);

  /// A message whose place a later one with its key may take.
  SOCKETIO_DECL void push_latest(std::span<const frame> message, const ref<const latest_key>& key);

  /// Sends a message in the place of one with the same key of which nothing is written; false if
  /// none waits.
  SOCKETIO_DECL bool replace_latest(std::span<const frame> message,
                                    const ref<const latest_key>& key);

  /// Takes out the oldest message that may be, whole. False if there is none of which nothing is
  /// written, or more than `most_moved` frames wait before it: a client that reads nothing, and has
  /// much acknowledged, is not to cost more and more.
  SOCKETIO_DECL bool drop_oldest() noexcept;
  static constexpr std::size_t most_moved = 1024;

  /// What a frame will count for.
  std::size_t wire_size(const frame& f) const noexcept {
    return f.wire().size() + (is_typed(f) ? typed_head.size() - 1 : 0);
  }

  std::span<const frame> frames() const noexcept {
    return {places_ + first_, std::size_t{end_ - first_}};
  }

  /// Whether a frame gets a type in front of it.
  bool is_typed(const frame& f) const noexcept {
    return typed_binary_ && f.type() == frame::kind::binary;
  }

  /// Sends another form of a frame that waits, has no type, and of which nothing has been written.
  /// Its wire form is all that this has to have in common with a packet. Up to here everything is
  /// sent now: the peer needs it to read what follows.
  void replace(std::size_t place, frame by) noexcept {
    frame& old = places_[first_ + place];
    bytes_ += by.wire().size() - old.wire().size();
    old = std::move(by);
    if (replaceable_) replaceable_->seal(replaceable_->gone + first_ + place);
  }

  /// Sends `convert(frame)` for each that waits.
  template <class Convert>
  void convert_all(Convert&& convert) {
    bytes_ = 0;
    for (std::size_t i = first_; i < end_; ++i) {
      places_[i] = convert(places_[i]);
      bytes_ += wire_size(places_[i]);
    }
  }

  /// Bytes of the first message that were written already.
  std::size_t offset() const noexcept { return offset_; }

  /// Fills `pieces` from the front with what is to be written, in order, and returns how many are
  /// used. `Buffer` is made from a pointer and a size. At most `most` messages.
  template <class Buffer>
  std::size_t gather(std::span<Buffer> pieces, std::size_t most) const {
    if (typed_binary_) return gather_typed(pieces, most);
    const std::span<const frame> waiting =
        frames().first(std::min({most, frames().size(), pieces.size()}));
    Buffer* piece = pieces.data();
    std::size_t skip = offset_;
    for (const frame& f : waiting) {
      const std::string_view wire = f.wire();
      *piece++ = Buffer{wire.data() + skip, wire.size() - skip};
      skip = 0;
    }
    return waiting.size();
  }

  /// Takes off what a write of `count` wire bytes has sent.
  void wrote(std::size_t count) noexcept {
    if (count == bytes_) return clear();  // nearly always
    bytes_ -= count;
    count += offset_;
    while (first_ < end_ && count >= wire_size(places_[first_])) {
      count -= wire_size(places_[first_]);
      places_[first_++].reset();
    }
    offset_ = count;
  }

  void clear() noexcept {
    for (std::uint32_t i = first_; i != end_; ++i) places_[i].reset();
    if (replaceable_) [[unlikely]]
      replaceable_->clear(end_);
    first_ = end_ = 0;
    offset_ = bytes_ = 0;
    if (room_ > kept_places) [[unlikely]]
      use_own_places();
  }

  /// Gives back the places that it keeps for the next burst, if nothing waits.
  void release_spare() noexcept {
    if (empty() && room_ != own_places) use_own_places();
  }

 private:
  /// A binary fragment that holds the type `message`, and the first byte of the last fragment.
  static constexpr std::string_view typed_head = "\x02\x01\x04\x80";

  SOCKETIO_DECL replaceable& make_replaceable();

  /// The number of the first frame of which nothing is written, and on which nothing depends.
  std::size_t untouched() const noexcept {
    return std::max(replaceable_->gone + first_ + (offset_ == 0 ? 0 : 1), replaceable_->sealed());
  }

  SOCKETIO_DECL void push_with_more_room(const frame& f);
  SOCKETIO_DECL void make_room(std::size_t more);

  template <class Buffer>
  std::size_t gather_typed(std::span<Buffer> pieces, std::size_t most) const {
    std::size_t used = 0;
    std::size_t skip = offset_;
    for (const frame& f : frames().first(std::min(most, frames().size()))) {
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

  /// Drops what waits, and gives back all other memory.
  SOCKETIO_DECL void use_own_places() noexcept;

  static constexpr std::uint32_t own_places = 2;   // an idle session has one frame at a time
  static constexpr std::uint32_t kept_places = 8;  // as many answers as most clients wait for

  // Those from `first_` to `end_` wait; all others are null.
  frame* places_ = own_;
  std::uint32_t room_ = own_places;
  std::uint32_t first_ = 0;
  std::uint32_t end_ = 0;
  bool typed_binary_;
  std::size_t offset_ = 0;
  std::size_t bytes_ = 0;
  std::unique_ptr<replaceable> replaceable_;  ///< once there is something to be dropped or replaced
  frame own_[own_places];
};

}  // namespace socketio::engine

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/engine/impl/outbox.ipp"
#endif
