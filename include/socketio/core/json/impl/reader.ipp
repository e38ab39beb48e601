// layer 0 (core): the bodies of json/reader.hpp.
#pragma once

#include <cstring>
#include <string_view>
#include <utility>

#include "socketio/core/json/plain_reader.hpp"
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

/// The long way.
inline bool parse(char* data, std::size_t size, tape& out) {
  mend_surrogates(data, data + size);
  text_stream stream{data, data, data, data + size};
  tape_handler handler{out};
  text_reader reader;
  const bool parsed = !reader.Parse<text_flags>(stream, handler).IsError();
  // A NUL inside the text looks like its end.
  return parsed && stream.Tell() == size;
}

}  // namespace detail

SOCKETIO_DECL status read(char* data, std::size_t size, tape& out) {
  const char overwritten = std::exchange(data[size], '\0');
  const bool parsed = detail::read_plain(data, data + size, out) || detail::parse(data, size, out);
  data[size] = overwritten;
  if (parsed) [[likely]]
    return status::ok;
  if (out.failure() == tape::fault::too_deep) return status::too_deep;
  if (out.failure() == tape::fault::too_large) return status::too_large;
  return status::malformed;
}

}  // namespace socketio::json
