// layer 5 (net): the host's functions that decide, now or later, what becomes of a request.
#pragma once

#include <concepts>
#include <exception>
#include <string>
#include <type_traits>
#include <utility>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>

#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/hub/signature.hpp"
#include "socketio/net/http_exchange.hpp"
#include "socketio/proto/http/request.hpp"
#include "socketio/proto/http/response.hpp"
#include "socketio/verdict.hpp"

namespace socketio {

namespace detail {
template <class Verdict>
struct gate_maker;
}

/// What is to become of a request: `io::accept` (or `true`) lets it go on, `io::refuse("why")` (or
/// `false`) refuses it, and an `io::http::response` is the answer itself.
class http_verdict {
 public:
  http_verdict(accept_t = {}) noexcept {}
  http_verdict(const verdict& v) {
    if (!v.accepted()) answer_ = detail::refused{v.message()};
  }
  http_verdict(http::response answer) : answer_{std::move(answer)} {}
  /// Only a bool, not what converts to one.
  template <std::same_as<bool> Bool>
  http_verdict(Bool ok) {
    if (!ok) answer_ = detail::refused{};
  }

 private:
  friend class http_next;
  friend struct detail::gate_maker<http_verdict>;

  detail::gate_answer answer_;
};

/// The right to let a request go on, once, now or later, on the loop's thread. If it is given up
/// unused, the request is refused.
class http_next {
 public:
  explicit http_next(ref<detail::exchange> to) noexcept : to_{std::move(to)} {}
  http_next(http_next&&) noexcept = default;
  http_next& operator=(http_next&&) = delete;
  ~http_next() {
    try {
      if (to_) answer(detail::failed{"no answer was given"});
    } catch (...) {
      if (to_) to_->drop();
    }
  }

  /// `next()` or `next(io::accept)` goes on, `next(io::refuse("why"))` refuses.
  void operator()(http_verdict v = accept) { answer(std::move(v.answer_)); }

  asio::any_io_executor executor() const { return to_->executor(); }

 private:
  template <class>
  friend struct detail::gate_maker;

  void answer(detail::gate_answer a) {
    if (const auto to = std::exchange(to_, nullptr)) to->resume(std::move(a));
  }

  ref<detail::exchange> to_;
};

namespace detail {

/// Asks for one decision, which comes through the http_next. Request and headers stay valid until
/// then.
using gate = unique_function<void(const http::request&, http::header_list&, http_next)>;

/// Makes a gate of a function of the user's, which decides with a `Verdict`: http_verdict, or the
/// text of a session id.
template <class Verdict>
struct gate_maker {
  template <class F>
  static constexpr bool takes_all =
      std::is_invocable_v<F&, const http::request&, http::header_list&, http_next>;
  template <class F>
  static constexpr bool takes_next =
      takes_all<F> || std::is_invocable_v<F&, const http::request&, http_next>;
  template <class F>
  static constexpr bool takes_headers =
      std::is_invocable_v<F&, const http::request&, http::header_list&>;
  template <class F>
  static constexpr bool fits =
      takes_next<F> || takes_headers<F> || std::is_invocable_v<F&, const http::request&>;

  template <class F>
  static gate make(F&& f) {
    using function = std::decay_t<F>;
    if constexpr (takes_next<function>) {
      return [f = function{std::forward<F>(f)}](
                 const http::request& request, http::header_list& headers, http_next next) mutable {
        if constexpr (takes_all<function>) {
          f(request, headers, std::move(next));
        } else {
          f(request, std::move(next));
        }
      };
    } else {
      using result = decltype(call(std::declval<function&>(), std::declval<const http::request&>(),
                                   std::declval<http::header_list&>()));
      static_assert(std::is_convertible_v<typename awaited<result>::type, Verdict>,
                    "socketio: a function that decides about HTTP requests returns io::accept, "
                    "io::refuse(\"why\"), bool or io::http::response, and generate_id std::string; "
                    "or an asio::awaitable of that; or it takes an io::http_next.");
      return [f = function{std::forward<F>(f)}](
                 const http::request& request, http::header_list& headers, http_next next) mutable {
        if constexpr (awaited<result>::is_awaitable) {
          auto executor = next.executor();
          asio::co_spawn(executor, await(f, request, headers), finish{std::move(next)});
        } else {
          next.answer(decided(f, request, headers));
        }
      };
    }
  }

 private:
  template <class F>
  static decltype(auto) call(F& f, const http::request& request, http::header_list& headers) {
    if constexpr (takes_headers<F>) {
      return f(request, headers);
    } else {
      return f(request);
    }
  }

  template <class F>
  static gate_answer decided(F& f, const http::request& request, http::header_list& headers) {
    try {
      return as_answer(call(f, request, headers));
    } catch (...) {
      return failure(std::current_exception());
    }
  }

  template <class F>
  static asio::awaitable<gate_answer> await(F& f, const http::request& request,
                                            http::header_list& headers) {
    auto running = call(f, request, headers);
    auto decision = co_await std::move(running);
    co_return as_answer(std::move(decision));
  }

  struct finish {
    http_next next;
    void operator()(std::exception_ptr thrown, gate_answer a) {
      next.answer(thrown ? failure(thrown) : std::move(a));
    }
  };

  static gate_answer as_answer(Verdict v) {
    if constexpr (std::is_same_v<Verdict, http_verdict>) {
      return std::move(v.answer_);
    } else {
      return identity{std::move(v)};
    }
  }

  static gate_answer failure(const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      return failed{e.what()};
    } catch (...) {
      return failed{"an exception of another type"};
    }
  }
};

}  // namespace detail
}  // namespace socketio
