// layer 0 (core): bytes in the order in which they came.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace socketio {

/// Bytes that enter behind and leave in front, in linear time whatever the sizes. Empty, it holds
/// little memory: most queues are, most of the time.
class byte_queue {
 public:
  std::string_view view() const noexcept { return std::string_view{bytes_}.substr(first_); }
  std::size_t size() const noexcept { return bytes_.size() - first_; }
  std::size_t capacity() const noexcept { return bytes_.capacity(); }

  void push(std::string_view more) { bytes_.append(more); }

  void pop(std::size_t count) {
    first_ += count;
    if (first_ == bytes_.size()) return clear();
    if (2 * first_ < bytes_.size()) return;
    bytes_.erase(0, first_);
    first_ = 0;
  }

  void clear() noexcept {
    if (bytes_.capacity() > small) std::string{}.swap(bytes_);
    bytes_.clear();
    first_ = 0;
  }

 private:
  static constexpr std::size_t small = 1024;

  std::string bytes_;
  std::size_t first_ = 0;
};

}  // namespace socketio
