// layer 1 (proto): the body of eio/poll_answer.hpp.
#pragma once

#include <algorithm>
#include <utility>

#include "socketio/proto/eio/jsonp.hpp"
#include "socketio/proto/eio/payload.hpp"
#include "socketio/proto/eio/payload_v3.hpp"
#include "socketio/proto/eio/poll_answer.hpp"

namespace socketio::eio {

SOCKETIO_DECL poll_answer make_poll_answer(std::span<const frame> packets, const dialect& form) {
  poll_answer answer;
  answer.content_type = "text/plain; charset=UTF-8";
  const bool text_only = form.base64 || form.jsonp;
  if (form.revision == revision::v4) {
    answer.body.reserve(payload_size(packets));
    write_payload(answer.body, packets);
  } else if (text_only || std::none_of(packets.begin(), packets.end(), [](const frame& f) {
               return f.type() == frame::kind::binary;
             })) {
    write_counted(answer.body, packets);
  } else {
    answer.content_type = "application/octet-stream";
    write_octets(answer.body, packets);
  }
  if (form.jsonp) {
    // The type must be what it is: a script under another name could be run as something else, and
    // nosniff makes browsers refuse one that bears the wrong name.
    answer.content_type = "text/javascript; charset=UTF-8";
    answer.lines = "cache-control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
    write_script(answer.body, *form.jsonp, std::exchange(answer.body, {}));
  }
  return answer;
}

}  // namespace socketio::eio
