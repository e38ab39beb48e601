// layer 0 (core): the growing buffer that a packet is encoded into before it becomes a frame.
#pragma once

#include <cassert>
#include <cstring>
#include <string_view>

#include "socketio/core/frame.hpp"

namespace socketio {

/// Writers append text here; `seal` then turns the same memory into an immutable frame, so a packet
/// is encoded with one allocation and never copied. The interface is the part of std::string that
/// writers use, so that they can write to either.
class frame_builder {
 public:
  explicit frame_builder(std::size_t capacity = 240) { grow(capacity); }
  frame_builder(frame_builder&& other) noexcept : block_{std::exchange(other.block_, nullptr)} {}
  frame_builder& operator=(frame_builder&&) = delete;
  ~frame_builder() {
    if (block_) frame::free(block_);
  }

  [[gnu::always_inline]] void push_back(char c) { *prepare(1) = c, commit(1); }

  frame_builder& append(std::string_view text) { return append(text.data(), text.size()); }

  frame_builder& append(const char* text, std::size_t size) {
    if (size != 0) std::memcpy(prepare(size), text, size);
    commit(size);
    return *this;
  }

  /// Space for `size` more bytes; `commit` says how many of them were written.
  [[gnu::always_inline]] char* prepare(std::size_t size) {
    if (block_->capacity - block_->end < size) [[unlikely]]
      grow(this->size() + size);
    return frame::data(block_) + block_->end;
  }

  void commit(std::size_t size) noexcept { block_->end += size; }

  std::size_t size() const noexcept { return block_->end - frame::head_room; }

  std::string_view view() const noexcept {
    return {frame::data(block_) + frame::head_room, size()};
  }

  /// What was appended, to be changed; valid until more is.
  char* data() noexcept { return frame::data(block_) + frame::head_room; }

  /// Ends the packet: `header` (at most frame::head_room bytes) goes directly in front of it.
  /// The builder is empty and unusable afterwards.
  frame seal(frame::kind type, std::string_view header) noexcept {
    assert(header.size() <= frame::head_room);
    block_->type = type;
    block_->begin = static_cast<std::uint8_t>(frame::head_room - header.size());
    header.copy(frame::data(block_) + block_->begin, header.size());
    return frame{std::exchange(block_, nullptr)};
  }

 private:
  void grow(std::size_t packet_size) {
    const std::size_t used = block_ ? block_->end : frame::head_room;
    std::size_t capacity = frame::head_room + packet_size;
    if (block_ && capacity < 2 * block_->capacity) capacity = 2 * block_->capacity;
    const std::size_t size = detail::frame_memory::rounded(sizeof(frame::block) + capacity);
    auto* const fresh = ::new (detail::frame_memory::allocate(size)) frame::block;
    fresh->end = used;
    fresh->capacity = size - sizeof(frame::block);
    if (block_) {
      std::memcpy(frame::data(fresh), frame::data(block_), used);
      frame::free(block_);
    }
    block_ = fresh;
  }

  frame::block* block_ = nullptr;
};

}  // namespace socketio
