// layer 4 (hub): bodies of socketio/socket.hpp.
#pragma once

#include "socketio/socket.hpp"

namespace socketio {

SOCKETIO_DECL std::string_view socket::transport() const noexcept {
  return client_ ? to_string(client_->session.transport()) : std::string_view{};
}

SOCKETIO_DECL socketio::conn socket::conn() {
  const auto& request = socketio::ref{&handshake().request()};
  if (!client_) {  // it is as one that has ended
    return socketio::conn{socketio::ref<detail::conn_core>{
        new detail::conn_core{nullptr, {}, eio::revision::v4, request}}};
  }
  if (!client_->conn) {
    engine::state& session = client_->session;
    client_->conn = socketio::ref<detail::conn_core>{
        new detail::conn_core{&session, std::string{session.id()}, session.revision(), request}};
  }
  return socketio::conn{client_->conn};
}

SOCKETIO_DECL std::size_t socket::queued_bytes() const noexcept {
  return client_ ? client_->session.queued_bytes() : 0;
}

SOCKETIO_DECL socketio::broadcast socket::others() {
  return socketio::broadcast{socketio::ref<detail::switchboard>{&owner().all()},
                             socketio::ref<detail::nsp_core>{&socket_core::nsp().whole}}
      .except(id());
}

SOCKETIO_DECL socketio::broadcast socket_emitter::broadcast() const {
  auto others = static_cast<socket&>(who_.face()).broadcast();
  if (how_.lossy) others = others.lossy();
  if (!how_.compress) others = others.compress(false);
  if (how_.rule.said()) others = others.when_slow(how_.rule);
  return how_.timeout ? others.timeout(*how_.timeout) : others;
}

SOCKETIO_DECL socketio::broadcast socket_emitter::to(std::string_view room) const {
  return broadcast().to(room);
}

SOCKETIO_DECL socketio::broadcast socket_emitter::in(std::string_view room) const {
  return broadcast().to(room);
}

SOCKETIO_DECL socketio::broadcast socket_emitter::except(std::string_view room) const {
  return broadcast().except(room);
}

SOCKETIO_DECL socketio::broadcast socket_emitter::local() const { return broadcast().local(); }

SOCKETIO_DECL void socket::join(std::string_view room) { owner().join(*this, room); }

SOCKETIO_DECL void socket::leave(std::string_view room) { owner().leave(*this, room); }

SOCKETIO_DECL std::vector<std::string> socket::rooms() const { return room_names(); }

SOCKETIO_DECL detail::watchers& socket::watch() {
  owner().let_go();
  socket_core::nsp().watched = true;
  return socket_core::events().watch();
}

SOCKETIO_DECL void socket::off(const subscription& which) {
  if (own_events()) own_events()->remove(which.number());
}

SOCKETIO_DECL void socket::off(std::string_view event) {
  if (own_events()) own_events()->remove(event);
}

SOCKETIO_DECL void socket::off_any() {
  if (own_events()) own_events()->clear(&detail::watchers::incoming);
}

SOCKETIO_DECL void socket::off_any_outgoing() {
  if (own_events()) own_events()->clear(&detail::watchers::outgoing);
}

SOCKETIO_DECL void socket::disconnect(bool close) { owner().disconnect(*this, close); }

}  // namespace socketio
