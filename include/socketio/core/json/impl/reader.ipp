// layer 0 (core): the bodies of json/reader.hpp.
#pragma once

#include <array>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "socketio/core/json/rapidjson.hpp"
#include "socketio/core/json/reader.hpp"

namespace socketio::json {
namespace detail {

/// Whether the escape of a surrogate is at `text`, with one of `next` after `\ud`. Stops at a NUL.
inline bool is_surrogate(const char* text, std::string_view next) noexcept {
  constexpr std::string_view hex = "0123456789abcdefABCDEF";
  constexpr auto is_one_of = [](std::string_view set, char c) {
    return set.find(c) != std::string_view::npos;
  };
  return text[0] == '\\' && text[1] == 'u' && (text[2] == 'd' || text[2] == 'D') &&
         is_one_of(next, text[3]) && is_one_of(hex, text[4]) && is_one_of(hex, text[5]);
}

/// RapidJSON refuses halves of surrogate pairs, which browsers send when an emoji was cut in two:
/// overwrites their escapes by that of U+FFFD, which has the same length.
inline void mend_surrogates(char* text, char* end) noexcept {
  constexpr std::string_view high = "89abAB", low = "cdefCDEF";
  while (text < end) {
    text = static_cast<char*>(std::memchr(text, '\\', static_cast<std::size_t>(end - text)));
    if (!text) return;
    if (is_surrogate(text, low) || (is_surrogate(text, high) && !is_surrogate(text + 6, low))) {
      std::memcpy(text + 2, "fffd", 4);
    } else if (is_surrogate(text, high)) {
      text += 6;  // the second half follows
    }
    text += 2;  // past the escaped character, which may be a backslash
  }
}

/// The short way for what most events are: an array of a few strings with nothing in them to be
/// decoded, and nothing between them. Whatever else there is, right or wrong, is left to RapidJSON;
/// then nothing has been pushed.
inline bool read_plain_strings(const char* at, const char* end, tape& out) {
  std::array<std::string_view, 4> found;
  std::size_t count = 0;
  if (at == end || *at != '[') return false;
  do {
    if (end - ++at < 2 || *at != '"' || count == found.size()) return false;
    const char* const text = at + 1;
    at = find<stop_at::special>(text, end);
    if (end - at < 2 || *at != '"') return false;
    found[count++] = {text, static_cast<std::size_t>(at - text)};
  } while (*++at == ',');
  if (*at != ']' || at + 1 != end) return false;

  out.array_of(std::span{found}.first(count));  // if that fails, the tape knows why
  return true;
}

/// The long way.
inline bool parse(char* data, std::size_t size, tape& out) {
  const char overwritten = std::exchange(data[size], '\0');
  mend_surrogates(data, data + size);
  text_stream stream{data, data, data, data + size};
  tape_handler handler{out};
  text_reader reader;
  const bool parsed = !reader.Parse<text_flags>(stream, handler).IsError();
  data[size] = overwritten;
  // A NUL inside the text looks like its end.
  return parsed && stream.Tell() == size;
}

}  // namespace detail

SOCKETIO_DECL status read(char* data, std::size_t size, tape& out) {
  const bool parsed =
      detail::read_plain_strings(data, data + size, out) || detail::parse(data, size, out);
  if (out.failure() == tape::fault::too_deep) return status::too_deep;
  if (out.failure() == tape::fault::too_large) return status::too_large;
  return parsed ? status::ok : status::malformed;
}

}  // namespace socketio::json
