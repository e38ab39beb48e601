// layer 5 (net): the part of net/connection.hpp for requests whose session another server has.
#pragma once

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "socketio/net/connection.hpp"
#include "socketio/proto/http/text.hpp"

namespace socketio {

/// Whether the current request is one that another server had reason to bring here. Nothing else
/// is served over a tunnel: neither routes of the host nor the beginning of a session.
template <transport T>
bool connection<T>::is_rightly_relayed() const {
  const http::request& request = http_->parser.message();
  const session_relay* const relay = shard_->relay();
  return relay && request.path == shard_->options.path &&
         relay->is_here(engine::session_of(request.query));
}

/// Has the current request answered by the server that has its session: what comes out of the
/// tunnel is the answer, and after an upgrade everything. False if that is nobody else's business.
template <transport T>
bool connection<T>::relay_elsewhere() {
  if constexpr (!relays<T>) {
    return false;
  } else {
    session_relay* const relay = shard_->relay();
    const http::request& request = http_->parser.message();
    if (!relay || comes_from_relay()) return false;
    if (request.method != http::method::get && request.method != http::method::post) return false;
    const std::string sid = engine::session_of(request.query);
    if (!relay->is_elsewhere(sid)) return false;
    if (!http_->peer) set_peer(stream_.remote_address(), stream_.secure());
    auto fresh = std::make_unique<relayed_part>();
    fresh->request = for_owner(request);
    fresh->upgrade = request.upgrade_websocket;
    fresh->keep_alive = request.keep_alive && request.version_minor == 1 && !fresh->upgrade;
    fresh->way = relay->open(executor(), sid, http_->peer->address, http_->peer->secure);
    http_->relayed = std::move(fresh);
    push_relayed();
    wait_relayed();
    return true;
  }
}

/// A tunnel fills up while nothing is read from it, and nobody is told: then it counts as full.
template <transport T>
std::size_t connection<T>::held_by_tunnels() const noexcept {
  std::size_t size = 0;
  if constexpr (relays<T>) {
    if (relaying()) {
      size += http_->relayed->request.size() + http_->relayed->head.size();
      if (!output_.empty()) size += detail::tunnel::window;
    }
    if (comes_from_relay() && !wants_input()) size += detail::tunnel::window;
  }
  return size;
}

/// The request as the owner gets it, whole. What concerns the connection, and where the body ends,
/// is said anew (RFC 9110 §7.6.1, RFC 9112 §6): there is one connection for each request, and the
/// owner takes no byte of this one for another. Other headers stay, also those that the client has
/// named in `Connection`: it must not be able to hide what proxies say of it.
template <transport T>
std::string connection<T>::for_owner(const http::request& request) {
  constexpr std::string_view not_passed_on[] = {
      "connection", "keep-alive", "proxy-connection", "expect",           "te",
      "trailer",    "upgrade",    "content-length",   "transfer-encoding"};
  std::string text{request.method_text};
  text.append(1, ' ').append(request.target).append(" HTTP/1.");
  text.append(request.version_minor == 0 ? "0\r\n" : "1\r\n");
  for (const http::field& line : request.headers) {
    const auto same = [&](std::string_view name) {
      return http::equal_ignoring_case(line.name, name);
    };
    if (std::any_of(std::begin(not_passed_on), std::end(not_passed_on), same)) continue;
    text.append(line.name).append(": ").append(line.value).append("\r\n");
  }
  text.append(request.upgrade_websocket ? "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                                        : "Connection: close\r\n");
  if (request.method == http::method::post || !request.body.empty()) {
    text.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  }
  return text.append("\r\n").append(request.body);
}

/// Writes what the tunnel takes: of the request, and after an upgrade of what follows. Until the
/// owner has agreed to the upgrade, what follows is no WebSocket's, but another request.
template <transport T>
void connection<T>::push_relayed() {
  relayed_part& part = *http_->relayed;
  for (std::string* const from : {&part.request, &http_->pipelined}) {
    if (from == &http_->pipelined && !part.upgraded) return;
    if (from->empty()) continue;
    std::error_code ec;
    const asio::const_buffer rest = asio::buffer(*from) + part.pushed;
    part.pushed += part.way->write({&rest, 1}, ec);
    if (part.pushed < from->size()) {
      const bool over = ec && ec != asio::error::would_block;  // what is to be read says why
      if (!over && !std::exchange(part.pushing, true)) wait_to_push();
      return;
    }
    *from = {};
    part.pushed = 0;
  }
  wait_readable();
}

template <transport T>
void connection<T>::wait_to_push() {
  http_->relayed->way->wait_writable([self = keep()](std::error_code ec) {
    if (ec || !self->relaying()) return;
    self->http_->relayed->pushing = false;
    self->enter([&] { self->push_relayed(), self->count_held(); });
  });
}

template <transport T>
void connection<T>::wait_relayed() {
  http_->relayed->way->wait_readable([self = keep()](std::error_code ec) {
    if (!ec && self->relaying()) self->enter([&] { self->read_relayed(), self->count_held(); });
  });
}

/// Something has come from the owner, or the end. What the client does not take at once keeps the
/// rest in the tunnel.
template <transport T>
void connection<T>::read_relayed() {
  const std::span<char> buffer = shard_->receive_buffer();
  std::error_code ec;
  const std::size_t size = http_->relayed->way->read(buffer.data(), buffer.size(), ec);
  if (ec && ec != asio::error::would_block) return end_relayed(ec == asio::error::eof);
  if (size != 0) take_relayed({buffer.data(), size});
  if (relaying() && output_.empty()) wait_relayed();
}

template <transport T>
void connection<T>::take_relayed(std::string_view data) {
  relayed_part& part = *http_->relayed;
  if (part.begun) return send(data);
  part.head.append(data);
  const auto end = part.head.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (part.head.size() > unsent_limit) lost(true);
    return;
  }
  part.begun = true;
  // The owner closes its connection; this one stays, unless others are to be found soon.
  if (shard_->closing()) part.keep_alive = false;
  constexpr std::string_view closes = "\r\nConnection: close\r\n";
  const auto line = part.head.rfind(closes, end);
  if (part.keep_alive && line != std::string::npos) part.head.erase(line, closes.size() - 2);
  part.upgraded = part.upgrade && part.head.starts_with("HTTP/1.1 101 ");
  send(std::exchange(part.head, {}));
  if (relaying() && part.upgraded) push_relayed();
}

/// The answer has ended, or its tunnel has.
template <transport T>
void connection<T>::end_relayed(bool whole) {
  const auto part = std::move(http_->relayed);
  part->way->close(true);
  if (!part->begun) return refuse(engine::refusal_cause::unknown_sid);
  if (!whole) return lost(true);
  replied(part->keep_alive);
}

}  // namespace socketio
