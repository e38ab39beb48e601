// layer 0 (core): unpredictable ids and seeds from the operating system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "socketio/config.hpp"

namespace socketio {

/// Fills `out` with bytes from the system's cryptographic generator, through std::random_device
/// where the system has none.
SOCKETIO_DECL void system_random(std::span<unsigned char> out);

/// 20 characters of [A-Za-z0-9_-] that carry 120 random bits. Whoever knows a session id *is* the
/// session, so it has no counter, no time and no address in it.
SOCKETIO_DECL std::string random_id();

/// A seed for hash tables, so that nobody outside can choose names that collide.
SOCKETIO_DECL std::uint64_t random_seed();

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/impl/random.ipp"
#endif
