// layer 4 (hub): bodies of hub/recovery.hpp.
#pragma once

#include <charconv>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/hub/recovery.hpp"

namespace socketio::detail {

/// Moves a socket out of its rooms; `to` gets into the same of another table.
inline void move_rooms(socket_core& from, room_table& out_of, socket_core& to, room_table& into) {
  std::vector<std::string> names;
  for (const auto& each : from.rooms_.entries()) names.push_back(each.room->name);
  out_of.leave_all(from.rooms_);
  for (const auto& each : names) into.join(to, to.rooms_, each);
}

SOCKETIO_DECL void recovery::begin(socket_core& who) {
  who.backlog_ = std::make_unique<backlog>(*this, who, [](deadline& d) {
    auto& log = static_cast<backlog&>(d);
    log.keeper.forget(*log.owner);
  });
  by_pid_.emplace(who.backlog_->pid, who.backlog_.get());
}

SOCKETIO_DECL void recovery::note(socket_core& who, const sio::encoded& packet, bool lossy) {
  backlog& log = *who.backlog_;
  // What may be lost is not sent again, but its offset may be the last that the client has seen.
  sio::encoded noted = lossy ? sio::encoded{.text = {}, .offset = packet.offset} : packet;
  noted.msgpack = {};  // made anew if it is needed at all
  bytes_ += backlog::size_of(noted);
  log.push(std::move(noted), env_.now);
  if (who.connected()) drop_proven(log);
  while (log.size() > options_.max_packets) pop(log);
  while (bytes_ > options_.max_bytes && absent_.empty() && !log.empty()) pop(log);
  // Not here and now: to forget somebody ends the life of the user's data, in the midst of sending.
  if (bytes_ > options_.max_bytes) {
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
  while (!log.empty() && log.oldest() + proven < env_.now) pop(log);
}

SOCKETIO_DECL void recovery::sweep() {
  for (const auto& [pid, log] : by_pid_) {
    if (log->owner->connected()) drop_proven(*log);
  }
  while (bytes_ > options_.max_bytes && !absent_.empty()) forget(*absent_.front().owner);
  if (bytes_ != 0) env_.arm(sweeper_, options_.max_disconnection_duration);
}

SOCKETIO_DECL bool recovery::keep(socket_core& who, reason why) {
  if (!who.backlog_) return false;
  switch (why) {
    case reason::transport_error:
    case reason::transport_close:
    case reason::ping_timeout:
    case reason::forced_close:
    case reason::slow_consumer:
      break;
    default:  // somebody meant it, or what was sent makes no sense
      forget(who);
      return false;
  }
  drop_proven(*who.backlog_);
  nsp_slice& nsp = who.nsp();
  nsp.absent.add(who);
  move_rooms(who, nsp.rooms, who, nsp.absent.rooms);
  absent_.push_back(*who.backlog_);
  env_.arm(*who.backlog_, options_.max_disconnection_duration);
  return true;
}

SOCKETIO_DECL resumption recovery::find(const nsp_slice& nsp, value_view auth) const {
  const auto pid = auth["pid"].as_string();
  if (!pid) return {};
  const auto found = by_pid_.find(*pid);
  if (found == by_pid_.end() || &found->second->owner->nsp() != &nsp) return {};
  const std::string_view text = auth["offset"].as_string().value_or("0");
  std::uint64_t offset = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), offset);
  if (fault != std::errc{} || end != text.data() + text.size()) return {};
  if (!found->second->after(offset)) return {};
  return {ref<socket_core>{found->second->owner}, offset};
}

SOCKETIO_DECL void recovery::claim(socket_core& who, resumption from) {
  backlog& log = *from.from->backlog_;
  log.disarm();
  log.claimant = &who;
  who.resume(*from.from);
  who.resumes_ = std::make_unique<resumption>(std::move(from));
}

SOCKETIO_DECL void recovery::give_back(socket_core& who) {
  const auto given = std::exchange(who.resumes_, nullptr);
  backlog* const log = given ? given->from->backlog_.get() : nullptr;
  if (!log || log->claimant != &who) return;
  log->claimant = nullptr;
  given->from->take_data(who);
  env_.arm(*log, options_.max_disconnection_duration);
}

SOCKETIO_DECL std::span<const backlog::entry> recovery::resume(socket_core& who) {
  const auto given = std::exchange(who.resumes_, nullptr);
  socket_core& from = *given->from;
  who.recovered_ = false;
  if (!from.backlog_ || from.backlog_->claimant != &who) return {};
  const auto missed = from.backlog_->after(given->after);
  if (!missed) {
    forget(from);
    return {};
  }
  nsp_slice& nsp = who.nsp();
  nsp.absent.remove(from);
  move_rooms(from, nsp.absent.rooms, who, nsp.rooms);
  who.in_own_room_ = from.in_own_room_;
  who.backlog_ = std::move(from.backlog_);
  who.backlog_->claimant = nullptr;
  who.backlog_->owner = &who;
  static_cast<link<backlog>&>(*who.backlog_).unlink();
  who.recovered_ = true;
  if (from.running_ == 0) from.drop_user_parts();
  return *missed;
}

SOCKETIO_DECL void recovery::forget(socket_core& who) {
  const ref<socket_core> keep{&who};
  const auto log = std::exchange(who.backlog_, nullptr);
  if (!log) return;
  by_pid_.erase(log->pid);
  while (!log->empty()) pop(*log);
  if (bytes_ == 0) sweeper_.disarm();  // a loop that has nothing else to do is not to wait for it
  if (who.phase_ != socket_core::phase::disconnected) return;
  who.nsp().absent.remove(who);
  who.nsp().absent.rooms.leave_all(who.rooms_);
  if (who.running_ == 0) who.drop_user_parts();
}

SOCKETIO_DECL void recovery::forget_all_absent() {
  while (!absent_.empty()) forget(*absent_.front().owner);
}

}  // namespace socketio::detail
