// layer 4 (hub): emitting to one socket, with and without an acknowledgement to wait for.
#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <ranges>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/use_awaitable.hpp>

#include "socketio/hub/hub.hpp"
#include "socketio/hub/signature.hpp"
#include "socketio/hub/socket_core.hpp"
#include "socketio/hub/switchboard.hpp"

namespace socketio {

namespace detail {

/// Whether a type is a callback for an acknowledgement: its first parameter is the error.
template <class F>
constexpr bool takes_error() {
  if constexpr (has_signature<F>) {
    using first = typename first_of<typename signature_of<std::decay_t<F>>::parameters>::type;
    return std::is_same_v<std::remove_cvref_t<first>, std::error_code>;
  } else {
    return false;
  }
}

template <class... Args>
constexpr bool ends_with_callback() {
  if constexpr (sizeof...(Args) == 0) {
    return false;
  } else {
    using last = std::tuple_element_t<sizeof...(Args) - 1, std::tuple<Args...>>;
    return takes_error<last>();
  }
}

/// Of a callback for the acknowledgements of a broadcast: the T of its std::vector<T>.
template <class List>
struct answer_list {
  static_assert(!std::is_same_v<List, List>,
                "socketio: the callback for the acknowledgements of a broadcast takes "
                "(std::error_code, std::vector<T>).");
};
template <class T>
struct answer_list<std::vector<T>> {
  static_assert(readable<T>,
                "socketio: the acknowledgements of a broadcast cannot be read from JSON or binary "
                "as this type.");
  using type = T;
};
template <class List>
using answer_type = typename answer_list<std::remove_cvref_t<List>>::type;

template <class... Args>
constexpr void check_emitted() {
  static_assert(
      (writable<std::remove_cvref_t<Args>> && ...),
      "socketio: one of the emitted arguments has a type that cannot be written as JSON or "
      "binary. Emit numbers, strings, containers, optional, variant, plain aggregates, "
      "io::bytes, io::value, or specialise io::convert for it. To wait for an "
      "acknowledgement, end with a callback (std::error_code, T...).");
}

/// Converts the arguments of an acknowledgement to those that a callback takes after the error.
template <class F, class First, class... Values>
ack_callback make_ack_callback(socket_core& who, F&& callback, parameter_list<First, Values...>) {
  static_assert((readable<std::remove_cvref_t<Values>> && ...),
                "socketio: a parameter of the acknowledgement callback has a type that cannot be "
                "read from JSON or binary.");
  return [&who, f = std::decay_t<F>{std::forward<F>(callback)}](std::error_code ec,
                                                                args arguments) mutable {
    std::tuple<std::remove_cvref_t<Values>...> values;
    if (!ec) {
      auto position = arguments.begin();
      std::size_t left = arguments.size();
      const auto read = [&](auto& into) {
        const value_view argument = left == 0 ? value_view{} : *position;
        if (left != 0) ++position, --left;
        return from_value(argument, into);
      };
      try {
        const bool fits = std::apply([&](auto&... each) { return (read(each) && ...); }, values);
        if (!fits) ec = error::bad_arguments;
      } catch (const std::bad_alloc&) {
        ec = std::make_error_code(std::errc::not_enough_memory);
      } catch (...) {
        ec = error::bad_arguments;  // a conversion of the user's that throws does not fit
      }
    }
    try {
      std::apply([&](auto&... each) { f(ec, std::move(each)...); }, values);
    } catch (...) {
      who.owner().report(who, error::handler_exception, "ack", std::current_exception());
    }
  };
}

/// Splits the callback off the end of the arguments.
template <class Function, class... Args>
decltype(auto) with_last_first(Function&& function, Args&&... arguments) {
  auto all = std::forward_as_tuple(std::forward<Args>(arguments)...);
  constexpr std::size_t last = sizeof...(Args) - 1;
  return [&]<std::size_t... I>(std::index_sequence<I...>) -> decltype(auto) {
    return function(std::get<last>(std::move(all)), std::get<I>(std::move(all))...);
  }(std::make_index_sequence<last>{});
}

/// What stands before an emit: `socket.timeout(5s).lossy()`.
struct emit_modifiers {
  std::optional<duration> timeout = {};
  bool lossy = false;
  bool compress = true;
  when_slow rule = {};
};

/// The packet as it is to be sent.
inline sio::encoded compressed_if(bool wanted, sio::encoded packet) {
  if (!wanted) packet.forbid_compression();
  return packet;
}

inline bool refuse_reserved(socket_core& who, std::string_view event) {
  if (!sio::is_reserved_event(event)) return false;
  who.owner().report(who, error::reserved_event, event);
  return true;
}

/// An event for one socket, in its place among those for many.
inline send_status send_event(socket_core& who, const sio::encoded& packet,
                              const delivery& how = {}) {
  switchboard& board = who.owner().all();
  if (board.orders()) {
    audience to;
    to.rooms.add(who.id());
    to.lossy = how.lossy;
    to.direct = true;
    message::broadcast m{ref{&who.nsp().whole}, std::move(to), packet, how.rule, how.key};
    if (board.order(m)) return send_status::ok;
  }
  return who.send_event(packet, how);
}

/// Sends an event that nobody is to acknowledge. With a key it is a value: it may take the place of
/// an older one, and is not sent again to who comes back, so nobody has to remember its position.
template <class... Args>
send_status emit_event(socket_core& who, const emit_modifiers& how,
                       const ref<const engine::latest_key>& key, std::string_view event,
                       const Args&... arguments) {
  static_assert(!ends_with_callback<std::decay_t<Args>...>(),
                "socketio: an event that may be dropped or replaced cannot be acknowledged.");
  check_emitted<Args...>();
  if (refuse_reserved(who, event)) return send_status::dropped;
  const sio::offset position = key ? sio::offset{0} : who.owner().all().next_offset();
  auto packet = sio::encode_event(who.nsp_name(), position, event, arguments...);
  if (!how.compress) packet.forbid_compression();
  const delivery said{how.lossy, how.rule, key};
  if (said.plain() && !who.owner().all().orders()) return who.send_event(packet);
  return send_event(who, packet, said);
}

/// Sends an event; with a callback at the end, one that is to be acknowledged.
template <class... Args>
send_status emit_to(socket_core& who, const emit_modifiers& how, std::string_view event,
                    Args&&... arguments) {
  if constexpr (ends_with_callback<std::decay_t<Args>...>()) {
    return with_last_first(
        [&](auto&& callback, const auto&... rest) {
          check_emitted<decltype(rest)...>();
          using signature = signature_of<std::decay_t<decltype(callback)>>;
          auto done = make_ack_callback(who, std::forward<decltype(callback)>(callback),
                                        typename signature::parameters{});
          if (refuse_reserved(who, event)) {
            who.refuse_awaiting(error::reserved_event, std::move(done));
            return send_status::dropped;
          }
          const std::uint64_t id = who.next_ack_id();
          return who.send_awaiting(
              id,
              compressed_if(how.compress, sio::encode_event(who.nsp_name(), id, event, rest...)),
              how.timeout, std::move(done));
        },
        std::forward<Args>(arguments)...);
  } else {
    return emit_event(who, how, {}, event, arguments...);
  }
}

/// Waits for the acknowledgement of a packet that is already encoded: nothing of the caller's
/// arguments is used any more, so it does not matter when they die. One that is not is refused.
template <class... T, class Token>
auto await_ack(ref<socket_core> who, std::uint64_t id, sio::encoded packet,
               std::optional<duration> timeout, Token&& token) {
  return asio::async_initiate<Token, void(std::error_code, T...)>(
      [](auto handler, ref<socket_core> to, std::uint64_t number, const sio::encoded& content,
         std::optional<duration> limit) {
        auto stop = asio::get_associated_cancellation_slot(handler);
        auto done = make_ack_callback(
            *to,
            [h = std::move(handler), stop](std::error_code ec, T... values) mutable {
              if (stop.is_connected()) stop.clear();
              std::move(h)(ec, std::move(values)...);
            },
            parameter_list<std::error_code, T...>{});
        if (!content.text) return to->refuse_awaiting(error::reserved_event, std::move(done));
        if (stop.is_connected()) {
          stop.assign([to, number](asio::cancellation_type) { to->stop_awaiting(number); });
        }
        to->send_awaiting(number, content, limit, std::move(done));
      },
      token, std::move(who), id, std::move(packet), timeout);
}

template <class... T, class... Args>
auto emit_awaiting(socket_core& who, const emit_modifiers& how, std::string_view event,
                   Args&&... arguments) {
  check_emitted<Args...>();
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
  static_assert(
      ((!std::is_aggregate_v<std::remove_cvref_t<Args>> ||
        std::is_array_v<std::remove_cvref_t<Args>> || std::is_lvalue_reference_v<Args&&> ||
        std::is_trivially_destructible_v<std::remove_cvref_t<Args>>) &&
       ...),
      "socketio: this compiler (g++ before 13) destroys a temporary aggregate in a co_await "
      "expression twice. Give it a name first: message m{...}; co_await ...(\"event\", m).");
#endif
  const std::uint64_t id = who.next_ack_id();
  auto packet =
      refuse_reserved(who, event)
          ? sio::encoded{}
          : compressed_if(how.compress, sio::encode_event(who.nsp_name(), id, event, arguments...));
  return await_ack<T...>(ref<socket_core>{&who}, id, std::move(packet), how.timeout,
                         asio::use_awaitable);
}

}  // namespace detail

/// `socket.timeout(5s)`, `socket.lossy()` and `socket.when_slow(…)`: the next emit with a modifier.
/// Use it at once.
class socket_emitter {
 public:
  socket_emitter(detail::socket_core& who, const detail::emit_modifiers& how) noexcept
      : who_{who}, how_{how} {}

