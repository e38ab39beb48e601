// layer 2 (engine): bodies of engine/router.hpp.
#pragma once

#include <algorithm>

#include "socketio/engine/router.hpp"
#include "socketio/proto/http/query.hpp"

namespace socketio::engine {

namespace detail {

SOCKETIO_DECL parameters read_parameters(std::string_view query) {
  parameters asked;
  const auto read = [&](std::string_view key) -> std::string {
    auto found = http::query{query}.find(key);
    asked.conflict |= found.conflict;
    return std::move(found.value).value_or("");
  };
  const std::string transport = read("transport");
  using which = parameters::which;
  asked.transport = transport.empty()          ? which::missing
                    : transport == "polling"   ? which::polling
                    : transport == "websocket" ? which::websocket
                                               : which::unknown;
  asked.eio = read("EIO");
  asked.sid = read("sid");
  return asked;
}

SOCKETIO_DECL bool transport_enabled(const options& o, const parameters& asked) {
  return (asked.transport == parameters::which::polling && o.polling) ||
         (asked.transport == parameters::which::websocket && o.websocket);
}

SOCKETIO_DECL route decide_without_sid(const options& o, const http::request& request,
                                       const parameters& asked) {
  if (request.method != http::method::get) {
    return route::refused(refusal_code::bad_handshake_method);
  }
  const bool websocket = asked.transport == parameters::which::websocket;
  if (websocket != request.upgrade_websocket) return route::refused(refusal_code::bad_request);
  // Any page may open a WebSocket to any server, and the browser sends its cookies along: unlike
  // for polling, only the server can refuse (RFC 6455 §10.2; CVE-2019-13611).
  if (!origin_allowed(o.cors, request) && (websocket || !o.cors.origins.empty())) {
    return route::refused(refusal_code::forbidden);
  }
  if (asked.eio != "4") return route::refused(refusal_code::unsupported_version);
  return {websocket ? route::kind::websocket : route::kind::open, {}, nullptr};
}

SOCKETIO_DECL route decide_with_session(const http::request& request, const parameters& asked,
                                        state& session) {
  if (asked.eio != "4") return route::refused(refusal_code::bad_request);
  if (request.upgrade_websocket) {
    if (asked.transport != parameters::which::websocket) {
      return route::refused(refusal_code::bad_request);
    }
    return {route::kind::candidate, {}, &session};
  }
  if (asked.transport != parameters::which::polling ||
      session.transport() != transport_kind::polling) {
    return route::refused(refusal_code::bad_request);
  }
  switch (request.method) {
    case http::method::get:
      return {route::kind::poll, {}, &session};
    case http::method::post:
      return {route::kind::post, {}, &session};
    default:
      return route::refused(refusal_code::bad_handshake_method);
  }
}

/// "https://example.com:443" → "example.com:443", without a port that is the scheme's default.
SOCKETIO_DECL std::string_view host_of_origin(std::string_view origin) {
  const auto mark = origin.find("://");
  if (mark == origin.npos) return {};
  const std::string_view scheme = origin.substr(0, mark);
  std::string_view host = origin.substr(mark + 3);
  const std::string_view port = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(port)) host.remove_suffix(port.size());
  return host;
}

SOCKETIO_DECL std::string_view without_default_port(std::string_view host) {
  for (const std::string_view port : {":443", ":80"}) {
    if (host.ends_with(port)) return host.substr(0, host.size() - port.size());
  }
  return host;
}

SOCKETIO_DECL bool listed(const cors_options& cors, std::string_view origin) {
  return std::any_of(cors.origins.begin(), cors.origins.end(), [&](const std::string& each) {
    return each == "*" || http::equal_ignoring_case(each, origin);
  });
}

}  // namespace detail

SOCKETIO_DECL std::string session_of(std::string_view query) {
  return http::query{query}.find("sid").value.value_or("");
}

SOCKETIO_DECL bool origin_allowed(const cors_options& cors, const http::request& request) {
  const auto origin = request.header("origin");
  if (!origin) return true;
  const std::string_view host = detail::host_of_origin(*origin);
  if (!host.empty() &&
      http::equal_ignoring_case(host, detail::without_default_port(request.host))) {
    return true;
  }
  return detail::listed(cors, *origin);
}

SOCKETIO_DECL std::string cors_lines(const cors_options& cors, const http::request& request,
                                     bool preflight) {
  std::string lines;
  const auto origin = request.header("origin");
  if (cors.origins.empty()) return lines;
  const bool any = !cors.credentials && detail::listed(cors, "*");
  const auto add = [&](std::string_view name, std::string_view value) {
    lines.append(name).append(": ").append(value).append("\r\n");
  };
  const auto add_list = [&](std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    std::string list;
    for (const auto& each : values) list.append(list.empty() ? "" : ",").append(each);
    add(name, list);
  };
  // What is allowed depends on who asks: caches must know.
  if (!any) add("Vary", "Origin");
  if (!origin || !detail::listed(cors, *origin)) return lines;
  add("Access-Control-Allow-Origin", any ? std::string_view{"*"} : *origin);
  if (cors.credentials) add("Access-Control-Allow-Credentials", "true");
  if (!preflight) {
    add_list("Access-Control-Expose-Headers", cors.exposed_headers);
    return lines;
  }
  add_list("Access-Control-Allow-Methods", cors.methods);
  if (!cors.allowed_headers.empty()) {
    add_list("Access-Control-Allow-Headers", cors.allowed_headers);
  } else if (const auto asked = request.header("access-control-request-headers")) {
    add("Vary", "Access-Control-Request-Headers");
    add("Access-Control-Allow-Headers", *asked);
  }
  if (cors.max_age.count() > 0) add("Access-Control-Max-Age", std::to_string(cors.max_age.count()));
  return lines;
}

}  // namespace socketio::engine
