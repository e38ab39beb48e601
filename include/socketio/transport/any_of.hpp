// layer 3 (transport): a transport that is one of several, for servers that listen on all of them.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <asio/buffer.hpp>
#include <asio/error.hpp>

#include "socketio/transport/any_stream.hpp"
#include "socketio/transport/concept.hpp"

namespace socketio {

namespace detail {

/// The one of these transports that listens on endpoints of this type.
template <class Endpoint, class... Ts>
struct listens_on;
template <class Endpoint, class T, class... Others>
struct listens_on<Endpoint, T, Others...>
    : std::conditional_t<std::same_as<Endpoint, typename T::endpoint>, std::type_identity<T>,
                         listens_on<Endpoint, Others...>> {};

}  // namespace detail

/// Each connection goes over one of these transports: the one of the endpoint on which it came.
///
///     io::server<io::any_of<io::tcp, io::tls, io::local>> server{loop};
///     server.listen(io::tcp::endpoint{3000});
///     server.listen(io::tls::endpoint{3443, certificates});
///     server.listen(io::local::endpoint{"/run/chat/socket"});
///
/// A stream is as large as the largest of theirs, and each call is a branch: nothing is allocated.
template <transport... Ts>
  requires(sizeof...(Ts) > 0)
struct any_of {
  using first = std::tuple_element_t<0, std::tuple<Ts...>>;

  static_assert((std::same_as<typename first::context, typename Ts::context> && ...),
                "socketio: the transports of any_of must live in one kind of context.");
  static_assert(((detail::how_often<typename Ts::endpoint, typename Ts::endpoint...> == 1) && ...),
                "socketio: each transport of any_of needs an endpoint type of its own.");

  using context = typename first::context;
  using timer = typename first::timer;

  static time_point now(context& c) noexcept { return first::now(c); }
  static void prepare(context& c) { (detail::prepare_loop<Ts>(c), ...); }
  template <class F>
  static void run_soon(context& c, F&& f) {
    first::run_soon(c, std::forward<F>(f));
  }

  /// Where one of the transports listens.
  class endpoint {
   public:
    template <class One>
      requires(std::same_as<One, typename Ts::endpoint> || ...)
    endpoint(One where) : one_{std::move(where)} {}

    /// Whether the system can spread its connections among several listeners.
    bool shares_port() const {
      return visit([](auto at, const auto& where) {
        using one = typename decltype(at)::type;
        if constexpr (shares_ports<one>) return socketio::shares_port<one>(where);
        return false;
      });
    }
    endpoint with_port(std::uint16_t port) const
      requires(shares_ports<Ts> || ...)
    {
      return visit([&](auto at, const auto& where) -> endpoint {
        if constexpr (shares_ports<typename decltype(at)::type>) return where.with_port(port);
        return where;
      });
    }

    /// `f(std::type_identity<T>{}, endpoint of T)` for the transport T that it belongs to.
    template <class F>
    decltype(auto) visit(F&& f) const {
      return std::visit(
          [&](const auto& where) -> decltype(auto) {
            using here = std::remove_cvref_t<decltype(where)>;
            return f(std::type_identity<typename detail::listens_on<here, Ts...>::type>{}, where);
          },
          one_);
    }

    friend std::string to_string(const endpoint& e) {
      return std::visit([](const auto& where) { return to_string(where); }, e.one_);
    }

   private:
    std::variant<typename Ts::endpoint...> one_;
  };

  using stream = detail::any_stream<context, typename Ts::stream...>;

  class listener {
   public:
    explicit listener(context& c) : context_{c} {}

    void listen(const endpoint& where, std::error_code& ec) {
      where.visit([&](auto at, const auto& here) { begin(at).listen(here, ec); });
    }
    /// Only for what `endpoint::shares_port`.
    void listen_shared(const endpoint& where, std::error_code& ec)
      requires(shares_ports<Ts> || ...)
    {
      where.visit([&](auto at, const auto& here) {
        if constexpr (shares_ports<typename decltype(at)::type>) {
          begin(at).listen_shared(here, ec);
        } else {
          ec = asio::error::operation_not_supported;
        }
      });
    }
    std::uint16_t port() const {
      return ask([](const auto& l) { return l.port(); }, std::uint16_t{0});
    }
    template <class Handler>
    void async_accept(Handler handler) {
      ask(
          [&](auto& l) {
            l.async_accept([h = std::move(handler)](std::error_code ec, auto accepted) mutable {
              h(ec, stream{std::move(accepted)});
            });
            return true;
          },
          false);
    }
    void close() {
      ask([](auto& l) { return l.close(), true; }, false);
    }

   private:
    template <class T>
    typename T::listener& begin(std::type_identity<T>) {
      return one_.template emplace<typename T::listener>(context_);
    }

    /// `otherwise`, before there is a listener.
    template <class F, class Result>
    Result ask(F&& f, Result otherwise) {
      return ask_of(one_, f, otherwise);
    }
    template <class F, class Result>
    Result ask(F&& f, Result otherwise) const {
      return ask_of(one_, f, otherwise);
    }
    template <class Variant, class F, class Result>
    static Result ask_of(Variant& one, F& f, Result otherwise) {
      return std::visit(
          [&](auto& l) -> Result {
            if constexpr (std::same_as<std::remove_cvref_t<decltype(l)>, std::monostate>) {
              return otherwise;
            } else {
              return f(l);
            }
          },
          one);
    }

    context& context_;
    std::variant<std::monostate, typename Ts::listener...> one_;
  };
};

}  // namespace socketio