  /// Acknowledgements must come within this time.
  socket_emitter timeout(duration limit) const noexcept {
    socket_emitter copy{*this};
    copy.how_.timeout = limit;
    return copy;
  }

  /// The packet is dropped if the client does not keep up (the JavaScript server says `volatile`).
  socket_emitter lossy() const noexcept {
    socket_emitter copy{*this};
    copy.how_.lossy = true;
    return copy;
  }

  /// Whether the packet may be compressed, where the options have turned compression on.
  socket_emitter compress(bool wanted) const noexcept {
    socket_emitter copy{*this};
    copy.how_.compress = wanted;
    return copy;
  }

  /// What becomes of the event if too much waits for the client already.
  socket_emitter when_slow(socketio::when_slow rule) const noexcept {
    socket_emitter copy{*this};
    copy.how_.rule = rule;
    return copy;
  }

  /// Other sockets, with the same modifiers: `socket.timeout(5s).to("room").emit(…)`.
  class broadcast to(std::string_view room) const;
  class broadcast in(std::string_view room) const;
  class broadcast except(std::string_view room) const;
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  class broadcast to(const Rooms& rooms) const;
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  class broadcast in(const Rooms& rooms) const;
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  class broadcast except(const Rooms& rooms) const;
  class broadcast local() const;
  class broadcast broadcast() const;

  /// See io::socket::emit.
  template <class... Args>
  send_status emit(std::string_view event, Args&&... arguments) const {
    return detail::emit_to(who_, how_, event, std::forward<Args>(arguments)...);
  }

  /// See io::socket::emit_latest.
  template <class... Args>
  send_status emit_latest(std::string_view key, std::string_view event,
                          const Args&... arguments) const {
    return detail::emit_event(who_, how_, detail::make_key(who_.nsp_name(), key), event,
                              arguments...);
  }

  /// See io::socket::emit_with_ack.
  template <class... T, class... Args>
  auto emit_with_ack(std::string_view event, Args&&... arguments) const {
    return detail::emit_awaiting<T...>(who_, how_, event, std::forward<Args>(arguments)...);
  }

 private:
  detail::socket_core& who_;
  detail::emit_modifiers how_;
};

}  // namespace socketio
