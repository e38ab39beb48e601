// layer 4 (hub): from a user's function to a listener for other servers' events.
#pragma once

#include <exception>
#include <tuple>
#include <type_traits>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>

#include "socketio/hub/hub.hpp"
#include "socketio/hub/server_events.hpp"
#include "socketio/hub/signature.hpp"

namespace socketio::detail {

template <class F>
constexpr void check_server_handler() {
  static_assert(has_signature<F>,
                "socketio: a listener for events of other servers must be a function or lambda "
                "with one fixed parameter list; write the parameter types instead of 'auto'.");
  if constexpr (has_signature<F>) {
    using result = typename signature_of<std::decay_t<F>>::result;
    using answer = typename awaited<result>::type;
    []<class... P>(parameter_list<P...>) {
      static_assert(((is_value_parameter<P> && readable<std::remove_cvref_t<P>>) && ...),
                    "socketio: a listener for events of other servers takes the event's arguments "
                    "alone: numbers, strings, containers, optional, variant, plain aggregates, "
                    "io::bytes, io::value.");
      static_assert(
          !awaited<result>::is_awaitable || (!holds_view_v<std::remove_cvref_t<P>> && ...),
          "socketio: a coroutine that listens to other servers must own its arguments: "
          "take std::string, io::bytes, io::value instead of views.");
    }(typename signature_of<std::decay_t<F>>::parameters{});
    if constexpr (!std::is_void_v<answer>) {
      static_assert(writable<answer>,
                    "socketio: what a listener for events of other servers returns is the answer, "
                    "but its type cannot be written as JSON or binary.");
    }
  }
}

/// Arguments that do not fit, or a function that throws, give no answer: the server that has asked
/// learns it from the time that passes, as from any other that has nothing to say.
template <class F>
class typed_server_handler final : public server_handler {
  using signature = signature_of<F>;
  using result_type = typename signature::result;
  using answer = typename awaited<result_type>::type;
  using answers_ref = ref<cluster::replies<value>>;

 public:
  explicit typed_server_handler(F f) : function_{std::move(f)} {}

  void run(hub& here, args arguments, const answers_ref& answers) override {
    try {
      run_with(here, arguments, answers, typename signature::parameters{});
    } catch (...) {
      // There is no socket that on_error could be told of.
    }
  }

 private:
  template <class... P>
  void run_with(hub& here, args arguments, const answers_ref& answers, parameter_list<P...>) {
    std::tuple<std::remove_cvref_t<P>...> values;
    [[maybe_unused]] auto position = arguments.begin();
    [[maybe_unused]] std::size_t left = arguments.size();
    [[maybe_unused]] const auto read = [&](auto& into) {
      const value_view argument = left == 0 ? value_view{} : *position;
      if (left != 0) ++position, --left;
      return from_value(argument, into);
    };
    if (!std::apply([&](auto&... each) { return (read(each) && ...); }, values)) return;
    if constexpr (awaited<result_type>::is_awaitable) {
      asio::co_spawn(here.executor(), await(ref<typed_server_handler>{this}, std::move(values)),
                     finished{answers});
    } else if constexpr (std::is_void_v<answer>) {
      std::apply([&](auto&... each) { function_(std::move(each)...); }, values);
    } else {
      finished{answers}(
          nullptr,
          std::apply([&](auto&... each) { return function_(std::move(each)...); }, values));
    }
  }

  /// As in typed_handler: it keeps the function and the arguments for as long as they are used.
  template <class Values>
  static asio::awaitable<answer> await(ref<typed_server_handler> self, Values values) {
    auto call = std::apply(
        [&](auto&... each) -> result_type { return self->function_(std::move(each)...); }, values);
    co_return co_await std::move(call);
  }

  struct finished {
    answers_ref answers;

    void operator()(std::exception_ptr) const {}

    template <class T>
    void operator()(std::exception_ptr failure, const T& result) const {
      if (!failure && answers) answers->add(value{result});
    }
  };

  F function_;
};

template <class F>
ref<server_handler> make_server_handler(F&& f) {
  check_server_handler<F>();
  return ref<server_handler>{new typed_server_handler<std::decay_t<F>>{std::forward<F>(f)}};
}

}  // namespace socketio::detail
