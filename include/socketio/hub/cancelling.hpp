// layer 4 (hub): waits for many sockets that the caller can cancel.
#pragma once

#include <atomic>
#include <type_traits>
#include <utility>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/cancellation_type.hpp>

#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/hub/gathering.hpp"
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

/// Completes the operation that `handler` waits for: with what it is called with, or, if the wait
/// is cancelled before, with `instead`, soon, on the loop of `home`.
template <class Handler, class... Values>
unique_function<void(Values...)> unless_cancelled(hub& home, Handler handler,
                                                  void (*signature)(Values...),
                                                  std::type_identity_t<Values>... instead) {
  auto stop = asio::get_associated_cancellation_slot(handler);
  auto done = completion(std::move(handler), signature);
  if (!stop.is_connected()) return done;
  const ref<first_call<Values...>> first{new first_call<Values...>{std::move(done)}};
  stop.assign([home = ref{&home}, first, ... v = std::move(instead)](asio::cancellation_type) {
    auto call = [first, ... again = v] { (*first)(again...); };
    if (!home->defer(call)) call();
  });
  return [first](Values... values) { (*first)(std::move(values)...); };
}

}  // namespace socketio::detail
