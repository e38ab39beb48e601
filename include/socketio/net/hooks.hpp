// layer 5 (net): the host's functions around the requests of Engine.IO.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/engine/cors.hpp"
#include "socketio/engine/refusal.hpp"
#include "socketio/net/admission.hpp"
#include "socketio/net/ceiling.hpp"
#include "socketio/net/http_gate.hpp"
#include "socketio/options.hpp"

namespace socketio::detail {

/// What is registered with io::engine_server, which documents it. None of it costs anything while
/// it is not there. All shards of a server share it: the functions then run on several threads.
class hooks : public counted<hooks, shared_count> {
 public:
  explicit hooks(const options& o)
      : admission{o.traffic}, ceiling{o.limits.held_bytes}, cors{o.cors} {}

  using header_hook = unique_function<void(http::header_list&, const http::request&)>;

  /// Gates may be suspended while others are registered: they keep their places.
  gate* keep(gate g) { return &gates_.emplace_back(std::move(g)); }

  /// Lets the host add headers; what it throws is dropped, for the answer has to go out.
  static void add(header_hook& hook, http::header_list& headers, const http::request& request) {
    if (!hook) return;
    try {
      hook(headers, request);
    } catch (...) {
    }
  }

  /// Tells the host of a refusal; see engine::context_of.
  void report(engine::refusal_cause cause, const http::request& request, std::string_view current,
              std::string_view text) {
    if (!connection_error) return;
    const auto code = engine::code_of(cause);
    try {
      connection_error(engine::connection_error{request, code, engine::message_of(code),
                                                engine::context_of(cause, request, current, text)});
    } catch (...) {
    }
  }

  detail::admission admission;
  detail::ceiling ceiling;
  engine::cors_policy cors;
  std::vector<gate*> middlewares;
  gate* allow_request = nullptr;
  gate* generate_id = nullptr;
  header_hook initial_headers;
  header_hook headers;
  unique_function<void(const engine::connection_error&)> connection_error;

 private:
  std::deque<gate> gates_;
};

}  // namespace socketio::detail
