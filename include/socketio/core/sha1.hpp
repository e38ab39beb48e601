// layer 0 (core): SHA-1, which the WebSocket handshake asks for.
#pragma once

#include <array>
#include <string_view>

#include "socketio/config.hpp"

namespace socketio {

/// The SHA-1 digest of `message` (FIPS 180-4 §6.1). For Sec-WebSocket-Accept (RFC 6455 §4.2.2) and
/// the tags of files, which keep no secret: SHA-1 protects nothing any more.
SOCKETIO_DECL std::array<char, 20> sha1(std::string_view message) noexcept;

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/impl/sha1.ipp"
#endif
