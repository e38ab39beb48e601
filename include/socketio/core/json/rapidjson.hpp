// layer 0 (core): the one place that includes RapidJSON, and what its reader is taught.
#pragma once

#include <cstddef>
#include <cstring>

// No macro of RapidJSON is set here: a program that uses it as well, before or after this header,
// keeps the one RapidJSON that it has configured.
#include <rapidjson/reader.h>

#include "socketio/core/json/number.hpp"
#include "socketio/core/json/scan.hpp"
#include "socketio/core/value/tape.hpp"

namespace socketio::json::detail {

/// Text that is decoded where it stands. RapidJSON's own stream for this does not know where the
/// text ends, and so cannot be searched in steps; a NUL stands at `end`.
struct text_stream {
  using Ch = char;

  char Peek() const noexcept { return *src; }
  char Take() noexcept { return *src++; }
  std::size_t Tell() const noexcept { return static_cast<std::size_t>(src - begin); }

  char* PutBegin() noexcept { return dst = src; }
  void Put(char c) noexcept { *dst++ = c; }
  std::size_t PutEnd(char* start) const noexcept { return static_cast<std::size_t>(dst - start); }
  void Flush() noexcept {}

  char* src;
  char* dst;
  char* begin;
  char* end;
};

/// UTF-8. As a type of our own it keeps what is instantiated here apart from the RapidJSON of the
/// program around us.
struct text_encoding : RAPIDJSON_NAMESPACE::UTF8<> {};

/// Decoding in place takes no memory, so the reader gets none.
struct no_memory {
  static constexpr bool kNeedFree = false;
  void* Malloc(std::size_t) noexcept { return nullptr; }
  void* Realloc(void*, std::size_t, std::size_t) noexcept { return nullptr; }
  static void Free(void*) noexcept {}
};

/// Pushes what RapidJSON's reader finds. False stops it, before it recurses any deeper.
struct tape_handler {
  using size_type = RAPIDJSON_NAMESPACE::SizeType;

  bool Null() { return out.null(); }
  bool Bool(bool b) { return out.boolean(b); }
  bool String(const char* text, size_type size, bool) { return out.string({text, size}); }
  bool StartObject() { return out.begin_object(); }
  bool Key(const char* text, size_type size, bool) { return out.key({text, size}); }
  bool EndObject(size_type) { return out.end_object(); }
  bool StartArray() { return out.begin_array(); }
  bool EndArray(size_type) { return out.end_array(); }

  tape& out;
};

using text_reader = RAPIDJSON_NAMESPACE::GenericReader<text_encoding, text_encoding, no_memory>;
inline constexpr unsigned text_flags = RAPIDJSON_NAMESPACE::kParseInsituFlag;

}  // namespace socketio::json::detail

RAPIDJSON_NAMESPACE_BEGIN

/// The reader may work on a copy of the stream, in registers.
template <>
struct StreamTraits<socketio::json::detail::text_stream> {
  enum { copyOptimization = 1 };
};

/// Takes all characters of a string up to the next one with a meaning, not just the first.
template <>
struct Transcoder<socketio::json::detail::text_encoding, socketio::json::detail::text_encoding>
    : Transcoder<UTF8<>, UTF8<>> {
  using Transcoder<UTF8<>, UTF8<>>::Transcode;  // for branches that are compiled but never taken

  static bool Transcode(socketio::json::detail::text_stream& in,
                        socketio::json::detail::text_stream&) noexcept {
    using namespace socketio::json::detail;
    const char* const stop = find<stop_at::special>(in.src + 1, in.end);
    const auto length = static_cast<std::size_t>(stop - in.src);
    if (in.dst != in.src) std::memmove(in.dst, in.src, length);
    in.src += length;
    in.dst += length;
    return true;
  }
};

/// RapidJSON refuses numbers beyond the range of double, which JSON.parse accepts, and reads others
/// one unit off.
template <>
template <>
inline void socketio::json::detail::text_reader::ParseNumber<socketio::json::detail::text_flags>(
    socketio::json::detail::text_stream& in, socketio::json::detail::tape_handler& handler) {
  socketio::detail::node number;
  const char* const end = socketio::json::detail::read_number(in.src, number);
  if (!end) {
    SetParseError(kParseErrorValueInvalid, in.Tell());
  } else if (!handler.out.leaf(number)) {
    SetParseError(kParseErrorTermination, in.Tell());
  } else {
    in.src += end - in.src;
  }
}

RAPIDJSON_NAMESPACE_END
