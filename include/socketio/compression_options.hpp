// layer 0 (core): the options of compression, which <socketio/deflate.hpp> turns on.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace socketio {

namespace http {
class compressor;
}

/// How HTTP answers are compressed. The defaults are those of the JavaScript server, except for the
/// level, which costs a third of the time there and makes the result a tenth larger.
struct gzip_settings {
  std::size_t threshold = 1024;  ///< bytes; shorter answers are sent as they are
  int level = 3;                 ///< 1 (fast) to 9 (small)
  int memory_level = 8;          ///< 1 to 9: 2^(this + 9) bytes of each shard, beside 128 KiB
};

/// Compression of the answers of HTTP long-polling. Off unless it comes from `io::gzip(…)`, which
/// is in <socketio/deflate.hpp> and needs the CMake target socketio::deflate.
struct http_compression {
  gzip_settings settings;
  std::unique_ptr<http::compressor> (*make)(const gzip_settings&) = nullptr;  ///< one per shard
};

/// What is wrong with the options; empty if nothing is.
inline std::string_view validate(const http_compression& o) {
  const auto within = [](int value, int least, int most) {
    return value >= least && value <= most;
  };
  if (!within(o.settings.level, 1, 9)) return "http_compression: level is 1 to 9";
  if (!within(o.settings.memory_level, 1, 9)) return "http_compression: memory_level is 1 to 9";
  return {};
}

}  // namespace socketio
