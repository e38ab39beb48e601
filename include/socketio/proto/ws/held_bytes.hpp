// layer 1 (proto): the heap block that keeps what a read has left unfinished.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

namespace socketio::ws::detail {

/// A byte buffer that a peer cannot make larger than what it pays for. Its block is at most twice
/// the bytes that came, and at most the bytes that were announced, each plus `slack`: announcing
/// costs us nothing, and neither do many small pieces. There is always one byte of room at the end.
class held_bytes {
 public:
  static constexpr std::size_t slack = 1024;

  held_bytes() noexcept = default;
  held_bytes(held_bytes&& other) noexcept { swap(other); }
  held_bytes& operator=(held_bytes&& other) noexcept {
    held_bytes{std::move(other)}.swap(*this);
    return *this;
  }
  ~held_bytes() { std::free(data_); }

  char* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }

  /// Makes the buffer longer by `added` bytes and returns where they go. They belong to a piece of
  /// which `announced` bytes, these included, are still to come.
  char* extend(std::size_t added, std::size_t announced) {
    const std::size_t used = size_ + added;
    if (added != 0 && used >= capacity_) grow(std::min(2 * used, size_ + announced) + slack);
    return data_ + std::exchange(size_, used);
  }

  /// Forgets the bytes from `size` on. They stay in memory until the next extend or release.
  void truncate(std::size_t size) noexcept { size_ = size; }

  void release() noexcept { *this = held_bytes{}; }

 private:
  void grow(std::size_t capacity) {
    void* const memory = std::realloc(data_, capacity);
    if (!memory) throw std::bad_alloc{};
    data_ = static_cast<char*>(memory);
    capacity_ = capacity;
  }

  void swap(held_bytes& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace socketio::ws::detail
