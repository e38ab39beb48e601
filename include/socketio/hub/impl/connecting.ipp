// layer 4 (hub): bodies of hub/hub.hpp: how clients come to be in a namespace, or not.
#pragma once

#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/hub/hub.hpp"
#include "socketio/hub/impl/hub.ipp"
#include "socketio/hub/recovery.hpp"
#include "socketio/hub/switchboard.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/proto/sio/nsp_query.hpp"

namespace socketio::detail {

SOCKETIO_DECL void hub::connect(client& from, const sio::packet& packet) {
  if (from.metered && from.has_left && !admit_connect(from, packet.nsp)) [[unlikely]]
    return;
  if (!from.is_v2()) {
    return connect(from, packet.nsp, packet.data.is_null() ? no_auth() : value{packet.data});
  }
  const sio::nsp_query asked{packet.nsp};
  if (const auto auth = asked.auth()) {
    connect(from, asked.name, value{*auth});
  } else {
    from.session.close(reason::forced_close);
  }
}

SOCKETIO_DECL void hub::connect(client& from, std::string_view name, value auth) {
  const limits& limit = env_->options.limits;
  const bool full = from.find(name) || from.sockets.size() >= limit.namespaces;
  const ref<hub> keep{this};
  const ref<engine::state> session{&from.session};
  handshake shake{session->request(), std::move(auth)};
  ref<nsp_core> nsp;
  try {
    nsp = full ? all_->find(name) : all_->enter(name, shake);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (...) {  // a callback of on_new_namespace
    if (session->user) refuse(from, name, "internal error", {});
    return;
  }
  if (!session->user) {  // callbacks of the user were called, and `from` has gone
    if (nsp && !full) all_->left(*nsp);
    return;
  }
  if (!nsp) {
    if (++from.refused > limit.refused_connects) {
      from.session.close(reason::forced_close);
    } else {
      send(from, {sio::encode_connect_error(name, "Invalid namespace")});
    }
    return;
  }
  if (full) {
    from.session.close(reason::forced_close);
    return;
  }
  ref<socket_core> who;
  try {
    who = loop_.make_socket(*this, slice(*nsp), from, std::move(shake));
    from.sockets.push_back(who);
  } catch (...) {
    all_->left(*nsp);
    throw;
  }
  if (recovery_ && !from.is_v2()) {
    if (all_->session_store() && claim_session(*who)) return;
    resume_if_asked(*who);
  }
  if (who->phase_ == socket_core::phase::connecting) let_in(*who);
}

SOCKETIO_DECL void hub::let_in(socket_core& who) {
  if (who.recovered_ && recovery_->skips_middlewares()) {
    finish_connect(who);
  } else {
    run_middlewares(who);
  }
}

SOCKETIO_DECL void hub::resume_if_asked(socket_core& who) {
  const auto find = [&] { return recovery_->find(who.nsp(), who.shake().auth()); };
  resumption found = find();
  if (!found.from) return;
  // The client knows that the old connection is lost, even if this side does not yet. Were there a
  // second one, it would be no client of ours: the latest who knows the secret is the one.
  socket_core* const claimant = found.from->backlog_->claimant;
  if (socket_core* const rival = claimant ? claimant : found.from.get(); rival->client_) {
    replace_connection(*rival);
    if (who.phase_ != socket_core::phase::connecting) return;  // callbacks of the user were called
    found = find();
    if (!found.from || found.from->client_) return;
  }
  recovery_->claim(who, std::move(found));
}

SOCKETIO_DECL void hub::replace_connection(socket_core& lost) {
  const auto all = lost.client_->sockets;
  lost.client_->session.close(reason::transport_close);
  for (const auto& each : all) detach(*each, reason::transport_close);
}

SOCKETIO_DECL void hub::run_middlewares(socket_core& who) {
  const nsp_slice& nsp = who.nsp();
  if (who.middleware_ == nsp.middlewares.size()) {
    finish_connect(who);
    return;
  }
  const std::uint32_t index = who.middleware_;
  middleware& each = *nsp.middlewares[index];  // stays where it is when the list grows
  try {
    each.run(who, index);
  } catch (...) {
    report(who, error::handler_exception, "connect", std::current_exception());
    decide(ref<socket_core>{&who}, index, socketio::refuse("internal error"));
  }
}

SOCKETIO_DECL void hub::execute(message::decision& m) {
  socket_core& who = *m.about;
  // Late, repeated, or about a client that has left meanwhile.
  if (who.phase_ != socket_core::phase::connecting || who.middleware_ != m.middleware) return;
  ++who.middleware_;
  or_give_up(who, [&] {
    if (m.answer.accepted()) return run_middlewares(who);
    turn_away(who, m.answer.message(), m.answer.data());
  });
}

SOCKETIO_DECL void hub::refuse(client& from, std::string_view nsp, std::string_view message,
                               const std::optional<value>& data) {
  if (++from.refused > env_->options.limits.refused_connects) {
    from.session.close(reason::forced_close);
  } else if (from.is_v2()) {
    send(from, {data ? sio::encode_error(nsp, *data) : sio::encode_error(nsp, message)});
  } else if (data) {
    send(from, {sio::encode_connect_error(nsp, message, *data)});
  } else {
    send(from, {sio::encode_connect_error(nsp, message)});
  }
}

SOCKETIO_DECL void hub::finish_connect(socket_core& who) {
  client& from = *who.client_;
  if (!from.session.open()) return;
  const ref<socket_core> keep{&who};
  // What it goes on with goes, at the very end.
  struct resuming {
    std::unique_ptr<resumption> what;
    recovery* kept_by;
    ~resuming() {
      if (!what) return;
      kept_by->forget(*what->from);
      if (what->from->running_ == 0) what->from->drop_user_parts();
    }
  };
  const resuming before{std::exchange(who.resumes_, nullptr), recovery_.get()};
  const auto& resumed = before.what;
  std::span<const backlog::entry> missed;
  if (resumed) missed = recovery_->resume(who, *resumed);
  if (recovery_ && !who.recovered_ && !from.is_v2()) recovery_->begin(who);
  const bool maybe_anothers = who.recovered_ && resumed && !resumed->known_ours;
  if (who.backlog_) write_down(who, !maybe_anothers);
  const std::string_view pid = who.backlog_ ? std::string_view{who.backlog_->pid} : "";
  send(from, {from.is_v2() ? sio::encode_bare_connect(who.nsp_name())
                           : sio::encode_connect(who.nsp_name(), who.id(), pid)});
  // Behind the answer: what comes before it official clients keep, also when the connection breaks
  // then, and get once more with the next.
  for (const auto& each : missed) {
    if (each.packet->content.text) send(from, sio::encoded{each.packet->content});
  }
  who.nsp().add(who);
  // From here on nothing fails: whoever is connected is told to on_connection.
  from.connected_once = true;
  from.patience().disarm();
  who.phase_ = socket_core::phase::connected;
  const in_use now{who};
  const bool complete = catch_up(who);
  if (who.connected()) {
    who.nsp().connection.call(reporter{*this, who, "connection"}, who.face());
  }
  if (!complete) return give_up(who);
  if (!env_->options.keep_handshake && who.connected()) forget_handshake(who);
}

/// The first namespace of a client takes the request out of memory, each its own `auth`.
SOCKETIO_DECL void hub::forget_handshake(socket_core& who) noexcept {
  engine::state& session = who.client_->session;
  try {
    session.shorten_request();
  } catch (const std::bad_alloc&) {
    return;  // for want of a little memory, much of it stays
  }
  who.shorten_handshake(session.request());
  if (const auto& connection = who.client_->conn) connection->request = session.request();
}

/// Sends what the namespace keeps for who has come, and tells of the rooms that it has joined while
/// it was connecting. False if there is no memory for it.
SOCKETIO_DECL bool hub::catch_up(socket_core& who) {
  nsp_slice& nsp = who.nsp();
  if (!nsp.kept && !nsp.room_events) [[likely]]
    return true;
  std::size_t entered = 0;
  try {
    if (nsp.room_events) {
      for (const auto& each : who.rooms_.entries()) {
        nsp.room_events->enters(who, each.room->name);
        ++entered;
      }
    }
  } catch (const std::bad_alloc&) {
    for (; entered != 0; --entered) nsp.room_events->take_back();
    nsp.rooms.leave_all(who.rooms_);
    return false;
  }
  try {
    if (nsp.kept && !who.recovered_) replay(who, nsp.kept->whole());  // else it has missed nothing
  } catch (const std::bad_alloc&) {
    return false;
  }
  if (nsp.room_events) tell_of_rooms(nsp);
  return true;
}

}  // namespace socketio::detail
