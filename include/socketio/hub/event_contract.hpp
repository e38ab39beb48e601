// layer 4 (hub): events declared as types, and which C++ types fit a declaration.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "socketio/core/fixed_string.hpp"
#include "socketio/core/value/convert.hpp"
#include "socketio/hub/signature.hpp"
#include "socketio/proto/sio/packet.hpp"

namespace socketio {

namespace detail {

template <class... P>
consteval bool are_plain_values(parameter_list<P...>) {
  return ((!std::is_reference_v<P> && !std::is_const_v<P>) && ...);
}
template <class... P>
consteval bool are_readable(parameter_list<P...>) {
  return (readable<P> && ...);
}
template <class... P>
consteval bool are_writable(parameter_list<P...>) {
  return (writable<P> && ...);
}

}  // namespace detail

/// An event: its name, the types of its arguments, and that of its acknowledgement, which is `void`
/// if there is none. The arguments may have names, which the TypeScript declaration shows:
///
///     io::event<"join", std::size_t(std::string, std::string), "room", "key">
template <fixed_string Name, class Signature, fixed_string... Arguments>
struct event {
  static_assert(std::is_function_v<Signature>,
                "socketio: an event is declared with a function type, as in io::event<\"add\", "
                "int(int, int)>.");
  using answer = typename detail::signature_of<Signature>::result;
  using arguments = typename detail::signature_of<Signature>::parameters;

  static constexpr std::string_view name = Name.view();
  static constexpr bool is_answered = !std::is_void_v<answer>;
  static constexpr std::array<std::string_view, sizeof...(Arguments)> argument_names{
      Arguments.view()...};

  static_assert(!sio::is_reserved_event(name),
                "socketio: the name of this event is reserved by the protocol.");
  static_assert(detail::are_plain_values(arguments{}),
                "socketio: declare the arguments of an event as values; handlers may take views of "
                "them, or const references.");
  static_assert(sizeof...(Arguments) == 0 || sizeof...(Arguments) == arguments::size,
                "socketio: name all arguments of an event, or none.");
};

namespace detail {

template <class... Events>
consteval bool names_differ() {
  const std::array<std::string_view, sizeof...(Events)> names{Events::name...};
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (names[i] == names[k]) return false;
    }
  }
  return true;
}

template <class Event>
consteval bool is_received() {
  if constexpr (Event::is_answered) {
    if (!writable<typename Event::answer>) return false;
  }
  return are_readable(typename Event::arguments{});
}
template <class Event>
consteval bool is_sent() {
  if constexpr (Event::is_answered) {
    if (!readable<typename Event::answer>) return false;
  }
  return are_writable(typename Event::arguments{});
}

/// The event of this name, or void.
template <fixed_string Name, class... Events>
struct find_event : std::type_identity<void> {};
template <fixed_string Name, class First, class... Rest>
struct find_event<Name, First, Rest...>
    : std::conditional_t<First::name == Name.view(), std::type_identity<First>,
                         find_event<Name, Rest...>> {};

}  // namespace detail

/// The events that clients send: what `Socket<…, ClientToServerEvents>` says in TypeScript.
template <class... Events>
struct client_to_server {
  static_assert(detail::names_differ<Events...>(),
                "socketio: two events from the client have the same name.");
  static_assert((detail::is_received<Events>() && ...),
                "socketio: an event from the client has an argument that cannot be read from JSON "
                "or binary, or an acknowledgement that cannot be written as such.");
  template <fixed_string Name>
  using find = typename detail::find_event<Name, Events...>::type;
};

/// The events that the server sends.
template <class... Events>
struct server_to_client {
  static_assert(detail::names_differ<Events...>(),
                "socketio: two events from the server have the same name.");
  static_assert((detail::is_sent<Events>() && ...),
                "socketio: an event from the server has an argument that cannot be written as JSON "
                "or binary, or an acknowledgement that cannot be read from such.");
  template <fixed_string Name>
  using find = typename detail::find_event<Name, Events...>::type;
};

namespace detail {

template <class Declared, class Actual>
consteval bool receives();
template <class Declared, class Actual>
consteval bool sends();

template <class... D, class... A>
consteval bool receives_each(type_list<D...>, type_list<A...>) {
  if constexpr (sizeof...(D) == sizeof...(A)) {
    return (receives<D, A>() && ...);
  } else {
    return false;
  }
}
template <class... D, class... A>
consteval bool sends_each(type_list<D...>, type_list<A...>) {
  if constexpr (sizeof...(D) == sizeof...(A)) {
    return (sends<D, A>() && ...);
  } else {
    return false;
  }
}

/// Whether a handler may take an argument as `Actual`: the declared type, or views instead of what
/// they are views of. It accepts the same messages then.
template <class Declared, class Actual>
consteval bool receives() {
  constexpr kind d = kind_of<Declared>(), a = kind_of<Actual>();
  if constexpr (std::is_same_v<Declared, Actual>) {
    return true;
  } else if constexpr (d != a) {
    return (d == kind::text && a == kind::text_view) ||
           (d == kind::binary && a == kind::binary_view) || (d == kind::value && a == kind::view);
  } else if constexpr (d == kind::optional || d == kind::pointer || d == kind::variant ||
                       d == kind::tuple || d == kind::map || d == kind::list) {
    return receives_each(typename parts<Declared>::type{}, typename parts<Actual>::type{});
  } else {
    return d == kind::text;
  }
}

/// Whether what is emitted is written in the form of the declared type. It is never converted to
/// it, so that a literal costs no std::string.
template <class Declared, class Actual>
consteval bool sends() {
  constexpr kind d = kind_of<Declared>(), a = kind_of<Actual>();
  if constexpr (std::is_same_v<Declared, Actual>) {
    return true;
  } else if constexpr (d == kind::value || d == kind::view || d == kind::raw) {
    return writable<Actual>;
  } else if constexpr (d == kind::text || d == kind::text_view) {
    return a == kind::text || a == kind::text_view || a == kind::other_text;
  } else if constexpr (d == kind::binary || d == kind::binary_view) {
    return a == kind::binary || a == kind::binary_view || a == kind::other_binary;
  } else if constexpr (d == kind::real) {
    return a == kind::real || a == kind::integer;
  } else if constexpr (d == kind::optional || d == kind::pointer) {
    if constexpr (a == kind::optional || a == kind::pointer) {
      return sends_each(typename parts<Declared>::type{}, typename parts<Actual>::type{});
    } else {
      return a == kind::null || sends_each(typename parts<Declared>::type{}, type_list<Actual>{});
    }
  } else if constexpr (d == kind::variant && a != kind::variant) {
    return []<class... Alternatives>(type_list<Alternatives...>) {
      return (sends<Alternatives, Actual>() || ...);
    }(typename parts<Declared>::type{});
  } else if constexpr (d == kind::list && a == kind::fixed_array) {
    return sends<element_t<Declared>, element_of<Actual>>();
  } else if constexpr (d != a) {
    return false;
  } else if constexpr (d == kind::variant || d == kind::tuple || d == kind::map ||
                       d == kind::list) {
    return sends_each(typename parts<Declared>::type{}, typename parts<Actual>::type{});
  } else {
    return d == kind::null || d == kind::integer || d == kind::time;
  }
}

}  // namespace detail
}  // namespace socketio
