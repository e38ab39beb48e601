// layer 5 (net): one Engine.IO client: its state machine and the connections that carry it.
#pragma once

#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include "socketio/engine/state.hpp"
#include "socketio/net/admission.hpp"
#include "socketio/net/shard.hpp"
#include "socketio/proto/eio/frames.hpp"
#include "socketio/proto/eio/revision.hpp"
#include "socketio/proto/ws/types.hpp"

namespace socketio {

template <transport Transport>
class connection;

/// Drives an engine::state: performs its actions on the connections it is using right now. Those
/// are at most a held GET, a POST, and a WebSocket, which is tried out first during an upgrade.
template <transport Transport>
class session final : public engine::state {
 public:
  using connection_type = connection<Transport>;

  session(shard<Transport>& owner, engine::transport_kind kind,
          ref<const engine::request_info> request, const eio::dialect& speaks, std::string_view id)
      : state{owner, kind, std::move(request), speaks, id} {}

  /// What it takes of the limits for sessions, if there are any.
  std::unique_ptr<detail::admission::place> place;

  /// The connections in use; set by them, and cleared when they leave.
  connection_type* poll = nullptr;
  connection_type* post = nullptr;
  connection_type* websocket = nullptr;  ///< a candidate until the session has been upgraded

  /// Tells the application of the session, once there is a connection that carries it.
  void announce() {
    announced_ = true;
    application().opened(*this);
  }

  /// A packet came over the transport in use.
  void deliver(const eio::packet& packet) {
    if (packets_watched() && open()) [[unlikely]] {
      const ref<session> keep{this};
      application().packet_received(*this, packet);
      if (receive(packet)) application().received(*this, packet);
      return;
    }
    if (receive(packet)) application().received(*this, packet);
  }

  /// A packet came over the candidate. True: it has become the WebSocket in use, which the
  /// application is to be told.
  bool deliver_to_candidate(const eio::packet& packet) {
    const bool tried_before = upgrading();
    if (candidate_receive(packet)) return true;
    if (!tried_before && upgrading()) application().upgrading(*this);
    return false;
  }

  /// Performs the pending actions and writes the outbox, as far as the transport takes it. Without
  /// memory to do so, the session ends, and what is left to be done is done with that.
  void settle() {
    const ref<session> keep{this};
    const bool plain = only_writes() && transport() == engine::transport_kind::websocket;
    const engine::action todo = take_actions();
    try {
      if (plain && websocket && websocket->write_at_once()) return count_held();
      settle(todo);
    } catch (const std::bad_alloc&) {
      for (connection_type* const each : {poll, post, websocket}) {
        if (each) each->abort();
      }
      transport_lost(reason::transport_error);
      put_back(todo);
    }
  }

 private:
  void settle(engine::action todo) {
    using engine::action;

    // The client may have completed the upgrade in the same turn, without waiting for the answer.
    if (has(todo, action::answer_probe) && websocket) websocket->send_probe_answer();
    const bool polling = transport() == engine::transport_kind::polling;
    if (has(todo, action::drop_candidate) && websocket && polling) websocket->close_websocket();

    if (poll) {
      const bool last = has(todo, action::close_poll);
      if (last) outbox().push(eio::bare_frame(eio::packet_type::close));
      if (last || (polling && !outbox().empty())) {
        poll->answer_poll(outbox().frames());
        outbox().clear();
        drained();
      } else if (has(todo, action::release_poll)) {
        poll->answer_poll({&eio::bare_frame(eio::packet_type::noop), 1});
      }
    }

    if (websocket && !polling) {
      if (has(todo, action::close_socket) && nobody_reads()) {
        websocket->abort();
      } else if (has(todo, action::close_socket)) {
        websocket->close_websocket(close_reason() == reason::server_shutting_down
                                       ? ws::close_code::going_away
                                       : ws::close_code::no_status);
      } else {
        websocket->write_frames();
      }
    }

    if (packets_watched()) [[unlikely]]
      show_queued();
    if (has(todo, action::report_drain) && announced_) application().drained(*this);
    if (has(todo, action::report_close) && std::exchange(announced_, false)) {
      application().closed(*this, close_reason());
    }
    if (has(todo, action::remove)) {
      if (post) post->abort_unread();
      home().remove(*this);
    }
    count_held();
  }

  void show_queued() {
    const auto fresh = take_queued();
    if (!fresh.empty() && announced_) application().packets_queued(*this, fresh);
  }

  /// What is queued would wait for a peer that is dead, or wants none of it.
  bool nobody_reads() noexcept {
    return close_reason() == reason::slow_consumer ||
           (close_reason() == reason::ping_timeout && !outbox().empty());
  }

  shard<Transport>& home() const noexcept { return static_cast<shard<Transport>&>(env()); }
  engine::application& application() const noexcept { return home().application(); }
};

}  // namespace socketio
