// layer 0 (core): the bodies of json/reader.hpp.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "socketio/core/json/number.hpp"
#include "socketio/core/json/rapidjson.hpp"
#include "socketio/core/json/reader.hpp"

namespace socketio::json {
namespace detail {

using socketio::detail::node;

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

/// What a client puts where an attachment belongs (Socket.IO protocol v5, "Binary event"): these
/// bytes, one digit and a brace, or something that the short way is not for.
inline constexpr std::string_view placeholder = "{\"_placeholder\":true,\"num\":";
inline constexpr std::string_view placeholder_keys[] = {placeholder.substr(2, 12),
                                                        placeholder.substr(22, 3)};
static_assert(placeholder_keys[0] == "_placeholder" && placeholder_keys[1] == "num");
inline constexpr std::size_t placeholder_nodes = 5;

/// Fills `placeholder_nodes`; null if there is none at `text`, else its end.
inline const char* read_placeholder(const char* text, const char* end, node* out) noexcept {
  const char* const digit = text + placeholder.size();
  if (end - text < static_cast<std::ptrdiff_t>(placeholder.size()) + 2 ||
      std::memcmp(text, placeholder.data(), placeholder.size()) != 0 || !is_digit(*digit) ||
      digit[1] != '}') {
    return nullptr;
  }
  const auto set_key = [](node& n, std::string_view name) {
    n.become(value_type::string, static_cast<std::uint32_t>(name.size())).text = name.data();
  };
  out[0].become(value_type::object, 2).node_span = placeholder_nodes;
  set_key(out[1], placeholder_keys[0]);
  out[2].become(value_type::boolean).boolean = true;
  set_key(out[3], placeholder_keys[1]);
  out[4].become(value_type::integer).integer = *digit - '0';
  return digit + 2;
}

/// The short way for what most events are: an array of a few placeholders, and strings with nothing
/// in them to be decoded, without white space. Whatever else there is, right or wrong,
/// is left to RapidJSON; then nothing has been pushed.
inline bool read_plain_array(const char* at, const char* end, tape& out) {
  constexpr std::uint32_t most = 4;
  if (at == end || *at != '[' || static_cast<std::size_t>(end - at) > 0xffff'ffff) return false;
  node* const array = out.prepare_array(1 + most * placeholder_nodes);
  if (!array) return false;
  node* next = array + 1;
  std::uint32_t count = 0;
  do {
    if (end - ++at < 2 || count == most) return false;
    ++count;
    if (*at == '"') {
      const char* const text = at + 1;
      at = find<stop_at::special>(text, end);
      if (at == end || *at != '"') return false;
      next->become(value_type::string, static_cast<std::uint32_t>(at - text)).text = text;
      ++next, ++at;
    } else {
      at = read_placeholder(at, end, next);
      if (!at) return false;
      next += placeholder_nodes;
    }
    if (at == end) return false;
  } while (*at == ',');
  if (*at != ']' || at + 1 != end) return false;
  out.commit_array(count, static_cast<std::size_t>(next - array));
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
      detail::read_plain_array(data, data + size, out) || detail::parse(data, size, out);
  if (out.failure() == tape::fault::too_deep) return status::too_deep;
  if (out.failure() == tape::fault::too_large) return status::too_large;
  return parsed ? status::ok : status::malformed;
}

}  // namespace socketio::json
