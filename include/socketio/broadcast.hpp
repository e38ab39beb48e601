// layer 4 (hub): emitting to many sockets, and doing other things to many sockets.
#pragma once

#include <concepts>
#include <ranges>
#include <string_view>
#include <utility>

#include "socketio/emit.hpp"
#include "socketio/hub/audience.hpp"
#include "socketio/hub/message.hpp"
#include "socketio/hub/switchboard.hpp"

namespace socketio {

/// Selects sockets of a namespace and acts on them:
///
///     server.to("lobby").except("muted").emit("tick", 42);
///
/// A value: each call returns a new one, which may be kept and used again, from any thread. The
/// packet is encoded once, whoever and however many receive it. Who is in the rooms is decided on
/// the loop: at once in handlers, soon after from other threads.
class broadcast {
 public:
  broadcast(ref<detail::switchboard> b, detail::nsp_core& n) : board_{std::move(b)}, nsp_{&n} {}

  /// Adds the members of a room. A socket's id is a room too. Without any, everybody is meant.
  broadcast to(std::string_view room) const& { return broadcast{*this}.to(room); }
  broadcast to(std::string_view room) && {
    audience_.rooms.add(room);
    return std::move(*this);
  }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  broadcast to(const Rooms& rooms) const {
    broadcast copy{*this};
    copy.audience_.rooms.add(rooms);
    return copy;
  }

  /// The same as `to`.
  broadcast in(std::string_view room) const& { return to(room); }
  broadcast in(std::string_view room) && { return std::move(*this).to(room); }

  /// Leaves out the members of a room.
  broadcast except(std::string_view room) const& { return broadcast{*this}.except(room); }
  broadcast except(std::string_view room) && {
    audience_.except.add(room);
    return std::move(*this);
  }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  broadcast except(const Rooms& rooms) const {
    broadcast copy{*this};
    copy.audience_.except.add(rooms);
    return copy;
  }

  /// Only sockets of this process.
  broadcast local() const {
    broadcast copy{*this};
    copy.audience_.local = true;
    return copy;
  }

  /// Sockets that do not keep up are left out, instead of having the packet queued.
  broadcast lossy() const {
    broadcast copy{*this};
    copy.audience_.lossy = true;
    return copy;
  }

  /// Sends an event to all of them.
  template <class... Args>
  void emit(std::string_view event, const Args&... arguments) const {
    detail::check_emitted<Args...>();
    static_assert(!detail::ends_with_callback<Args...>(),
                  "socketio: acknowledgements are awaited from single sockets.");
    if (sio::is_reserved_event(event)) return;
    board_->perform(detail::message::broadcast{
        nsp_, audience_, sio::encode_event(nsp_->name, std::nullopt, event, arguments...)});
  }

  /// Makes all of them join or leave a room.
  void sockets_join(std::string_view room) const { change_room(room, true); }
  void sockets_leave(std::string_view room) const { change_room(room, false); }

  /// Disconnects all of them; with `close`, their connections too. What was emitted to them before
  /// is still delivered.
  void disconnect_sockets(bool close = false) const {
    board_->perform(detail::message::disconnect{nsp_, audience_, close});
  }

 private:
  void change_room(std::string_view room, bool join) const {
    name_list rooms;
    rooms.add(room);
    board_->perform(detail::message::membership{nsp_, audience_, std::move(rooms), join});
  }

  ref<detail::switchboard> board_;
  detail::nsp_core* nsp_;
  audience audience_;
};

}  // namespace socketio
