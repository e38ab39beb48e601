// layer 4 (hub): io::conn, the connection of a client, which its sockets share.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "socketio/core/intrusive.hpp"
#include "socketio/engine/request_info.hpp"
#include "socketio/hub/conn_core.hpp"
#include "socketio/reason.hpp"
#include "socketio/subscription.hpp"

namespace socketio {

/// An Engine.IO packet that came, or is being sent: `type` is "message", "ping", "pong", …
/// (Engine.IO protocol v4, "Packet encoding"), `data` what is behind it. Both are good during the
/// call.
struct engine_packet {
  std::string_view type;
  std::string_view data;
  bool binary = false;
};

/// The connection of a client, below its namespaces: the transport, the heartbeat, and each packet.
/// `socket.conn()` gives it.
///
/// Used on the thread that runs the socket's handlers. It may be copied and kept, also by the
/// callbacks that it is given, and in a coroutine; once the connection has ended it answers that it
/// is closed, and still knows `id`, `protocol`, `request` and `address`. What a callback throws
/// goes to `on_error`, with one of the connection's sockets, if it has any.
class conn {
 public:
  explicit conn(ref<detail::conn_core> core) noexcept : core_{std::move(core)} {}

  /// The id of the Engine.IO session. Who knows it can speak for the client: keep it secret.
  const std::string& id() const noexcept { return core_->id; }

  /// The revision of the Engine.IO protocol that the client speaks: 4, or 3 for clients 2.x.
  int protocol() const noexcept { return core_->revision == eio::revision::v3 ? 3 : 4; }

  /// The HTTP request that has opened the connection, and the address that it came from: still so
  /// after an upgrade. Where `options.keep_handshake` is off, the request is forgotten here, too,
  /// but for its address: see handshake::kept. What it gave before is gone then.
  const engine::request_info& request() const noexcept { return *core_->request; }
  const std::string& address() const noexcept { return core_->request->address(); }

  bool open() const noexcept;

  /// "polling" or "websocket"; empty once it is closed.
  std::string_view transport() const noexcept;

  /// Whether it has begun with long-polling and uses a WebSocket now; whether it is trying one out.
  bool upgraded() const noexcept;
  bool upgrading() const noexcept;

  /// Bytes that wait to be written.
  std::size_t queued_bytes() const noexcept;

  /// Ends the connection. What was emitted is still written; clients see "transport close", and
  /// may come back.
  void close() const;

  // ---- events. All callbacks may take `io::conn&` in front.
  // ----------------------------------------------------------------------------------------

  /// `callback()` when a client that polls tries out a WebSocket, and when it has changed to it.
  template <class F>
  subscription on_upgrading(F&& callback) const {
    return add(&detail::conn_core::upgrading, std::forward<F>(callback));
  }
  template <class F>
  subscription on_upgrade(F&& callback) const {
    return add(&detail::conn_core::upgraded, std::forward<F>(callback));
  }

  /// `callback(const io::engine_packet&)` for each packet that comes over the transport in use, of
  /// any type, before anything is done with it. Those of a WebSocket that is tried out are not
  /// shown.
  template <class F>
  subscription on_packet(F&& callback) const {
    watch_packets();
    return add(&detail::conn_core::received, std::forward<F>(callback));
  }

  /// The same for each packet that is queued for the client: messages in the order in which they
  /// were emitted, attachments behind theirs, and heartbeats. Not inside the emit, but soon, when
  /// the server has written what it could of them. A packet may be dropped again (`when_slow`).
  template <class F>
  subscription on_packet_create(F&& callback) const {
    watch_packets();
    return add(&detail::conn_core::queued, std::forward<F>(callback));
  }

  /// `callback()` when the client has shown that it is alive: with the answer to a ping, or, if it
  /// is a client 2.x, with its own ping.
  template <class F>
  subscription on_heartbeat(F&& callback) const {
    watch_packets();
    return add(&detail::conn_core::heartbeat, std::forward<F>(callback));
  }

  /// `callback()`, each time as in `socket.on_drain`.
  template <class F>
  subscription on_drain(F&& callback) const {
    return add(&detail::conn_core::drained, std::forward<F>(callback));
  }

  /// `callback(io::reason)`, once, after all sockets of the connection have learned of it.
  template <class F>
  subscription on_close(F&& callback) const {
    return add(&detail::conn_core::closed, std::forward<F>(callback));
  }

  /// Removes what one of the functions above has given.
  void off(const subscription& which) const { core_->remove(which.number()); }

  /// Whether both are the same connection.
  friend bool operator==(const conn&, const conn&) noexcept = default;

 private:
  void watch_packets() const;

  template <class... Args, class F>
  subscription add(detail::callback_list<conn&, Args...> detail::conn_core::* list, F&& f) const {
    using entry = detail::callback<conn&, Args...>;
    static_assert(std::invocable<F&, conn&, Args...> || std::invocable<F&, Args...>,
                  "socketio: this callback of a connection takes, if it wants, io::conn& first, "
                  "then what the event comes with: on_packet and on_packet_create `const "
                  "io::engine_packet&`, on_close `io::reason`, the others nothing.");
    ref<entry> added;
    if constexpr (std::invocable<F&, conn&, Args...>) {
      added = ref<entry>{new entry{std::forward<F>(f)}};
    } else {
      added = ref<entry>{
          new entry{[call = std::forward<F>(f)](conn&, Args... args) mutable { call(args...); }}};
    }
    if (core_->session) (core_.get()->*list).add(added);
    return subscription{*added};
  }

  ref<detail::conn_core> core_;
};

}  // namespace socketio
