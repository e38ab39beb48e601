// Decompresses by zlib's one-shot interface, for tests of what compresses.
#pragma once

#include <string>
#include <string_view>

#include <zlib.h>

namespace socketio::test {

/// zlib's `windowBits`: negative for raw deflate, 15 for the zlib format, 31 for gzip. "(bad)" when
/// the data is not whole and alone.
inline std::string inflate_all(std::string_view data, int window_bits) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) return "(no memory)";
  std::string out;
  std::string input{data};
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  int result = Z_OK;
  while (result == Z_OK) {
    char piece[4096];
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof piece;
    result = ::inflate(&stream, Z_NO_FLUSH);
    out.append(piece, sizeof piece - stream.avail_out);
  }
  // Raw data that ends with a sync flush has no end of its own.
  const bool whole = result == Z_STREAM_END || (window_bits < 0 && result == Z_BUF_ERROR);
  const bool good = whole && stream.avail_in == 0;
  inflateEnd(&stream);
  return good ? out : "(bad)";
}

}  // namespace socketio::test
