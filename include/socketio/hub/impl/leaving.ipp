// layer 4 (hub): bodies of hub/hub.hpp: rooms, and how sockets leave.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "socketio/hub/hub.hpp"
#include "socketio/hub/impl/hub.ipp"
#include "socketio/hub/recovery.hpp"

namespace socketio::detail {

/// Who is in the rooms of a socket: while it is about to go on with another, that one still is.
inline socket_core& member(socket_core& who) noexcept {
  return who.resumes_ && who.resumes_->from->backlog_ ? *who.resumes_->from : who;
}

inline room_table& rooms_of(socket_core& who) noexcept {
  nsp_slice& nsp = who.nsp();
  return who.phase_ == socket_core::phase::disconnected ? nsp.absent.rooms : nsp.rooms;
}

SOCKETIO_DECL void hub::join(socket_core& asked, std::string_view room) {
  using phase = socket_core::phase;
  socket_core& who = member(asked);
  if (who.phase_ == phase::leaving || (who.phase_ == phase::disconnected && !who.backlog_)) return;
  if (room == asked.id()) {
    who.in_own_room_ = true;
  } else {
    rooms_of(who).join(who, who.rooms_, room);
  }
}

SOCKETIO_DECL void hub::leave(socket_core& asked, std::string_view room) {
  socket_core& who = member(asked);
  if (room == asked.id()) {
    who.in_own_room_ = false;
  } else {
    rooms_of(who).leave(who.rooms_, room);
  }
}

/// Tells a client that it may not connect.
SOCKETIO_DECL void hub::turn_away(socket_core& who, std::string_view message,
                                  const std::optional<value>& data) {
  const ref<socket_core> keep{&who};
  refuse(*who.client_, who.nsp_name(), message, data);
  detach(who, reason::server_namespace_disconnect);
}

SOCKETIO_DECL void hub::give_up(socket_core& who) noexcept {
  if (who.client_) who.client_->session.transport_lost(reason::transport_error);
}

SOCKETIO_DECL void hub::disconnect(socket_core& who, bool close) {
  client* const from = who.client_;
  if (!from) return;
  const ref<socket_core> keep{&who};
  if (!close) {
    send(*from, {sio::encode_disconnect(who.nsp_name())});
    detach(who, reason::server_namespace_disconnect);
    return;
  }
  const auto all = from->sockets;
  for (const auto& each : all) {
    if (each->connected()) send(*from, {sio::encode_disconnect(each->nsp_name())});
  }
  from->session.close(reason::forced_close);
  for (const auto& each : all) detach(*each, reason::server_namespace_disconnect);
}

SOCKETIO_DECL void hub::detach(socket_core& who, reason why) {
  using phase = socket_core::phase;
  if (who.phase_ == phase::leaving || who.phase_ == phase::disconnected) return;
  const ref<socket_core> keep{&who};
  const bool was_connected = who.connected();
  const auto tell = [&](callback_list<socket&, reason> event_table::* callbacks) {
    const reporter report_to{*this, who, "disconnect"};
    (who.nsp().events.*callbacks).call(report_to, who.face(), why);
    if (who.own_events()) (who.own_events()->*callbacks).call(report_to, who.face(), why);
  };
  const in_use now{who};
  who.phase_ = phase::leaving;
  // First of all: nothing is sent any more, and callbacks may end the client, or the server.
  if (who.client_) std::exchange(who.client_, nullptr)->forget(who);
  if (was_connected) {
    tell(&event_table::disconnecting);
    who.nsp().remove(who);
  }
  const auto given_back = who.resumes_ ? recovery_->give_back(who) : nullptr;
  const bool kept = was_connected && recovery_ && recovery_->keep(who, why);
  if (!was_connected && who.backlog_) recovery_->forget(who);  // no memory to connect it
  if (!kept) who.nsp().rooms.leave_all(who.rooms_);
  who.phase_ = phase::disconnected;
  who.fail_acks(error::disconnected);
  if (was_connected) tell(&event_table::disconnect);
}

SOCKETIO_DECL void hub::handler_finished(socket_core& who) noexcept {
  if (--who.running_ == 0 && who.phase_ == socket_core::phase::disconnected) who.drop_user_parts();
}

}  // namespace socketio::detail
