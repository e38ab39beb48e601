// layer 0 (core): numbers in JSON text, read as by JSON.parse and written as by JSON.stringify.
#pragma once

#include <array>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/core/digit.hpp"
#include "socketio/core/value/view.hpp"

namespace socketio::json::detail {

/// Reads the number (RFC 8259 §6) at `text`, which a byte that belongs to no number ends at the
/// latest, and makes `out` that value. Returns its end, or null when there is no number.
SOCKETIO_DECL const char* read_number(const char* text, socketio::detail::node& out) noexcept;

/// The longest double: a sign, 17 digits with a point, and `e-308`; or `-0.00000` and 17 digits.
using number_text = std::array<char, 32>;

/// The number in the form of JavaScript's Number::toString (ECMA-262 §6.1.6.1.20), which prints the
/// fewest digits that read back as the same double. What is not finite becomes `null`.
SOCKETIO_DECL std::string_view print(number_text& out, double value) noexcept;

/// With the fewest digits that read back as the same float.
SOCKETIO_DECL std::string_view print(number_text& out, float value) noexcept;

}  // namespace socketio::json::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/json/impl/number.ipp"
#endif
