// The vectors beside this file are in JSON as it is, or in hexadecimal digits.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "socketio/core/percent.hpp"

namespace socketio::test {

/// A vector as it was published.
inline std::string bytes_of(std::string_view text) {
  if (text.starts_with('{')) return std::string{text};
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(hex_digit(text[i]) * 16 + hex_digit(text[i + 1]));
  }
  return bytes;
}

}  // namespace socketio::test
