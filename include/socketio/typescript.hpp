// layer 4 (hub): the TypeScript declaration of a contract, for `socket.io-client`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/core/value/typescript.hpp"
#include "socketio/fwd.hpp"
#include "socketio/hub/event_contract.hpp"

namespace socketio {

namespace detail {

/// One event, as a member of the interface that lists the events of its direction.
struct typescript_event {
  std::string_view name;
  std::vector<std::string_view> argument_names;
  std::vector<std::string> argument_types;
  std::size_t required = 0;  ///< what comes after so many arguments may be left out
  std::string answer;        ///< empty if there is none
};

std::string print_event(const typescript_event& e);

/// Missing arguments count as null, which only fits some; how many are there up to the last that
/// it does not fit.
template <class... P>
std::size_t count_required(parameter_list<P...>) {
  std::size_t required = 0, position = 0;
  ((++position, required = kind_of<P>() == kind::optional ? required : position), ...);
  return required;
}

/// `sent`: by the server, who always writes all arguments.
template <class Event>
std::string typescript_of(typescript_types& types, bool sent) {
  typescript_event e;
  e.name = Event::name;
  e.argument_names.assign(Event::argument_names.begin(), Event::argument_names.end());
  [&]<class... P>(parameter_list<P...> all) {
    (e.argument_types.push_back(types.of<P>()), ...);
    e.required = sent || Event::is_answered ? sizeof...(P) : count_required(all);
  }(typename Event::arguments{});
  if constexpr (Event::is_answered) e.answer = types.of<typename Event::answer>();
  return print_event(e);
}

template <class... Events>
std::string typescript_of(typescript_types& types, client_to_server<Events...>) {
  return (std::string{} + ... + typescript_of<Events>(types, false));
}
template <class... Events>
std::string typescript_of(typescript_types& types, server_to_client<Events...>) {
  return (std::string{} + ... + typescript_of<Events>(types, true));
}

std::string print_contract(const std::string& declarations, const std::string& from_client,
                           const std::string& from_server);

}  // namespace detail

/// The contract as a TypeScript module that exports the interfaces `ClientToServerEvents` and
/// `ServerToClientEvents`, and those of the aggregates in them:
///
///     import type { ClientToServerEvents, ServerToClientEvents } from "./events";
///     const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io();
template <class Contract>
std::string typescript() {
  using declared = typename Contract::declared;
  detail::typescript_types types;
  const auto from_client = detail::typescript_of(types, typename declared::from_client{});
  const auto from_server = detail::typescript_of(types, typename declared::from_server{});
  return detail::print_contract(types.declarations(), from_client, from_server);
}

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/impl/typescript.ipp"
#endif
