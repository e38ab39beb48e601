// layer 0 (core): base64 encoding and decoding.
#pragma once

#include "socketio/core/base64.hpp"

namespace socketio {
namespace detail {

/// The value of each character; 0x80 marks those outside the alphabet.
inline constexpr std::array<std::uint8_t, 256> base64_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(0x80);
  for (std::size_t i = 0; i < base64_alphabet.size(); ++i) {
    values[static_cast<unsigned char>(base64_alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

inline std::uint32_t base64_value(char c) noexcept {
  return base64_values[static_cast<unsigned char>(c)];
}

inline std::uint32_t octet(char c) noexcept { return static_cast<unsigned char>(c); }

/// Encodes without padding and returns the end of what was written.
inline char* base64_digits(std::string_view in, char* out, const char* alphabet) noexcept {
  for (; in.size() >= 3; in.remove_prefix(3), out += 4) {
    const std::uint32_t group = octet(in[0]) << 16 | octet(in[1]) << 8 | octet(in[2]);
    out[0] = alphabet[group >> 18];
    out[1] = alphabet[group >> 12 & 63];
    out[2] = alphabet[group >> 6 & 63];
    out[3] = alphabet[group & 63];
  }
  if (in.empty()) return out;
  const std::uint32_t group = octet(in[0]) << 16 | (in.size() == 2 ? octet(in[1]) << 8 : 0);
  *out++ = alphabet[group >> 18];
  *out++ = alphabet[group >> 12 & 63];
  if (in.size() == 2) *out++ = alphabet[group >> 6 & 63];
  return out;
}

}  // namespace detail

SOCKETIO_DECL void base64_encode(std::string_view in, char* out) noexcept {
  char* const end = out + base64_encoded_size(in.size());
  out = detail::base64_digits(in, out, detail::base64_alphabet.data());
  while (out != end) *out++ = '=';
}

SOCKETIO_DECL void base64url_encode(std::string_view in, char* out) noexcept {
  detail::base64_digits(in, out, detail::base64url_alphabet.data());
}

SOCKETIO_DECL std::optional<std::size_t> base64_decode(std::string_view in, char* out) noexcept {
  using detail::base64_value;
  if (in.empty()) return 0;
  if (in.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = in.back() != '=' ? 0 : in[in.size() - 2] != '=' ? 1 : 2;

  // Each step reads four characters before it writes three bytes: safe in place.
  const char* p = in.data();
  const char* const end = p + in.size() - (padding != 0 ? 4 : 0);
  char* const begin = out;
  for (; p != end; p += 4, out += 3) {
    const std::uint32_t a = base64_value(p[0]), b = base64_value(p[1]);
    const std::uint32_t c = base64_value(p[2]), d = base64_value(p[3]);
    if (((a | b | c | d) & 0x80) != 0) return std::nullopt;
    const std::uint32_t group = a << 18 | b << 12 | c << 6 | d;
    out[0] = static_cast<char>(group >> 16);
    out[1] = static_cast<char>(group >> 8);
    out[2] = static_cast<char>(group);
  }
  if (padding != 0) {
    const std::uint32_t a = base64_value(p[0]), b = base64_value(p[1]);
    const std::uint32_t c = padding == 1 ? base64_value(p[2]) : 0;
    if (((a | b | c) & 0x80) != 0) return std::nullopt;
    if ((padding == 1 ? c & 0x03 : b & 0x0f) != 0) return std::nullopt;  // not canonical
    const std::uint32_t group = a << 18 | b << 12 | c << 6;
    *out++ = static_cast<char>(group >> 16);
    if (padding == 1) *out++ = static_cast<char>(group >> 8);
  }
  return static_cast<std::size_t>(out - begin);
}

}  // namespace socketio
