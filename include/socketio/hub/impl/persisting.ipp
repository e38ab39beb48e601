// layer 4 (hub): bodies of hub/hub.hpp: sessions that clients can resume on other servers.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio/hub/hub.hpp"
#include "socketio/hub/impl/clustering.ipp"
#include "socketio/hub/recovery.hpp"
#include "socketio/hub/switchboard.hpp"

namespace socketio::detail {

/// What another server needs to go on with this socket.
inline cluster::session session_of(const socket_core& who, const std::string& by) {
  cluster::session s{by, who.backlog_->pid, who.id(), {}, who.data_as_value()};
  if (who.in_own_room_) s.rooms.push_back({who.id()});
  for (const auto& each : who.rooms_.entries()) s.rooms.push_back({each.room->name, each.since});
  return s;
}

/// Ahead of its loss: who is killed has no time for it. What is written is good for a while, so
/// that nothing is left of sessions that nobody resumes, and is written again as long as the socket
/// lives. That of an absent one is good for as long as it can be resumed.
SOCKETIO_DECL void hub::write_down(socket_core& who, bool anew) noexcept {
  if (!all_->session_store()) return;
  const duration window = recovery_->window();
  const std::uint32_t before = std::exchange(who.backlog_->writing, writing_);
  const bool absent = who.phase_ == socket_core::phase::disconnected;
  if (absent && recovery_->is_torn(who)) return write_end(who, reason::transport_error);
  const duration kept =
      absent ? std::max<duration>(recovery_->left(who), std::chrono::milliseconds{1}) : window * 2;
  try {
    all_->with_sessions(
        [w = ref{&who}, s = session_of(who, name_), kept, anew](cluster::sessions& to) {
          auto told = [w](cluster::sessions::unwritten why) {
            w->owner().perform(message::task{[w, why] { w->owner().session_unwritten(*w, why); }});
          };
          if (anew) return to.create(w->nsp_name(), s, kept, std::move(told));
          to.update(w->nsp_name(), s, kept, std::move(told));
        });
    who.backlog_->written = env_->now;
    who.backlog_->changed = false;
    if (!rewriting_) rewriting_.emplace(*this);
    if (!rewriting_->armed()) env_->arm(*rewriting_, window / 4);
  } catch (const std::bad_alloc&) {
    who.backlog_->writing = before;  // the next time is as good
  } catch (...) {
    // `data()` cannot be written now: the next change, or the next time, is as good.
  }
}

/// The socket's connection is lost, and for how long it can be resumed is clear now; or it cannot.
SOCKETIO_DECL void hub::write_end(socket_core& who, reason why) noexcept {
  if (!all_->session_store()) return;
  const bool lost =
      (why == reason::server_shutting_down || recovery::is_loss(why)) && !recovery_->is_torn(who);
  try {
    all_->with_sessions([nsp = ref{&who.nsp().whole}, s = session_of(who, name_), lost,
                         kept = recovery_->window()](cluster::sessions& to) {
      const auto nobody = [](cluster::sessions::unwritten) {};
      lost ? to.update(nsp->name, s, kept, nobody) : to.remove(nsp->name, s);
    });
  } catch (...) {
    // What was written ahead is there for a while.
  }
}

SOCKETIO_DECL void hub::session_unwritten(socket_core& who, cluster::sessions::unwritten why) {
  if (!who.backlog_) return;
  if (why == cluster::sessions::unwritten::taken) {
    // Its client goes on with another server: what is here is a connection that is lost, too.
    if (who.connected()) replace_connection(who);
    return recovery_->forget(who);
  }
  who.backlog_->writing = writing_ - 1;
  env_->refresh();
  if (rewriting_) env_->arm(*rewriting_, rewriter::pause);
}

/// All that changes in one turn is written at once.
SOCKETIO_DECL void hub::rooms_changed(socket_core& who) noexcept {
  if (!all_->session_store() || std::exchange(who.backlog_->changed, true)) return;
  try {
    post(message::task{[this, w = ref{&who}] {
      if (w->backlog_ && w->backlog_->changed && !w->backlog_->claimant) write_down(*w, false);
    }});
  } catch (...) {
    who.backlog_->changed = false;  // the next change says so, too
  }
}

/// Some of them each time: all at once they would be more than may wait for the store.
SOCKETIO_DECL void hub::rewrite() {
  constexpr std::size_t share = 1'000;
  std::size_t written = 0;
  bool any = false;
  recovery_->for_each_while([&](socket_core& who) {
    any = true;
    if (write_down_if_due(who)) ++written;
    return written != share;
  });
  if (!any) return rewriting_.reset();
  env_->arm(*rewriting_, written == share ? rewriter::pause : recovery_->window() / 4);
}

SOCKETIO_DECL bool hub::write_down_if_due(socket_core& who) {
  const backlog& log = *who.backlog_;
  const bool old = who.connected() && log.written + recovery_->window() * 3 / 4 <= env_->now;
  if (!old && log.writing == writing_) return false;
  write_down(who, false);
  return true;
}

SOCKETIO_DECL void hub::write_all_down() {
  ++writing_;
  env_->refresh();
  if (rewriting_) env_->arm(*rewriting_, duration::zero());
}

SOCKETIO_DECL void hub::forget_events() {
  if (recovery_) recovery_->tear_all();
}

/// Asks for the session that a client wants to go on with. False if it names none.
SOCKETIO_DECL bool hub::claim_session(socket_core& who) {
  const value_view auth = who.shake().auth();
  const auto pid = auth["pid"].as_string();
  const auto after = sio::offset::read(auth["offset"].as_string().value_or(""));
  if (!pid || !after) return false;
  all_->with_sessions([w = ref{&who}, p = std::string{*pid}, from = *after,
                       most = recovery_->bounds()](cluster::sessions& all) {
    all.claim(w->nsp_name(), p, from, most,
              [w, from](std::error_code ec, std::optional<cluster::found_session> found) {
                auto go_on = [w, from, ec, f = std::move(found)]() mutable {
                  w->owner().claimed(*w, from, ec, std::move(f));
                };
                w->owner().perform(message::task{std::move(go_on)});
              });
  });
  return true;
}

SOCKETIO_DECL void hub::claimed(socket_core& who, sio::offset after, std::error_code ec,
                                std::optional<cluster::found_session> found) {
  if (who.phase_ != socket_core::phase::connecting) {  // it is for the next who comes
    if (!found) return;
    found->by = name_;
    return all_->with_sessions([nsp = ref{&who.nsp().whole}, s = cluster::session{*found},
                                kept = recovery_->window()](cluster::sessions& to) {
      to.create(nsp->name, s, kept, [](cluster::sessions::unwritten) {});
    });
  }
  or_give_up(who, [&] {
    // As long as nobody can be asked, a client that was here may go on here; and if it was nowhere
    // else since. What this loop knows of it is more than what others can find out.
    const bool ours = found && found->by == name_;
    if (ec || ours) resume_if_asked(who);
    if (who.phase_ != socket_core::phase::connecting) return;
    if (ec && who.resumes_) who.resumes_->known_ours = false;
    if (!found || !found->complete || who.recovered_) return let_in(who);
    if (ours && recovery_->is_torn(found->pid)) return let_in(who);
    // Whoever is here with that secret, and with another offset, has lost its connection.
    if (socket_core* const rival = recovery_->find_connected(found->pid)) {
      replace_connection(*rival);
      if (who.phase_ != socket_core::phase::connecting) return;
    }
    stand_in(who, after, *found);
    if (who.phase_ != socket_core::phase::connecting) return;
    found->of_namespace ? let_in(who) : run_middlewares(who);
  });
}

/// A socket as if the client had been here, and lost its connection.
SOCKETIO_DECL void hub::stand_in(socket_core& who, sio::offset after,
                                 const cluster::found_session& found) {
  nsp_slice& nsp = who.nsp();
  const auto is_another = [&](const socket_core* known) {
    return known && !(known->backlog_ && known->backlog_->pid == found.pid);
  };
  if (is_another(nsp.find(found.id)) || is_another(nsp.absent.find(found.id))) return;
  const ref<nsp_core> occupied = all_->enter(nsp.whole.name, who.shake());
  ref<socket_core> other;
  try {
    other = loop_.make_socket(*this, nsp, *who.client_, who.shake());
  } catch (...) {
    all_->left(*occupied);
    throw;
  }
  // From here on it is the socket that has entered, and leaves when it goes.
  struct unless_kept {
    socket_core& who;
    ~unless_kept() {
      if (!who.backlog_) who.drop_user_parts();
    }
  } const gone{*other};
  other->client_ = nullptr;
  other->phase_ = socket_core::phase::disconnected;
  try {
    other->data_from_value(found.data);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (...) {
    // The program cannot read it.
  }
  std::vector<sio::encoded> missed;
  for (const auto& each : found.missed) {
    auto same = renumber(each.packet, nsp.whole.name, {}, sio::offset{each.position});
    if (same) missed.push_back(std::move(*same));
  }
  if (!recovery_->restore(*other, found, after, missed)) return;
  // What has been forgotten for it may have been the user's, and ended who comes.
  if (who.phase_ == socket_core::phase::connecting) recovery_->claim(who, {other, after.number});
}

}  // namespace socketio::detail
