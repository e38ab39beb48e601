// layer 4 (hub): the members of a room on this shard.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "socketio/broadcast.hpp"
#include "socketio/socket.hpp"

namespace socketio {

/// A room as one shard sees it: `nsp.room("lobby")`. Used on the loop's thread; may be kept, and
/// always shows who is in the room now. A room needs no creation, and vanishes when it is empty.
template <class Data>
class basic_room {
 public:
  using socket_type = basic_socket<Data>;

  basic_room(ref<detail::switchboard> b, ref<detail::nsp_core> n, std::string name)
      : board_{std::move(b)}, nsp_{std::move(n)}, name_{std::move(name)} {}

  const std::string& name() const noexcept { return name_; }

  std::size_t size() const {
    std::size_t count = 0;
    board_->for_each_of(*nsp_, [&](detail::nsp_core& each) {
      board_->local(each).for_each(members(), [&](detail::socket_core&) { ++count; });
    });
    return count;
  }

  bool empty() const { return size() == 0; }

  /// Calls `visit(socket&)` for each member. It may do anything to sockets and rooms; who joins
  /// meanwhile is not visited.
  template <class Visitor>
  void for_each(Visitor&& visit) const {
    board_->for_each_of(*nsp_, [&](detail::nsp_core& each) {
      board_->local(each).for_each_copied(members(), [&](detail::socket_core& who) {
        if (who.connected()) visit(static_cast<socket_type&>(who.face()));
      });
    });
  }

  /// Sends an event to all members.
  template <class... Args>
  void emit(std::string_view event, const Args&... arguments) const {
    broadcast{board_, nsp_}.to(name_).emit(event, arguments...);
  }

  /// Sends all members a value of which only the latest counts; see io::socket::emit_latest.
  template <class... Args>
  void emit_latest(std::string_view key, std::string_view event, const Args&... arguments) const {
    broadcast{board_, nsp_}.to(name_).emit_latest(key, event, arguments...);
  }

 private:
  audience members() const {
    audience all;
    all.rooms.add(name_);
    return all;
  }

  ref<detail::switchboard> board_;
  ref<detail::nsp_core> nsp_;
  std::string name_;
};

}  // namespace socketio
