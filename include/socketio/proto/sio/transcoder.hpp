// layer 1 (proto): from the JSON form of a packet to the form of msgpack clients.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "socketio/config.hpp"
#include "socketio/core/frame.hpp"
#include "socketio/core/value/tape.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/proto/sio/packet.hpp"

namespace socketio::sio {

/// Reads a packet that was encoded for sending, its attachments included. What it gives is valid
/// until it is used again.
class packet_reader {
 public:
  /// Nothing when the text cannot be read: a program may send JSON of its own, which nobody has
  /// checked, or nest its values more than 1,000 levels deep.
  SOCKETIO_DECL std::optional<packet> operator()(const encoded& source);

 private:
  std::string text_;
  tape values_{{.depth = 1'000, .nodes = std::numeric_limits<std::size_t>::max()}};
};

/// Packets are encoded as JSON, before anybody knows who will receive them. When a receiver turns
/// out to speak MessagePack, this reads the packet and writes it anew, in memory that it keeps for
/// the next one.
class transcoder {
 public:
  /// One binary message, see msgpack_codec.hpp. It stays with the packet: the next receiver gets
  /// the same one. Nothing when the packet cannot be read, see packet_reader.
  SOCKETIO_DECL const frame& operator()(const encoded& packet);

 private:
  frame transcode(const encoded& packet);

  packet_reader read_;
};

}  // namespace socketio::sio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/sio/impl/transcoder.ipp"
#endif
