// layer 4 (hub): the acknowledgement that a client waits for.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "socketio/core/intrusive.hpp"
#include "socketio/error.hpp"
#include "socketio/hub/socket_core.hpp"
#include "socketio/proto/sio/encode.hpp"

namespace socketio {

/// A handler parameter of this type is the client's callback: call it, once, with what the client
/// is to receive (Socket.IO protocol v5, "Acknowledgement"). It may be moved away and called later
/// and from any thread. Empty if the client does not wait for one; calling it is harmless then.
///
/// A handler that has the answer when it returns does not need this: it returns the answer.
class ack {
 public:
  ack() = default;
  ack(ref<detail::socket_core> to, std::optional<std::uint64_t> id)
      : to_{id ? std::move(to) : nullptr}, id_{id.value_or(0)} {}

  /// Whether the client waits and has not been answered through this object.
  explicit operator bool() const noexcept { return static_cast<bool>(to_); }

  /// Answers with any values that can be emitted. Only the first call counts.
  template <class... Args>
  send_status operator()(const Args&... args) {
    const auto to = std::exchange(to_, nullptr);
    if (!to) return send_status::closed;
    return to->send(sio::encode_ack(to->nsp_name(), id_, args...));
  }

 private:
  ref<detail::socket_core> to_;
  std::uint64_t id_ = 0;
};

}  // namespace socketio
