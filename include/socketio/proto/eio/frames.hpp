// layer 1 (proto): Engine.IO packets as frames, for packets that are not a message of the user.
#pragma once

#include "socketio/config.hpp"
#include "socketio/core/frame.hpp"
#include "socketio/proto/eio/packet.hpp"

namespace socketio::eio {

/// A packet without data, made once and shared by everybody.
SOCKETIO_DECL const frame& bare_frame(packet_type type);

/// A binary message as the text that carries it to a client that cannot take bytes.
SOCKETIO_DECL frame base64_frame(const frame& binary, revision r);

}  // namespace socketio::eio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/eio/impl/frames.ipp"
#endif
