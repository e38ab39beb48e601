// layer 3 (transport): cuts what is to be written into pieces that fill TLS records.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <asio/buffer.hpp>

namespace socketio::detail {

/// Each TLS record costs an encryption, some 22 bytes and a system call. Many small buffers become
/// one record, by way of memory on the stack; large ones are used where they lie.
class record_cutter {
 public:
  static constexpr std::size_t record_size = 16 * 1024;  // RFC 8446 section 5.1

  explicit record_cutter(std::span<const asio::const_buffer> buffers) noexcept
      : buffers_{buffers} {}

  /// Not empty until all is taken. Valid until the next call.
  asio::const_buffer next() noexcept {
    while (!buffers_.empty() && buffers_.front().size() == 0) buffers_ = buffers_.subspan(1);
    if (buffers_.empty()) return {};
    const std::size_t first = buffers_.front().size() - offset_;
    if (first >= record_size || buffers_.size() == 1) return take(record_size);
    std::size_t size = 0;
    while (size < record_size && !buffers_.empty()) {
      const asio::const_buffer piece = take(record_size - size);
      size += asio::buffer_copy(asio::buffer(gathered_.data() + size, piece.size()), piece);
    }
    return {gathered_.data(), size};
  }

 private:
  /// The first buffer's next bytes.
  asio::const_buffer take(std::size_t most) noexcept {
    const asio::const_buffer piece = asio::buffer(buffers_.front() + offset_, most);
    offset_ += piece.size();
    if (offset_ == buffers_.front().size()) {
      buffers_ = buffers_.subspan(1);
      offset_ = 0;
    }
    return piece;
  }

  std::span<const asio::const_buffer> buffers_;
  std::size_t offset_ = 0;
  std::array<char, record_size> gathered_;
};

}  // namespace socketio::detail
