// layer 0 (core): bodies of core/ip.hpp.
#pragma once

#include <algorithm>
#include <charconv>
#include <span>

#include "socketio/core/ip.hpp"

namespace socketio {

namespace detail {

inline constexpr std::array<std::uint8_t, 12> v4_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// Digits and nothing else, no leading zero (which some take for octal), at most `most`.
SOCKETIO_DECL std::optional<unsigned> read_small(std::string_view text, unsigned most) noexcept {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return {};
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    value = 10 * value + static_cast<unsigned>(c - '0');
  }
  if (value > most) return {};
  return value;
}

SOCKETIO_DECL bool read_v4(std::string_view text, std::span<std::uint8_t, 4> out) noexcept {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t dot = text.find('.');
    const auto number = read_small(text.substr(0, dot), 255);
    if (!number || (dot == text.npos) != (i == 3)) return false;
    out[i] = static_cast<std::uint8_t>(*number);
    if (i != 3) text.remove_prefix(dot + 1);
  }
  return true;
}

/// One to four hexadecimal digits.
SOCKETIO_DECL std::optional<std::uint16_t> read_group(std::string_view text) noexcept {
  if (text.empty() || text.size() > 4) return {};
  std::uint16_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (ec != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

/// The groups of one side of "::", or of the whole address; how many bytes they fill, or nothing.
/// The last group may be an IPv4 address in its own form.
SOCKETIO_DECL std::optional<std::size_t> read_groups(std::string_view text, bool may_end_in_v4,
                                                     std::span<std::uint8_t, 16> out) noexcept {
  if (text.empty()) return 0;
  for (std::size_t at = 0;;) {
    const std::size_t colon = text.find(':');
    const bool last = colon == text.npos;
    if (last && may_end_in_v4 && text.find('.') != text.npos) {
      if (at > 12 || !read_v4(text, std::span<std::uint8_t, 4>{&out[at], 4})) return {};
      return at + 4;
    }
    const auto group = read_group(text.substr(0, colon));
    if (!group || at > 14) return {};
    out[at] = static_cast<std::uint8_t>(*group >> 8);
    out[at + 1] = static_cast<std::uint8_t>(*group & 0xff);
    at += 2;
    if (last) return at;
    text.remove_prefix(colon + 1);
  }
}

SOCKETIO_DECL bool read_v6(std::string_view text, ip_address::bytes& out) noexcept {
  const std::size_t gap = text.find("::");
  if (gap == text.npos) return read_groups(text, true, out) == out.size();
  ip_address::bytes tail{};
  const auto before = read_groups(text.substr(0, gap), false, out);
  const auto behind = read_groups(text.substr(gap + 2), true, tail);
  // The gap stands for at least one group.
  if (!before || !behind || *before + *behind > out.size() - 2) return false;
  std::copy_n(tail.begin(), *behind, out.end() - static_cast<std::ptrdiff_t>(*behind));
  return true;
}

template <class Number>
void append_number(std::string& text, Number number, int base) {
  char digits[8];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
  text.append(digits, end);
}

}  // namespace detail

SOCKETIO_DECL std::optional<ip_address> ip_address::parse(std::string_view text) noexcept {
  bytes b{};
  if (text.find(':') != text.npos) {
    if (detail::read_v6(text, b)) return ip_address{b};
  } else {
    std::copy(detail::v4_mapped.begin(), detail::v4_mapped.end(), b.begin());
    if (detail::read_v4(text, std::span<std::uint8_t, 4>{&b[12], 4})) return ip_address{b};
  }
  return std::nullopt;
}

SOCKETIO_DECL bool ip_address::is_v4() const noexcept {
  return std::equal(detail::v4_mapped.begin(), detail::v4_mapped.end(), bytes_.begin());
}

SOCKETIO_DECL std::string ip_address::to_string() const {
  std::string text;
  if (is_v4()) {
    for (std::size_t i = 12; i < 16; ++i) {
      if (i != 12) text.push_back('.');
      detail::append_number(text, static_cast<unsigned>(bytes_[i]), 10);
    }
    return text;
  }
  const auto group = [this](std::size_t i) {
    return static_cast<unsigned>(bytes_[2 * i] << 8 | bytes_[2 * i + 1]);
  };
  // "::" stands for the longest run of at least two zero groups, the first of equals.
  std::size_t gap = 8, gap_size = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && group(end) == 0) ++end;
    if (end - i > gap_size) gap = i, gap_size = end - i;
    i = std::max(end, i + 1);
  }
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      text.append("::");
      i += gap_size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text.push_back(':');
    detail::append_number(text, group(i), 16);
  }
  return text;
}

SOCKETIO_DECL std::optional<ip_network> ip_network::parse(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  const auto base = ip_address::parse(host);
  if (!base) return std::nullopt;
  const bool short_form = host.find(':') == host.npos;
  if (slash == text.npos) return ip_network{*base, 128};
  const auto bits = detail::read_small(text.substr(slash + 1), short_form ? 32 : 128);
  if (!bits) return std::nullopt;
  return ip_network{*base, *bits + (short_form ? 96u : 0u)};
}

SOCKETIO_DECL bool ip_network::contains(const ip_address& address) const noexcept {
  const auto &a = base_.data(), &b = address.data();
  const std::size_t whole = bits_ / 8, rest = bits_ % 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) {
    return false;
  }
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

}  // namespace socketio
