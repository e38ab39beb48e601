// layer 0 (core): percent-decoding, strict.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "socketio/config.hpp"

namespace socketio {

/// Whether text stands for itself, in any of the two forms below.
inline bool is_decoded(std::string_view text) noexcept {
  for (const char c : text) {
    if (c == '%' || c == '+') return false;
  }
  return true;
}

/// Undoes RFC 3986 §2.1. Nothing comes back for a `%` without two hexadecimal digits. The result
/// holds any bytes, zeros and line ends too: check it again before it goes anywhere special.
SOCKETIO_DECL std::optional<std::string> percent_decode(std::string_view text);

/// The same for application/x-www-form-urlencoded, which is also what query strings are written
/// in: `+` means a space.
SOCKETIO_DECL std::optional<std::string> form_decode(std::string_view text);

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/impl/percent.ipp"
#endif
