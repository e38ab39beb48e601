// layer 1 (proto): zlib's compressing stream as an object.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include <zlib.h>

namespace socketio::zlib {

/// What stands around the deflated data (RFC 1951): nothing, the zlib format (RFC 1950), or the
/// gzip format (RFC 1952).
enum class format { raw, zlib, gzip };

/// The largest input that is compressed in one piece: zlib counts in `unsigned int`.
inline constexpr std::size_t max_input = std::numeric_limits<uInt>::max() / 2;

/// Compresses one message after the other. It takes its memory (zconf.h: 2^(window_bits + 2) +
/// 2^(memory_level + 9) bytes) when it compresses the first, and keeps it. Cannot be moved: zlib's
/// state points back to it.
class deflater {
 public:
  /// `level` from 0 (none) to 9 (smallest), `window_bits` from 9 to 15, `memory_level` from 1 to 9.
  deflater(format f, int level, int window_bits, int memory_level) noexcept
      : format_{f}, level_{level}, window_bits_{window_bits}, memory_level_{memory_level} {}
  deflater(const deflater&) = delete;
  ~deflater() {
    if (ready_) deflateEnd(&stream_);
  }

  /// Compresses all of `in` to the front of `space`, which grows as needed, but not above `limit`;
  /// the result is shorter than that. `flush` is Z_SYNC_FLUSH or Z_FINISH. The answer is the size
  /// of the result; 0 when there is no memory for the stream or the limit was met, after which only
  /// `restart` makes it usable.
  std::size_t run(std::string_view in, int flush, std::string& space, std::size_t limit) {
    if (in.size() > max_input || !begin()) return 0;
    // zlib's interface is older than const.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    std::size_t size = 0;
    for (;;) {
      if (size == space.size()) {
        if (size >= limit) return 0;
        space.resize(std::min(std::max(2 * size, smallest_space), limit));
      }
      const std::size_t room = std::min({space.size(), limit, size + max_input}) - size;
      stream_.next_out = reinterpret_cast<Bytef*>(space.data() + size);
      stream_.avail_out = static_cast<uInt>(room);
      const int result = ::deflate(&stream_, flush);
      size += room - stream_.avail_out;
      if (result == Z_STREAM_END) return size;
      if (result != Z_OK) return 0;
      if (flush != Z_FINISH && stream_.avail_out != 0) return size;
      if (size >= limit) return 0;
    }
  }

  /// Forgets what it has compressed so far: the next message does not refer to it.
  void restart() noexcept {
    if (ready_) deflateReset(&stream_);
  }

 private:
  static constexpr std::size_t smallest_space = 4096;

  bool begin() noexcept {
    if (ready_) return true;
    constexpr int gzip_wrapper = 16;
    const int bits = format_ == format::raw    ? -window_bits_
                     : format_ == format::gzip ? window_bits_ + gzip_wrapper
                                               : window_bits_;
    ready_ =
        deflateInit2(&stream_, level_, Z_DEFLATED, bits, memory_level_, Z_DEFAULT_STRATEGY) == Z_OK;
    return ready_;
  }

  z_stream stream_{};
  format format_;
  int level_;
  int window_bits_;
  int memory_level_;
  bool ready_ = false;
};

}  // namespace socketio::zlib
