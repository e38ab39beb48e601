// layer 1 (proto): the bodies of eio/frames.hpp.
#pragma once

#include <array>
#include <cstddef>

#include "socketio/core/base64.hpp"
#include "socketio/core/frame_builder.hpp"
#include "socketio/proto/eio/frames.hpp"
#include "socketio/proto/ws/encoder.hpp"

namespace socketio::eio {

SOCKETIO_DECL const frame& bare_frame(packet_type type) {
  constexpr std::size_t types = 7;
  static const std::array<frame, types> all = [] {
    std::array<frame, types> made;
    for (std::size_t i = 0; i < types; ++i) {
      frame_builder packet{1};
      packet.push_back(to_char(static_cast<packet_type>(i)));
      made[i] = ws::seal(packet, ws::opcode::text);
    }
    return made;
  }();
  return all[static_cast<std::size_t>(type)];
}

SOCKETIO_DECL frame base64_frame(const frame& binary, revision r) {
  frame_builder packet{2 + base64_encoded_size(binary.packet().size())};
  packet.push_back(binary_mark);
  if (r == revision::v3) packet.push_back(to_char(packet_type::message));
  base64_append(packet, binary.packet());
  frame made = ws::seal(packet, ws::opcode::text);
  if (!binary.compressible()) made.forbid_compression();
  return made;
}

}  // namespace socketio::eio
