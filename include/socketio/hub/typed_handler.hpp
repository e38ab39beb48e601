// layer 4 (hub): from a user's function to a handler: arguments in, result or coroutine out.
#pragma once

#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>

#include "socketio/ack.hpp"
#include "socketio/hub/event_table.hpp"
#include "socketio/hub/hub.hpp"
#include "socketio/hub/signature.hpp"

namespace socketio::detail {

/// Says at compile time, in words, why a function cannot be a handler.
template <class Socket, class F>
constexpr void check_handler() {
  static_assert(has_signature<F>,
                "socketio: an event handler must be a function or lambda with one fixed parameter "
                "list; write the parameter types instead of 'auto'.");
  if constexpr (has_signature<F>) {
    using signature = signature_of<std::decay_t<F>>;
    []<class... P>(parameter_list<P...>) {
      static_assert((!is_socket_parameter<P> && ...) ||
                        ((!is_socket_parameter<P> || std::is_lvalue_reference_v<P>) && ...),
                    "socketio: take the socket by reference: io::socket& socket.");
      static_assert(
          ((!is_socket_parameter<P> || std::is_base_of_v<std::remove_cvref_t<P>, Socket>) && ...),
          "socketio: this server's sockets are of another type; take io::socket& or the server's "
          "own ::socket&.");
      static_assert(((!is_value_parameter<P> || !std::is_lvalue_reference_v<P> ||
                      std::is_const_v<std::remove_reference_t<P>>) &&
                     ...),
                    "socketio: an argument that comes from the client cannot be a non-const "
                    "reference; take it by value or const reference.");
      static_assert(((!is_value_parameter<P> || readable<std::remove_cvref_t<P>>) && ...),
                    "socketio: one of the handler's parameters has a type that cannot be read from "
                    "JSON or binary; use numbers, strings, containers, optional, variant, plain "
                    "aggregates, io::bytes, io::value, or specialise io::convert for it.");
      static_assert((!is_raw_parameter<P> && ...) ||
                        ((!is_value_parameter<P> && !is_args_parameter<P>) && ...),
                    "socketio: a handler takes its arguments raw or decoded, not both. What comes "
                    "first is taken off with io::raw_args::take.");
      static_assert((0 + ... + (is_ack_parameter<P> ? 1 : 0)) <= 1,
                    "socketio: a handler can take one io::ack at most.");
      using result_type = typename signature::result;
      if constexpr (awaited<result_type>::is_awaitable) {
        static_assert(
            ((!is_value_parameter<P> || !holds_view_v<std::remove_cvref_t<P>>) && ...) &&
                ((!is_args_parameter<P> && !is_raw_parameter<P>) && ...),
            "socketio: a coroutine handler must own its arguments, for they are gone when "
            "it resumes: take std::string, io::bytes, io::value instead of views.");
      }
      using answer = typename awaited<result_type>::type;
      if constexpr (!std::is_void_v<answer>) {
        static_assert(
            (!is_ack_parameter<P> && ...),
            "socketio: the returned value is the acknowledgement; a handler that takes an "
            "io::ack returns void.");
        static_assert(
            writable<answer>,
            "socketio: the handler's result is the acknowledgement, but its type cannot be "
            "written as JSON or binary.");
      }
    }(typename signature::parameters{});
  }
}

/// What a parameter of the user's function is kept as until the call.
template <class P>
using kept_argument =
    std::conditional_t<is_socket_parameter<P>, std::remove_reference_t<P>*, std::remove_cvref_t<P>>;

template <class Socket, class F>
class typed_handler final : public handler {
  using signature = signature_of<F>;
  using result_type = typename signature::result;
  using answer = typename awaited<result_type>::type;
  static constexpr bool is_coroutine = awaited<result_type>::is_awaitable;

 public:
  explicit typed_handler(F f)
      : handler{is_raw(typename signature::parameters{})}, function_{std::move(f)} {}

  void run(const invocation& call) override {
    try {
      run_with(call, typename signature::parameters{});
    } catch (...) {
      call.who.owner().report_exception(call, std::current_exception(), is_answering);
    }
  }

 private:
  template <class... P>
  static constexpr bool is_raw(parameter_list<P...>) noexcept {
    return (is_raw_parameter<P> || ...);
  }

