// layer 4 (hub): events declared once as types; sockets, namespaces and broadcasts that keep to it.
#pragma once

#include <concepts>
#include <ranges>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "socketio/broadcast.hpp"
#include "socketio/fwd.hpp"
#include "socketio/hub/contract_check.hpp"
#include "socketio/hub/event_contract.hpp"
#include "socketio/nsp.hpp"
#include "socketio/socket.hpp"

namespace socketio {

/// What a server and its clients say to each other in a namespace:
///
///     using chat = io::contract<
///         io::client_to_server<io::event<"join", std::size_t(std::string)>>,
///         io::server_to_client<io::event<"message", void(message)>>>;
///
///     const auto nsp = io::typed<chat>(server);
///     nsp.on<"join">([](chat::socket socket, std::string room) { … return people; });
///     nsp.to("lobby").emit<"message">(m);
///
/// Another name, argument or answer does not compile. What clients send is checked when it comes: a
/// client that sends something else is answered `{"error": "bad arguments", "position": 1}` if it
/// waits for an answer, and `on_error` hears of it. `socketio/typescript.hpp` prints the same for
/// `socket.io-client`.
template <class FromClient, class FromServer>
struct contract {
  using declared = contract;  ///< also in a struct that is derived from it
  using from_client = FromClient;
  using from_server = FromServer;

  using socket = typed_socket<contract, socketio::socket>;
  template <class Socket>
  using socket_of = typed_socket<contract, Socket>;  ///< of a server with data

  /// What a handler takes to answer later.
  template <fixed_string Name>
  using ack = typed_ack<typename FromClient::template find<Name>::answer>;
};

namespace detail {

template <class To>
inline constexpr bool is_many = false;
template <>
inline constexpr bool is_many<broadcast> = true;
template <class Data>
inline constexpr bool is_many<basic_nsp<Data>> = true;

/// Everything that emits, with the contract's events instead of any.
template <class Contract, class To>
class typed_sender {
 public:
  explicit typed_sender(To to) : to_{std::move(to)} {}

  /// See io::socket::emit and io::broadcast::emit. Arguments are written as they are, without being
  /// converted to the declared types first. An event that is acknowledged ends with a callback.
  template <fixed_string Name, class... Args>
  auto emit(Args&&... arguments) const {
    using event = typename Contract::from_server::template find<Name>;
    check_declared_to_client<event>();
    if constexpr (!std::is_void_v<event>) {
      check_contract_emit<event, answer_of<event>, Args...>();
      return plain().emit(event::name, std::forward<Args>(arguments)...);
    }
  }

  /// See io::socket::emit_latest.
  template <fixed_string Name, class... Args>
  auto emit_latest(std::string_view key, Args&&... arguments) const {
    using event = typename Contract::from_server::template find<Name>;
    check_declared_to_client<event>();
    if constexpr (!std::is_void_v<event>) {
      check_contract_emit<event, answer_of<event>, Args...>();
      return plain().emit_latest(key, event::name, std::forward<Args>(arguments)...);
    }
  }

  /// See io::socket::emit_with_ack and io::broadcast::emit_with_ack; the contract knows the type.
  template <fixed_string Name, class... Args>
  auto emit_with_ack(Args&&... arguments) const {
    using event = typename Contract::from_server::template find<Name>;
    check_declared_to_client<event>();
    if constexpr (!std::is_void_v<event>) {
      static_assert(event::is_answered,
                    "socketio: the contract declares no acknowledgement for this event.");
      if constexpr (event::is_answered) {
        check_arguments(typename event::arguments{}, type_list<std::remove_cvref_t<Args>...>{});
        return plain().template emit_with_ack<typename event::answer>(
            event::name, std::forward<Args>(arguments)...);
      }
    }
  }

  // The modifiers of what this stands for, where it has them.
  auto to(std::string_view room) const { return typed(plain().to(room)); }
  auto in(std::string_view room) const { return typed(plain().in(room)); }
  auto except(std::string_view room) const { return typed(plain().except(room)); }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  auto to(const Rooms& rooms) const {
    return typed(plain().to(rooms));
  }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  auto in(const Rooms& rooms) const {
    return typed(plain().in(rooms));
  }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  auto except(const Rooms& rooms) const {
    return typed(plain().except(rooms));
  }
  auto broadcast() const { return typed(plain().broadcast()); }
  auto local() const { return typed(plain().local()); }
  auto lossy() const { return typed(plain().lossy()); }
  auto ordered() const { return typed(plain().ordered()); }
  auto compress(bool wanted) const { return typed(plain().compress(wanted)); }
  auto when_slow(socketio::when_slow rule) const { return typed(plain().when_slow(rule)); }
  auto timeout(duration limit) const { return typed(plain().timeout(limit)); }

  /// What this stands for, with everything that has nothing to do with the contract:
  /// `socket->join("room")`.
  auto* operator->() const noexcept { return &plain(); }
  auto& operator*() const noexcept { return plain(); }

 protected:
  auto& plain() const noexcept {
    if constexpr (std::is_pointer_v<To>) {
      return *to_;
    } else {
      return to_;
    }
  }

 private:
  template <class Event>
  using answer_of =
      std::conditional_t<is_many<To>, std::vector<typename Event::answer>, typename Event::answer>;

  template <class Other>
  static auto typed(Other to) {
    return typed_sender<Contract, Other>{std::move(to)};
  }

