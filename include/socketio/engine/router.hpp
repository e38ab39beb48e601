// layer 2 (engine): what an HTTP request under the Engine.IO path asks for, or why it is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/engine/cors.hpp"
#include "socketio/engine/refusal.hpp"
#include "socketio/engine/state.hpp"
#include "socketio/options.hpp"
#include "socketio/proto/eio/revision.hpp"
#include "socketio/proto/http/request.hpp"

namespace socketio::engine {

/// Where a request goes.
struct route {
  enum class kind : std::uint8_t {
    refuse,     ///< for the reason `cause`
    preflight,  ///< answer a CORS preflight
    open,       ///< begin a session with the answer to this GET
    poll,       ///< hold this GET for `session`
    post,       ///< give the body to `session`
    websocket,  ///< upgrade, and begin a session
    candidate,  ///< upgrade, and try to move `session` to the WebSocket
  };

  kind to = kind::refuse;
  refusal_cause cause = refusal_cause::handshake_error;
  state* session = nullptr;  ///< also of a refusal, if there is one
  eio::dialect speaks = {};  ///< of a session that begins

  static route refused(refusal_cause why, state* session = nullptr) noexcept {
    return {kind::refuse, why, session};
  }
};

/// Decides. `find(sid)` returns the session of that id, or null. The order of the checks is that of
/// the JavaScript server, so that clients see the same codes.
template <class Find>
route decide(const options& o, cors_policy& cors, const http::request& request, Find&& find);

/// The session id in a query; empty if there is none.
SOCKETIO_DECL std::string session_of(std::string_view query);

namespace detail {

/// The query parameters that Engine.IO defines.
struct parameters {
  enum class which : std::uint8_t { missing, polling, websocket, unknown };
  bool conflict = false;  ///< a parameter has two different values, or bad escapes
  which transport = which::missing;
  std::optional<eio::revision> revision;  ///< nothing: one that is not spoken here
  std::string sid;
};
SOCKETIO_DECL parameters read_parameters(const options& o, std::string_view query);

/// What the query of a first request asks for besides; nothing if it contradicts itself.
SOCKETIO_DECL std::optional<eio::dialect> read_dialect(std::string_view query, eio::revision r);

/// Everything that does not depend on sessions; `open` and `poll` stand for "go on".
SOCKETIO_DECL route decide_without_sid(cors_policy& cors, const http::request& request,
                                       const parameters& asked);
SOCKETIO_DECL route decide_with_session(const http::request& request, const parameters& asked,
                                        state& session);

/// The checks that come first for all requests.
SOCKETIO_DECL bool transport_enabled(const options& o, const parameters& asked);

}  // namespace detail

template <class Find>
route decide(const options& o, cors_policy& cors, const http::request& request, Find&& find) {
  if (request.method == http::method::options && cors.configured()) {
    return {route::kind::preflight, {}, nullptr};
  }
  const detail::parameters asked = detail::read_parameters(o, request.query);
  if (asked.conflict) return route::refused(refusal_cause::parameter_conflict);
  if (!detail::transport_enabled(o, asked)) return route::refused(refusal_cause::unknown_transport);
  if (asked.sid.empty()) return detail::decide_without_sid(cors, request, asked);
  state* const session = find(std::string_view{asked.sid});
  if (!session) return route::refused(refusal_cause::unknown_sid);
  // A form may be sent to any server, too, and tells the origin.
  const bool unguarded = request.upgrade_websocket || session->dialect().jsonp;
  if ((unguarded || cors.configured()) && !cors.allows(request)) {
    return route::refused(refusal_cause::foreign_origin, session);
  }
  return detail::decide_with_session(request, asked, *session);
}

}  // namespace socketio::engine

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/engine/impl/router.ipp"
#endif
