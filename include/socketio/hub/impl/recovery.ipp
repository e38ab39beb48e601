// layer 4 (hub): bodies of hub/recovery.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/core/random.hpp"
#include "socketio/hub/recovery.hpp"

namespace socketio::detail {

/// Moves a socket out of its rooms; `to` gets into the same of another table.
inline void move_rooms(socket_core& from, room_table& out_of, socket_core& to, room_table& into) {
  std::vector<std::pair<std::string, std::uint32_t>> all;
  for (const auto& each : from.rooms_.entries()) all.emplace_back(each.room->name, each.since);
  out_of.leave_all(from.rooms_);
  try {
    for (const auto& [name, since] : all) into.join(to, to.rooms_, name, since);
  } catch (...) {
    into.leave_all(to.rooms_);
    throw;
  }
}

SOCKETIO_DECL void recovery::begin(socket_core& who) { start_log(who, random_id()); }

SOCKETIO_DECL void recovery::start_log(socket_core& who, std::string pid) {
  who.backlog_ = std::make_unique<backlog>(*this, all_, who, std::move(pid), [](deadline& d) {
    auto& log = static_cast<backlog&>(d);
    log.kept_by.forget(*log.owner);
  });
  try {
    by_pid_.emplace(who.backlog_->pid, who.backlog_.get());
  } catch (...) {
    who.backlog_ = nullptr;
    throw;
  }
}

SOCKETIO_DECL bool recovery::restore(socket_core& who, const cluster::session& from,
                                     sio::offset after, std::span<const sio::encoded> missed) {
  if (const auto old = by_pid_.find(from.pid); old != by_pid_.end()) forget(*old->second->owner);
  nsp_slice& nsp = who.nsp();
  who.assume(from.id);
  who.in_own_room_ = false;
  start_log(who, from.pid);
  backlog& log = *who.backlog_;
  try {
    log.start_after(after.number);
    for (const auto& each : missed) log.push(noted_packet::restore(each, all_), env_.now);
    if (all_.bytes > options_.max_bytes && absent_.empty()) {
      forget(who);
      return false;
    }
    nsp.absent.add(who);
    for (const auto& [name, since] : from.rooms) {
      if (name == from.id) {
        who.in_own_room_ = true;
      } else {
        nsp.absent.rooms.join(who, who.rooms_, name, since);
      }
    }
  } catch (...) {
    forget(who);
    throw;
  }
  absent_.push_back(log);
  env_.arm(log, options_.max_disconnection_duration);
  if (all_.bytes > options_.max_bytes) env_.arm(sweeper_, duration::zero());
  return true;
}

SOCKETIO_DECL void recovery::tear(socket_core& who) {
  if (who.backlog_) who.backlog_->tear(env_.now);
}

SOCKETIO_DECL void recovery::tear_all() {
  env_.refresh();
  for (const auto& [pid, log] : by_pid_) log->tear(env_.now);
}

SOCKETIO_DECL bool recovery::is_torn(socket_core& who) {
  if (who.phase_ != socket_core::phase::disconnected) drop_proven(*who.backlog_);
  return who.backlog_->torn().has_value();
}

SOCKETIO_DECL bool recovery::is_torn(std::string_view pid) const {
  const auto found = by_pid_.find(pid);
  return found != by_pid_.end() && found->second->torn();
}

SOCKETIO_DECL void recovery::note(socket_core& who, const sio::encoded& packet, bool lossy) {
  backlog& log = *who.backlog_;
  ref<noted_packet> noted{all_.last};
  if (lossy) {
    // It is not sent again, but its offset may be the last that the client has seen.
    noted = ref{new noted_packet{sio::encoded{.text = {}, .offset = packet.offset}, all_}};
  } else if (!noted || noted->content.offset != packet.offset) {
    noted = ref{new noted_packet{packet, all_}};
    all_.last = noted.get();
  }
  log.push(std::move(noted), env_.now);
  if (who.connected()) drop_proven(log);
  while (log.size() > options_.max_packets) log.pop();
  while (all_.bytes > options_.max_bytes && absent_.empty() && !log.empty()) log.pop();
  if (all_.bytes > options_.max_bytes) {  // not here and now, in the midst of sending
    env_.arm(sweeper_, duration::zero());
  } else if (!sweeper_.armed()) {
    env_.arm(sweeper_, options_.max_disconnection_duration);
  }
}

SOCKETIO_DECL void recovery::drop_proven(backlog& log) {
  // A client answers a ping after it has got what was sent before. So while the connection lives, a
  // packet has arrived once a whole ping and pong lie behind it: at worst the pong to a ping sent
  // just before the packet, the interval, and the next ping's pong, each pong once extended.
  const auto& o = env_.options;
  const duration proven = o.ping_interval + 4 * o.ping_timeout;
  while (!log.empty() && log.oldest() + proven < env_.now) log.pop();
  if (log.torn() && *log.torn() + proven < env_.now) log.mend();
}

SOCKETIO_DECL void recovery::sweep() {
  for (const auto& [pid, log] : by_pid_) {
    if (log->owner->connected()) drop_proven(*log);
  }
  if (all_.bytes != 0) env_.arm(sweeper_, options_.max_disconnection_duration);
  while (all_.bytes > options_.max_bytes && !absent_.empty()) forget(*absent_.front().owner);
}

SOCKETIO_DECL bool recovery::keep(socket_core& who, reason why) {
  if (!who.backlog_) return false;
  if (closing_ || !is_loss(why)) {
    forget(who);
    return false;
  }
  constexpr std::size_t socket_weight = 4096;  // with its request and its rooms, more or less
  backlog& log = *who.backlog_;
  drop_proven(log);
  log.weigh(socket_weight + memory_of(who.shake().auth()));
  nsp_slice& nsp = who.nsp();
  try {
    nsp.absent.add(who);
    move_rooms(who, nsp.rooms, who, nsp.absent.rooms);
  } catch (const std::bad_alloc&) {  // nobody comes back
    nsp.absent.remove(who);
    forget(who);
    return false;
  }
  while (all_.bytes > options_.max_bytes && absent_.empty() && !log.empty()) log.pop();
  absent_.push_back(log);
  env_.arm(log, options_.max_disconnection_duration);
  if (all_.bytes > options_.max_bytes) env_.arm(sweeper_, duration::zero());
  return true;
}

SOCKETIO_DECL resumption recovery::find(const nsp_slice& nsp, value_view auth) const {
  const auto pid = auth["pid"].as_string();
  if (!pid) return {};
  const auto found = by_pid_.find(*pid);
  if (found == by_pid_.end() || &found->second->owner->nsp() != &nsp) return {};
  const auto from = sio::offset::read(auth["offset"].as_string().value_or("0"));
  if (!from || !found->second->after(from->number, env_.options.limits.hard_queue)) return {};
  return {ref<socket_core>{found->second->owner}, from->number};
}

SOCKETIO_DECL socket_core* recovery::find_connected(std::string_view pid) const {
  const auto found = by_pid_.find(pid);
  if (found == by_pid_.end()) return nullptr;
  const backlog& log = *found->second;
  socket_core* const who = log.claimant ? log.claimant : log.owner;
  return who->client_ ? who : nullptr;
}

SOCKETIO_DECL void recovery::claim(socket_core& who, resumption from) {
  socket_core& lost = *from.from;
  std::string id = lost.id();
  who.resumes_ = std::make_unique<resumption>(std::move(from));
  // From here on nothing fails.
  backlog& log = *lost.backlog_;
  log.disarm();  // but `due` stays
  static_cast<link<backlog>&>(log).unlink();
  log.claimant = &who;
  who.recovered_ = true;
  who.assume(std::move(id));
  who.swap_data(lost);
}

SOCKETIO_DECL std::unique_ptr<resumption> recovery::give_back(socket_core& who) {
  auto given = std::exchange(who.resumes_, nullptr);
  backlog* const log = given ? given->from->backlog_.get() : nullptr;
  if (!log) return given;
  log->claimant = nullptr;
  given->from->swap_data(who);
  absent_.push_back(*log);
  env_.refresh();
  try {
    // In whole seconds: each length has a queue of its own, and clients must not cause many.
    const auto left = std::chrono::ceil<std::chrono::seconds>(log->due() - env_.now);
    env_.arm(*log, std::max<duration>(left, duration::zero()));
  } catch (const std::bad_alloc&) {
    forget(*given->from);
  }
  return given;
}

SOCKETIO_DECL std::span<const backlog::entry> recovery::resume(socket_core& who,
                                                               const resumption& what) {
  socket_core& from = *what.from;
  backlog* const log = from.backlog_.get();
  if (!log) return {};  // forgotten
  log->claimant = nullptr;
  const auto missed = log->after(what.after, env_.options.limits.hard_queue);
  if (!missed) {
    who.recovered_ = false;
    who.assume(random_id());
    who.swap_data(from);
    return {};
  }
  nsp_slice& nsp = who.nsp();
  nsp.absent.remove(from);
  move_rooms(from, nsp.absent.rooms, who, nsp.rooms);
  who.in_own_room_ = from.in_own_room_;
  who.backlog_ = std::move(from.backlog_);
  log->owner = &who;
  log->weigh(0);
  log->renew(missed->size(), env_.now);
  return *missed;
}

SOCKETIO_DECL void recovery::forget(socket_core& who) {
  const ref<socket_core> keep{&who};
  auto log = std::exchange(who.backlog_, nullptr);
  if (!log) return;
  by_pid_.erase(log->pid);
  if (socket_core* const claimant = log->claimant) {
    claimant->recovered_ = false;
    claimant->assume(random_id());
    claimant->swap_data(who);
  }
  log = nullptr;
  if (all_.bytes == 0) sweeper_.disarm();  // a loop that has nothing else to do is not to wait
  if (who.phase_ != socket_core::phase::disconnected) return;
  who.nsp().absent.remove(who);
  who.nsp().absent.rooms.leave_all(who.rooms_);
  if (who.running_ == 0) who.drop_user_parts();
}

SOCKETIO_DECL void recovery::close() {
  closing_ = true;
  std::vector<ref<socket_core>> away;
  for (const auto& [pid, log] : by_pid_) {
    if (!log->owner->client_) away.emplace_back(log->owner);
  }
  for (const auto& each : away) forget(*each);
}

}  // namespace socketio::detail
