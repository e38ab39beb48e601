// layer 4 (hub): bodies of socketio/socket.hpp.
#pragma once

#include "socketio/socket.hpp"

namespace socketio {

SOCKETIO_DECL std::string_view socket::transport() const noexcept {
  return client_ ? to_string(client_->session.transport()) : std::string_view{};
}

SOCKETIO_DECL socketio::broadcast socket::others() {
  return socketio::broadcast{socketio::ref<detail::switchboard>{&owner().all()},
                             socket_core::nsp().whole}
      .except(id());
}

SOCKETIO_DECL void socket::join(std::string_view room) { owner().join(*this, room); }

SOCKETIO_DECL void socket::leave(std::string_view room) { owner().leave(*this, room); }

SOCKETIO_DECL std::vector<std::string> socket::rooms() const {
  std::vector<std::string> names;
  if (phase_ == phase::disconnected) return names;
  if (in_own_room_) names.push_back(id());
  for (const auto& each : rooms_.entries()) names.push_back(each.room->name);
  return names;
}

SOCKETIO_DECL detail::watchers& socket::watch() {
  socket_core::nsp().watched = true;
  return socket_core::events().watch();
}

SOCKETIO_DECL void socket::off(const subscription& which) {
  if (own_events()) own_events()->remove(which.what().get());
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
