// layer 2 (engine): bodies of engine/state.hpp.
#pragma once

#include <algorithm>
#include <new>
#include <vector>

#include "socketio/core/frame_builder.hpp"
#include "socketio/core/random.hpp"
#include "socketio/engine/state.hpp"
#include "socketio/proto/eio/frames.hpp"
#include "socketio/proto/eio/open.hpp"
#include "socketio/proto/ws/encoder.hpp"

namespace socketio::engine {

namespace detail {

SOCKETIO_DECL frame open_frame(const state& session) {
  const options& o = session.env().options;
  constexpr std::string_view websocket[] = {"websocket"};
  const bool upgrade =
      session.transport() == transport_kind::polling && o.websocket && o.allow_upgrades;
  frame_builder packet{160};
  eio::write_open(packet, eio::open{session.id(),
                                    upgrade ? std::span<const std::string_view>{websocket}
                                            : std::span<const std::string_view>{},
                                    o.ping_interval, o.ping_timeout, o.max_payload});
  return ws::seal(packet, ws::opcode::text);
}

SOCKETIO_DECL frame initial_frame(std::string_view text) {
  frame_builder packet{text.size() + 1};
  packet.push_back(eio::to_char(eio::packet_type::message));
  packet.append(text);
  return ws::seal(packet, ws::opcode::text);
}

/// For peers that take no binary.
SOCKETIO_DECL frame as_text(const frame& f, eio::revision revision) {
  return f.type() == frame::kind::binary ? eio::base64_frame(f, revision) : f;
}

}  // namespace detail

SOCKETIO_DECL bool is_session_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= longest_session_id &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.' || c == '_' || c == '~';
         });
}

SOCKETIO_DECL state::state(environment& env, transport_kind transport,
                           ref<const request_info> request, const eio::dialect& speaks,
                           std::string_view id)
    : deadline{[](deadline& d) { static_cast<state&>(d).heartbeat(); }},
      transport_{transport},
      dialect_{speaks},
      env_{env},
      request_{std::move(request)},
      outbox_{speaks.revision == eio::revision::v3} {
  std::string whole = id.empty() ? random_id() : std::string{id};
  whole += env.id_mark;
  id_size_ = static_cast<std::uint8_t>(whole.size());
  if (whole.size() <= id_.size()) {
    whole.copy(id_.data(), whole.size());
  } else {
    make_seldom().id = std::move(whole);
  }
}

SOCKETIO_DECL void state::put_on_list() {
  env_.dirty.push_back(*this);
  env_.want_flush();
}

SOCKETIO_DECL void state::request_action(action a) {
  actions_ = actions_ | a;
  touch();
}

SOCKETIO_DECL void state::start() {
  outbox_.push(detail::open_frame(*this));
  const std::string& first = env_.options.initial_packet;
  if (!first.empty()) outbox_.push(detail::initial_frame(first));
  await_heartbeat();
  env_.counters.sessions.add();
  touch();
}

// ---- sending
// ---------------------------------------------------------------------------------------

/// False if the session is closed, or is now for want of memory.
SOCKETIO_DECL bool state::queue_with_care(const frame& f) {
  if (phase_ != phase::open) return false;
  try {
    sends_base64() ? queue_as_text(f) : outbox_.push(f);
    if (watched_) seldom_->queued.push_back(f);
  } catch (const std::bad_alloc&) {
    return starved(), false;
  }
  return true;
}

/// There is no memory to queue it, and nothing is left out of a session that goes on.
SOCKETIO_DECL send_status state::starved() {
  return fail(reason::transport_error), send_status::closed;
}

SOCKETIO_DECL bool state::drop_oldest() noexcept {
  if (!outbox_.drop_oldest()) return false;
  env_.counters.events_dropped.add();
  return true;
}

/// Much is queued. What may be dropped makes room for what may not.
SOCKETIO_DECL send_status state::pressed() {
  const std::size_t most = env_.options.limits.hard_queue;
  while (outbox_.bytes() > most && drop_oldest()) continue;
  if (outbox_.bytes() > most) return fail(reason::slow_consumer), send_status::closed;
  pressed_ = true;
  return send_status::buffered;
}

SOCKETIO_DECL send_status state::dropped() noexcept {
  env_.counters.events_dropped.add();
  pressed_ = pressed_ || !outbox_.empty();
  return send_status::dropped;
}

SOCKETIO_DECL void state::report_drain() {
  pressed_ = false;
  if (phase_ == phase::open) request_action(action::report_drain);
}

SOCKETIO_DECL send_status state::send_lossy(const frame& f) {
  env_.let_go();
  if (phase_ != phase::open) return send_status::closed;
  const bool writable = transport_ == transport_kind::websocket || poll_held_;
  if (!writable || outbox_.bytes() != 0) return dropped();
  return send(f);
}

