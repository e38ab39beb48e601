// layer 4 (hub): from a user's function to a middleware, whichever way it answers.
#pragma once

#include <exception>
#include <new>
#include <type_traits>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>

#include "socketio/hub/hub.hpp"
#include "socketio/hub/signature.hpp"
#include "socketio/middleware.hpp"
#include "socketio/socket.hpp"

namespace socketio::detail {

template <class Socket, class F>
class typed_middleware final : public middleware {
  static constexpr bool continues = std::is_invocable_v<F&, Socket&, next>;
  using result = typename std::conditional_t<continues, std::invoke_result<F&, Socket&, next>,
                                             std::invoke_result<F&, Socket&>>::type;

 public:
  explicit typed_middleware(F f) : function_{std::move(f)} {}

  void run(socket_core& who, std::uint32_t index) override {
    Socket& face = static_cast<Socket&>(who.face());
    const ref<socket_core> about{&who};
    if constexpr (continues) {
      static_assert(std::is_void_v<result>,
                    "socketio: a middleware that takes io::next answers through it and returns "
                    "void.");
      function_(face, next{about, index});
    } else if constexpr (awaited<result>::is_awaitable) {
      ++who.running_;
      try {
        asio::co_spawn(who.owner().executor(), await(ref<typed_middleware>{this}, face),
                       finished{about, index});
      } catch (...) {
        who.owner().handler_finished(who);
        throw;
      }
    } else {
      static_assert(
          std::is_convertible_v<result, verdict>,
          "socketio: a middleware returns io::accept or io::refuse(\"why\"), as io::verdict "
          "or asio::awaitable<io::verdict>, or takes (io::socket&, io::next).");
      decide(about, index, function_(face));
    }
  }

 private:
  static asio::awaitable<verdict> await(ref<typed_middleware> self, Socket& who) {
    auto call = self->function_(who);
    co_return co_await std::move(call);
  }

  struct finished {
    ref<socket_core> about;
    std::uint32_t index;

    void operator()(std::exception_ptr failure, verdict answer) {
      hub& h = about->owner();
      try {
        if (failure) {
          h.report(*about, error::handler_exception, "connect", failure);
          answer = socketio::refuse("internal error");
        }
        decide(about, index, std::move(answer));
      } catch (const std::bad_alloc&) {
        h.give_up(*about);
      }
      h.handler_finished(*about);
    }
  };

  F function_;
};

}  // namespace socketio::detail
