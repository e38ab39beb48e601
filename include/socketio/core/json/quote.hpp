// layer 0 (core): strings as JSON.stringify writes them.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include "socketio/core/json/scan.hpp"

namespace socketio::json::detail {

struct utf8_sequence {
  std::size_t size;  // if invalid, of the part that could have been the beginning of a character
  bool valid;
};

/// The character at `text`, which does not begin with ASCII (RFC 3629 §4).
inline utf8_sequence decode(const char* text, const char* end) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0xc2 || first > 0xf4) return {1, false};
  const std::size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // The second byte excludes overlong forms, surrogates, and what is above U+10FFFF.
  unsigned char low = 0x80, high = 0xbf;
  if (first == 0xe0) low = 0xa0;
  if (first == 0xed) high = 0x9f;
  if (first == 0xf0) low = 0x90;
  if (first == 0xf4) high = 0x8f;
  for (std::size_t i = 1; i < size; ++i, low = 0x80, high = 0xbf) {
    if (text + i == end || byte(i) < low || byte(i) > high) return {i, false};
  }
  return {size, true};
}

template <class Sink>
void append_escape(Sink& out, char c) {
  constexpr char hex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      return (void)out.append("\\\"", 2);
    case '\\':
      return (void)out.append("\\\\", 2);
    case '\b':
      return (void)out.append("\\b", 2);
    case '\f':
      return (void)out.append("\\f", 2);
    case '\n':
      return (void)out.append("\\n", 2);
    case '\r':
      return (void)out.append("\\r", 2);
    case '\t':
      return (void)out.append("\\t", 2);
    default:
      const char unicode[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
      return (void)out.append(unicode, 6);
  }
}

/// The short way into a packet, for text in which everything stands for itself, behind a comma if
/// there is to be one. False if something does not; then nothing is appended.
template <class Sink>
[[gnu::always_inline]] inline bool append_plain(Sink& out, std::string_view text, bool comma) {
  char* at = out.prepare(text.size() + 3);
  *at = ',';
  at += comma;
  if (!copy_plain(at + 1, text.data(), text.size())) return false;
  at[0] = at[text.size() + 1] = '"';
  out.commit(text.size() + 2 + comma);
  return true;
}

/// Appends text of which `at` is the first place to be escaped, to be replaced, or not ASCII; or
/// its end.
template <class Sink>
void append_with_escapes(Sink& out, std::string_view text, const char* at) {
  const char* const end = text.data() + text.size();
  const char* done = text.data();  // all before is appended
  for (; at != end; at = find<stop_at::special_or_not_ascii>(at, end)) {
    const bool ascii = static_cast<unsigned char>(*at) < 0x80;
    const utf8_sequence character = ascii ? utf8_sequence{1, false} : decode(at, end);
    if (!character.valid) {
      out.append(done, static_cast<std::size_t>(at - done));
      done = at + character.size;
      ascii ? append_escape(out, *at) : void(out.append("\xef\xbf\xbd", 3));
    }
    at += character.size;
  }
  out.append(done, static_cast<std::size_t>(end - done));
}

/// Appends the text as a JSON string. What is not UTF-8 becomes U+FFFD, in the places where a
/// browser puts it: no text of ours makes the receiver fail the connection (RFC 6455 §8.1).
template <class Sink>
void append_quoted(Sink& out, std::string_view text) {
  out.push_back('"');
  const char* const end = text.data() + text.size();
  append_with_escapes(out, text, find<stop_at::special_or_not_ascii>(text.data(), end));
  out.push_back('"');
}

}  // namespace socketio::json::detail
