// layer 4 (hub): bodies of hub/hub.hpp: events whose handlers take them raw.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "socketio/core/json/validate.hpp"
#include "socketio/hub/hub.hpp"
#include "socketio/hub/impl/hub.ipp"
#include "socketio/proto/sio/raw_event.hpp"
#include "socketio/raw_args.hpp"

namespace socketio::detail {

/// Whether nobody needs this event decoded, and somebody handles it.
inline bool is_taken_raw(socket_core& who, std::string_view event) {
  using interest = event_table::interest;
  if (!who.connected() || who.nsp().watched) return false;
  const interest shared = who.nsp().events.interest_in(event);
  const interest own = who.own_events() ? who.own_events()->interest_in(event) : interest::none;
  return std::max(shared, own) == interest::raw;
}

/// Takes the message if it ends an event that is taken raw. All others, and whatever is wrong with
/// any, are for the decoder, which has not seen it yet.
SOCKETIO_DECL bool hub::relay(client& from, const eio::packet& message) {
  // Text that is held has been read once, to see that its placeholders are right.
  const std::string_view text = message.binary ? from.decoder.awaits_last() : message.text();
  if (!message.binary && from.decoder.held() != 0) return false;
  const std::size_t depth = env_->options.limits.json_depth;
  if (depth > json::most_depth_validated) return false;
  const auto event = sio::peek_event(text, message.binary ? env_->options.limits.attachments : 0);
  if (!event) return false;
  socket_core* const to = from.find(event->head.nsp);
  if (!to || !is_taken_raw(*to, event->name)) return false;

  std::optional<sio::raw_packet> held;
  std::vector<bytes_view> attachments;
  if (message.binary) {
    held = from.decoder.complete(as_bytes(message.text()), decoding_.limits);
    from.session.keeps(0);
    if (!held) return received_garbage(from), true;
    attachments.assign(held->copies.begin(), held->copies.end());
    attachments.push_back(as_bytes(message.text()));
  } else if (!json::is_valid(event->payload, static_cast<std::uint32_t>(depth))) {
    return false;
  }
  if (from.connected_once) from.patience().disarm();
  const raw_args arguments{sio::raw_arguments(*event), attachments};
  const ref<socket_core> keep{to};
  dispatch({*to, event->name, {}, event->head.id, &arguments});
  return true;
}

SOCKETIO_DECL void hub::run_own_handlers(const invocation& call) {
  event_table& own = *call.who.own_events();
  if (!call.raw || own.interest_in(call.event) != event_table::interest::decoded) {
    own.run(call);
    return;
  }
  // A handler of the namespace has just added one that does not take the event raw.
  const value decoded = call.raw->values();
  own.run({call.who, call.event, args{decoded}, call.ack_id});
}

}  // namespace socketio::detail
