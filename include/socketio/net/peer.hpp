// layer 5 (net): who is at the other end of a connection.
#pragma once

#include <string>

namespace socketio::detail {

/// The stream's own peer, or whom a PROXY header has named. It goes along when the connection moves
/// to another shard.
struct peer {
  std::string address;   ///< without port
  bool secure = false;   ///< its connection is encrypted
  bool trusted = false;  ///< one of `proxy_options::trusted`
};

}  // namespace socketio::detail
