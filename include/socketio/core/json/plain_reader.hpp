// layer 0 (core): the short way from JSON text to tape.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "socketio/core/json/number.hpp"
#include "socketio/core/json/scan.hpp"
#include "socketio/core/value/tape.hpp"

namespace socketio::json::detail {

using socketio::detail::node;

/// A string of which nothing has to be decoded, from its first quotation mark on. Gives what is
/// behind it; null if it is not such a one. A NUL stands at `end`.
[[gnu::always_inline]] inline const char* read_plain_string(const char* at, const char* end,
                                                            node& out) noexcept {
  const char* const text = at + 1;
  const char* const stop = find<stop_at::special>(text, end);
  if (*stop != '"') return nullptr;
  out.become(value_type::string, static_cast<std::uint32_t>(stop - text)).text = text;
  return stop + 1;
}

/// Whether the text begins with a word. The NUL behind the text ends the comparison, too.
template <std::size_t N>
bool begins(const char* at, const char (&word)[N]) noexcept {
  std::size_t i = 0;
  while (i < N - 1 && at[i] == word[i]) ++i;
  return i == N - 1;
}

/// The same for what is neither string nor container.
inline const char* read_scalar(const char* at, node& out) noexcept {
  switch (*at) {
    case 't':
      out.become(value_type::boolean).boolean = true;
      return begins(at, "true") ? at + 4 : nullptr;
    case 'f':
      out.become(value_type::boolean).boolean = false;
      return begins(at, "false") ? at + 5 : nullptr;
    case 'n':
      out.become(value_type::null);
      return begins(at, "null") ? at + 4 : nullptr;
    default:
      return read_number(at, out);
  }
}

/// Reads an array or an object that is written as JSON.stringify does it, without white space, and
/// that has nothing in its strings to be decoded: nearly all messages are. Whatever else there is,
/// right or wrong, is left to RapidJSON; then nothing has been pushed. A NUL stands at `end`.
inline bool read_plain(const char* at, const char* const end, tape& out) {
  constexpr std::size_t most_nodes = 4096;
  const auto size = static_cast<std::size_t>(end - at);
  if ((*at != '[' && *at != '{') || size > 0xffff'ffff) return false;
  const std::size_t room = std::min(size / 2 + 2, most_nodes);
  node* const first = out.prepare(room);
  if (!first) return false;
  const node* const last = first + room - 1;  // a key needs two
  std::uint32_t depth = out.depth_left();
  node* next = first;
  node* open = nullptr;  // the innermost container: until its end, its span is the way to its own
  char closing = '\0';   // what ends it
  while (next < last) {
    if (closing == '}') {
      if (*at != '"' || !(at = read_plain_string(at, end, *next++)) || *at++ != ':') return false;
    }
    if (*at == '"') {
      at = read_plain_string(at, end, *next++);
    } else if (*at == '[' || *at == '{') {
      if (depth-- == 0) return false;
      closing = *at++ == '[' ? ']' : '}';
      next->become(closing == ']' ? value_type::array : value_type::object).node_span =
          open ? static_cast<std::size_t>(next - open) : 0;
      open = next++;
      if (*at != closing) continue;
      --open->size;  // it has no value to be counted
    } else {
      at = read_scalar(at, *next++);
    }
    if (!at) return false;
    ++open->size;
    while (*at == closing) {
      const std::size_t outwards = open->node_span;
      open->node_span = static_cast<std::size_t>(next - open);
      ++at;
      if (outwards == 0) {
        if (at != end) return false;
        out.commit(static_cast<std::size_t>(next - first));
        return true;
      }
      open -= outwards;
      closing = open->type == value_type::array ? ']' : '}';
      ++open->size;
      ++depth;
    }
    if (*at++ != ',') return false;
  }
  return false;
}

}  // namespace socketio::json::detail
