// layer 5 (net): the host's own HTTP handlers beside Socket.IO, on the same port.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>

#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/net/http_exchange.hpp"
#include "socketio/proto/http/request.hpp"
#include "socketio/proto/http/response.hpp"

namespace socketio {

/// The right to answer one HTTP request, now or later, on the loop's thread. If it is given up
/// unused, the client gets 500.
class http_reply {
 public:
  explicit http_reply(ref<detail::exchange> to) noexcept : to_{std::move(to)} {}
  http_reply(http_reply&&) noexcept = default;
  http_reply& operator=(http_reply&&) = delete;
  ~http_reply() {
    try {
      if (to_) send(http::response{500, {}, "Internal Server Error\n"});
    } catch (...) {
      if (to_) to_->drop();
    }
  }

  void send(http::response answer) {
    if (const auto to = std::exchange(to_, nullptr)) to->respond(std::move(answer));
  }
  void operator()(http::response answer) { send(std::move(answer)); }

  asio::any_io_executor executor() const { return to_->executor(); }

 private:
  ref<detail::exchange> to_;
};

/// Which handler serves which path. A handler is one of
///   `http::response (http::request const&)`,
///   `asio::awaitable<http::response> (http::request const&)`,
///   `void (http::request const&, io::http_reply)`;
/// the request stays valid until it is answered. Requests for `options::path` are Socket.IO's; all
/// others are looked up here: the exact path first, then the longest prefix, then the fallback.
/// All shards of a server share the handlers, which then run on several threads at once; add them
/// before the loops run.
class http_routes : public counted<http_routes, shared_count> {
 public:
  /// Serves one path, such as "/health".
  template <class F>
  http_routes& exact(std::string_view path, F&& f) {
    exact_.insert_or_assign(std::string{path}, make(std::forward<F>(f)));
    return *this;
  }

  /// Serves all paths that begin like this.
  template <class F>
  http_routes& prefix(std::string_view path, F&& f) {
    prefixes_.emplace_back(std::string{path}, make(std::forward<F>(f)));
    return *this;
  }

  /// Serves everything else; without it, that is 404.
  template <class F>
  http_routes& fallback(F&& f) {
    fallback_ = make(std::forward<F>(f));
    return *this;
  }

  /// Runs the handler for a request.
  void serve(const http::request& request, const ref<detail::exchange>& from) {
    handler* const found = find(request.path);
    if (!found) {
      from->respond(http::response{404, {}, "Not Found\n"});
      return;
    }
    try {
      (*found)(request, http_reply{from});
    } catch (...) {
      // The reply object has answered with 500 while it was destroyed.
    }
  }

 private:
  using handler = unique_function<void(const http::request&, http_reply)>;

  handler* find(std::string_view path) {
    if (const auto at = exact_.find(path); at != exact_.end()) return &at->second;
    std::pair<std::string, handler>* longest = nullptr;
    for (auto& each : prefixes_) {
      if (path.starts_with(each.first) && (!longest || longest->first.size() < each.first.size())) {
        longest = &each;
      }
    }
    if (longest) return &longest->second;
    return fallback_ ? &fallback_ : nullptr;
  }

  template <class F>
  static handler make(F&& f) {
    using function = std::decay_t<F>;
    if constexpr (std::is_invocable_v<function&, const http::request&, http_reply>) {
      return std::forward<F>(f);
    } else {
      static_assert(std::is_invocable_v<function&, const http::request&>,
                    "socketio: an HTTP handler takes (io::http::request const&), or that and an "
                    "io::http_reply.");
      using result = std::invoke_result_t<function&, const http::request&>;
      if constexpr (std::is_convertible_v<result, http::response>) {
        return
            [f = function{std::forward<F>(f)}](
                const http::request& request, http_reply reply) mutable { reply.send(f(request)); };
      } else {
        static_assert(std::is_same_v<result, asio::awaitable<http::response>>,
                      "socketio: an HTTP handler returns io::http::response or "
                      "asio::awaitable<io::http::response>.");
        return [f = function{std::forward<F>(f)}](const http::request& request,
                                                  http_reply reply) mutable {
          auto executor = reply.executor();
          asio::co_spawn(
              executor, f(request),
              [r = std::move(reply)](std::exception_ptr failure, http::response answer) mutable {
                if (!failure) r.send(std::move(answer));
              });
        };
      }
    }
  }

  string_map<handler> exact_;
  std::vector<std::pair<std::string, handler>> prefixes_;
  handler fallback_;
};

}  // namespace socketio
