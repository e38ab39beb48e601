// layer 4 (hub): from a user's function to a catch-all listener, or a middleware of a socket.
#pragma once

#include <concepts>
#include <string_view>
#include <type_traits>
#include <utility>

#include "socketio/ack.hpp"
#include "socketio/hub/event_table.hpp"
#include "socketio/hub/socket_core.hpp"

namespace socketio::detail {

/// Calls `f` with the event, and with what it takes besides.
template <class Socket, class F>
decltype(auto) call_with_event(F& f, const invocation& call) {
  Socket& who = static_cast<Socket&>(call.who.face());
  if constexpr (std::invocable<F&, Socket&, std::string_view, args, ack>) {
    return f(who, call.event, call.arguments, ack{ref<socket_core>{&call.who}, call.ack_id});
  } else if constexpr (std::invocable<F&, std::string_view, args, ack>) {
    return f(call.event, call.arguments, ack{ref<socket_core>{&call.who}, call.ack_id});
  } else if constexpr (std::invocable<F&, Socket&, std::string_view, args>) {
    return f(who, call.event, call.arguments);
  } else {
    static_assert(std::invocable<F&, std::string_view, args>,
                  "socketio: who sees every event takes (std::string_view event, io::args), if "
                  "need be with io::socket& before them, and with io::ack behind them where "
                  "clients may wait for one.");
    return f(call.event, call.arguments);
  }
}

using watcher = callback<const invocation&>;

template <class Socket, class F>
ref<watcher> make_watcher(F&& f) {
  return ref<watcher>{
      new watcher{[g = std::decay_t<F>{std::forward<F>(f)}](const invocation& call) mutable {
        static_assert(std::is_void_v<decltype(call_with_event<Socket>(g, call))>,
                      "socketio: a catch-all listener returns void, and is no coroutine.");
        call_with_event<Socket>(g, call);
      }}};
}

/// Events that are sent have no io::ack: the acknowledgement is the client's.
template <class Socket, class F>
ref<watcher> make_outgoing_watcher(F&& f) {
  static_assert(std::invocable<F&, Socket&, std::string_view, args> ||
                    std::invocable<F&, std::string_view, args>,
                "socketio: a listener for what is sent takes (std::string_view event, io::args), "
                "if need be with io::socket& before them.");
  return make_watcher<Socket>(std::forward<F>(f));
}

template <class Socket, class F>
ref<event_gate> make_event_gate(F&& f) {
  return ref<event_gate>{new event_gate{
      [g = std::decay_t<F>{std::forward<F>(f)}](const invocation& call) mutable -> verdict {
        static_assert(std::convertible_to<decltype(call_with_event<Socket>(g, call)), verdict>,
                      "socketio: a middleware for events returns io::accept or "
                      "io::refuse(\"why\"), as io::verdict.");
        return call_with_event<Socket>(g, call);
      }}};
}

}  // namespace socketio::detail
