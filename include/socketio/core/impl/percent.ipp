// layer 0 (core): percent-decoding.
#pragma once

#include <cstddef>

#include "socketio/core/digit.hpp"
#include "socketio/core/percent.hpp"

namespace socketio {
namespace detail {

inline std::optional<std::string> percent_decode(std::string_view text, char plus) {
  if (is_decoded(text)) return std::string{text};
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i] == '+' ? plus : text[i]);
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded.push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
  return decoded;
}

}  // namespace detail

SOCKETIO_DECL std::optional<std::string> percent_decode(std::string_view text) {
  return detail::percent_decode(text, '+');
}

SOCKETIO_DECL std::optional<std::string> form_decode(std::string_view text) {
  return detail::percent_decode(text, ' ');
}

}  // namespace socketio
