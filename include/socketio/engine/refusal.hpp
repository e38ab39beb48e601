// layer 2 (engine): why a request under the Engine.IO path is refused.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/proto/http/request.hpp"

namespace socketio::engine {

/// The error codes of Engine.IO ("connection errors" of the JavaScript server), which clients show.
enum class refusal_code : std::uint8_t {
  unknown_transport = 0,
  unknown_sid = 1,
  bad_handshake_method = 2,
  bad_request = 3,
  forbidden = 4,
  unsupported_version = 5,
};

constexpr std::string_view message_of(refusal_code code) noexcept {
  constexpr std::array<std::string_view, 6> messages{
      "Transport unknown", "Session ID unknown", "Bad handshake method",
      "Bad request",       "Forbidden",          "Unsupported protocol version"};
  return messages[static_cast<std::size_t>(code)];
}

constexpr unsigned status_of(refusal_code code) noexcept {
  return code == refusal_code::forbidden ? 403 : 400;
}

/// What lies behind a code, for the host's eyes only.
enum class refusal_cause : std::uint8_t {
  unknown_transport,
  unknown_sid,
  bad_method,
  parameter_conflict,  ///< a parameter of the query with two values, or with bad escapes
  transport_mismatch,  ///< the session uses another transport
  handshake_error,     ///< a WebSocket handshake that is none
  protocol_mismatch,   ///< the session speaks another revision
  id_generation,       ///< the host's `generate_id` gave no usable id
  middleware,          ///< a function given to `use` said so, or threw
  foreign_origin,      ///< a page of an origin that is not allowed
  not_allowed,         ///< `allow_request` said so, or threw
  unsupported_version,
};

constexpr refusal_code code_of(refusal_cause cause) noexcept {
  switch (cause) {
    case refusal_cause::unknown_transport:
      return refusal_code::unknown_transport;
    case refusal_cause::unknown_sid:
      return refusal_code::unknown_sid;
    case refusal_cause::bad_method:
      return refusal_code::bad_handshake_method;
    case refusal_cause::foreign_origin:
    case refusal_cause::not_allowed:
      return refusal_code::forbidden;
    case refusal_cause::unsupported_version:
      return refusal_code::unsupported_version;
    default:
      return refusal_code::bad_request;
  }
}

/// A refused request, as `on_connection_error` gets it. All of it is valid during the call.
struct connection_error {
  using pair = std::pair<std::string_view, std::string>;

  const http::request& request;
  refusal_code code;
  std::string_view message;   ///< of the code; the client may have been told a reason of the host's
  std::vector<pair> context;  ///< what Node's server puts there: "sid", "transport", "name", …

  /// A value of the context, empty if it is not there.
  std::string_view at(std::string_view name) const noexcept {
    for (const auto& [each, value] : context) {
      if (each == name) return value;
    }
    return {};
  }
};

/// The context of a refusal. `current` is what the session uses, in the cases where something
/// mismatches, `text` what the host or an exception said.
SOCKETIO_DECL std::vector<connection_error::pair> context_of(refusal_cause cause,
                                                             const http::request& request,
                                                             std::string_view current,
                                                             std::string_view text);

}  // namespace socketio::engine

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/engine/impl/refusal.ipp"
#endif
