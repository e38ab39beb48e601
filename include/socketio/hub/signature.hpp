// layer 4 (hub): what a handler asks for, read from its parameter list.
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <asio/awaitable.hpp>

#include "socketio/core/value/convert.hpp"

namespace socketio {

class socket;
class ack;
class handshake;
class raw_args;

namespace detail {

template <class... Types>
struct parameter_list {
  static constexpr std::size_t size = sizeof...(Types);
};

/// The signature of anything that is called in exactly one way.
template <class F>
struct signature_of;
template <class F>
  requires requires { &F::operator(); }
struct signature_of<F> : signature_of<decltype(&F::operator())> {};
template <class R, class... P>
struct signature_of<R(P...)> {
  using result = R;
  using parameters = parameter_list<P...>;
};
template <class R, class... P>
struct signature_of<R(P...) noexcept> : signature_of<R(P...)> {};
template <class R, class... P>
struct signature_of<R (*)(P...)> : signature_of<R(P...)> {};
template <class R, class... P>
struct signature_of<R (*)(P...) noexcept> : signature_of<R(P...)> {};
template <class C, class R, class... P>
struct signature_of<R (C::*)(P...)> : signature_of<R(P...)> {};
template <class C, class R, class... P>
struct signature_of<R (C::*)(P...) const> : signature_of<R(P...)> {};
template <class C, class R, class... P>
struct signature_of<R (C::*)(P...) noexcept> : signature_of<R(P...)> {};
template <class C, class R, class... P>
struct signature_of<R (C::*)(P...) const noexcept> : signature_of<R(P...)> {};

template <class F>
concept has_signature = requires { typename signature_of<std::decay_t<F>>::result; };

template <class List>
struct first_of {
  using type = void;
};
template <class First, class... Rest>
struct first_of<parameter_list<First, Rest...>> {
  using type = First;
};

template <class List>
struct second_of {
  using type = void;
};
template <class First, class Second, class... Rest>
struct second_of<parameter_list<First, Second, Rest...>> {
  using type = Second;
};

template <class T>
struct awaited {
  static constexpr bool is_awaitable = false;
  using type = T;
};
template <class T, class Executor>
struct awaited<asio::awaitable<T, Executor>> {
  static constexpr bool is_awaitable = true;
  using type = T;
};

/// What a parameter is filled with.
template <class P>
inline constexpr bool is_socket_parameter = std::is_base_of_v<socket, std::remove_cvref_t<P>>;
template <class P>
inline constexpr bool is_ack_parameter = std::is_same_v<std::remove_cvref_t<P>, ack>;
template <class P>
inline constexpr bool is_handshake_parameter = std::is_same_v<std::remove_cvref_t<P>, handshake>;
template <class P>
inline constexpr bool is_args_parameter = std::is_same_v<std::remove_cvref_t<P>, args>;
template <class P>
inline constexpr bool is_raw_parameter = std::is_same_v<std::remove_cvref_t<P>, raw_args>;

/// Filled from the arguments of the event, by position.
template <class P>
inline constexpr bool is_value_parameter =
    !is_socket_parameter<P> && !is_ack_parameter<P> && !is_handshake_parameter<P> &&
    !is_args_parameter<P> && !is_raw_parameter<P>;

}  // namespace detail
}  // namespace socketio
