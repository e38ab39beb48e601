// layer 1 (proto): the packets of clients with the parser socket.io-msgpack-parser.
#pragma once

#include <cstddef>
#include <optional>

#include "socketio/config.hpp"
#include "socketio/core/bytes.hpp"
#include "socketio/core/frame.hpp"
#include "socketio/core/value/tape.hpp"
#include "socketio/proto/sio/packet.hpp"

namespace socketio::sio {

/// A packet is one binary message, with its binary data in place: the MessagePack object
/// `{type, data, id, nsp}`, where `data` and `id` may be missing. Members of other names, such as
/// `options`, which the JavaScript client adds, are ignored.
///
/// Nothing is returned for what no client may send: the rules are those of sio::decoder. The packet
/// is valid as long as the message and the tape are left alone.
SOCKETIO_DECL std::optional<packet> decode_msgpack(bytes_view message, tape& values);

/// The message for such a client, whose size may be guessed to save an allocation.
SOCKETIO_DECL frame encode_msgpack(const packet& p, std::size_t likely_size = 240);

}  // namespace socketio::sio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/sio/impl/msgpack_codec.ipp"
#endif
