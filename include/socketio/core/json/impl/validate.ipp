// layer 0 (core): the bodies of json/validate.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "socketio/core/digit.hpp"
#include "socketio/core/json/scan.hpp"
#include "socketio/core/json/validate.hpp"

namespace socketio::json {
namespace detail {

/// Which of the open containers are objects.
class nesting {
 public:
  std::uint32_t depth() const noexcept { return depth_; }

  void open(bool object) noexcept {
    std::uint64_t& bits = objects_[depth_ / 64];
    const std::uint64_t bit = std::uint64_t{1} << depth_ % 64;
    bits = object ? bits | bit : bits & ~bit;
    ++depth_;
  }
  void close() noexcept { --depth_; }

  bool in_object() const noexcept { return objects_[(depth_ - 1) / 64] >> (depth_ - 1) % 64 & 1; }

 private:
  std::array<std::uint64_t, most_depth_validated / 64> objects_{};
  std::uint32_t depth_ = 0;
};

inline bool is_hex(char c) noexcept { return hex_digit(c) >= 0; }

/// RFC 8259 §7; `at` is behind the quotation mark.
inline std::size_t end_of_string(std::string_view text, std::size_t at) noexcept {
  const char* const end = text.data() + text.size();
  const char* c = text.data() + at;
  for (;;) {
    c = find<stop_at::special>(c, end);
    if (c == end) return nowhere;
    if (*c == '"') return static_cast<std::size_t>(c + 1 - text.data());
    if (*c != '\\' || ++c == end) return nowhere;
    if (*c == 'u') {
      if (end - c < 5 || !is_hex(c[1]) || !is_hex(c[2]) || !is_hex(c[3]) || !is_hex(c[4])) {
        return nowhere;
      }
      c += 5;
    } else if (std::string_view{"\"\\/bfnrt"}.find(*c) != std::string_view::npos) {
      ++c;
    } else {
      return nowhere;
    }
  }
}

inline std::size_t end_of_digits(std::string_view text, std::size_t at) noexcept {
  const std::size_t first = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at == first ? nowhere : at;
}

/// RFC 8259 §6.
inline std::size_t end_of_number(std::string_view text, std::size_t at) noexcept {
  const auto is = [&](char c) { return at < text.size() && text[at] == c; };
  if (is('-')) ++at;
  if (is('0')) {
    ++at;
  } else if (at = end_of_digits(text, at); at == nowhere) {
    return nowhere;
  }
  if (is('.') && (at = end_of_digits(text, at + 1)) == nowhere) return nowhere;
  if (is('e') || is('E')) {
    ++at;
    if (is('+') || is('-')) ++at;
    at = end_of_digits(text, at);
  }
  return at;
}

inline std::size_t end_of_word(std::string_view text, std::size_t at,
                               std::string_view word) noexcept {
  return text.substr(at).starts_with(word) ? at + word.size() : nowhere;
}

/// The name of a member and its colon.
inline std::size_t end_of_key(std::string_view text, std::size_t at) noexcept {
  at = skip_space(text, at);
  if (at == text.size() || text[at] != '"') return nowhere;
  at = end_of_string(text, at + 1);
  if (at == nowhere) return nowhere;
  at = skip_space(text, at);
  return at < text.size() && text[at] == ':' ? at + 1 : nowhere;
}

inline std::size_t end_of_leaf(std::string_view text, std::size_t at) noexcept {
  switch (text[at]) {
    case '"':
      return end_of_string(text, at + 1);
    case 't':
      return end_of_word(text, at, "true");
    case 'f':
      return end_of_word(text, at, "false");
    case 'n':
      return end_of_word(text, at, "null");
    default:
      return end_of_number(text, at);
  }
}

}  // namespace detail

SOCKETIO_DECL std::size_t end_of_value(std::string_view text, std::size_t at,
                                       std::uint32_t depth) noexcept {
  detail::nesting open;
  if (depth > most_depth_validated) depth = most_depth_validated;
  for (;;) {
    at = skip_space(text, at);
    if (at == text.size()) return nowhere;
    const char first = text[at];
    if (first == '{' || first == '[') {
      if (open.depth() == depth) return nowhere;
      open.open(first == '{');
      at = skip_space(text, at + 1);
      const bool empty = at < text.size() && text[at] == (first == '{' ? '}' : ']');
      if (!empty) {
        if (first == '{' && (at = detail::end_of_key(text, at)) == nowhere) return nowhere;
        continue;  // with the first value in it
      }
      ++at;
      open.close();
    } else if ((at = detail::end_of_leaf(text, at)) == nowhere) {
      return nowhere;
    }
    // A value has ended, and with it perhaps containers.
    for (;;) {
      if (open.depth() == 0) return at;
      at = skip_space(text, at);
      if (at == text.size()) return nowhere;
      const char next = text[at++];
      if (next == ',') {
        if (open.in_object() && (at = detail::end_of_key(text, at)) == nowhere) return nowhere;
        break;
      }
      if (next != (open.in_object() ? '}' : ']')) return nowhere;
      open.close();
    }
  }
}

}  // namespace socketio::json
