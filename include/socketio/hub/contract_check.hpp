// layer 4 (hub): what the compiler says of handlers and emits that do not fit their contract.
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "socketio/ack.hpp"
#include "socketio/emit.hpp"
#include "socketio/hub/event_contract.hpp"

namespace socketio {

template <class Contract, class Socket>
class typed_socket;

/// The acknowledgement that a client waits for, of the type that the contract declares; see
/// io::ack.
template <class Answer>
class typed_ack {
 public:
  typed_ack() = default;
  explicit typed_ack(ack plain) noexcept : ack_{std::move(plain)} {}

  explicit operator bool() const noexcept { return static_cast<bool>(ack_); }

  template <class T>
  send_status operator()(const T& answer) {
    static_assert(detail::sends<Answer, T>(),
                  "socketio: the answer is not of the type that the contract declares as this "
                  "event's acknowledgement.");
    return ack_(answer);
  }

 private:
  ack ack_;
};

namespace detail {

template <class P>
inline constexpr bool is_typed_socket = false;
template <class Contract, class Socket>
inline constexpr bool is_typed_socket<typed_socket<Contract, Socket>> = true;

template <class P>
inline constexpr bool is_typed_ack = false;
template <class Answer>
inline constexpr bool is_typed_ack<typed_ack<Answer>> = true;

/// Filled from the arguments of the event, by position.
template <class P>
inline constexpr bool is_contract_value =
    is_value_parameter<P> && !is_typed_socket<std::remove_cvref_t<P>> &&
    !is_typed_ack<std::remove_cvref_t<P>>;

template <class P>
inline constexpr bool is_contract_ack = is_typed_ack<std::remove_cvref_t<P>>;

/// The types of those parameters of which a condition holds.
template <class... Lists>
struct concatenated;
template <class... P>
struct concatenated<type_list<P...>> : std::type_identity<type_list<P...>> {};
template <class... A, class... B, class... Rest>
struct concatenated<type_list<A...>, type_list<B...>, Rest...>
    : concatenated<type_list<A..., B...>, Rest...> {};
template <bool... Holds, class... P>
consteval auto only(parameter_list<P...>) {
  return typename concatenated<
      type_list<>,
      std::conditional_t<Holds, type_list<std::remove_cvref_t<P>>, type_list<>>...>::type{};
}

/// One for each argument, so that the compiler names the position and the two types.
template <std::size_t Position, class Declared, class Actual>
constexpr void check_parameter() {
  static_assert(receives<Declared, Actual>(),
                "socketio: a parameter of this handler has not the type that the contract declares "
                "for the argument. Take the declared type or, where it has one, its view "
                "(std::string_view, io::bytes_view, io::value_view).");
}
template <std::size_t Position, class Declared, class Actual>
constexpr void check_argument() {
  static_assert(sends<Declared, Actual>(),
                "socketio: an argument of this emit has not the type that the contract declares.");
}

template <class... D, class... A>
constexpr void check_parameters(parameter_list<D...>, type_list<A...>) {
  static_assert(sizeof...(D) == sizeof...(A),
                "socketio: the handler takes another number of arguments than the contract "
                "declares for this event.");
  if constexpr (sizeof...(D) == sizeof...(A)) {
    []<std::size_t... I>(std::index_sequence<I...>) {
      (check_parameter<I + 1, D, A>(), ...);
    }(std::index_sequence_for<D...>{});
  }
}

template <class... D, class... A>
constexpr void check_arguments(parameter_list<D...>, type_list<A...>) {
  static_assert(sizeof...(D) == sizeof...(A),
                "socketio: the contract declares another number of arguments for this event.");
  if constexpr (sizeof...(D) == sizeof...(A)) {
    []<std::size_t... I>(std::index_sequence<I...>) {
      (check_argument<I + 1, D, A>(), ...);
    }(std::index_sequence_for<D...>{});
  }
}

template <class Answer, class Returned, class... Acks>
constexpr void check_answer(type_list<Acks...>) {
  if constexpr (std::is_void_v<Answer>) {
    static_assert(std::is_void_v<Returned> && sizeof...(Acks) == 0,
                  "socketio: the contract declares no acknowledgement for this event; its handler "
                  "returns void.");
  } else if constexpr (sizeof...(Acks) != 0) {
    static_assert((std::is_same_v<Acks, typed_ack<Answer>> && ...),
                  "socketio: the acknowledgement that the handler takes is that of another event.");
    static_assert(std::is_void_v<Returned>,
                  "socketio: the returned value is the acknowledgement; a handler that takes an "
                  "acknowledgement returns void.");
  } else if constexpr (std::is_void_v<Returned>) {
    static_assert(!std::is_void_v<Returned>,
                  "socketio: the contract declares an acknowledgement for this event: return it, "
                  "or take contract::ack<\"name\"> and call it.");
  } else {
    static_assert(sends<Answer, std::remove_cvref_t<Returned>>(),
                  "socketio: the handler returns something else than the contract declares as the "
                  "acknowledgement.");
  }
}

template <class Event, class Returned, class... P>
constexpr void check_handler_of(parameter_list<P...>) {
  static_assert(((!is_typed_socket<std::remove_cvref_t<P>> || !std::is_reference_v<P>) && ...),
                "socketio: take the socket of a contract by value, it is a reference itself.");
  static_assert(((!is_typed_ack<std::remove_cvref_t<P>> || !std::is_reference_v<P>) && ...),
                "socketio: take the acknowledgement of a contract by value.");
  static_assert((!is_ack_parameter<P> && ...),
                "socketio: take the acknowledgement as the contract's own, "
                "contract::ack<\"name\">, and not as io::ack.");
  check_parameters(typename Event::arguments{},
                   only<is_contract_value<P>...>(parameter_list<P...>{}));
  check_answer<typename Event::answer, Returned>(
      only<is_contract_ack<P>...>(parameter_list<P...>{}));
}

/// Says in words why a function cannot handle this event; ordinary handlers' rules come after.
template <class Event, class F>
constexpr void check_contract_handler() {
  static_assert(has_signature<F>,
                "socketio: an event handler must be a function or lambda with one fixed parameter "
                "list; write the parameter types instead of 'auto'.");
  if constexpr (has_signature<F>) {
    using signature = signature_of<std::decay_t<F>>;
    check_handler_of<Event, typename awaited<typename signature::result>::type>(
        typename signature::parameters{});
  }
}

/// Whether it is worth going on after these checks: what it would say else confuses.
template <class F>
consteval bool is_contract_handler() {
  if constexpr (has_signature<F>) {
    return []<class... P>(parameter_list<P...>) {
      return ((is_contract_value<P> || !is_value_parameter<P> || !std::is_reference_v<P>) && ...);
    }(typename signature_of<std::decay_t<F>>::parameters{});
  } else {
    return false;
  }
}

/// What a callback for acknowledgements gets besides the error.
template <class Answer, class Given>
inline constexpr bool takes_answer = receives<Answer, std::remove_cvref_t<Given>>();
template <class Answer, class Element>
inline constexpr bool takes_answer<std::vector<Answer>, std::vector<Element>> =
    receives<Answer, Element>();

template <class Answer, class First, class Second>
constexpr void check_callback(parameter_list<First, Second>) {
  static_assert(takes_answer<Answer, std::remove_cvref_t<Second>>,
                "socketio: the callback takes something else than the contract declares as the "
                "acknowledgement.");
}
template <class Answer, class... Others>
constexpr void check_callback(parameter_list<Others...>) {
  static_assert(dependent_false<Answer>,
                "socketio: the callback for an acknowledgement takes (std::error_code, T), for "
                "those of a broadcast (std::error_code, std::vector<T>).");
}

/// `Answer` is what callbacks get: for a broadcast, a vector of all.
template <class Event, class Answer, class... Args>
constexpr void check_contract_emit() {
  if constexpr (!Event::is_answered) {
    static_assert(!ends_with_callback<std::decay_t<Args>...>(),
                  "socketio: the contract declares no acknowledgement for this event.");
    if constexpr (!ends_with_callback<std::decay_t<Args>...>()) {
      check_arguments(typename Event::arguments{}, type_list<std::remove_cvref_t<Args>...>{});
    }
  } else if constexpr (!ends_with_callback<std::decay_t<Args>...>()) {
    static_assert(dependent_false<Event>,
                  "socketio: clients acknowledge this event: end with a callback (std::error_code, "
                  "T), or use emit_with_ack.");
  } else {
    using all = std::tuple<std::remove_cvref_t<Args>...>;
    []<std::size_t... I>(std::index_sequence<I...>) {
      check_arguments(typename Event::arguments{}, type_list<std::tuple_element_t<I, all>...>{});
    }(std::make_index_sequence<sizeof...(Args) - 1>{});
    using callback = std::tuple_element_t<sizeof...(Args) - 1, all>;
    check_callback<Answer>(typename signature_of<std::decay_t<callback>>::parameters{});
  }
}

template <class Event>
constexpr void check_declared_to_client() {
  static_assert(!std::is_void_v<Event>,
                "socketio: the contract declares no event of this name from the server to the "
                "client.");
}
template <class Event>
constexpr void check_declared_to_server() {
  static_assert(!std::is_void_v<Event>,
                "socketio: the contract declares no event of this name from the client to the "
                "server.");
}

}  // namespace detail
}  // namespace socketio
