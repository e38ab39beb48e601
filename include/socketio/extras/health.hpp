// layer 6 (server): the answer to a load balancer that asks whether to send more clients.
#pragma once

#include <type_traits>
#include <utility>

#include "socketio/proto/http/request.hpp"
#include "socketio/proto/http/response.hpp"

namespace socketio {

/// A handler for health checks: 200, and 503 as soon as the server is told to close, or while
/// `ready()` says false. Clients that are there already are not affected by either.
///
///     server.http().exact("/health", io::health(server));
///     server.http().exact("/health", io::health(server, [&] { return !draining; }));
template <class Server, class Ready>
auto health(Server& server, Ready ready) {
  static_assert(std::is_invocable_r_v<bool, Ready&>,
                "socketio: the second argument of io::health is a function bool ().");
  auto& engine = server.engine();
  return [&engine, ready = std::move(ready)](const http::request&) mutable {
    const bool up = !engine.closing() && ready();
    http::response answer{up ? 200u : 503u, {}, up ? "ok\n" : "closing\n"};
    answer.set("Content-Type", "text/plain; charset=utf-8");
    answer.set("Cache-Control", "no-store");
    return answer;
  };
}

template <class Server>
auto health(Server& server) {
  return health(server, [] { return true; });
}

}  // namespace socketio
