// layer 1 (proto): the opening handshake that turns an HTTP connection into a WebSocket.
#pragma once

#include <array>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/proto/http/request.hpp"

namespace socketio::ws {

/// What a request for a WebSocket deserves: 101 and the key to answer with, or a refusal, after
/// which the connection goes on as HTTP or is closed.
struct handshake {
  int status = 101;
  std::string_view reason = {};   ///< of a refusal: one sentence
  std::string_view headers = {};  ///< of a refusal: complete header lines that it has to carry
  std::string_view key = {};      ///< of an acceptance: the client's, a view into the request

  explicit operator bool() const noexcept { return status == 101; }
};

/// Checks the client's side (RFC 6455 §4.2.1). Who may connect, by origin or cookie, is for others
/// to say. Offers of subprotocols and extensions are no reason for a refusal: an answer that does
/// not mention them declines them (§4.2.2).
SOCKETIO_DECL handshake check_handshake(const http::request& request) noexcept;

/// The value of Sec-WebSocket-Accept for a key (§4.2.2, item 5.4) that check_handshake has passed.
SOCKETIO_DECL std::array<char, 28> accept_value(std::string_view key) noexcept;

/// Appends the 101 answer. `extra_header_lines` are complete lines, each with its CR LF.
template <class Sink>
void write_accept(Sink& sink, std::string_view key, std::string_view extra_header_lines = {}) {
  const auto value = accept_value(key);
  sink.append(
      std::string_view{"HTTP/1.1 101 Switching Protocols\r\n"
                       "Upgrade: websocket\r\n"
                       "Connection: Upgrade\r\n"
                       "Sec-WebSocket-Accept: "});
  sink.append(std::string_view{value.data(), value.size()});
  sink.append(std::string_view{"\r\n"});
  sink.append(extra_header_lines);
  sink.append(std::string_view{"\r\n"});
}

}  // namespace socketio::ws

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/ws/impl/handshake.ipp"
#endif
