// layer 4 (hub): functions that decide whether a client may connect to a namespace.
#pragma once

#include <cstdint>
#include <utility>

#include "socketio/core/intrusive.hpp"
#include "socketio/hub/socket_core.hpp"
#include "socketio/verdict.hpp"

namespace socketio {

class socket;

namespace detail {

class socket_core;

/// One registered middleware, shared by the namespace's slices on all shards, and by its suspended
/// coroutines.
class middleware : public counted<middleware, shared_count> {
 public:
  virtual ~middleware() = default;
  virtual void run(socket_core& who, std::uint32_t index) = 0;
};

/// Hands in a decision, from any thread; the first one for `index` counts.
void decide(const ref<socket_core>& about, std::uint32_t index, verdict answer);

}  // namespace detail

/// The continuation of a middleware that answers later: call it, once, from any thread. Until then
/// the client waits, at most `options::connect_timeout`.
class next {
 public:
  next(ref<detail::socket_core> about, std::uint32_t index) noexcept
      : about_{std::move(about)}, index_{index} {}

  /// `next()` or `next(io::accept)` goes on, `next(io::refuse("why"))` refuses the client.
  void operator()(verdict answer = accept) {
    if (const auto about = std::exchange(about_, nullptr)) {
      detail::decide(about, index_, std::move(answer));
    }
  }

 private:
  ref<detail::socket_core> about_;
  std::uint32_t index_;
};

}  // namespace socketio
