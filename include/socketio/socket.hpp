// layer 4 (hub): io::socket, a client in a namespace, as handlers see it.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "socketio/broadcast.hpp"
#include "socketio/conn.hpp"
#include "socketio/core/function.hpp"
#include "socketio/emit.hpp"
#include "socketio/engine/state.hpp"
#include "socketio/handshake.hpp"
#include "socketio/hub/socket_core.hpp"
#include "socketio/socket_ref.hpp"
#include "socketio/subscription.hpp"

namespace socketio {

namespace detail {
struct access;
}

/// One client in one namespace.
///
/// Reached inside handlers, as `io::socket&`, and used on the thread that runs them. It stays valid
/// for as long as the handler, or the coroutine that the handler is, runs; after a disconnection
/// its calls do nothing. To keep it longer, or to use it from another thread, take `ref()`.
class socket : private detail::socket_core {
 public:
  /// Identifies the socket in its namespace, and is the name of a room that holds only it.
  const std::string& id() const noexcept { return socket_core::id(); }

  /// The name of the namespace, such as "/".
  const std::string& nsp() const noexcept { return socket_core::nsp_name(); }

  bool connected() const noexcept { return socket_core::connected(); }

  /// Whether it goes on with the session of a socket whose connection was lost: with its id, rooms
  /// and data; what was sent meanwhile has been sent again. See `options`.
  bool recovered() const noexcept { return recovered_; }

  /// Headers, query, address and auth data of the client.
  const socketio::handshake& handshake() const noexcept { return socket_core::shake(); }

  /// The transport in use, "polling" or "websocket"; empty once disconnected.
  std::string_view transport() const noexcept;

  /// The client's connection, which it may share with sockets in other namespaces: its transport,
  /// its upgrade, its packets. To be asked for while the socket is connected: later it is one that
  /// has ended and knows only `request` and `address`; what was given before knows all of it.
  socketio::conn conn();

  /// A handle that may be kept and used anywhere.
  socket_ref ref() noexcept { return socket_ref{socketio::ref<socket_core>{this}}; }

  // ---- emitting
  // ----------------------------------------------------------------------------------

  /// Sends an event. Arguments are anything that io::convert can write; io::bytes travel as binary.
  /// If the last one is a callback `(std::error_code, T...)`, the client is asked to acknowledge,
  /// and the callback gets its answer, or the error `disconnected` or `bad_arguments`; exactly
  /// once.
  template <class... Args>
  send_status emit(std::string_view event, Args&&... arguments) {
    return detail::emit_to(*this, {}, event, std::forward<Args>(arguments)...);
  }

  /// Sends an event that the client is to acknowledge, and completes with the acknowledgement:
  /// `std::string answer = co_await socket.emit_with_ack<std::string>("question", 42);` Failures
  /// are thrown as std::system_error. Without `timeout` it waits until the socket disconnects, or
  /// the wait is cancelled (asio::cancellation_slot): `co_await (socket.emit_with_ack<int>(…) ||
  /// other)` waits for the first of two.
  template <class... T, class... Args>
  auto emit_with_ack(std::string_view event, Args&&... arguments) {
    return detail::emit_awaiting<T...>(*this, {}, event, std::forward<Args>(arguments)...);
  }

  /// `socket.timeout(5s).emit(…, callback)`: the callback gets `ack_timeout` if no answer comes.
  socket_emitter timeout(duration limit) noexcept { return {*this, {.timeout = limit}}; }

  /// `socket.lossy().emit(…)`: drop the packet rather than queue it for a client that is slow.
  socket_emitter lossy() noexcept { return {*this, {.lossy = true}}; }

  /// `socket.compress(false).emit(…)`: send the packet as it is, although the options have turned
  /// compression on; because it holds a secret, or would not become shorter.
  socket_emitter compress(bool wanted) noexcept { return {*this, {.compress = wanted}}; }

  /// Sends a value of which only the latest counts. If an older one with the same key still waits
  /// to be written, to a client that is slow, this one takes its place. It is not sent again to a
  /// client that comes back (see `recovered`).
  template <class... Args>
  send_status emit_latest(std::string_view key, std::string_view event, const Args&... arguments) {
    return detail::emit_event(*this, {}, detail::make_key(nsp(), key), event, arguments...);
  }

  // ---- clients that read slowly
  // ------------------------------------------------------------------------------------

  /// `socket.when_slow(io::when_slow::drop_oldest).emit(…)`: what becomes of the event if too much
  /// waits for the client already.
  socket_emitter when_slow(socketio::when_slow rule) noexcept { return {*this, {.rule = rule}}; }

  /// The rule for all events to this socket that do not say another.
  void default_when_slow(socketio::when_slow rule) noexcept { socket_core::rule(rule); }

  /// Bytes that wait to be written to the client, in whichever namespace they were emitted.
  std::size_t queued_bytes() const noexcept;

