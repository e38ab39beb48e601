// layer 5 (adapters): what programs hear of a bus's connection.
#pragma once

#include <system_error>
#include <utility>

#include "socketio/adapters/redis/error.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio::redis::detail {

/// The program's functions. A bus shares them with its client, so that the one which is running
/// stays where it is even if it destroys the server, and the bus with it.
struct news : counted<news> {
  news(unique_function<void()> when_up, unique_function<void(std::error_code)> when_down)
      : up{std::move(when_up)}, down{std::move(when_down)} {}

  unique_function<void()> up;
  unique_function<void(std::error_code)> down;

  /// Has `client` tell them.
  template <class Client>
  static void tell(const ref<news>& who, Client& client) {
    client.on_up([who](const auto&...) {
      if (who->up) who->up();
    });
    client.on_down([who](std::error_code why) {
      if (who->down) who->down(why);
    });
  }

  /// For when a subscription is confirmed, or refused: what it would have brought is missing from
  /// now on, however good the connection is.
  static auto of_subscription(const ref<news>& who) {
    return [who](std::error_code why) {
      if (why && why != error::closed && who->down) who->down(why);
    };
  }
};

}  // namespace socketio::redis::detail
