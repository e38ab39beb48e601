// layer 0 (core): base64, strict, into memory or into a writer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "socketio/config.hpp"

namespace socketio {

namespace detail {

inline constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace detail

/// The length of `size` bytes in base64, padding included (RFC 4648 §4).
constexpr std::size_t base64_encoded_size(std::size_t size) noexcept { return (size + 2) / 3 * 4; }

/// Writes base64_encoded_size(in.size()) characters. `in` and `out` must not overlap.
SOCKETIO_DECL void base64_encode(std::string_view in, char* out) noexcept;

/// The URL- and filename-safe alphabet without padding (RFC 4648 §5): writes
/// (4 * in.size() + 2) / 3 characters, of which none needs escaping in a URL.
SOCKETIO_DECL void base64url_encode(std::string_view in, char* out) noexcept;

/// Writes the decoded bytes (at most in.size() / 4 * 3) and returns their number, or nothing for
/// text that no encoder writes: a foreign character, missing padding, or set bits that belong to no
/// byte (RFC 4648 §3.5). `out` may be in.data(): decoding in place is safe. After a failure the
/// memory at `out` is unspecified.
SOCKETIO_DECL std::optional<std::size_t> base64_decode(std::string_view in, char* out) noexcept;

/// Appends to anything that appends like std::string, without a buffer of the whole text.
template <class Sink>
void base64_append(Sink& sink, std::string_view in) {
  constexpr std::size_t step = 768;  // a multiple of three, so only the last piece is padded
  std::array<char, base64_encoded_size(step)> text;
  while (!in.empty()) {
    const std::string_view piece = in.substr(0, step);
    base64_encode(piece, text.data());
    sink.append(text.data(), base64_encoded_size(piece.size()));
    in.remove_prefix(piece.size());
  }
}

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/impl/base64.ipp"
#endif
