// layer 0 (core): text that ought to be UTF-8 and is not.
#pragma once

#include <string>
#include <string_view>

#include "socketio/config.hpp"

namespace socketio {

/// The text with U+FFFD for every maximal part of it that is no UTF-8, as TextDecoder and
/// Buffer.toString in JavaScript have it (WHATWG Encoding §8.1.1; Unicode 15 §3.9, "U+FFFD
/// Substitution of Maximal Subparts").
SOCKETIO_DECL std::string mend_utf8(std::string_view text);

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/impl/utf8_mend.ipp"
#endif
