// layer 0 (core): UTF-8 validation, whole or piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "socketio/config.hpp"

namespace socketio {

/// Checks text that arrives in pieces cut anywhere. It fails at the first byte that no valid text
/// can have there, even inside a character: RFC 6455 §8.1 wants the connection failed as soon as
/// the bytes are known to be wrong, and clients test for it.
class utf8_validator {
 public:
  /// False as soon as the text is invalid, and from then on.
  SOCKETIO_DECL bool feed(std::string_view piece) noexcept;

  /// True when the text so far is valid and ends between two characters.
  bool complete() const noexcept { return state_ == accept; }

  void reset() noexcept { state_ = accept; }

 private:
  static constexpr std::uint64_t accept = 6;  // detail::utf8_accept, the automaton's start

  std::uint64_t state_ = accept;
};

inline bool is_utf8(std::string_view text) noexcept {
  utf8_validator validator;
  return validator.feed(text) && validator.complete();
}

/// How many UTF-16 code units valid text has: what JavaScript calls its length.
SOCKETIO_DECL std::size_t utf16_size(std::string_view text) noexcept;

/// The bytes at the front of valid text that are `units` UTF-16 code units: all bytes that count as
/// none belong to what is in front of them. Nothing when the text is shorter, or when a character
/// would be cut.
SOCKETIO_DECL std::optional<std::size_t> utf16_prefix(std::string_view text,
                                                      std::size_t units) noexcept;

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/impl/utf8.ipp"
#endif
