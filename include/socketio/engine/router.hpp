// layer 2 (engine): what an HTTP request under the Engine.IO path asks for, or why it is refused.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/engine/state.hpp"
#include "socketio/options.hpp"
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

/// Where a request goes.
struct route {
  enum class kind : std::uint8_t {
    refuse,     ///< answer with `code`
    preflight,  ///< answer a CORS preflight
    open,       ///< begin a session with the answer to this GET
    poll,       ///< hold this GET for `session`
    post,       ///< give the body to `session`
    websocket,  ///< upgrade, and begin a session
    candidate,  ///< upgrade, and try to move `session` to the WebSocket
  };

  kind to = kind::refuse;
  refusal_code code = refusal_code::bad_request;
  state* session = nullptr;

  static route refused(refusal_code why) noexcept { return {kind::refuse, why, nullptr}; }
};

/// Whether a page of this origin may use the server: the server's own pages may (the origin's host
/// is the request's host), others as the options say. Requests without Origin are not from pages.
SOCKETIO_DECL bool origin_allowed(const cors_options& cors, const http::request& request);

/// The CORS header lines of an answer, preflight or not (Fetch standard, "CORS protocol"); empty if
/// CORS is not configured or the origin is not allowed.
SOCKETIO_DECL std::string cors_lines(const cors_options& cors, const http::request& request,
                                     bool preflight);

/// Decides. `find(sid)` returns the session of that id, or null. The order of the checks is that of
/// the JavaScript server, so that clients see the same codes.
template <class Find>
route decide(const options& o, const http::request& request, Find&& find);

/// The session id in a query; empty if there is none.
SOCKETIO_DECL std::string session_of(std::string_view query);

namespace detail {

/// The query parameters that Engine.IO defines.
struct parameters {
  enum class which : std::uint8_t { missing, polling, websocket, unknown };
  bool conflict = false;  ///< a parameter has two different values, or bad escapes
  which transport = which::missing;
  std::string eio;
  std::string sid;
};
SOCKETIO_DECL parameters read_parameters(std::string_view query);

/// Everything that does not depend on sessions; `open` and `poll` stand for "go on".
SOCKETIO_DECL route decide_without_sid(const options& o, const http::request& request,
                                       const parameters& asked);
SOCKETIO_DECL route decide_with_session(const http::request& request, const parameters& asked,
                                        state& session);

/// The checks that come first for all requests.
SOCKETIO_DECL bool transport_enabled(const options& o, const parameters& asked);

}  // namespace detail

template <class Find>
route decide(const options& o, const http::request& request, Find&& find) {
  if (request.method == http::method::options && !o.cors.origins.empty()) {
    return {route::kind::preflight, {}, nullptr};
  }
  const detail::parameters asked = detail::read_parameters(request.query);
  if (asked.conflict) return route::refused(refusal_code::bad_request);
  if (!detail::transport_enabled(o, asked)) return route::refused(refusal_code::unknown_transport);
  if (asked.sid.empty()) return detail::decide_without_sid(o, request, asked);
  state* const session = find(std::string_view{asked.sid});
  if (!session) return route::refused(refusal_code::unknown_sid);
  if (!origin_allowed(o.cors, request) && (request.upgrade_websocket || !o.cors.origins.empty())) {
    return route::refused(refusal_code::forbidden);
  }
  return detail::decide_with_session(request, asked, *session);
}

}  // namespace socketio::engine

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/engine/impl/router.ipp"
#endif