SOCKETIO_DECL send_status state::send_droppable(std::span<const frame> message, when_slow rule,
                                                const ref<const latest_key>& key) {
  env_.let_go();
  if (phase_ != phase::open) return send_status::closed;
  const std::span<const frame> original = message;
  std::vector<frame> converted;
  if (sends_base64()) {
    for (const frame& each : message) converted.push_back(detail::as_text(each, dialect_.revision));
    message = converted;
  }
  std::size_t size = 0;
  for (const frame& each : message) size += outbox_.wire_size(each);
  const limits& l = env_.options.limits;
  const bool may_drop =
      rule.which() == when_slow::rule::drop_oldest || rule.which() == when_slow::rule::drop_newest;
  if (may_drop && size > l.hard_queue) return dropped();  // it could not wait, and it need not
  const auto note = [&] {
    if (!watched_) return;
    std::vector<frame>& all = seldom_->queued;
    all.insert(all.end(), original.begin(), original.end());
  };
  try {
    if (key && outbox_.replace_latest(message, key)) {
      env_.counters.values_replaced.add();
      note();
      touch();
      return outbox_.bytes() <= l.soft_queue ? send_status::ok : pressed();
    }
    const std::size_t most = std::min(rule.limit(l.soft_queue), l.hard_queue);
    const auto full = [&] { return !outbox_.empty() && outbox_.bytes() + size > most; };
    if (rule.which() == when_slow::rule::drop_oldest) {
      while (full() && drop_oldest()) continue;
    }
    if (full()) {
      if (may_drop) return dropped();
      if (rule.which() == when_slow::rule::disconnect) {
        return fail(reason::slow_consumer), send_status::closed;
      }
    }
    if (key) {
      outbox_.push_latest(message, key);
    } else if (rule.which() == when_slow::rule::drop_oldest) {
      outbox_.push_droppable(message);
    } else {
      outbox_.push(message);
    }
    note();
  } catch (const std::bad_alloc&) {
    return starved();
  }
  touch();
  return outbox_.bytes() <= l.soft_queue ? send_status::ok : pressed();
}

SOCKETIO_DECL void state::queue_as_text(const frame& f) {
  const frame text = detail::as_text(f, dialect_.revision);
  outbox_.push({&text, 1});
}

// ---- receiving
// -------------------------------------------------------------------------------------

SOCKETIO_DECL bool state::receive(const eio::packet& packet) {
  if (phase_ != phase::open) return false;
  heard_since_ping_ = true;
  switch (packet.type) {
    case eio::packet_type::message:
      return true;
    case eio::packet_type::pong:
      if (revision() == eio::revision::v3) {  // only the client pings
        fail(reason::transport_error);
      } else if (pong_ != pong::none) {
        // One that was not asked for is no reason to do anything: it must not cost a timer (R83).
        await_heartbeat();
      }
      break;
    case eio::packet_type::ping:
      if (revision() == eio::revision::v3) {
        await_heartbeat();
        answer_ping();
      } else {  // only the server pings
        fail(reason::transport_error);
      }
      break;
    case eio::packet_type::open:  // only the server opens
      fail(reason::transport_error);
      break;
    case eio::packet_type::close:
      end(reason::transport_close, farewell::noop);
      break;
    case eio::packet_type::upgrade:
    case eio::packet_type::noop:
      break;
  }
  return false;
}

SOCKETIO_DECL bool state::poll_arrived() {
  if (poll_held_) {
    fail(reason::transport_error);
    return false;
  }
  poll_held_ = true;
  if (phase_ == phase::lingering && outbox_.empty()) {
    phase_ = phase::over;
    deadline::disarm();
    request_action(action::close_poll | action::remove);
  } else if (phase_ == phase::over) {
    // The session has ended in this turn of the loop, and the driver does not know it yet.
    request_action(action::close_poll);
  } else if (candidate_ == candidate::probed && outbox_.empty()) {
    // The client waits for this GET's end before it completes the upgrade.
    request_action(action::release_poll);
  } else if (!outbox_.empty()) {
    touch();
  }
  return true;
}

SOCKETIO_DECL bool state::post_arrived() {
  if (post_held_) {
    fail(reason::transport_error);
    return false;
  }
  post_held_ = true;
  return true;
}

// ---- heartbeat
// -------------------------------------------------------------------------------------

/// The peer is alive. Next comes our ping, or in revision 3 the peer's own, for which it has as
/// long as it has for a pong.
SOCKETIO_DECL void state::await_heartbeat() {
  const options& o = env_.options;
  outbox_.release_spare();
  if (revision() == eio::revision::v3) {
    pong_ = pong::awaited;
    env_.arm(*this, o.ping_interval + o.ping_timeout);
  } else {
    pong_ = pong::none;
    env_.arm(*this, o.ping_interval);
  }
}

