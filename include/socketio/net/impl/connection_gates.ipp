// layer 5 (net): the part of net/connection.hpp that lets the host have its say.
#pragma once

#include "socketio/core/json/quote.hpp"
#include "socketio/net/connection.hpp"
#include "socketio/proto/http/cookie.hpp"

namespace socketio {

// ---- who may pass
// --------------------------------------------------------------------------------------

/// Asks the host's middlewares one after the other, then serves. Each answer, which may come at
/// once, leads back here.
template <transport T>
void connection<T>::serve() {
  detail::hooks& hooks = shard_->hooks();
  const http::request& request = http_->parser.message();
  // As with Node's server, a preflight is the library's own business.
  const bool preflight = request.method == http::method::options && hooks.cors.configured();
  if (http_->gates < hooks.middlewares.size() && !preflight) {
    return ask(*hooks.middlewares[http_->gates], engine::refusal_cause::middleware);
  }
  role_ == role::post ? run_post() : route(request);
}

template <transport T>
void connection<T>::ask(detail::gate& gate, engine::refusal_cause no) {
  identify_sender();
  http_->asked = no;
  http_->asking = true;
  const auto self = keep();
  try {
    gate(http_->parser.message(), http_->headers, http_next{self});
  } catch (...) {
    // It has given up its http_next while it was left, and that has refused the request.
  }
  if (phase_ == phase::http && http_->asking) watch(watching::gate);
}

/// Whether a session may be opened. If the host has to be asked first, not yet: its answer leads
/// back to `route`, for much may have changed until then.
template <transport T>
bool connection<T>::host_agrees() {
  const detail::hooks& hooks = shard_->hooks();
  if (hooks.allow_request && http_->gates <= hooks.middlewares.size()) {
    ask(*hooks.allow_request, engine::refusal_cause::not_allowed);
    return false;
  }
  if (hooks.generate_id && http_->new_id.empty()) {
    ask(*hooks.generate_id, engine::refusal_cause::id_generation);
    return false;
  }
  return true;
}

/// Whether there may be one more session. If not, the request is refused.
template <transport T>
bool connection<T>::has_place(std::unique_ptr<detail::admission::place>& place) {
  unsigned refused = 0;
  if (!shard_->has_room()) {
    shard_->counters.sessions_refused.add();
    refused = 503;
  } else if (detail::admission& all = shard_->hooks().admission; all.limited()) {
    identify_sender();
    shard_->refresh();
    auto answer =
        all.enter(http_->parser.message().address, shard_->environment::now, shard_->counters);
    refused = answer.refused;
    place = std::move(answer.taken);
  }
  if (refused == 0) return true;
  const std::string_view text = refused == 429 ? "Too Many Requests\n" : "Service Unavailable\n";
  reply(refused, "text/plain", text, false, "Retry-After: 1\r\n");
  return false;
}

template <transport T>
void connection<T>::resume(detail::gate_answer answer) {
  if (phase_ != phase::http || !http_->asking) return;
  enter([&] { go_on_after(std::move(answer)); });
}

template <transport T>
void connection<T>::go_on_after(detail::gate_answer answer) {
  http_->asking = false;
  watch(watching::nothing);
  if (std::get_if<detail::passed>(&answer)) {
    ++http_->gates;
    return go_on_serving();
  }
  if (const auto* const id = std::get_if<detail::identity>(&answer)) {
    const std::string whole = id->id + std::string{shard_->id_mark};
    if (!engine::is_session_id(id->id) || whole.size() > engine::id_room || shard_->find(whole)) {
      return refuse(http_->asked, {}, {}, "the id cannot be used, or is in use");
    }
    http_->new_id = id->id;
    return go_on_serving();
  }
  if (role_ == role::post) end_post();
  if (auto* const own = std::get_if<http::response>(&answer)) return respond(std::move(*own));
  if (const auto* const no = std::get_if<detail::refused>(&answer)) {
    return refuse(http_->asked, {}, no->reason, no->reason);
  }
  refuse(http_->asked, {}, {}, std::get<detail::failed>(answer).error);
}

template <transport T>
void connection<T>::go_on_serving() {
  serve();
  // An answer that came at once is still inside http_input, which does this itself.
  if (phase_ != phase::websocket || http_->parsing) return;
  std::string rest = std::move(http_->pipelined);
  begin_websocket({rest.data(), rest.size()});
  wait_readable();
}

/// Refuses the current request. The client is told `reason`, or else what the code means; `current`
/// and `error` are for the host.
template <transport T>
void connection<T>::refuse(engine::refusal_cause cause, std::string_view current,
                           std::string_view reason, std::string_view error) {
  const auto self = keep();
  const http::request& request = http_->parser.message();
  const auto code = engine::code_of(cause);
  shard_->hooks().report(cause, request, current, error.empty() ? engine::message_of(code) : error);
  if (reason.empty()) reason = engine::message_of(code);
  const unsigned status = engine::status_of(code);
  if (request.upgrade_websocket) return reply(status, "text/plain; charset=utf-8", reason, false);
  std::string body = R"({"code":)";
  body.append(1, static_cast<char>('0' + static_cast<int>(code))).append(R"(,"message":)");
  json::detail::append_quoted(body, reason);
  body.push_back('}');
  reply(status, "application/json", body);
}

// ---- headers that the host adds
// ------------------------------------------------------------------------

/// Those of the answer that begins a session. The cookie is for polling clients only, which send
/// it with every further request; they have a `sid` already.
template <transport T>
void connection<T>::add_first_headers(const http::request& request, std::string_view sid) {
  const auto& cookie = shard_->options.cookie;
  if (cookie && !sid.empty()) {
    http::set_cookie own = *cookie;
    if (own.name.empty()) own.name = "io";
    own.value = sid;
    own.secure |= session_->request()->secure();
    if (const auto text = http::to_header(own)) http_->headers.add("Set-Cookie", *text);
  }
  detail::hooks::add(shard_->hooks().initial_headers, http_->headers, request);
}

/// Those of every answer of a session that went well.
template <transport T>
void connection<T>::add_headers(const http::request& request) {
  detail::hooks::add(shard_->hooks().headers, http_->headers, request);
}

template <transport T>
void connection<T>::write_hook_headers() {
  for (const auto& [name, value] : http_->headers) {
    http::append_line(http_->extra_lines, name, value);
  }
  http_->headers = {};
}

}  // namespace socketio
