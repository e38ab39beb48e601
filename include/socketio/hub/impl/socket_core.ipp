// layer 4 (hub): bodies of hub/socket_core.hpp.
#pragma once

#include <utility>

#include <asio/error.hpp>
#include <asio/post.hpp>

#include "socketio/core/random.hpp"
#include "socketio/hub/backlog.hpp"
#include "socketio/hub/hub.hpp"
#include "socketio/hub/recovery.hpp"
#include "socketio/hub/socket_core.hpp"

namespace socketio::detail {

/// Clients 2.x do not ask what their id is: they make it of the session's and the namespace.
inline std::string make_socket_id(const nsp_slice& nsp, const client& owner) {
  if (!owner.is_v2()) return random_id();
  const std::string id{owner.session.id()};
  return nsp.whole.name == sio::main_namespace ? id : nsp.whole.name + '#' + id;
}

SOCKETIO_DECL socket_core::socket_core(hub& h, nsp_slice& n, client& c, handshake shake)
    : client_{&c}, hub_{&h}, nsp_{&n}, id_{make_socket_id(n, c)}, handshake_{std::move(shake)} {}

SOCKETIO_DECL socket_core::~socket_core() = default;

SOCKETIO_DECL void socket_core::drop_user_parts() noexcept {
  const auto handlers = std::move(events_);
  if (backlog_) return;
  drop_data();
  if (!std::exchange(occupies_, false)) return;
  try {
    hub_->all().left(nsp_->whole);
  } catch (const std::bad_alloc&) {
    // The namespace stays, until the next one has come and gone.
  }
}

SOCKETIO_DECL const std::string& socket_core::nsp_name() const noexcept { return nsp_->whole.name; }

SOCKETIO_DECL send_status socket_core::send(const sio::encoded& packet) {
  if (hub_->inside()) return send_here(packet);
  const bool accepted = hub_->post(message::packet{ref<socket_core>{this}, packet});
  return accepted ? send_status::ok : send_status::closed;
}

SOCKETIO_DECL send_status socket_core::send_here(const sio::encoded& packet) {
  if (client_ && client_->speaks == client::parser::json && !nsp_->watched && packet.offset == 0)
      [[likely]]
    return client_->send(packet);
  if (nsp_->watched && client_) hub_->show_outgoing(*this, packet);
  const send_status status = client_ ? hub_->send(*client_, packet) : send_status::closed;
  // After the sending, and what those who watch have sent before it: in the order on the wire.
  if (packet.offset != 0 && backlog_) hub_->recovering().note(*this, packet, false);
  return status;
}

SOCKETIO_DECL send_status socket_core::send_event(const sio::encoded& event) {
  if (hub_->running() && !nsp_->ruled) [[likely]]
    return send_here(event);
  return send_event(event, delivery{});
}

SOCKETIO_DECL send_status socket_core::send_event(const sio::encoded& event, const delivery& how) {
  if (!hub_->inside()) {
    const bool accepted = hub_->post(message::event{ref<socket_core>{this}, event, how});
    return accepted ? send_status::ok : send_status::closed;
  }
  if (how.plain() && !nsp_->ruled) return send_here(event);
  if (nsp_->watched && client_) hub_->show_outgoing(*this, event);
  delivery all = how;
  all.rule = how.rule.or_else(rule_).or_else(nsp_->rule);
  const send_status status = client_ ? hub_->send(*client_, event, all) : send_status::closed;
  if (event.offset != 0 && backlog_) {
    // What a rule drops is in the log all the same: who comes back from before it gets it.
    const bool sent = status == send_status::ok || status == send_status::buffered;
    if (sent || !how.lossy) hub_->recovering().note(*this, event, how.lossy);
  }
  return status;
}

SOCKETIO_DECL void socket_core::rule(when_slow r) noexcept {
  rule_ = r;
  nsp_->ruled = true;
}

SOCKETIO_DECL std::vector<std::string> socket_core::room_names() const {
  std::vector<std::string> names;
  if (phase_ == phase::disconnected) return names;
  const socket_core& who = resumes_ ? *resumes_->from : *this;
  if (who.in_own_room_) names.push_back(id());
  for (const auto& each : who.rooms_.entries()) names.push_back(each.room->name);
  return names;
}

SOCKETIO_DECL socket_core::pending_ack::pending_ack(socket_core& s, std::uint64_t number,
                                                    ack_callback callback)
    : deadline{[](deadline& d) {
        auto& self = static_cast<pending_ack&>(d);
        const auto node = self.socket.acks_->extract(self.id);
        node.mapped()->done(error::ack_timeout, args{});
      }},
      socket{s},
      id{number},
      done{std::move(callback)} {}

SOCKETIO_DECL send_status socket_core::send_awaiting(std::uint64_t id, const sio::encoded& packet,
                                                     std::optional<duration> timeout,
                                                     ack_callback done) {
  const auto fail = [&](error why) { refuse_awaiting(why, std::move(done)); };
  if (!client_ || !client_->session.open()) return fail(error::disconnected), send_status::closed;
  engine::environment& env = hub_->env();
  if (!acks_) acks_ = std::make_unique<pending_acks>();
  if (acks_->size() >= env.options.limits.pending_acks) {
    return fail(error::too_many_pending_acks), send_status::dropped;
  }
  auto pending = std::make_unique<pending_ack>(*this, id, std::move(done));
  if (timeout) env.arm(*pending, *timeout);
  acks_->emplace(id, std::move(pending));
  return send(packet);
}

SOCKETIO_DECL void socket_core::refuse_awaiting(std::error_code why, ack_callback done) {
  // An operation never completes inside the call that starts it.
  asio::post(hub_->executor(), [keep = ref<socket_core>{this}, f = std::move(done), why]() mutable {
    f(why, args{});
  });
}

SOCKETIO_DECL void socket_core::stop_awaiting(std::uint64_t id) {
  if (!hub_->inside()) {
    asio::post(hub_->executor(), [keep = ref<socket_core>{this}, id] { keep->stop_awaiting(id); });
    return;
  }
  if (!acks_) return;
  const auto node = acks_->extract(id);
  if (node.empty()) return;
  node.mapped()->disarm();
  refuse_awaiting(asio::error::operation_aborted, std::move(node.mapped()->done));
}

SOCKETIO_DECL void socket_core::acknowledged(std::uint64_t id, args arguments) {
  if (!acks_) return;
  const auto node = acks_->extract(id);
  if (node.empty()) return;
  node.mapped()->disarm();
  node.mapped()->done(std::error_code{}, arguments);
}

SOCKETIO_DECL void socket_core::fail_acks(error why) {
  if (!acks_) return;
  // Callbacks may come back here; they find nothing pending.
  const auto pending = std::exchange(acks_, nullptr);
  for (auto& [id, each] : *pending) {
    each->disarm();
    each->done(why, args{});
  }
}

}  // namespace socketio::detail
