// layer 2 (engine): bodies of engine/router.hpp.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "socketio/core/digit.hpp"
#include "socketio/engine/router.hpp"
#include "socketio/proto/http/query.hpp"

namespace socketio::engine {

namespace detail {

SOCKETIO_DECL parameters read_parameters(const options& o, std::string_view query) {
  using namespace std::string_view_literals;
  auto [transport, revision, sid] =
      http::query{query}.find(std::array{"transport"sv, "EIO"sv, "sid"sv});
  parameters asked;
  asked.conflict = transport.conflict || revision.conflict || sid.conflict;
  using which = parameters::which;
  const std::string by = std::move(transport.value).value_or("");
  asked.transport = by.empty()          ? which::missing
                    : by == "polling"   ? which::polling
                    : by == "websocket" ? which::websocket
                                        : which::unknown;
  const std::string number = std::move(revision.value).value_or("");
  if (number == "4") {
    asked.revision = eio::revision::v4;
  } else if (o.allow_eio3 && (number == "3" || number.empty())) {  // the first clients did not say
    asked.revision = eio::revision::v3;
  }
  asked.sid = std::move(sid.value).value_or("");
  return asked;
}

SOCKETIO_DECL std::optional<eio::dialect> read_dialect(std::string_view query, eio::revision r) {
  eio::dialect speaks{r, false, {}};
  using namespace std::string_view_literals;
  auto [base64, jsonp] = http::query{query}.find(std::array{"b64"sv, "j"sv});
  if (base64.conflict || jsonp.conflict) return std::nullopt;
  speaks.base64 = !base64.value.value_or("").empty();
  if (jsonp.value) {
    // Digits are all that is kept: no page may choose what the answer, a script, begins with (R70).
    std::erase_if(*jsonp.value, [](char c) { return !is_digit(c); });
    constexpr std::size_t most_digits = 9;
    if (jsonp.value->empty() || jsonp.value->size() > most_digits) return std::nullopt;
    speaks.jsonp = 0;
    for (const char c : *jsonp.value) {
      speaks.jsonp = 10 * *speaks.jsonp + static_cast<std::uint32_t>(c - '0');
    }
  }
  return speaks;
}

SOCKETIO_DECL bool transport_enabled(const options& o, const parameters& asked) {
  return (asked.transport == parameters::which::polling && o.polling) ||
         (asked.transport == parameters::which::websocket && o.websocket);
}

SOCKETIO_DECL route decide_without_sid(cors_policy& cors, const http::request& request,
                                       const parameters& asked) {
  if (request.method != http::method::get) return route::refused(refusal_cause::bad_method);
  const bool websocket = asked.transport == parameters::which::websocket;
  if (websocket != request.upgrade_websocket) {
    return route::refused(refusal_cause::handshake_error);
  }
  // Any page may open a WebSocket to any server, and the browser sends its cookies along: unlike
  // for polling, only the server can refuse (RFC 6455 §10.2; CVE-2019-13611).
  if ((websocket || cors.configured()) && !cors.allows(request)) {
    return route::refused(refusal_cause::foreign_origin);
  }
  if (!asked.revision) return route::refused(refusal_cause::unsupported_version);
  const auto speaks = read_dialect(request.query, *asked.revision);
  if (!speaks) return route::refused(refusal_cause::parameter_conflict);
  if (speaks->jsonp && !websocket && !cors.allows_script(request)) {
    return route::refused(refusal_cause::foreign_origin);
  }
  return {websocket ? route::kind::websocket : route::kind::open, {}, nullptr, *speaks};
}

SOCKETIO_DECL route decide_with_session(const http::request& request, const parameters& asked,
                                        state& session) {
  if (asked.revision != session.revision()) {
    return route::refused(refusal_cause::protocol_mismatch, &session);
  }
  if (request.upgrade_websocket) {
    if (asked.transport != parameters::which::websocket) {
      return route::refused(refusal_cause::transport_mismatch, &session);
    }
    return {route::kind::candidate, {}, &session};
  }
  if (asked.transport != parameters::which::polling ||
      session.transport() != transport_kind::polling) {
    return route::refused(refusal_cause::transport_mismatch, &session);
  }
  switch (request.method) {
    case http::method::get:
      return {route::kind::poll, {}, &session};
    case http::method::post:
      return {route::kind::post, {}, &session};
    default:
      return route::refused(refusal_cause::bad_method, &session);
  }
}

}  // namespace detail

SOCKETIO_DECL std::string session_of(std::string_view query) {
  return http::query{query}.find("sid").value.value_or("");
}

}  // namespace socketio::engine
