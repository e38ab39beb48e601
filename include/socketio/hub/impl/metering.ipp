// layer 4 (hub): bodies of hub/hub.hpp: clients that send more than they may.
#pragma once

#include <string_view>

#include "socketio/hub/hub.hpp"
#include "socketio/hub/impl/hub.ipp"
#include "socketio/hub/meter.hpp"
#include "socketio/proto/sio/encode.hpp"

namespace socketio::detail {

SOCKETIO_DECL void hub::measure(client& from, const eio::packet& message) {
  env_->refresh();
  const bool attachment = message.binary && from.speaks == client::parser::json;
  from.metered->received(message.size, !attachment, env_->now);
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
  if (call.ack_id) {
    struct answer {
      std::string_view error;
    };
    call.who.send(sio::encode_ack(call.who.nsp_name(), *call.ack_id, answer{"limit exceeded"}));
  }
  return false;
}

}  // namespace socketio::detail
