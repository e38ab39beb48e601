// layer 5 (net): the part of net/connection.hpp that speaks HTTP.
#pragma once

#include <algorithm>

#include "socketio/net/connection.hpp"

namespace socketio {

// ---- requests
// ------------------------------------------------------------------------------------------

template <transport T>
void connection<T>::http_input(std::span<char> data) {
  const auto self = keep();
  http_part& http = *http_;
  if (http.proxy_header && !take_proxy_header(data)) return;
  if (http.parsing || http.busy || !http.pipelined.empty()) {
    http.pipelined.append(data.data(), data.size());
    push_behind_relayed();
    return;
  }
  http.parsing = true;
  while (!data.empty() && phase_ == phase::http && !http.busy && !last_ &&
         output_.size() <= unsent_limit) {
    data = data.subspan(http.parser.feed({data.data(), data.size()}));
    switch (http.parser.state()) {
      case http::parse_state::need_more:
        if (watching_ == watching::idle && !http.parser.idle()) watch(watching::head);
        break;
      case http::parse_state::head_complete:
        if (move_to_owner(data)) return;
        on_head();
        break;
      case http::parse_state::complete:
        if (move_to_owner(data)) return;
        watch(watching::nothing);
        on_request();
        break;
      case http::parse_state::failed:
        // A body that is too long is no fault of the session: the client may send less.
        if (role_ == role::post) end_post();
        reply(http.parser.error().status, "text/plain",
              std::string{http.parser.error().reason}.append("\n"), false);
        break;
    }
  }
  if (phase_ == phase::websocket) return begin_websocket(data);
  http.parsing = false;
  if (phase_ != phase::http) return;
  http.pipelined.append(data.data(), data.size());
  push_behind_relayed();
}

/// With several shards, a request may have come to another one than its session's. It is not handed
/// over: the connection moves, with the request and what came behind it.
template <transport T>
bool connection<T>::move_to_owner(std::span<const char> rest) {
  if (shard_->alone()) return false;
  const http::request& request = http_->parser.message();
  if (request.path != shard_->options.path) return false;
  shard<T>* const owner = shard_->owner_of(engine::session_of(request.query));
  if (!owner) return false;
  std::string input{http_->parser.head_text()};
  input.append("\r\n").append(rest.data(), rest.size()).append(http_->pipelined);
  auto stream = std::move(stream_).rebind(owner->host());
  owner->adopt_soon(std::move(stream), std::move(input), output_.take(), std::move(http_->peer));
  close(false);
  return true;
}

/// Goes on with requests that came while one was being answered.
template <transport T>
void connection<T>::go_on() {
  if (phase_ != phase::http || http_->parsing || http_->busy || http_->pipelined.empty()) return;
  std::string data = std::exchange(http_->pipelined, {});
  http_input({data.data(), data.size()});
  wait_readable();
}

/// A head has come, and its body follows.
template <transport T>
void connection<T>::on_head() {
  const http::request& request = http_->parser.message();
  watch(watching::body);
  if (request.path == shard_->options.path) {
    if (shard_->proxies().any_trusted()) identify_sender();
    http_->extra_lines = shard_->hooks().cors.lines(request, false);
    const auto to = decide(request);
    // A POST is under way from here on, so that a second one at the same time is noticed.
    if (to.to == engine::route::kind::post && !begin_post(*to.session)) {
      reply(400, "text/html", {}, false);
      return;
    }
  }
  if (request.expects_continue) send("HTTP/1.1 100 Continue\r\n\r\n");
}

template <transport T>
void connection<T>::on_request() {
  const http::request& request = http_->parser.message();
  http_->busy = true;
  if (request.path != shard_->options.path && !comes_from_relay()) {
    identify_sender();
    return shard_->routes().serve(request, keep());
  }
  if (shard_->proxies().any_trusted()) identify_sender();
  if (role_ != role::post) http_->extra_lines = shard_->hooks().cors.lines(request, false);
  if (comes_from_relay() && !is_rightly_relayed()) {
    return refuse(engine::refusal_cause::unknown_sid);
  }
  if (relay_elsewhere()) return;
  serve();
}

template <transport T>
engine::route connection<T>::decide(const http::request& request) {
  return engine::decide(shard_->options, shard_->hooks().cors, request,
                        [this](std::string_view sid) { return shard_->find(sid); });
}

/// What the session of a refused request uses, where the request asks for something else.
template <transport T>
std::string_view connection<T>::uses(const engine::route& to) {
  if (!to.session) return {};
  if (to.cause == engine::refusal_cause::protocol_mismatch) {
    return to.session->revision() == eio::revision::v3 ? "3" : "4";
  }
  return engine::to_string(to.session->transport());
}

/// Serves a request that the host's functions have let pass.
template <transport T>
void connection<T>::route(const http::request& request) {
  using kind = engine::route::kind;
  const auto to = decide(request);
  switch (to.to) {
    case kind::refuse:
      return refuse(to.cause, uses(to));
    case kind::preflight:
      http_->extra_lines = shard_->hooks().cors.lines(request, true);
      return reply(shard_->options.cors.preflight_status, {}, {});
    case kind::open:
      if (shard_->closing()) return reply(503, "text/plain", "Service Unavailable\n", false);
      if (host_agrees()) open_polling(request, to.speaks);
      return;
    case kind::poll:
      if (!to.session->poll_arrived()) return reply(400, "text/html", {});
      role_ = role::poll;
      session_ = ref<session<T>>{&downcast(*to.session)};
      session_->poll = this;
      return;
    case kind::post:
      if (begin_post(*to.session)) return run_post();
      return reply(400, "text/html", {});
    case kind::websocket:
    case kind::candidate:
      return upgrade(request, to);
  }
}

template <transport T>
void connection<T>::open_polling(const http::request& request, const eio::dialect& speaks) {
  std::unique_ptr<detail::admission::place> place;
  if (!has_place(place)) return;
  session_ =
      shard_->open_session(engine::transport_kind::polling, describe(), speaks, http_->new_id);
  role_ = role::poll;
  session_->poll = this;
  session_->place = std::move(place);
  add_first_headers(request, session_->id());
  if (!session_) return;  // one of the host's functions has ended the server
  session_->poll_arrived();
  const auto session = session_;
  session->announce();
}

// ---- POST
// ----------------------------------------------------------------------------------------------

template <transport T>
bool connection<T>::begin_post(engine::state& session) {
  if (!session.post_arrived()) return false;
  role_ = role::post;
  session_ = ref<socketio::session<T>>{&downcast(session)};
  session_->post = this;
  return true;
}

/// Nothing if the body's type cannot be. Octets are what revision 3 sends as binary; from others
/// they must be answered all the same (CVE-2026-59725).
template <transport T>
std::optional<eio::payload_form> connection<T>::form_of_post() const {
  const bool octets =
      http::equal_ignoring_case(http_->parser.message().content_type, "application/octet-stream");
  const eio::dialect& speaks = session_->dialect();
  if (octets && (speaks.revision == eio::revision::v4 || speaks.jsonp)) return std::nullopt;
  if (speaks.revision == eio::revision::v4) return eio::payload_form::separated;
  return octets ? eio::payload_form::octets : eio::payload_form::counted;
}

/// JSONP: the payload is the field `d` of a form, which becomes the body. False when there is none.
template <transport T>
bool connection<T>::take_form_field() {
  std::string& body = http_->parser.body();
  auto found = http::query{body}.find("d");
  if (!found.value && !found.conflict) return false;
  body = std::move(found.value).value_or("");  // an empty payload is as wrong as a bad one
  eio::unescape_form_payload(body);
  return true;
}

template <transport T>
void connection<T>::run_post() {
  const auto form = form_of_post();
  if (!form) {
    session_->transport_lost(reason::transport_error);
    return finish_post(400, {});
  }
  if (session_->dialect().jsonp && !take_form_field()) return finish_post(200, "ok");
  std::string& body = http_->parser.body();
  http_->post = eio::payload_reader{body.data(), body.size(), *form};
  go_on_with_post();
}

/// Hands the packets of the body to the session, some in each turn of the loop: a million small
/// ones must not keep it from everybody else.
template <transport T>
void connection<T>::go_on_with_post() {
  using status = eio::payload_reader::status;
  constexpr int slice = 256;
  const auto session = session_;
  eio::packet packet;
  for (int i = 0; i < slice; ++i) {
    const status found = http_->post.next(packet);
    if (found != status::packet) {
      if (found == status::error) session->receive_garbage();
      return finish_post(200, "ok");
    }
    session->deliver(packet);
    if (role_ != role::post) return;  // closed meanwhile
  }
  asio::post(executor(), [self = keep()] {
    if (self->role_ == role::post) self->enter([&] { self->go_on_with_post(); });
  });
}

template <transport T>
void connection<T>::end_post() {
  role_ = role::none;
  const auto session = std::exchange(session_, nullptr);
  session->post = nullptr;
  session->post_answered();
}

template <transport T>
void connection<T>::finish_post(unsigned status, std::string_view body) {
  end_post();
  if (status == 200) return reply_polling("text/html", body, eio::no_store);
  reply(status, "text/html", body, true, eio::no_store);
}

// ---- upgrade
// -------------------------------------------------------------------------------------------

template <transport T>
void connection<T>::upgrade(const http::request& request, const engine::route& to) {
  const ws::handshake handshake = ws::check_handshake(request);
  if (!handshake) {
    shard_->hooks().report(engine::refusal_cause::handshake_error, request, {}, handshake.reason);
    return reply(static_cast<unsigned>(handshake.status), "text/html", handshake.reason, false,
                 handshake.headers);
  }
  if (shard_->closing()) return reply(503, "text/plain", "Service Unavailable\n", false);
  const bool opens = to.to == engine::route::kind::websocket;
  if (opens && !host_agrees()) return;
  if (!negotiate(request)) {
    constexpr std::string_view malformed = "Sec-WebSocket-Extensions is not well-formed.";
    shard_->hooks().report(engine::refusal_cause::handshake_error, request, {}, malformed);
    return reply(400, "text/html", malformed, false);
  }
  std::unique_ptr<detail::admission::place> place;
  if (opens && !has_place(place)) return;
  const auto info = describe();
  const std::string id = std::move(http_->new_id);
  if (opens) add_first_headers(request, {});
  add_headers(request);
  write_hook_headers();
  if (!open()) return;  // one of the host's functions has ended the server
  if (opens) {
    session_ = shard_->open_session(engine::transport_kind::websocket, info, to.speaks, id);
    role_ = role::socket;
    session_->websocket = this;
    session_->place = std::move(place);
  }
  std::string& answer = shard_->scratch();
  ws::write_accept(answer, handshake.key, http_->extra_lines);
  if (opens) {  // its first words go with the answer: one segment less for each client that comes
    for (const frame& each : session_->outbox().frames()) answer.append(each.wire());
    session_->outbox().clear();
  }
  send(answer);
  if (!open()) return;
  phase_ = phase::websocket;
  watch(watching::nothing);
  if (opens) {
    const auto session = session_;
    session->announce();
  } else if (to.session->candidate_arrived()) {
    role_ = role::candidate;
    session_ = ref<session<T>>{&downcast(*to.session)};
    session_->websocket = this;
  } else {
    // Not wanted: the session has its WebSocket, or another one is trying. Clients expect the
    // handshake to succeed and the connection to be closed then.
    close_websocket();
  }
}

// ---- answers
// -------------------------------------------------------------------------------------------

template <transport T>
void connection<T>::answer_poll(std::span<const frame> packets) {
  const auto session = std::exchange(session_, nullptr);
  role_ = role::none;
  session->poll = nullptr;
  session->poll_answered();
  or_be_lost([&] {
    const eio::poll_answer answer = eio::make_poll_answer(packets, session->dialect());
    const bool compressible = std::all_of(packets.begin(), packets.end(),
                                          [](const frame& f) { return f.compressible(); });
    reply_payload(answer.content_type, answer.body, answer.lines, compressible);
  });
}

/// Internet Explorer takes payloads that look like a script for an attack, and changes them.
template <transport T>
std::string_view connection<T>::quirk_lines() const {
  const auto agent = http_->parser.message().header("user-agent");
  const bool explorer =
      agent && (agent->find(";MSIE") != agent->npos || agent->find("Trident/") != agent->npos);
  return explorer ? "X-XSS-Protection: 0\r\n" : "";
}

/// The answer to a GET or POST of a session that went well.
template <transport T>
void connection<T>::reply_polling(std::string_view content_type, std::string_view body,
                                  std::string_view lines) {
  if (open()) {
    add_headers(http_->parser.message());
    http_->extra_lines += quirk_lines();
  }
  reply(200, content_type, body, true, lines);
}

template <transport T>
void connection<T>::reply(unsigned status, std::string_view content_type, std::string_view body,
                          bool keep_alive, std::string_view lines) {
  if (!open()) return;
  write_hook_headers();
  const http::request& request = http_->parser.message();
  keep_alive = keep_alive && may_persist();
  std::string& text = shard_->scratch();
  http::write_answer(text,
                     http::answer{status, content_type, body, lines, http_->extra_lines, keep_alive,
                                  request.version_minor, request.method == http::method::head});
  send(text);
  replied(keep_alive);
}

template <transport T>
void connection<T>::respond(http::response answer) {
  if (phase_ != phase::http || !http_->busy) return;
  enter([&] {
    const http::request& request = http_->parser.message();
    const bool keep_alive = may_persist();
    std::string& text = shard_->scratch();
    write_hook_headers();
    http::write_response(text, answer, keep_alive, request.version_minor,
                         request.method == http::method::head, http_->extra_lines);
    send(text);
    replied(keep_alive);
  });
}

/// Whether there may be another request after the current one.
template <transport T>
bool connection<T>::may_persist() const noexcept {
  return http_->parser.message().keep_alive && !shard_->closed() && !comes_from_relay();
}

/// The answer to the current request is on its way.
template <transport T>
void connection<T>::replied(bool keep_alive) {
  if (!open()) return;
  http_->busy = false;
  http_->asking = false;
  http_->extra_lines.clear();
  http_->headers = {};
  http_->new_id.clear();
  http_->gates = 0;
  if (!keep_alive) {
    last_ = true;
    if (output_.empty()) drain();
    return;
  }
  http_->parser.next();
  if (output_.empty()) watch(watching::idle);
  if (!http_->parsing) go_on();
  count_held();
}

}  // namespace socketio
