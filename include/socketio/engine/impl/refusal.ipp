// layer 2 (engine): bodies of engine/refusal.hpp.
#pragma once

#include "socketio/engine/refusal.hpp"
#include "socketio/proto/http/query.hpp"

namespace socketio::engine {

SOCKETIO_DECL std::vector<connection_error::pair> context_of(refusal_cause cause,
                                                             const http::request& request,
                                                             std::string_view current,
                                                             std::string_view text) {
  const auto parameter = [&](std::string_view name) {
    return http::query{request.query}.find(name).value.value_or("");
  };
  // Any value but "4" means revision 3, also none.
  const auto protocol = [&] { return parameter("EIO") == "4" ? "4" : "3"; };
  const std::string now{current}, said{text};
  switch (cause) {
    case refusal_cause::unknown_transport:
      return {{"transport", parameter("transport")}};
    case refusal_cause::unknown_sid:
      return {{"sid", parameter("sid")}};
    case refusal_cause::bad_method:
      return {{"method", std::string{request.method_text}}};
    case refusal_cause::parameter_conflict:
      return {{"name", "PARAMETER_CONFLICT"}};
    case refusal_cause::transport_mismatch:
      return {{"name", "TRANSPORT_MISMATCH"},
              {"transport", parameter("transport")},
              {"previousTransport", now}};
    case refusal_cause::handshake_error:
      return {{"name", "TRANSPORT_HANDSHAKE_ERROR"}, {"error", said}};
    case refusal_cause::protocol_mismatch:
      return {{"name", "PROTOCOL_MISMATCH"}, {"protocol", protocol()}, {"previousProtocol", now}};
    case refusal_cause::id_generation:
      return {{"name", "ID_GENERATION_ERROR"}, {"error", said}};
    case refusal_cause::middleware:
      return {{"name", "MIDDLEWARE_FAILURE"}, {"error", said}};
    case refusal_cause::foreign_origin:
      return {{"message", "Forbidden"},
              {"origin", std::string{request.header("origin").value_or("")}}};
    case refusal_cause::not_allowed:
      return {{"message", said}};
    case refusal_cause::unsupported_version:
      return {{"protocol", protocol()}};
  }
  return {};
}

}  // namespace socketio::engine