  /// `callback()` or `callback(io::socket&)`, each time when, after an emit was answered
  /// `buffered`, or `dropped` because something waited, all that was queued for the client has been
  /// handed to the system. A lossy event is dropped, too, when nothing waits but a client that
  /// polls has not asked yet: no drain follows that.
  template <class F>
  subscription on_drain(F&& callback);

  // ---- broadcasting: all without this socket
  // -----------------------------------------------------

  socketio::broadcast to(std::string_view room) { return others().to(room); }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  socketio::broadcast to(const Rooms& rooms) {
    return others().to(rooms);
  }
  socketio::broadcast in(std::string_view room) { return others().to(room); }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  socketio::broadcast in(const Rooms& rooms) {
    return others().to(rooms);
  }
  socketio::broadcast except(std::string_view room) { return others().except(room); }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  socketio::broadcast except(const Rooms& rooms) {
    return others().except(rooms);
  }

  /// Everybody else in the namespace: `socket.broadcast().emit(…)`.
  socketio::broadcast broadcast() { return others(); }
  socketio::broadcast local() { return others().local(); }

  // ---- rooms
  // -------------------------------------------------------------------------------------

  void join(std::string_view room);
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  void join(const Rooms& rooms) {
    for (const auto& each : rooms) join(std::string_view{each});
  }
  void leave(std::string_view room);

  /// The rooms that the socket is in, the one named by its id first.
  std::vector<std::string> rooms() const;

  // ---- handlers of this socket alone
  // -------------------------------------------------------------

  /// Handles an event of this socket. For handlers that are the same for all sockets,
  /// `server.on(…)` costs less.
  template <class F>
  subscription on(std::string_view event, F&& handler);

  /// The same for the next such event alone.
  template <class F>
  subscription once(std::string_view event, F&& handler);

  /// `f(std::string_view event, io::args)` for every event of this socket, before its handlers; see
  /// io::basic_nsp::on_any, which costs sockets nothing.
  template <class F>
  subscription on_any(F&& f);
  template <class F>
  subscription prepend_any(F&& f);

  /// The same for every event that is sent to this socket.
  template <class F>
  subscription on_any_outgoing(F&& f);
  template <class F>
  subscription prepend_any_outgoing(F&& f);

  /// Adds a middleware: `io::verdict (std::string_view event, io::args)`, if need be with
  /// `io::socket&` in front, decides before an event's handlers whether they run. All must accept.
  /// A refusal goes to `on_error` as `event_refused`, and to a client that waits for an
  /// acknowledgement as `{"error": "why"}`.
  template <class F>
  void use(F&& decides);

  /// `callback(io::reason)` or `callback(io::socket&, io::reason)`, once, after the socket has left
  /// its rooms.
  template <class F>
  subscription on_disconnect(F&& callback) {
    const auto added = ended(std::forward<F>(callback));
    socket_core::events().disconnect.add(added);
    return subscription{*added};
  }

  /// The same, before the socket leaves its rooms.
  template <class F>
  subscription on_disconnecting(F&& callback) {
    const auto added = ended(std::forward<F>(callback));
    socket_core::events().disconnecting.add(added);
    return subscription{*added};
  }

  /// Removes what one of the functions above has given. It may be running, or be about to for the
  /// event under way, in which case it is not called any more.
  void off(const subscription& which);

  /// Removes all handlers of an event.
  void off(std::string_view event);

  /// Removes all catch-all listeners, for what comes and for what is sent.
  void off_any();
  void off_any_outgoing();

  // ---- the end
  // -----------------------------------------------------------------------------------

  /// Leaves the namespace; with `close`, all namespaces of the client and the connection.
  void disconnect(bool close = false);

 private:
  friend struct detail::access;
  template <class>
  friend class basic_socket;

  using socket_core::socket_core;
  socket& face() noexcept final { return *this; }

  socketio::broadcast others();

  detail::watchers& watch();

  template <class F>
  static auto ended(F&& callback) {
    using entry = detail::callback<socket&, reason>;
    if constexpr (std::invocable<F&, socket&, reason>) {
      return socketio::ref<entry>{new entry{std::forward<F>(callback)}};
    } else {
      static_assert(std::invocable<F&, reason>,
                    "socketio: a disconnect callback takes (io::reason) or (io::socket&, "
                    "io::reason).");
      return socketio::ref<entry>{
          new entry{[f = std::forward<F>(callback)](socket&, reason why) mutable { f(why); }}};
    }
  }
};

/// The sockets of a server whose users attach `Data` to each of them.
template <class Data>
class basic_socket final : public socket {
 public:
  /// Made before `on_connection` and the middlewares, destroyed after `on_disconnect`, when no
  /// handler or coroutine of the socket runs any more.
  Data& data() noexcept { return *data_; }