  To to_;
};

/// What a handler takes in place of a parameter that only contracts know.
template <class P>
struct plain_parameter : std::type_identity<P> {};
template <class Contract, class Socket>
struct plain_parameter<typed_socket<Contract, Socket>> : std::type_identity<Socket&> {};
template <class Answer>
struct plain_parameter<typed_ack<Answer>> : std::type_identity<ack> {};
template <class P>
using plain_parameter_t = typename plain_parameter<P>::type;

/// The user's function as an ordinary handler.
template <class F, class Result, class... P>
struct contract_handler {
  F function;

  Result operator()(plain_parameter_t<P>... arguments) {
    return function(static_cast<P>(static_cast<plain_parameter_t<P>&&>(arguments))...);
  }
};

template <class F, class... P>
auto make_contract_handler(F&& f, parameter_list<P...>) {
  using function = std::decay_t<F>;
  return contract_handler<function, typename signature_of<function>::result, P...>{
      std::forward<F>(f)};
}

/// What registers handlers, with the contract's events instead of any.
template <class Contract, class To, class Socket>
class typed_receiver : public typed_sender<Contract, To> {
 public:
  using typed_sender<Contract, To>::typed_sender;

  /// Handles an event. The handler's parameters are those that the contract declares, or views of
  /// them, and in any order what an ordinary handler may ask for: here the socket is a
  /// `contract::socket`, and the acknowledgement `contract::ack<"name">`. See io::basic_nsp::on.
  template <fixed_string Name, class F>
  auto on(F&& handler) const {
    return add<Name>(std::forward<F>(handler), [&](std::string_view name, auto&& plain) {
      return this->plain().on(name, std::forward<decltype(plain)>(plain));
    });
  }

  /// The same for the next such event alone.
  template <fixed_string Name, class F>
  auto once(F&& handler) const {
    return add<Name>(std::forward<F>(handler), [&](std::string_view name, auto&& plain) {
      return this->plain().once(name, std::forward<decltype(plain)>(plain));
    });
  }

 private:
  template <fixed_string Name, class F, class Register>
  static auto add(F&& handler, const Register& with) {
    using event = typename Contract::from_client::template find<Name>;
    check_declared_to_server<event>();
    if constexpr (!std::is_void_v<event>) {
      check_contract_handler<event, F>();
      if constexpr (is_contract_handler<F>()) {
        return with(event::name,
                    make_contract_handler(std::forward<F>(handler),
                                          typename signature_of<std::decay_t<F>>::parameters{}));
      }
    }
  }
};

}  // namespace detail

/// A socket whose events are those of a contract: a reference to an io::socket, as small and as
/// short-lived. `*socket` is the plain one, `socket->join("room")` calls it.
template <class Contract, class Socket = socket>
class typed_socket : public detail::typed_receiver<Contract, Socket*, Socket> {
 public:
  explicit typed_socket(Socket& plain) noexcept
      : detail::typed_receiver<Contract, Socket*, Socket>{&plain} {}

  template <std::derived_from<Socket> Other>
    requires(!std::same_as<Other, Socket>)
  typed_socket(const typed_socket<Contract, Other>& other) noexcept : typed_socket{*other} {}

  /// A handle that may be kept and used anywhere.
  auto ref() const noexcept {
    return detail::typed_sender<Contract, socket_ref>{this->plain().ref()};
  }
};

/// A namespace whose events are those of a contract: a handle like the plain one, which `*` and
/// `->` lead to.
template <class Contract, class Nsp = nsp>
class typed_nsp : public detail::typed_receiver<Contract, Nsp, typename Nsp::socket> {
 public:
  using socket = typed_socket<Contract, typename Nsp::socket>;
  using detail::typed_receiver<Contract, Nsp, typename Nsp::socket>::typed_receiver;

  /// `callback(socket)` for each client that connects; see io::basic_nsp::on_connection.
  template <class F>
  subscription on_connection(F&& callback) const {
    static_assert(std::invocable<F&, socket>,
                  "socketio: on_connection of a contract takes a function of (contract::socket).");
    return this->plain().on_connection(
        [f = std::forward<F>(callback)](typename Nsp::socket& who) mutable { f(socket{who}); });
  }

  /// `callback(socket, io::reason)`; see io::basic_nsp.
  template <class F>
  subscription on_disconnect(F&& callback) const {
    return this->plain().on_disconnect(ended(std::forward<F>(callback)));
  }
  template <class F>
  subscription on_disconnecting(F&& callback) const {
    return this->plain().on_disconnecting(ended(std::forward<F>(callback)));
  }

 private:
  template <class F>
  static auto ended(F&& callback) {
    static_assert(std::invocable<F&, socket, reason>,
                  "socketio: a disconnect callback of a contract takes (contract::socket, "
                  "io::reason).");
    return [f = std::forward<F>(callback)](typename Nsp::socket& who, reason why) mutable {
      f(socket{who}, why);
    };
  }
};

/// The namespace, held to the contract: `io::typed<chat>(server)`,
/// `io::typed<chat>(server.of("/x"))`.
template <class Contract, class Data>
auto typed(const basic_nsp<Data>& plain) {
  return typed_nsp<typename Contract::declared, basic_nsp<Data>>{plain};
}

/// The same for what has come as a plain socket, in a middleware for example.
template <class Contract, std::derived_from<socket> Socket>
auto typed(Socket& plain) noexcept {
  return typed_socket<typename Contract::declared, Socket>{plain};
}

}  // namespace socketio