/// One answer is enough for all pings that came before it could be written: a peer that sends them
/// and reads nothing must not fill the queue.
SOCKETIO_DECL void state::answer_ping() {
  const frame& answer = eio::bare_frame(eio::packet_type::pong);
  if (outbox_.empty() || outbox_.frames().back().packet() != answer.packet()) send(answer);
}

SOCKETIO_DECL void state::heartbeat() {
  if (phase_ != phase::open) {  // the time to fetch the last packets is over
    phase_ = phase::over;
    request_action(action::remove);
    return;
  }
  const options& o = env_.options;
  if (pong_ == pong::none) {
    pong_ = pong::awaited;
    heard_since_ping_ = false;
    env_.arm(*this, o.ping_timeout);
    send(eio::bare_frame(eio::packet_type::ping));
    return;
  }
  // A peer that talks is alive, although its pong may be queued behind much else; and when this
  // process itself was stopped, the pongs (or pings) that came meanwhile are still unread. Both get
  // one more timeout, once.
  const bool talks = heard_since_ping_ && revision() == eio::revision::v4;
  const bool stalled = env_.now - deadline::due() > o.ping_timeout / 2;
  if (pong_ == pong::awaited && (talks || stalled)) {
    pong_ = pong::overdue;
    env_.arm(*this, o.ping_timeout);
    return;
  }
  fail(reason::ping_timeout);
}

// ---- upgrade
// ---------------------------------------------------------------------------------------

SOCKETIO_DECL bool state::candidate_arrived() {
  // While the driver has still to drop one, there is no place for another.
  if (phase_ != phase::open || transport_ != transport_kind::polling ||
      candidate_ != candidate::none || has(actions_, action::drop_candidate)) {
    return false;
  }
  env_.arm(make_seldom(), env_.options.upgrade_timeout);
  candidate_ = candidate::connected;
  return true;
}

SOCKETIO_DECL bool state::candidate_receive(const eio::packet& packet) {
  if (candidate_ == candidate::connected && packet.type == eio::packet_type::ping &&
      packet.text() == "probe") {
    candidate_ = candidate::probed;
    request_action(action::answer_probe);
    if (poll_held_ && outbox_.empty()) request_action(action::release_poll);
  } else if (candidate_ == candidate::probed && packet.type == eio::packet_type::upgrade) {
    candidate_lost();
    use_websocket();
    upgraded_ = true;
    touch();
    if (poll_held_) request_action(action::release_poll);
    return true;
  } else {
    drop_candidate();
  }
  return false;
}

/// What was queued for long-polling goes over the WebSocket now.
SOCKETIO_DECL void state::use_websocket() {
  transport_ = transport_kind::websocket;
  if (!dialect_.base64) return;
  outbox_.convert_all([&](const frame& each) { return detail::as_text(each, dialect_.revision); });
}

SOCKETIO_DECL void state::drop_candidate() {
  candidate_lost();
  request_action(action::drop_candidate);
}

SOCKETIO_DECL void state::candidate_lost() noexcept {
  candidate_ = candidate::none;
  if (!seldom_) return;
  seldom_->disarm();
  if (!watched_ && seldom_->id.empty()) seldom_.reset();
}

// ---- the end
// ---------------------------------------------------------------------------------------

SOCKETIO_DECL void state::close(reason why) { end(why, farewell::owed); }

SOCKETIO_DECL void state::end(reason why, farewell how) {
  env_.let_go();
  if (phase_ == phase::over) return;
  if (phase_ == phase::lingering) {
    if (how == farewell::owed) return;
    phase_ = phase::over;
    deadline::disarm();
    request_action(action::remove);
    return;
  }
  reason_ = why;
  if (why == reason::slow_consumer) env_.counters.slow_consumers.add();
  deadline::disarm();
  if (candidate_ != candidate::none) drop_candidate();
  request_action(action::report_close);
  if (transport_ == transport_kind::websocket) {
    phase_ = phase::over;
    request_action(action::close_socket | action::remove);
  } else if (how == farewell::noop) {
    phase_ = phase::over;
    request_action(poll_held_ ? action::release_poll | action::remove : action::remove);
  } else if (poll_held_ && (outbox_.empty() || how == farewell::if_held)) {
    phase_ = phase::over;
    request_action(action::close_poll | action::remove);
  } else if (how == farewell::owed) {
    // The peer fetches the last packets first, and learns of the end with the GET after that: its
    // client would drop packets that come together with a close packet.
    phase_ = phase::lingering;
    env_.arm(*this, linger_time);
  } else {
    phase_ = phase::over;
    request_action(action::remove);
  }
}

}  // namespace socketio::engine
