// layer 1 (proto): the two revisions of the Engine.IO protocol that clients speak.
#pragma once

#include <cstdint>
#include <optional>

namespace socketio::eio {

/// The value of the query parameter `EIO`. The packet types are the same in both; how payloads and
/// binary messages are written, and who sends the heartbeat's pings, is not.
enum class revision : std::uint8_t {
  v3 = 3,  ///< clients 1.x and 2.x
  v4 = 4,  ///< clients 3.x and later
};

/// What a client asks for in the query of its first request, for the life of its session.
struct dialect {
  eio::revision revision = eio::revision::v4;

  /// `b64=1`: binary messages come and go as base64 text.
  bool base64 = false;

  /// `j=N`: long-polling as JSONP. Answers are scripts that call `___eio[N]`, and the bodies of
  /// POSTs are forms.
  std::optional<std::uint32_t> jsonp = {};
};

}  // namespace socketio::eio
