// layer 1 (proto): what an HTTP request may take.
#pragma once

#include <cstddef>

namespace socketio::http {

/// Each limit holds a request's memory or work down; the status is what the client gets above it.
struct limits {
  std::size_t head = 16 * 1024;         ///< bytes of request line and headers, or of trailers: 431
  std::size_t headers = 100;            ///< header lines, or trailer lines: 431
  std::size_t target = 8 * 1024;        ///< bytes of the request target: 414
  std::size_t body = 1'000'000;         ///< bytes of the body, chunk framing not counted: 413
  std::size_t chunk_line = 256;         ///< bytes of one chunk-size line: 400
  std::size_t chunk_lines = 16 * 1024;  ///< bytes of all chunk-size lines of a body: 413 or 400
};

}  // namespace socketio::http
