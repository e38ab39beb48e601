// layer 5 (net): the part of net/connection.hpp that speaks WebSocket.
#pragma once

#include "socketio/net/connection.hpp"

namespace socketio {

/// The request for a WebSocket has been answered; `data` is what came behind it.
template <transport T>
void connection<T>::begin_websocket(std::span<char> data) {
  http_ = nullptr;
  if (!data.empty()) websocket_input(data);
}

template <transport T>
void connection<T>::websocket_input(std::span<char> data) {
  const auto self = keep();
  while (phase_ == phase::websocket) {
    if (deflate_ && put_off(data)) return;
    const ws::event event = decoder_.next(data);
    if (event.compressed) {
      inflate(event);
      continue;
    }
    switch (event.kind) {
      case ws::event_kind::need_data:
        if (decoder_.in_message()) {
          if (watching_ == watching::nothing) watch(watching::message);
        } else if (watching_ == watching::message) {
          watch(watching::nothing);
        }
        return;
      case ws::event_kind::text:
      case ws::event_kind::binary:
        take_message(event);
        break;
      case ws::event_kind::ping:
        send_control(ws::pong_frame(event.text()));
        break;
      case ws::event_kind::pong:
        break;
      case ws::event_kind::close:
        return fail_websocket(event.code, reason::transport_close);
      case ws::event_kind::failed:
        return fail_websocket(event.code, reason::transport_error);
    }
  }
}

template <transport T>
void connection<T>::take_message(const ws::event& event) {
  if (event.kind == ws::event_kind::binary) {
    deliver(eio::decode_binary(event.data, event.size, session_->revision()));
  } else {
    deliver(eio::decode_text(event.data, event.size, session_->revision()));
  }
}

template <transport T>
void connection<T>::deliver(const std::optional<eio::packet>& packet) {
  if (role_ == role::candidate) {
    const auto session = session_;
    if (!packet) {
      close_websocket();
    } else if (session->deliver_to_candidate(*packet)) {
      // What follows the packet that completes the upgrade is the session's traffic already.
      role_ = role::socket;
      shard_->application().upgraded(*session);
    }
  } else if (!packet) {
    session_->receive_garbage();
  } else {
    session_->deliver(*packet);
  }
}

/// Ends the connection from its own side, with a close frame if one can be sent: not in the middle
/// of another frame. What was queued is dropped.
template <transport T>
void connection<T>::fail_websocket(ws::close_code code, reason why) {
  const bool boundary = output_.empty() && at_frame_boundary();
  leave_session(why);
  if (boundary) send(ws::close_frame(code).view());
  if (!open()) return;
  if (boundary && !output_.empty()) {
    last_ = true;
    phase_ = phase::draining;  // nothing more is read in earnest
    return;
  }
  output_.clear();
  drain();
}

template <transport T>
void connection<T>::send_control(const ws::control_frame& control) {
  // A peer that sends pings and reads nothing gets the answer to one of them (RFC 6455 §5.5.3).
  if (output_.empty()) send(control.view());
}

template <transport T>
void connection<T>::send_probe_answer() {
  constexpr std::string_view answer = "3probe";
  const ws::frame_header header{ws::opcode::text, answer.size()};
  or_be_lost([&] { send(std::string{header.view()}.append(answer)); });
}

template <transport T>
void connection<T>::close_websocket(ws::close_code code) {
  if (phase_ != phase::websocket) return;
  const auto self = keep();
  if (role_ == role::candidate) leave_session(reason::transport_close);
  close_code_ = code;
  phase_ = phase::finishing;
  or_be_lost([&] { flush(); });
}

}  // namespace socketio
