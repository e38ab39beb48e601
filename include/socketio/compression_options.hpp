// layer 0 (core): the options of compression, which <socketio/deflate.hpp> turns on.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace socketio {

namespace http {
class compressor;
}
namespace ws {
class codec_pool;
}

/// How WebSocket messages are compressed (permessage-deflate, RFC 7692). "Server" and "client" say
/// whose messages it is about.
struct deflate_settings {
  std::size_t threshold = 1024;  ///< bytes; shorter packets are sent as they are
  int level = 3;                 ///< 1 (fast) to 9 (small)

  /// With context takeover a message may refer to those before it, which makes it smaller. It then
  /// has to be compressed for each receiver by itself, and each connection keeps its streams: about
  /// 270 KB for the server's messages and 45 KB for the client's, less with smaller windows.
  bool server_context_takeover = false;
  bool client_context_takeover = false;
  std::size_t max_contexts = 1000;  ///< connections of a shard with takeover; others go without

  int server_max_window_bits = 15;  ///< 9 to 15: messages refer back by at most 2^this bytes
  int client_max_window_bits = 15;
  int memory_level = 8;  ///< 1 to 9: 2^(this + 9) bytes for each stream that compresses
};

/// Compression of WebSocket messages. Off unless it comes from `io::deflate(…)`, which is in
/// <socketio/deflate.hpp> and needs the CMake target socketio::deflate.
struct per_message_deflate {
  deflate_settings settings;
  std::unique_ptr<ws::codec_pool> (*make)(const deflate_settings&,
                                          std::size_t max_message) = nullptr;  ///< one per shard
};

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

namespace detail {

inline bool within(int value, int least, int most) noexcept {
  return value >= least && value <= most;
}

}  // namespace detail

/// What is wrong with the options; empty if nothing is.
inline std::string_view validate(const http_compression& o) {
  using detail::within;
  if (!within(o.settings.level, 1, 9)) return "http_compression: level is 1 to 9";
  if (!within(o.settings.memory_level, 1, 9)) return "http_compression: memory_level is 1 to 9";
  return {};
}

inline std::string_view validate(const per_message_deflate& o) {
  using detail::within;
  const deflate_settings& s = o.settings;
  if (!within(s.level, 1, 9)) return "per_message_deflate: level is 1 to 9";
  if (!within(s.memory_level, 1, 9)) return "per_message_deflate: memory_level is 1 to 9";
  if (!within(s.server_max_window_bits, 9, 15) || !within(s.client_max_window_bits, 9, 15)) {
    return "per_message_deflate: window bits are 9 to 15";
  }
  return {};
}

}  // namespace socketio
