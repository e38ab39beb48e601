// layer 0 (core): the UTF-8 automaton.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>

#include "socketio/core/utf8.hpp"

namespace socketio {
namespace detail {

// The automaton of RFC 3629 §4. A state is the position of its six bits in a row of the table, and
// the row of a byte holds the follower of every state: one step is one load and one shift, without
// a branch. The error state is 0, where an empty row leads, and nothing leads out of it.
inline constexpr unsigned utf8_error = 0, utf8_accept = 6;
inline constexpr unsigned utf8_tail1 = 12, utf8_tail2 = 18, utf8_tail3 = 24;  // bytes to come
inline constexpr unsigned utf8_after_e0 = 30, utf8_after_ed = 36;  // not overlong, no surrogate
inline constexpr unsigned utf8_after_f0 = 42, utf8_after_f4 = 48;  // not overlong, ≤ U+10FFFF

inline constexpr std::array<std::uint64_t, 256> utf8_table = [] {
  std::array<std::uint64_t, 256> rows{};
  const auto add = [&rows](unsigned from, std::size_t first, std::size_t last, unsigned to) {
    for (std::size_t byte = first; byte <= last; ++byte) rows[byte] |= std::uint64_t{to} << from;
  };
  add(utf8_accept, 0x00, 0x7f, utf8_accept);
  add(utf8_accept, 0xc2, 0xdf, utf8_tail1);
  add(utf8_accept, 0xe0, 0xe0, utf8_after_e0);
  add(utf8_accept, 0xe1, 0xec, utf8_tail2);
  add(utf8_accept, 0xed, 0xed, utf8_after_ed);
  add(utf8_accept, 0xee, 0xef, utf8_tail2);
  add(utf8_accept, 0xf0, 0xf0, utf8_after_f0);
  add(utf8_accept, 0xf1, 0xf3, utf8_tail3);
  add(utf8_accept, 0xf4, 0xf4, utf8_after_f4);
  add(utf8_tail1, 0x80, 0xbf, utf8_accept);
  add(utf8_tail2, 0x80, 0xbf, utf8_tail1);
  add(utf8_tail3, 0x80, 0xbf, utf8_tail2);
  add(utf8_after_e0, 0xa0, 0xbf, utf8_tail1);
  add(utf8_after_ed, 0x80, 0x9f, utf8_tail1);
  add(utf8_after_f0, 0x90, 0xbf, utf8_tail2);
  add(utf8_after_f4, 0x80, 0x8f, utf8_tail2);
  return rows;
}();

inline bool all_ascii_16(const char* p) noexcept {
  std::uint64_t low, high;
  std::memcpy(&low, p, 8);
  std::memcpy(&high, p + 8, 8);
  return ((low | high) & 0x8080808080808080u) == 0;
}

}  // namespace detail

SOCKETIO_DECL bool utf8_validator::feed(std::string_view piece) noexcept {
  static_assert(accept == detail::utf8_accept);
  constexpr std::size_t step = 16;
  std::uint64_t state = state_;
  while (!piece.empty()) {
    if (piece.size() >= step && state == accept && detail::all_ascii_16(piece.data())) {
      piece.remove_prefix(step);
      continue;
    }
    const std::string_view block = piece.substr(0, step);
    for (const char c : block) {
      state = detail::utf8_table[static_cast<unsigned char>(c)] >> state & 63;
    }
    if (state == detail::utf8_error) break;
    piece.remove_prefix(block.size());
  }
  state_ = state;
  return state != detail::utf8_error;
}

namespace detail {

/// A byte that continues a character counts as none, the first of four stands for a surrogate pair.
inline std::size_t utf16_units(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return static_cast<std::size_t>((byte & 0xc0) != 0x80) + static_cast<std::size_t>(byte >= 0xf0);
}

}  // namespace detail

SOCKETIO_DECL std::size_t utf16_size(std::string_view text) noexcept {
  std::size_t units = 0;
  for (const char c : text) units += detail::utf16_units(c);
  return units;
}

SOCKETIO_DECL std::optional<std::size_t> utf16_prefix(std::string_view text,
                                                      std::size_t units) noexcept {
  std::size_t size = 0;
  while (units >= 16 && text.size() - size >= 16 && detail::all_ascii_16(text.data() + size)) {
    size += 16;
    units -= 16;
  }
  for (; size != text.size(); ++size) {
    const std::size_t more = detail::utf16_units(text[size]);
    if (more > units) return units == 0 ? std::optional{size} : std::nullopt;
    units -= more;
  }
  return units == 0 ? std::optional{size} : std::nullopt;
}

}  // namespace socketio
