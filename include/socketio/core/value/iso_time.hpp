// layer 0 (core): points in time in the form of JavaScript's Date.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "socketio/config.hpp"

namespace socketio::detail {

using iso_time_text = std::array<char, 40>;

/// As Date.prototype.toISOString (ECMA-262 §21.4.4.36): `2024-02-29T12:34:56.789Z`; the year has a
/// sign and six digits when it is not in 0 to 9999. Empty for what no Date can be (§21.4.1.1).
SOCKETIO_DECL std::string_view print_iso_time(iso_time_text& out,
                                              std::int64_t milliseconds) noexcept;

}  // namespace socketio::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/value/impl/iso_time.ipp"
#endif
