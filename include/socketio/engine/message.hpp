// layer 2 (engine): messages of an application that uses Engine.IO alone.
#pragma once

#include <string_view>

#include "socketio/core/bytes.hpp"
#include "socketio/core/frame.hpp"
#include "socketio/core/frame_builder.hpp"
#include "socketio/proto/eio/packet.hpp"
#include "socketio/proto/ws/encoder.hpp"

namespace socketio::engine {

/// A text message for `state::send`. Encode once, send to as many sessions as you like. The text
/// must be UTF-8, and must not contain U+001E, which separates packets over long-polling.
inline frame text_message(std::string_view text) {
  frame_builder packet{text.size() + 1};
  packet.push_back(eio::to_char(eio::packet_type::message));
  packet.append(text);
  return ws::seal(packet, ws::opcode::text);
}

/// A binary message for `state::send`.
inline frame binary_message(bytes_view data) {
  frame_builder packet{data.size()};
  packet.append(as_text(data));
  return ws::seal(packet, ws::opcode::binary);
}

}  // namespace socketio::engine
