// layer 1 (proto): what client and server agree on about permessage-deflate.
#pragma once

#include <cstdint>
#include <string>

#include "socketio/compression_options.hpp"
#include "socketio/config.hpp"
#include "socketio/proto/http/request.hpp"

namespace socketio::ws {

/// The parameters of the extension as agreed on (RFC 7692 §7.1). "Server" and "client" say whose
/// messages they are about.
struct deflate_parameters {
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  int server_max_window_bits = 15;
  int client_max_window_bits = 15;

  bool operator==(const deflate_parameters&) const = default;
};

/// What comes of a client's offers.
struct deflate_answer {
  enum class kind : std::uint8_t {
    none,       ///< not offered, or no offer can be accepted: go on without
    accepted,   ///< with `parameters`; `header` is the value of Sec-WebSocket-Extensions
    malformed,  ///< the header breaks the grammar of RFC 6455 §9.1: refuse the handshake with 400
  };

  kind result = kind::none;
  deflate_parameters parameters = {};
  std::string header = {};
};

/// Answers the offers in the Sec-WebSocket-Extensions lines of a handshake: the first that can be
/// accepted is. An offer with a parameter that is unknown, comes twice, or has a value that it must
/// not have, is declined (RFC 7692 §7), and so is a server window of 8 bits, which zlib cannot do.
SOCKETIO_DECL deflate_answer answer_deflate_offers(const http::request& request,
                                                   const deflate_settings& settings);

}  // namespace socketio::ws

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/ws/impl/deflate_offer.ipp"
#endif
