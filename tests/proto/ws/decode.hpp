// What a decoder makes of bytes, for tests: all events, however the bytes are cut.
#pragma once

#include <cstddef>
#include <memory>
#include <ostream>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/proto/ws/decoder.hpp"

namespace socketio::test {

/// An event with its own copy of the payload.
struct seen {
  ws::event_kind kind;
  std::string data = {};
  ws::close_code code = ws::close_code::no_status;
  bool compressed = false;

  bool operator==(const seen&) const = default;

  friend std::ostream& operator<<(std::ostream& out, const seen& s) {
    return out << "{kind " << static_cast<int>(s.kind) << ", " << s.data.size() << " bytes \""
               << s.data.substr(0, 40) << "\", code " << static_cast<int>(s.code) << '}';
  }
};

using events = std::vector<seen>;

inline seen text(std::string_view data) { return {ws::event_kind::text, std::string{data}}; }
inline seen binary(std::string_view data) { return {ws::event_kind::binary, std::string{data}}; }
inline seen ping(std::string_view data) { return {ws::event_kind::ping, std::string{data}}; }
inline seen pong(std::string_view data) { return {ws::event_kind::pong, std::string{data}}; }
inline seen closed(int code, std::string_view reason = {}) {
  return {ws::event_kind::close, std::string{reason}, static_cast<ws::close_code>(code)};
}
inline seen failed(int code) {
  return {ws::event_kind::failed, {}, static_cast<ws::close_code>(code)};
}

/// Feeds one read to the decoder, from a block of exactly its size and one spare byte.
inline void feed(ws::decoder& decoder, std::string_view piece, events& out) {
  const auto block = std::make_unique<char[]>(piece.size() + 1);
  piece.copy(block.get(), piece.size());
  block[piece.size()] = '\xee';
  std::span<char> input{block.get(), piece.size()};
  for (;;) {
    const ws::event e = decoder.next(input);
    if (e.kind == ws::event_kind::need_data) return;
    out.push_back({e.kind, std::string{e.text()}, e.code, e.compressed});
    if (e.kind == ws::event_kind::failed) return;
    // The reader of the payload puts a sentinel behind it and takes it away again.
    const char behind = e.data[e.size];
    e.data[e.size] = '\0';
    e.data[e.size] = behind;
  }
}

inline constexpr std::size_t default_limit = 1'000'000;

struct settings {
  std::size_t limit = default_limit;
  bool deflate = false;
};

inline events decode(std::string_view wire, settings s = {}) {
  ws::decoder decoder{s.limit, s.deflate};
  events out;
  feed(decoder, wire, out);
  return out;
}

inline events decode_in_pieces(std::string_view wire, std::size_t piece, settings s = {}) {
  ws::decoder decoder{s.limit, s.deflate};
  events out;
  while (!wire.empty() && (out.empty() || out.back().kind != ws::event_kind::failed)) {
    feed(decoder, wire.substr(0, piece), out);
    wire.remove_prefix(std::min(piece, wire.size()));
  }
  return out;
}

template <class Random>
events decode_at_random(std::string_view wire, Random& random, settings s = {}) {
  ws::decoder decoder{s.limit, s.deflate};
  events out;
  while (!wire.empty() && (out.empty() || out.back().kind != ws::event_kind::failed)) {
    const std::size_t widest = random() % 2 == 0 ? 8 : 400;
    const std::size_t size = std::min<std::size_t>(random() % (widest + 1), wire.size());
    feed(decoder, wire.substr(0, size), out);
    wire.remove_prefix(size);
  }
  return out;
}

}  // namespace socketio::test
