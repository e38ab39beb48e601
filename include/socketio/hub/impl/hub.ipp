// layer 4 (hub): bodies of hub/hub.hpp.
#pragma once

#include <exception>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <asio/post.hpp>

#include "socketio/hub/hub.hpp"
#include "socketio/hub/impl/conn_core.ipp"
#include "socketio/hub/recovery.hpp"
#include "socketio/hub/switchboard.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/proto/sio/msgpack_codec.hpp"
#include "socketio/proto/sio/nsp_query.hpp"

namespace socketio::detail {

/// Tells the hub what a callback has thrown.
struct reporter {
  hub& to;
  socket_core& who;
  std::string_view event;

  void operator()(std::exception_ptr what) const {
    to.report(who, error::handler_exception, event, std::move(what));
  }
};

/// What `handshake::auth` is when the client gave nothing.
inline value no_auth() {
  static const value nothing{raw_json{"{}"}};
  return nothing;
}

SOCKETIO_DECL hub::hub(switchboard& all, std::size_t number, engine::environment& env, loop l)
    : all_{&all},
      number_{number},
      env_{&env},
      loop_{std::move(l)},
      decoding_{sio::decoder_limits{env.options.limits.attachments, 10 * env.options.max_payload},
                tape_limits{static_cast<std::uint32_t>(env.options.limits.json_depth),
                            env.options.max_payload}},
      burst_{*this} {
  if (const auto& o = env.options.connection_state_recovery) {
    recovery_ = std::make_unique<recovery>(*o, env);
  }
}

SOCKETIO_DECL hub::~hub() = default;

SOCKETIO_DECL void hub::add_reference() const noexcept { all_->add_reference(); }
SOCKETIO_DECL void hub::drop_reference() const noexcept { all_->drop_reference(); }

// ---- other threads
// -----------------------------------------------------------------------------------

SOCKETIO_DECL bool hub::inside_loop() {
  // Not in a call of ours, but perhaps in another handler of the same loop. The loop exists as long
  // as the server, which closes the hub under this lock.
  const std::lock_guard lock{door_};
  return !closed_ && loop_.inside();
}

SOCKETIO_DECL bool hub::post(message::any m) {
  using outcome = mailbox<message::any>::outcome;
  switch (mail_.put(std::move(m))) {
    case outcome::closed:
      return false;
    case outcome::queued:
      if (!unwoken_.load(std::memory_order_relaxed) || !unwoken_.exchange(false)) return true;
      break;
    case outcome::first:
      break;
  }
  const std::lock_guard lock{door_};
  if (closed_) return false;
  try {
    loop_.wake(ref<hub>{this});
  } catch (...) {
    unwoken_ = true;  // whoever writes next tries again
    throw;
  }
  return true;
}

SOCKETIO_DECL void hub::drain() {
  mail_.take([this](message::any& each) {
    try {
      std::visit([this](auto& m) { execute(m); }, each);
    } catch (const std::bad_alloc&) {
      // Whoever has sent this is elsewhere; the other messages must not be lost with it.
    }
  });
}

SOCKETIO_DECL void hub::shut_down() {
  burst_.end();
  // Handlers may hold handles, hence the switchboard, so they must go. But this may be called by
  // one of them, in the middle of an event of which the others have to learn too: they go once the
  // loop has come round, or is destroyed.
  struct remains {
    ref<hub> of;
    loop what_it_called;
    ~remains() { of->drop_handlers(); }
  };
  auto all = std::make_unique<remains>();
  all->of = ref<hub>{this};
  {
    const std::lock_guard lock{door_};
    closed_ = true;
    all->what_it_called = {loop_.executor, std::exchange(loop_.inside, nullptr),
                           std::exchange(loop_.wake, nullptr), nullptr};
  }
  mail_.close();
  asio::post(loop_.executor, [all = std::move(all)] {});
}

SOCKETIO_DECL void hub::drop_handlers() {
  on_error_ = nullptr;
  all_->for_each_namespace([this](nsp_core& each) { slice(each).drop_handlers(); });
  closing();  // what the absent have of the user's may hold handles, too
}

SOCKETIO_DECL void hub::execute(message::packet& m) {
  or_give_up(*m.to, [&] { m.to->send(m.content); });
}

SOCKETIO_DECL void hub::execute(message::event& m) {
  or_give_up(*m.to, [&] { m.to->send_event(m.content, m.how); });
}

/// Calls `present` or `absent` with those whom the message is about. One socket alone is found by
/// its id, whatever rooms it is in; who has come back with that id is the same.
template <class Present, class Absent>
void for_each_meant(nsp_slice& here, const audience& those, socket_core* only, Present&& present,
                    Absent&& absent) {
  if (!only) {
    here.for_each_copied(those, present);
    here.absent.for_each_copied(those, absent);
  } else if (const ref<socket_core> found{here.find(only->id())}) {
    present(*found);
  } else if (const ref<socket_core> away{here.absent.find(only->id())}) {
    absent(*away);
  } else {
    present(*only);  // it is about to connect, or gone
  }
}

SOCKETIO_DECL void hub::execute(message::membership& m) {
  const auto change = [&](socket_core& who) {
    or_give_up(who, [&] {
      m.rooms.for_each([&](std::string_view room) { m.join ? join(who, room) : leave(who, room); });
    });
  };
  for_each_meant(slice(*m.nsp), m.whose, m.only.get(), change, change);
}

SOCKETIO_DECL void hub::execute(message::disconnect& m) {
  for_each_meant(
      slice(*m.nsp), m.whose, m.only.get(), [&](socket_core& who) { disconnect(who, m.close); },
      [&](socket_core& who) {
        if (!who.backlog_) return;
        const ref<socket_core> claimant{who.backlog_->claimant};
        write_end(who, reason::server_namespace_disconnect);
        recovery_->forget(who);
        if (claimant && claimant->client_) turn_away(*claimant, "disconnected", {});
      });
}

SOCKETIO_DECL void hub::execute(message::set_up& m) { set_up(*m.nsp, m.change); }

SOCKETIO_DECL void hub::execute(message::retire& m) {
  nsp_slice& here = slice(*m.nsp);
  here.retired = true;
  here.drop_handlers();
  all_->forget(*m.nsp);
}

SOCKETIO_DECL void decide(const ref<socket_core>& about, std::uint32_t index, verdict answer) {
  about->owner().perform(message::decision{about, index, std::move(answer)});
}

SOCKETIO_DECL void hub::execute(message::server_event& m) {
  if (server_events* const listening = slice(*m.nsp).from_servers.get()) {
    listening->run(*this, m.data, m.answers);
  }
}

SOCKETIO_DECL void hub::execute(message::task& m) { m.work(); }

// ---- sessions
// ----------------------------------------------------------------------------------------

SOCKETIO_DECL void hub::opened(engine::state& session) {
  auto* fresh = new client{session};
  session.user = fresh;
  env_->arm(fresh->patience(), env_->options.connect_timeout);
  // Clients 2.x take it for granted that they are in the main namespace, and do not ask.
  if (fresh->is_v2()) {
    fresh->speaks = client::parser::json;
    connect(*fresh, sio::main_namespace, no_auth());
  }
}

SOCKETIO_DECL void hub::received(engine::state& session, const eio::packet& message) {
  client& from = *static_cast<client*>(session.user);
  using parser = client::parser;
  if (from.speaks == parser::unknown) from.speaks = message.binary ? parser::msgpack : parser::json;
  if (from.metered && !measure(from, message)) [[unlikely]]
    return;
  if (from.speaks == parser::msgpack) return received_msgpack(from, message);
  if (all_->relays() && relay(from, message)) return;
  using status = sio::decoder::status;
  const status result = message.binary ? from.decoder.binary(as_bytes(message.text()), decoding_)
                                       : from.decoder.text(message.data, message.size, decoding_);
  switch (result) {
    case status::packet:
      session.keeps(0);
      if (from.connected_once) from.patience().disarm();
      route(from, decoding_.current);
      break;
    case status::need_attachments:
      session.keeps(from.decoder.held());
      if (!from.patience().armed()) {
        env_->arm(from.patience(), env_->options.limits.attachment_timeout);
      }
      break;
    case status::error:
      received_garbage(from);
      break;
  }
}

/// Every socket of the client is told before it goes.
SOCKETIO_DECL void hub::received_garbage(client& from) {
  const ref<engine::state> session{&from.session};
  const auto all = from.sockets;
  for (const auto& each : all) {
    if (!each->connected()) continue;
    const in_use now{*each};
    report(*each, error::invalid_packet, {});
  }
  session->close(reason::forced_close);
}

SOCKETIO_DECL void hub::received_msgpack(client& from, const eio::packet& message) {
  const auto packet = message.binary
                          ? sio::decode_msgpack(as_bytes(message.text()), decoding_.values)
                          : std::nullopt;
  packet ? route(from, *packet) : received_garbage(from);
}

SOCKETIO_DECL send_status hub::send(client& to, const sio::encoded& packet) {
  if (to.speaks != client::parser::msgpack) return to.send(packet);
  const frame& whole = transcode_(packet);
  return whole ? to.session.send(whole) : send_status::dropped;
}

SOCKETIO_DECL send_status hub::send(client& to, const sio::encoded& event, const delivery& how) {
  engine::state& session = to.session;
  std::vector<frame> together;
  std::span<const frame> message{&event.text, 1};
  if (to.speaks == client::parser::msgpack) {
    const frame& whole = transcode_(event);
    if (!whole) return send_status::dropped;
    message = {&whole, 1};
  } else if (!event.attachments.empty()) {
    together.push_back(event.text);
    together.insert(together.end(), event.attachments.begin(), event.attachments.end());
    message = together;
  }
  if (!how.lossy) return session.send_droppable(message, how.rule, how.key);
  // Attachments are sent if the text is, so the text decides.
  const send_status status = session.send_lossy(message.front());
  if (status == send_status::dropped || status == send_status::closed) return status;
  for (const frame& attachment : message.subspan(1)) session.send(attachment);
  return status;
}

SOCKETIO_DECL void hub::drained(engine::state& session) {
  tell_of_connection(session, &conn_core::drained);
  if (!session.user) return;
  const auto all = static_cast<client*>(session.user)->sockets;
  for (const auto& each : all) {
    if (!each->connected()) continue;
    const auto call = [&](event_table* table) {
      watchers* const found = table ? table->find_watchers() : nullptr;
      if (found) found->drained.call(reporter{*this, *each, "drain"}, each->face());
    };
    const in_use now{*each};
    call(&each->nsp().events);
    if (each->connected()) call(each->own_events());
  }
}

SOCKETIO_DECL void hub::closed(engine::state& session, reason why) {
  const std::unique_ptr<client> gone{static_cast<client*>(std::exchange(session.user, nullptr))};
  if (!gone) return;
  const ref<conn_core> connection = gone->conn;
  const ref<socket_core> first =
      connection && !gone->sockets.empty() ? gone->sockets.front() : nullptr;
  std::optional<in_use> now;
  if (first) now.emplace(*first);
  while (!gone->sockets.empty()) {
    const ref<socket_core> who = gone->sockets.back();
    detach(*who, why);
  }
  if (connection) end_connection(*connection, first.get(), why);
}

SOCKETIO_DECL void hub::closing() {
  rewriting_.reset();
  if (recovery_) recovery_->close();
}

SOCKETIO_DECL void hub::all_closed() { all_->leave_cluster(); }

SOCKETIO_DECL void hub::route(client& from, const sio::packet& packet) {
  if (packet.type == sio::packet_type::connect) return connect(from, packet);
  socket_core* const who = from.find(packet.nsp);
  if (!who || !who->connected()) {  // a protocol violation: nothing was joined under this name
    from.session.close(reason::forced_close);
    return;
  }
  const ref<socket_core> keep{who};
  switch (packet.type) {
    case sio::packet_type::event:
      dispatch({*who, packet.event(), packet.arguments(), packet.id});
      break;
    case sio::packet_type::ack:
      if (packet.id) who->acknowledged(*packet.id, packet.arguments());
      break;
    case sio::packet_type::disconnect:
      from.has_left = true;
      detach(*who, reason::client_namespace_disconnect);
      break;
    default:  // CONNECT_ERROR is for clients only
      from.session.close(reason::forced_close);
      break;
  }
}

SOCKETIO_DECL void hub::dispatch(const invocation& call) {
  socket_core& who = call.who;
  if (who.client_->metered && !admit(call)) [[unlikely]]
    return;
  const in_use now{who};
  if (who.nsp().watched && !pass_watchers(call)) return;
  who.nsp().events.run(call);
  // The first handler may have disconnected the socket: what follows is not for it any more.
  if (who.connected() && who.own_events()) run_own_handlers(call);
}

// ---- errors
// ----------------------------------------------------------------------------------------------

SOCKETIO_DECL void hub::report(socket_core& who, std::error_code code, std::string_view event,
                               std::exception_ptr what) {
  const ref<error_handler> handler = on_error_;
  if (!handler) return;
  try {
    handler->function(who.face(), code, event, std::move(what));
  } catch (...) {
    // There is nobody left to tell.
  }
}

SOCKETIO_DECL void hub::report_bad_arguments(const invocation& call, std::size_t position) {
  report(call.who, error::bad_arguments, call.event);
  struct failure_at {
    std::string_view error;
    std::size_t position;
  };
  answer(call, failure_at{"bad arguments", position});
}

SOCKETIO_DECL void hub::report_exception(const invocation& call, std::exception_ptr what,
                                         bool owes_answer) {
  report(call.who, error::handler_exception, call.event, std::move(what));
  if (owes_answer) answer(call, failure{"handler failed"});
}

}  // namespace socketio::detail
