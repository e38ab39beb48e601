// layer 4 (hub): waits for many sockets that the caller can cancel.
#pragma once

#include <atomic>
#include <type_traits>
#include <utility>

#include <asio/cancellation_signal.hpp>
#include <asio/cancellation_type.hpp>

#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/hub/hub.hpp"

namespace socketio::detail {

/// A function of which the first call counts.
template <class... Values>
class first_call : public counted<first_call<Values...>, shared_count> {
 public:
  explicit first_call(unique_function<void(Values...)> f) : function_{std::move(f)} {}

  void operator()(Values... values) {
    if (called_.exchange(true)) return;
    auto f = std::move(function_);
    f(std::move(values)...);
  }

 private:
  unique_function<void(Values...)> function_;
  std::atomic<bool> called_ = false;
};

/// `done`, unless the wait is cancelled before: then it gets `instead`, soon.
template <class Done, class... Values>
auto or_cancelled(ref<hub> home, asio::cancellation_slot stop, Done done, void (*)(Values...),
                  std::type_identity_t<Values>... instead) {
  const ref<first_call<Values...>> first{new first_call<Values...>{std::move(done)}};
  if (stop.is_connected()) {
    stop.assign(
        [home = std::move(home), first, ... values = std::move(instead)](asio::cancellation_type) {
          auto call = [first, ... v = values] { (*first)(v...); };
          if (!home->defer(call)) call();
        });
  }
  return [first](Values... values) { (*first)(std::move(values)...); };
}

}  // namespace socketio::detail
