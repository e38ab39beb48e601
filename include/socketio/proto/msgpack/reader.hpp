// layer 1 (proto): MessagePack to tape.
#pragma once

#include <cstdint>

#include "socketio/config.hpp"
#include "socketio/core/bytes.hpp"
#include "socketio/core/value/tape.hpp"

namespace socketio::msgpack {

enum class status : std::uint8_t {
  ok,
  malformed,  ///< not one MessagePack value, or an object with a key that is no string
  too_deep,   ///< more arrays and objects inside each other than the tape allows
  too_large,  ///< more values than the tape allows
};

/// Pushes the one value that the bytes are. A receiver cannot tell it from a value that came as
/// JSON, but for binary and for numbers that are not finite, which JSON does not have:
///
/// - A date is the text of its toISOString, or null when no Date can be that far away. It is an
///   extension of type -1 (MessagePack specification, "Timestamp extension type"), or eight bytes
///   of type 0, as the JavaScript library notepack.io 2 writes it.
/// - `undefined` (one byte of type 0) is null in an array and left out of an object; an ArrayBuffer
///   (more bytes of type 0) is binary. Both are as notepack.io 2 writes them. Any other extension
///   is an array of its type and its bytes, as that library reads it.
/// - Text that is not UTF-8 is mended by U+FFFD: it may go on to others, in frames of text.
///
/// Memory grows with the bytes at hand, never by an announced size alone. Texts and binary are
/// views into `data`. After a failure the tape holds nothing useful.
SOCKETIO_DECL status read(bytes_view data, tape& out);

}  // namespace socketio::msgpack

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/msgpack/impl/reader.ipp"
#endif