 private:
  friend struct detail::access;

  basic_socket(detail::hub& h, detail::nsp_slice& n, detail::client& c, socketio::handshake shake)
      : socket{h, n, c, std::move(shake)} {}

  void drop_data() noexcept override { data_.reset(); }

  void swap_data(detail::socket_core& with) noexcept override {
    std::swap(data_, static_cast<basic_socket&>(with).data_);
  }

  value data_as_value() const override {
    if constexpr (!nothing && writable<Data>) {
      return data_ ? value{*data_} : value{};
    } else {
      return {};
    }
  }

  void data_from_value(value_view v) override {
    if constexpr (!nothing && readable<Data> && std::is_move_assignable_v<Data>) {
      Data read{};
      if (from_value(v, read)) *data_ = std::move(read);
    }
  }

  // Elsewhere, unless there is nothing in it: it stays where it is when another socket goes on with
  // it, because the client has come back.
  static constexpr bool nothing = std::is_empty_v<Data> && std::is_trivially_copyable_v<Data>;
  using holder = std::conditional_t<nothing, std::optional<Data>, std::unique_ptr<Data>>;
  static holder make_data() {
    if constexpr (nothing) {
      return Data{};
    } else {
      return std::make_unique<Data>();
    }
  }
  holder data_ = make_data();
};

/// What is attached when the user attaches nothing.
struct no_data {};

namespace detail {

/// The library's own way into the public classes.
struct access {
  static socket_core& core(socket& s) noexcept { return s; }

  template <class Data>
  static ref<socket_core> make_socket(hub& h, nsp_slice& n, client& c, handshake shake) {
    socket* const fresh = new basic_socket<Data>{h, n, c, std::move(shake)};
    return ref<socket_core>{fresh};
  }
};

}  // namespace detail
}  // namespace socketio

#include "socketio/hub/once.hpp"
#include "socketio/hub/typed_handler.hpp"
#include "socketio/hub/typed_watcher.hpp"

namespace socketio {

template <std::ranges::input_range Rooms>
  requires(!std::convertible_to<Rooms, std::string_view>)
broadcast socket_emitter::to(const Rooms& rooms) const {
  return broadcast().to(rooms);
}

template <std::ranges::input_range Rooms>
  requires(!std::convertible_to<Rooms, std::string_view>)
broadcast socket_emitter::in(const Rooms& rooms) const {
  return broadcast().to(rooms);
}

template <std::ranges::input_range Rooms>
  requires(!std::convertible_to<Rooms, std::string_view>)
broadcast socket_emitter::except(const Rooms& rooms) const {
  return broadcast().except(rooms);
}

template <class F>
subscription socket::on(std::string_view event, F&& handler) {
  auto added = detail::make_handler<socket>(std::forward<F>(handler));
  if (added->takes_raw) owner().all().start_relaying();
  socket_core::events().add(event, added);
  return subscription{*added};
}

template <class F>
subscription socket::once(std::string_view event, F&& handler) {
  const socketio::ref<detail::handler> added{
      new detail::once{detail::make_handler<socket>(std::forward<F>(handler))}};
  if (added->takes_raw) owner().all().start_relaying();
  socket_core::events().add(event, added);
  return subscription{*added};
}

template <class F>
subscription socket::on_any(F&& f) {
  const auto added = detail::make_watcher<socket>(std::forward<F>(f));
  watch().incoming.add(added);
  return subscription{*added};
}

template <class F>
subscription socket::prepend_any(F&& f) {
  const auto added = detail::make_watcher<socket>(std::forward<F>(f));
  watch().incoming.add_first(added);
  return subscription{*added};
}

template <class F>
subscription socket::on_any_outgoing(F&& f) {
  const auto added = detail::make_outgoing_watcher<socket>(std::forward<F>(f));
  watch().outgoing.add(added);
  return subscription{*added};
}

template <class F>
subscription socket::prepend_any_outgoing(F&& f) {
  const auto added = detail::make_outgoing_watcher<socket>(std::forward<F>(f));
  watch().outgoing.add_first(added);
  return subscription{*added};
}

template <class F>
subscription socket::on_drain(F&& callback) {
  using entry = detail::callback<socket&>;
  const socketio::ref<entry> added{new entry{[f = std::forward<F>(callback)](socket& who) mutable {
    if constexpr (std::invocable<F&, socket&>) {
      f(who);
    } else {
      static_assert(std::invocable<F&>,
                    "socketio: on_drain takes a function of (io::socket&), or "
                    "of nothing.");
      f();
    }
  }}};
  socket_core::events().watch().drained.add(added);
  return subscription{*added};
}

template <class F>
void socket::use(F&& decides) {
  watch().gates.add(detail::make_event_gate<socket>(std::forward<F>(decides)));
}

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/impl/socket.ipp"
#endif
