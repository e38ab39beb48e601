// layer 0 (core): JSON text to tape.
#pragma once

#include <cstddef>
#include <cstdint>

#include "socketio/config.hpp"
#include "socketio/core/value/tape.hpp"

namespace socketio::json {

enum class status : std::uint8_t {
  ok,
  malformed,  ///< not JSON
  too_deep,   ///< more arrays and objects inside each other than the tape allows
  too_large,  ///< more values than the tape allows
};

/// Pushes the one value that the text is, with the meaning that JSON.parse gives it: the text must
/// be all JSON (RFC 8259), numbers may be of any size, half a surrogate pair becomes U+FFFD. That
/// the text is UTF-8 has been checked by the transport.
///
/// Strings are decoded where they stand, and the tape refers to them: the text is changed, and must
/// live as long as the values are used. `data[size]` must be memory that may be written; it is the
/// same afterwards. After a failure the tape holds nothing useful.
SOCKETIO_DECL status read(char* data, std::size_t size, tape& out);

}  // namespace socketio::json

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/json/impl/reader.ipp"
#endif
