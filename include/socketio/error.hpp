// layer 0 (core): what can go wrong, one sentence each.
#pragma once

#include <string>
#include <system_error>

namespace socketio {

/// The library's own errors, as std::error_code values of `error_category()`. The Asio errors of a
/// failed socket operation are passed on as they are.
enum class error {
  /// The peer did not acknowledge in the time given with `timeout`.
  ack_timeout = 1,
  /// The socket is, or was meanwhile, disconnected: the packet was not sent, or its acknowledgement
  /// cannot come any more.
  disconnected,
  /// The arguments received do not convert to the parameter types of the handler.
  bad_arguments,
  /// The handler threw an exception, which `on_error` gets as well.
  handler_exception,
  /// Too many acknowledgements are pending on this socket (`limits::pending_acks`).
  too_many_pending_acks,
  /// The event name is reserved for the library: connect, connect_error, disconnect, disconnecting,
  /// newListener, removeListener.
  reserved_event,
  /// The server was closed, or destroyed, before the operation could take place.
  server_closed,
  /// A middleware of the socket (`socket.use`) refused the event; the exception that `on_error`
  /// gets with it says why.
  event_refused,
  /// The client sends more than `options::traffic` allows. Told once for several events in a row.
  limit_exceeded,
  /// The client sent what is no Socket.IO packet, and is disconnected.
  invalid_packet,
  /// Not every server of the cluster has answered in time; what has come is there.
  cluster_timeout,
};

inline const std::error_category& error_category() noexcept {
  class category final : public std::error_category {
   public:
    const char* name() const noexcept override { return "socketio"; }
    std::string message(int value) const override {
      switch (static_cast<error>(value)) {
        case error::ack_timeout:
          return "operation has timed out";
        case error::disconnected:
          return "socket has been disconnected";
        case error::bad_arguments:
          return "arguments do not match the handler's parameters";
        case error::handler_exception:
          return "handler threw an exception";
        case error::too_many_pending_acks:
          return "too many acknowledgements pending";
        case error::reserved_event:
          return "reserved event name";
        case error::server_closed:
          return "server is closed";
        case error::event_refused:
          return "event was refused";
        case error::limit_exceeded:
          return "client sends more than it may";
        case error::invalid_packet:
          return "client sent what is no packet";
        case error::cluster_timeout:
          return "not every server of the cluster has answered";
      }
      return "unknown socketio error";
    }
  };
  static const category instance;
  return instance;
}

inline std::error_code make_error_code(error e) noexcept {
  return {static_cast<int>(e), error_category()};
}

/// What became of a packet handed to `emit`. At run time nothing is thrown at the sender.
enum class send_status {
  ok,        ///< queued; leaves with the next flush of the loop
  buffered,  ///< queued, but the peer reads slowly: more than `limits::soft_queue` bytes wait
  dropped,   ///< not queued because the peer reads slowly: see `lossy` and `when_slow`
  closed,    ///< the socket is disconnected
};

}  // namespace socketio

template <>
struct std::is_error_code_enum<socketio::error> : std::true_type {};
