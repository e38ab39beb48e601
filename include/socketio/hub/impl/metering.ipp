// layer 4 (hub): bodies of hub/hub.hpp: clients that send more than they may.
#pragma once

#include <string_view>

#include "socketio/hub/hub.hpp"
#include "socketio/hub/impl/hub.ipp"
#include "socketio/hub/meter.hpp"
#include "socketio/proto/sio/encode.hpp"

namespace socketio::detail {

/// Whether the message may be looked at.
SOCKETIO_DECL bool hub::measure(client& from, const eio::packet& message) {
  env_->refresh();
  const bool attachment = message.binary && from.speaks == client::parser::json;
  if (from.metered->received(message.size, !attachment, env_->now)) return true;
  from.session.close(reason::limit_exceeded);
  return false;
}

/// Whether the event may go to its handlers.
SOCKETIO_DECL bool hub::admit(const invocation& call) {
  client& from = *call.who.client_;
  const auto over = from.metered->event(call.who.running_, env_->now);
  const bool first = from.metered->begins(over.has_value());
  if (!over) return true;
  if (*over == excess::disconnect) {
    from.session.close(reason::limit_exceeded);
    return false;
  }
  if (first) report(call.who, error::limit_exceeded, call.event);
  if (!call.who.connected()) return false;
  if (*over == excess::warn) return true;
  answer(call, failure{"limit exceeded"});
  return false;
}

/// Joining a namespace counts as an event for who leaves and joins, again and again.
SOCKETIO_DECL bool hub::admit_connect(client& from, std::string_view nsp) {
  const auto over = from.metered->event(0, env_->now);
  if (!over || *over == excess::warn) return true;
  if (*over == excess::disconnect) {
    from.session.close(reason::limit_exceeded);
  } else {
    refuse(from, nsp, "limit exceeded", {});
  }
  return false;
}

}  // namespace socketio::detail
