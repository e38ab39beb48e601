// layer 4 (hub): bodies of hub/hub.hpp: those who see every event, and middlewares of sockets.
#pragma once

#include <exception>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "socketio/hub/hub.hpp"
#include "socketio/hub/impl/hub.ipp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/proto/sio/transcoder.hpp"

namespace socketio::detail {

SOCKETIO_DECL bool hub::pass_watchers(const invocation& call) {
  socket_core& who = call.who;
  const reporter report_to{*this, who, call.event};
  watchers* const shared = who.nsp().events.find_watchers();
  if (shared) shared->incoming.call(report_to, call);
  watchers* const own = who.own_events() ? who.own_events()->find_watchers() : nullptr;
  if (!own) return who.connected();
  own->incoming.call(report_to, call);
  bool passed = who.connected();
  own->gates.for_each([&](event_gate& each) {
    if (!passed) return;
    try {
      const verdict answer = each.decide(call);
      passed = answer.accepted();
      if (!passed) report_refusal(call, answer);
    } catch (...) {
      passed = false;
      report_exception(call, std::current_exception(), true);
    }
    passed = passed && who.connected();
  });
  return passed;
}

SOCKETIO_DECL void hub::show_outgoing(socket_core& who, const sio::encoded& packet) {
  watchers* const shared = who.nsp().events.find_watchers();
  watchers* const own = who.own_events() ? who.own_events()->find_watchers() : nullptr;
  if ((!shared || shared->outgoing.empty()) && (!own || own->outgoing.empty())) return;
  // Memory of its own: this may be in the middle of an event, and who watches may emit.
  sio::packet_reader read;
  const auto content = read(packet);
  if (!content || content->type != sio::packet_type::event) return;
  const invocation call{who, content->event(), content->arguments(), content->id};
  const reporter report_to{*this, who, call.event};
  const ref<socket_core> keep{&who};
  const in_use now{who};
  if (shared) shared->outgoing.call(report_to, call);
  if (own) own->outgoing.call(report_to, call);
}

SOCKETIO_DECL void hub::report_refusal(const invocation& call, const verdict& why) {
  report(call.who, error::event_refused, call.event,
         std::make_exception_ptr(std::runtime_error{why.message()}));
  struct failure_with {
    std::string_view error;
    std::optional<value> data;
  };
  answer(call, failure_with{why.message(), why.data()});
}

}  // namespace socketio::detail
