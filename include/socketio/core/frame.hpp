// layer 0 (core): an encoded packet, immutable and shared by all its receivers.
#pragma once

#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <utility>

#include "socketio/core/frame_memory.hpp"

namespace socketio {

class frame_builder;

/// One Engine.IO packet, encoded once: the packet itself (`42["x"]`, or the raw bytes of a binary
/// message) and, in front of it in the same memory, the WebSocket header that carries it. Server
/// frames are not masked (RFC 6455 §5.1), so these bytes are the same for every receiver.
///
/// A frame is a counted reference to one heap block; copies share it. Any thread may hold and drop
/// copies; the bytes never change.
class frame {
 public:
  enum class kind : std::uint8_t { text, binary };

  /// Room kept in front of the packet: the longest unmasked WebSocket header is 10 bytes.
  static constexpr std::size_t head_room = 16;

  frame() noexcept = default;
  frame(const frame& other) noexcept : block_{other.block_} {
    if (block_) block_->references.fetch_add(1, std::memory_order_relaxed);
  }
  frame(frame&& other) noexcept : block_{std::exchange(other.block_, nullptr)} {}
  frame& operator=(frame other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~frame() {
    if (block_) drop(block_);
  }

  explicit operator bool() const noexcept { return block_ != nullptr; }

  /// Becomes null.
  void reset() noexcept {
    if (block_) drop(std::exchange(block_, nullptr));
  }

  kind type() const noexcept { return block_->type; }

  /// The Engine.IO packet without any framing.
  std::string_view packet() const noexcept {
    return {data(block_) + head_room, block_->end - head_room};
  }

  /// The packet behind its WebSocket header: what a WebSocket connection writes.
  std::string_view wire() const noexcept {
    return {data(block_) + block_->begin, block_->end - block_->begin};
  }

  /// The packet in another form, deflated for example, if somebody has added it under this number:
  /// whoever needs it first makes it for all who hold the frame. A null frame says that it has been
  /// tried, and is not worth having.
  const frame* form(unsigned number) const noexcept;

  /// Two threads may add the same form; one of the two is found then, and both are right.
  void add_form(unsigned number, frame made) const;

  /// Whether the packet may be compressed on its way.
  bool compressible() const noexcept { return block_->compressible; }

  /// Says that it may not; before anybody else holds the frame.
  void forbid_compression() noexcept {
    assert(!shared());
    block_->compressible = false;
  }

  /// Whether anybody else holds the frame.
  bool shared() const noexcept { return block_->references.load(std::memory_order_relaxed) != 1; }

 private:
  friend class frame_builder;
  struct form_entry;

  struct block {
    std::atomic<std::uint32_t> references{1};
    kind type = kind::text;
    std::uint8_t begin = head_room;  // of the wire form, counted from data()
    bool compressible = true;
    std::size_t end = head_room;
    std::size_t capacity = 0;  // of data()
    std::atomic<form_entry*> forms{nullptr};
  };

  static void drop(block* b) noexcept {
    if (b->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (b->forms.load(std::memory_order_relaxed)) drop_forms(b);
    free(b);
  }
  static void free(block* b) noexcept {
    detail::frame_memory::release(b, sizeof(block) + b->capacity);
  }
  static void drop_forms(block* b) noexcept;

  static char* data(block* b) noexcept { return reinterpret_cast<char*>(b + 1); }

  explicit frame(block* b) noexcept : block_{b} {}

  block* block_ = nullptr;
};

struct frame::form_entry {
  unsigned number;
  frame content;
  form_entry* next;
};

inline const frame* frame::form(unsigned number) const noexcept {
  const form_entry* each = block_->forms.load(std::memory_order_acquire);
  while (each && each->number != number) each = each->next;
  return each ? &each->content : nullptr;
}

inline void frame::add_form(unsigned number, frame made) const {
  std::atomic<form_entry*>& first = block_->forms;
  auto* const entry =
      new form_entry{number, std::move(made), first.load(std::memory_order_relaxed)};
  while (!first.compare_exchange_weak(entry->next, entry, std::memory_order_release,
                                      std::memory_order_relaxed)) {
  }
}

inline void frame::drop_forms(block* b) noexcept {
  const form_entry* each = b->forms.load(std::memory_order_relaxed);
  while (each) delete std::exchange(each, each->next);
}

}  // namespace socketio
