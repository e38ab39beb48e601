// layer 4 (hub): bodies of hub/hub.hpp: rooms, and how sockets leave.
#pragma once

#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/hub/hub.hpp"
#include "socketio/hub/impl/hub.ipp"
#include "socketio/hub/recovery.hpp"

namespace socketio::detail {

/// Who is in the rooms of a socket: while it is about to go on with another, that one still is.
inline socket_core& member(socket_core& who) noexcept {
  return who.resumes_ && who.resumes_->from->backlog_ ? *who.resumes_->from : who;
}

/// From the answer to its CONNECT on, until it has left its rooms.
inline bool is_present(const socket_core& who) { return who.nsp().find(who.id()) == &who; }

inline room_table& rooms_of(socket_core& who) noexcept {
  nsp_slice& nsp = who.nsp();
  return who.phase_ == socket_core::phase::disconnected ? nsp.absent.rooms : nsp.rooms;
}

SOCKETIO_DECL void hub::join(socket_core& asked, std::string_view room) {
  using phase = socket_core::phase;
  let_go();
  socket_core& who = member(asked);
  if (who.phase_ == phase::leaving || (who.phase_ == phase::disconnected && !who.backlog_)) return;
  if (who.backlog_) rooms_changed(who);
  if (room == asked.id()) {
    who.in_own_room_ = true;
    return;
  }
  room_table& rooms = rooms_of(who);
  if (!rooms.join(who, who.rooms_, room, who.nsp().age)) return;
  nsp_slice& nsp = who.nsp();
  const bool told = nsp.room_events && is_present(who);
  if (told) {
    try {
      nsp.room_events->enters(who, room);
    } catch (...) {
      rooms.leave(who.rooms_, room);
      throw;
    }
  }
  if (nsp.kept) replay(who, nsp.kept->find(room));
  if (told) tell_of_rooms(nsp);
}

SOCKETIO_DECL void hub::replay(socket_core& who, history_log* log) {
  if (!log) return;
  env_->refresh();
  // A copy: who watches what is sent may do anything.
  std::vector<sio::encoded> missed;
  log->for_each(env_->now, [&](const sio::encoded& packet, const name_list& except) {
    bool meant = true;
    except.for_each([&](std::string_view room) {
      if (room == who.id() ? who.in_own_room_ : rooms_of(who).has(who.rooms_, room)) meant = false;
    });
    if (meant) missed.push_back(packet);
  });
  for (const auto& each : missed) who.send_here(each);
}

SOCKETIO_DECL void hub::leave(socket_core& asked, std::string_view room) {
  let_go();
  socket_core& who = member(asked);
  if (who.backlog_) rooms_changed(who);
  if (room == asked.id()) {
    who.in_own_room_ = false;
    return;
  }
  nsp_slice& nsp = who.nsp();
  room_table& rooms = rooms_of(who);
  const bool told = nsp.room_events && is_present(who) && rooms.has(who.rooms_, room);
  if (told) nsp.room_events->leaves(who, room);
  rooms.leave(who.rooms_, room);
  if (told) tell_of_rooms(nsp);
}

SOCKETIO_DECL void hub::tell_of_rooms(nsp_slice& nsp) {
  room_watchers& all = *nsp.room_events;  // is there as long as the handlers
  all.tell([&](const room_watchers::news& each) {
    socket_core& who = *each.who;
    if (each.joined) {
      const reporter report_to{*this, who, "join"};
      if (each.edge) all.created.call(report_to, each.room);
      all.joined.call(report_to, who.face(), each.room);
    } else {
      const reporter report_to{*this, who, "leave"};
      all.left.call(report_to, who.face(), each.room);
      if (each.edge) all.deleted.call(report_to, each.room);
    }
    handler_finished(who);
  });
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
  let_go();  // it was there when that was sent
  const in_use now{who};
  who.phase_ = phase::leaving;
  // First of all: nothing is sent any more, and callbacks may end the client, or the server.
  if (who.client_) std::exchange(who.client_, nullptr)->forget(who);
  if (was_connected) {
    tell(&event_table::disconnecting);
    who.nsp().remove(who);
  }
  const bool told = was_connected && who.nsp().room_events;
  if (told) {
    for (const auto& each : who.rooms_.entries()) {
      try {
        who.nsp().room_events->leaves(who, each.room->name);
      } catch (const std::bad_alloc&) {
        who.nsp().room_events->discount(each.room->name);  // nobody hears of it
      }
    }
  }
  const auto given_back = who.resumes_ ? recovery_->give_back(who) : nullptr;
  if (given_back && given_back->from->backlog_)
    write_down(*given_back->from, given_back->known_ours);
  if (was_connected && who.backlog_) write_end(who, why);
  const bool kept = was_connected && recovery_ && recovery_->keep(who, why);
  if (!was_connected && who.backlog_) recovery_->forget(who);  // no memory to connect it
  if (!kept) who.nsp().rooms.leave_all(who.rooms_);
  who.phase_ = phase::disconnected;
  if (told) tell_of_rooms(who.nsp());
  who.fail_acks(error::disconnected);
  if (was_connected) tell(&event_table::disconnect);
}

SOCKETIO_DECL void hub::handler_finished(socket_core& who) noexcept {
  if (--who.running_ == 0 && who.phase_ == socket_core::phase::disconnected) who.drop_user_parts();
}

}  // namespace socketio::detail
