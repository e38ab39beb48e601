// layer 1 (proto): the two revisions of the Engine.IO protocol that clients speak.
#pragma once

#include <cstdint>

namespace socketio::eio {

/// The value of the query parameter `EIO`. The codecs beside this header are revision 4's; the
/// packet types are the same in both, payloads and binary packets are not.
enum class revision : std::uint8_t {
  v3 = 3,  ///< clients 1.x and 2.x
  v4 = 4,  ///< clients 3.x and later
};

}  // namespace socketio::eio
