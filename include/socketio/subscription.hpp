// layer 4 (hub): what a registered function is known by.
#pragma once

#include <utility>

#include "socketio/core/intrusive.hpp"
#include "socketio/hub/listener_list.hpp"

namespace socketio {

/// What `on`, `once`, `on_any` and their like give back, for `off`:
///
///     const io::subscription news = socket.on("news", …);
///     socket.off(news);
///
/// Copyable, usable from any thread. It keeps the function's memory, but does not keep it
/// listening. A function that owns its own subscription keeps itself for ever.
class subscription {
 public:
  subscription() = default;
  explicit subscription(ref<detail::registration> what) noexcept : what_{std::move(what)} {}

  explicit operator bool() const noexcept { return static_cast<bool>(what_); }
  friend bool operator==(const subscription&, const subscription&) noexcept = default;

  const ref<detail::registration>& what() const noexcept { return what_; }

 private:
  ref<detail::registration> what_;
};

}  // namespace socketio
