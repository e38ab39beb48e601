// layer 4 (hub): a socket that may be kept, and used from any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "socketio/emit.hpp"
#include "socketio/hub/hub.hpp"
#include "socketio/hub/message.hpp"
#include "socketio/hub/socket_core.hpp"
#include "socketio/hub/switchboard.hpp"

namespace socketio {

/// A handle to a socket. Copyable, usable from any thread and at any time; it keeps the socket's
/// memory, not its connection. From other threads than the loop's, calls are carried out soon, in
/// the order in which one thread makes them.
class socket_ref {
 public:
  socket_ref() = default;
  explicit socket_ref(ref<detail::socket_core> to) noexcept : core_{std::move(to)} {}

  explicit operator bool() const noexcept { return static_cast<bool>(core_); }
  const std::string& id() const noexcept { return core_->id(); }
  const std::string& nsp() const noexcept { return core_->nsp_name(); }
  /// Where `options.keep_handshake` is off, on the loop's thread only.
  const socketio::handshake& handshake() const noexcept { return core_->shake(); }

  /// Sends an event. From another thread the answer `ok` says that the server exists; whether the
  /// client still did is known only to the loop.
  template <class... Args>
  send_status emit(std::string_view event, const Args&... arguments) const {
    detail::check_emitted<Args...>();
    if (sio::is_reserved_event(event)) return send_status::dropped;
    return detail::send_event(
        *core_, sio::encode_event(core_->nsp_name(), core_->owner().all().next_offset(), event,
                                  arguments...));
  }

  /// See io::socket::emit_latest.
  template <class... Args>
  send_status emit_latest(std::string_view key, std::string_view event,
                          const Args&... arguments) const {
    if (sio::is_reserved_event(event)) return send_status::dropped;
    return detail::emit_event(*core_, {}, detail::make_key(core_->nsp_name(), key), event,
                              arguments...);
  }

  void join(std::string_view room) const { change_room(room, true); }
  void leave(std::string_view room) const { change_room(room, false); }

  /// Leaves the namespace; with `close`, all namespaces of the client and the connection.
  void disconnect(bool close = false) const {
    core_->owner().perform(detail::message::disconnect{nsp_core(), {}, close, core_});
  }

  friend bool operator==(const socket_ref&, const socket_ref&) noexcept = default;

 private:
  ref<detail::nsp_core> nsp_core() const noexcept {
    return ref<detail::nsp_core>{&core_->nsp().whole};
  }

  void change_room(std::string_view room, bool join) const {
    name_list rooms;
    rooms.add(room);
    core_->owner().perform(
        detail::message::membership{nsp_core(), {}, std::move(rooms), join, core_});
  }

  ref<detail::socket_core> core_;
};

}  // namespace socketio
