// layer 0 (core): whether text is JSON, for who passes it on as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "socketio/config.hpp"

namespace socketio::json {

/// No place in a text.
inline constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

/// Deeper text is never found to be valid: that is for the reader, whose memory grows.
inline constexpr std::uint32_t most_depth_validated = 512;

/// The end of the value at `from`, which may have white space in front; `nowhere` if there is none,
/// or it is cut off, or has more than `depth` arrays and objects inside each other. Accepts what
/// `read` accepts, and reads nothing: strings are not decoded, numbers not converted.
SOCKETIO_DECL std::size_t end_of_value(std::string_view text, std::size_t from,
                                       std::uint32_t depth) noexcept;

/// The next place that is no white space (RFC 8259 §2).
constexpr std::size_t skip_space(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() &&
         (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) {
    ++at;
  }
  return at;
}

/// Whether the text is one value, with white space around it.
inline bool is_valid(std::string_view text, std::uint32_t depth) noexcept {
  const std::size_t end = end_of_value(text, 0, depth);
  return end != nowhere && skip_space(text, end) == text.size();
}

}  // namespace socketio::json

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/json/impl/validate.ipp"
#endif
