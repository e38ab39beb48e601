// layer 1 (proto): zlib's decompressing stream as an object, with a limit.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <zlib.h>

namespace socketio::zlib {

enum class inflate_result {
  ok,
  too_big,    ///< it would have become larger than allowed
  bad,        ///< not what deflate writes, or not all of it
  no_memory,  ///< for the stream
};

/// Decompresses one raw deflated message after the other. After anything but `ok` it must be
/// restarted. It takes its memory (about 7 KiB, and 2^window_bits bytes once it needs to look back
/// further than the message) when it decompresses the first. Cannot be moved: zlib's state points
/// back to it.
class inflater {
 public:
  explicit inflater(int window_bits) noexcept : window_bits_{window_bits} {}
  inflater(const inflater&) = delete;
  ~inflater() {
    if (ready_) inflateEnd(&stream_);
  }

  /// Decompresses `message` and then `tail`, at the end of which a deflate block must end, to the
  /// front of `space`. That grows as needed, but not above `limit` + 2 bytes; whatever the message
  /// says, no more is decompressed. There is always a byte behind the result that belongs to
  /// `space`. `size` is the size of the result.
  inflate_result run(std::string_view message, std::string_view tail, std::size_t limit,
                     std::string& space, std::size_t& size) {
    size = 0;
    limit = std::min(limit, space.max_size() - 2);
    if (!begin()) return inflate_result::no_memory;
    bool at_block_end = false;
    for (const std::string_view part : {message, tail}) {
      const inflate_result result = feed(part, limit, space, size, at_block_end);
      if (result != inflate_result::ok) return result;
    }
    return at_block_end ? inflate_result::ok : inflate_result::bad;
  }

  /// Forgets what it has decompressed so far.
  void restart() noexcept {
    if (ready_) inflateReset(&stream_);
  }

 private:
  static constexpr std::size_t smallest_space = 4096;
  static constexpr std::size_t largest_step = 1u << 30;  // zlib counts in `unsigned int`

  bool begin() noexcept {
    if (!ready_) ready_ = inflateInit2(&stream_, -window_bits_) == Z_OK;
    return ready_;
  }

  inflate_result feed(std::string_view in, std::size_t limit, std::string& space, std::size_t& size,
                      bool& at_block_end) {
    for (;;) {
      // One byte more than the limit shows that there is more; one more is for the reader.
      if (size + 1 >= space.size()) {
        space.resize(std::min(std::max(2 * space.size(), smallest_space), limit + 2));
      }
      const std::size_t room = std::min(std::min(space.size() - 1, limit + 1) - size, largest_step);
      const std::size_t piece = std::min(in.size(), largest_step);
      // zlib's interface is older than const.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
      stream_.avail_in = static_cast<uInt>(piece);
      stream_.next_out = reinterpret_cast<Bytef*>(space.data() + size);
      stream_.avail_out = static_cast<uInt>(room);
      const int result = ::inflate(&stream_, Z_SYNC_FLUSH);
      const std::size_t taken = piece - stream_.avail_in, made = room - stream_.avail_out;
      in.remove_prefix(taken);
      size += made;
      if (size > limit) return inflate_result::too_big;
      if (result == Z_STREAM_END) {
        // A final block ends a stream, not the message (RFC 7692 §7.2.1, §7.2.3.4).
        inflateReset(&stream_);
        at_block_end = true;
        if (in.empty()) return inflate_result::ok;
        continue;
      }
      if (result == Z_MEM_ERROR) return inflate_result::no_memory;
      if (result != Z_OK && result != Z_BUF_ERROR) return inflate_result::bad;
      // "data_type is set ... plus 128 if inflate() returned immediately after decoding an
      // end-of-block code", zlib.h. A call that gets nothing done says nothing either.
      constexpr int after_block = 128;
      if (taken != 0 || made != 0) at_block_end = (stream_.data_type & after_block) != 0;
      if (in.empty() && made < room) return inflate_result::ok;
    }
  }

  z_stream stream_{};
  int window_bits_;
  bool ready_ = false;
};

}  // namespace socketio::zlib