  template <class... P>
  void run_with(const invocation& call, parameter_list<P...>) {
    [[maybe_unused]] auto position = call.arguments.begin();
    [[maybe_unused]] std::size_t left = call.arguments.size(), index = 0;
    std::size_t wrong = 0;
    // Braces evaluate from left to right: each value parameter takes the next argument.
    std::tuple<kept_argument<P>...> kept{take<P>(call, position, left, index, wrong)...};
    if (wrong != 0) {
      call.who.owner().report_bad_arguments(call, wrong);
      return;
    }
    std::apply([&](auto&... each) { invoke<P...>(call, std::move(each)...); }, kept);
  }

  template <class P>
  static kept_argument<P> take(const invocation& call, auto& position, std::size_t& left,
                               std::size_t& index, std::size_t& wrong) {
    if constexpr (is_socket_parameter<P>) {
      return &static_cast<std::remove_reference_t<P>&>(call.who.face());
    } else if constexpr (is_ack_parameter<P>) {
      return ack{ref<socket_core>{&call.who}, call.ack_id};
    } else if constexpr (is_handshake_parameter<P>) {
      return call.who.shake();
    } else if constexpr (is_args_parameter<P>) {
      return call.arguments;
    } else if constexpr (is_raw_parameter<P>) {
      using raw = std::remove_cvref_t<P>;
      return call.raw ? raw{*static_cast<const raw*>(call.raw)} : raw{call.arguments};
    } else {
      ++index;
      const value_view argument = left == 0 ? value_view{} : *position;
      if (left != 0) ++position, --left;
      kept_argument<P> converted{};
      if (wrong == 0 && !from_value(argument, converted)) wrong = index;
      return converted;
    }
  }

  template <class P>
  static P pass(kept_argument<P>& kept) {
    if constexpr (is_socket_parameter<P>) {
      return *kept;
    } else {
      return static_cast<P>(
          static_cast<std::conditional_t<std::is_lvalue_reference_v<P>, kept_argument<P>&,
                                         kept_argument<P>&&>>(kept));
    }
  }

  template <class... P>
  void invoke(const invocation& call, kept_argument<P>... kept) {
    if constexpr (is_coroutine) {
      socket_core& who = call.who;
      finished then{ref<socket_core>{&who}, std::string{call.event}, call.ack_id};
      ++who.running_;
      try {
        asio::co_spawn(who.owner().executor(),
                       await<P...>(ref<typed_handler>{this},
                                   std::tuple<kept_argument<P>...>{std::move(kept)...}),
                       std::move(then));
      } catch (...) {
        who.owner().handler_finished(who);
        throw;
      }
    } else if constexpr (std::is_void_v<answer>) {
      function_(pass<P>(kept)...);
    } else {
      call.who.owner().answer(call, function_(pass<P>(kept)...));
    }
  }

  /// Keeps the handler and the arguments alive for as long as the user's coroutine runs. It takes
  /// them as parameters, and starts the user's coroutine in a statement of its own, because some
  /// compilers destroy temporaries of a co_await expression twice.
  template <class... P>
  static asio::awaitable<answer> await(ref<typed_handler> self,
                                       std::tuple<kept_argument<P>...> kept) {
    auto call = std::apply(
        [&](auto&... each) -> result_type { return self->function_(pass<P>(each)...); }, kept);
    co_return co_await std::move(call);
  }

  struct finished {
    ref<socket_core> who;
    std::string event;
    std::optional<std::uint64_t> ack_id;

    void operator()(std::exception_ptr failure)
      requires std::is_void_v<answer>
    {
      end(failure);
    }

    template <class T>
    void operator()(std::exception_ptr failure, T&& value) {
      const invocation call{*who, event, {}, ack_id};
      try {
        if (!failure) who->owner().answer(call, value);
      } catch (...) {
        failure = std::current_exception();
      }
      end(failure);
    }

    void end(std::exception_ptr failure) noexcept {
      hub& h = who->owner();
      try {
        if (failure) h.report_exception({*who, event, {}, ack_id}, failure, is_answering);
      } catch (...) {
        h.give_up(*who);
      }
      h.handler_finished(*who);
    }
  };

 public:
  /// Whether the handler's result is the acknowledgement.
  static constexpr bool is_answering = !std::is_void_v<answer>;

 private:
  F function_;
};

template <class Socket, class F>
ref<handler> make_handler(F&& f) {
  check_handler<Socket, F>();
  return ref<handler>{new typed_handler<Socket, std::decay_t<F>>{std::forward<F>(f)}};
}

}  // namespace socketio::detail
