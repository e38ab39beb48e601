// layer 4 (hub): a socket as `fetch_sockets` finds it, on whichever server it is.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/cluster/request.hpp"
#include "socketio/emit.hpp"
#include "socketio/hub/message.hpp"
#include "socketio/hub/switchboard.hpp"
#include "socketio/socket_ref.hpp"

namespace socketio {

/// What was known of a socket when it was found, and a handle to it: copyable, usable from any
/// thread and at any time. What is done to a socket of another server is done there, soon, if it is
/// still connected.
class remote_socket {
 public:
  remote_socket(ref<detail::switchboard> b, ref<detail::nsp_core> n, cluster::found_socket found)
      : board_{std::move(b)}, nsp_{std::move(n)}, found_{std::move(found)} {}

  const std::string& id() const noexcept { return found_.id; }
  const std::string& nsp() const noexcept { return nsp_->name; }
  const socketio::handshake& handshake() const noexcept { return found_.handshake; }

  /// The rooms that it was in, the one named by its id first.
  const std::vector<std::string>& rooms() const noexcept { return found_.rooms; }

  /// What was attached to it, `socket.data()`, as far as that type can be emitted; else null,
  /// or from another server an empty object.
  const value& data() const noexcept { return found_.data; }

  /// The same socket, if it is one of this server's; otherwise empty.
  socket_ref local() const noexcept { return socket_ref{found_.here}; }

  /// Sends an event. `ok` from a socket elsewhere says that this server exists.
  template <class... Args>
  send_status emit(std::string_view event, const Args&... arguments) const {
    if (found_.here) return local().emit(event, arguments...);
    detail::check_emitted<Args...>();
    if (sio::is_reserved_event(event)) return send_status::dropped;
    board_->tell_others(detail::message::broadcast{
        nsp_, itself(), sio::encode_event(nsp_->name, sio::offset{0}, event, arguments...)});
    return board_->clustered() ? send_status::ok : send_status::closed;
  }

  void join(std::string_view room) const { change_room(room, true); }
  void leave(std::string_view room) const { change_room(room, false); }

  /// Leaves the namespace; with `close`, all namespaces of the client and the connection.
  void disconnect(bool close = false) const {
    if (found_.here) return local().disconnect(close);
    board_->tell_others(detail::message::disconnect{nsp_, itself(), close});
  }

 private:
  audience itself() const {
    audience one;
    one.rooms.add(found_.id);
    return one;
  }

  void change_room(std::string_view room, bool join) const {
    if (found_.here) return join ? local().join(room) : local().leave(room);
    name_list rooms;
    rooms.add(room);
    board_->tell_others(detail::message::membership{nsp_, itself(), std::move(rooms), join});
  }

  ref<detail::switchboard> board_;
  ref<detail::nsp_core> nsp_;
  cluster::found_socket found_;
};

}  // namespace socketio
