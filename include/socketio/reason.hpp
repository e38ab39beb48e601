// layer 0 (core): why a session or socket ended.
#pragma once

#include <cstdint>
#include <string_view>

namespace socketio {

/// Why a connection ended, with the names that the JavaScript server uses.
enum class reason : std::uint8_t {
  transport_error,  ///< the connection broke, or the peer violated the transport's rules
  transport_close,  ///< the peer closed the connection
  ping_timeout,     ///< the peer did not answer a heartbeat in time
  parse_error,      ///< the peer sent what cannot be decoded
  forced_close,     ///< closed by this side for a protocol violation
  client_namespace_disconnect,  ///< the client left the namespace
  server_namespace_disconnect,  ///< `socket.disconnect()`
  server_shutting_down,         ///< `server.close()`
  limit_exceeded,  ///< the peer sent more than `options::traffic` allows, or begun messages were
                   ///< what it held most of when `limits::held_bytes` was exceeded
  slow_consumer,   ///< more than `limits::hard_queue` bytes waited to be read by the peer, or the
                   ///< most of all peers when `limits::held_bytes` was exceeded
};

/// The reason in the words of the JavaScript server, such as "transport close".
constexpr std::string_view to_string(reason r) noexcept {
  switch (r) {
    case reason::transport_error:
      return "transport error";
    case reason::transport_close:
      return "transport close";
    case reason::ping_timeout:
      return "ping timeout";
    case reason::parse_error:
      return "parse error";
    case reason::forced_close:
      return "forced close";
    case reason::client_namespace_disconnect:
      return "client namespace disconnect";
    case reason::server_namespace_disconnect:
      return "server namespace disconnect";
    case reason::server_shutting_down:
      return "server shutting down";
    case reason::limit_exceeded:
      return "limit exceeded";
    case reason::slow_consumer:
      return "slow consumer";
  }
  return "unknown";
}

}  // namespace socketio
