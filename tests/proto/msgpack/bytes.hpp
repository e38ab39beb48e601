// Bytes written as pairs of hexadecimal digits.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

inline std::string from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  }
  return bytes;
}

inline std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

/// A string of at most 31 bytes in MessagePack, in hexadecimal digits.
inline std::string str(std::string_view text) {
  return to_hex(std::string(1, static_cast<char>(0xa0 + text.size())).append(text));
}

/// (`"literal" + temporary` makes g++ 12 warn of what it has inlined.)
template <class... Pieces>
std::string joined(const Pieces&... pieces) {
  std::string all;
  (all.append(pieces), ...);
  return all;
}
