// layer 4 (hub): the part of hub/hub.hpp that gives broadcasts to their receivers; hub/burst.hpp.
#pragma once

#include <new>
#include <span>
#include <utility>
#include <vector>

#include "socketio/core/frame_builder.hpp"
#include "socketio/hub/backlog.hpp"
#include "socketio/hub/burst.hpp"
#include "socketio/hub/hub.hpp"
#include "socketio/hub/recovery.hpp"

namespace socketio::detail {

SOCKETIO_DECL void hub::execute(message::broadcast& m) {
  nsp_slice& here = slice(*m.nsp);
  if (const sio::offset position{m.content.offset}; position.is_entry()) here.age = position.age();
  if (here.kept) {
    env_->refresh();  // this may be in no turn
    here.kept->note(m.to, m.content, m.key, env_->now);
  }
  const delivery how{m.to.lossy, m.rule, m.key};
  const bool plain = how.plain() && !here.ruled;
  const bool ordinary = plain && !here.watched && !recovery_;
  if (ordinary && !m.to.direct && m.content.attachments.empty() && burst_.add(m)) return;
  let_go();
  if (ordinary) return deliver(here, m.to, {&m.content, 1});
  const auto send = [&](socket_core& who) {  // if one has to be given up, the others get it
    or_give_up(who, [&] { plain ? who.send_here(m.content) : who.send_event(m.content, how); });
  };
  if (here.watched) {  // who watches what is sent may do anything
    here.for_each_copied(m.to, send);
  } else {
    here.for_each(m.to, send);
  }
  if (!recovery_) return;
  here.absent.for_each(m.to, send);
  if (!m.unplaced) return;
  here.for_each(m.to, [&](socket_core& who) { recovery_->tear(who); });
  here.absent.for_each(m.to, [&](socket_core& who) {
    if (!who.backlog_ || who.backlog_->torn()) return;
    recovery_->tear(who);
    write_end(who, reason::transport_error);  // others must not go on with it either
  });
}

/// Null if there is no memory for it.
inline frame as_one(std::span<const sio::encoded> packets) noexcept {
  try {
    std::size_t size = 0;
    for (const auto& each : packets) size += each.text.wire().size();
    frame_builder all{size};
    for (const auto& each : packets) all.append(each.text.wire());
    return all.seal(frame::kind::text, {});
  } catch (const std::bad_alloc&) {
    return {};
  }
}

SOCKETIO_DECL void hub::deliver(nsp_slice& here, const audience& to,
                                std::span<const sio::encoded> packets) noexcept {
  const bool one = packets.size() == 1;
  const frame all = one ? packets.front().text : as_one(packets);
  const bool text = all && packets.front().attachments.empty();
  here.for_each(to, [&](socket_core& who) {
    or_give_up(who, [&] {
      client* const its = who.client_;
      const bool whole = text && its && its->speaks == client::parser::json &&
                         (one || its->session.takes_joined());
      if (whole) [[likely]] {
        its->session.send(all);
      } else {
        for (const auto& each : packets) who.send_here(each);
      }
    });
  });
}

// ---- what is held
// ----------------------------------------------------------------------------------

SOCKETIO_DECL bool burst::add(message::broadcast& m) {
  engine::environment& env = owner_.env();
  const std::size_t size = m.content.text.wire().size();
  const bool fits = packets_.size() < most_packets && bytes_ + size <= most_bytes;
  if (!fits || m.nsp != nsp_ || m.to != to_) owner_.let_go();
  if (ended_ || size > most_bytes || env.options.per_message_deflate.make) return false;
  try {
    packets_.push_back(m.content);
  } catch (const std::bad_alloc&) {
    return false;
  }
  if (packets_.size() == 1) {
    nsp_ = std::move(m.nsp);
    to_ = std::move(m.to);
    env.hold(*this);
  }
  bytes_ += size;
  return true;
}

SOCKETIO_DECL void burst::let_go() noexcept {
  owner_.deliver(owner_.slice(*nsp_), to_, packets_);
  packets_.clear();
  bytes_ = 0;
  nsp_ = nullptr;
}

SOCKETIO_DECL void burst::end() noexcept {
  owner_.let_go();
  ended_ = true;
}

}  // namespace socketio::detail
