// layer 4 (hub): who wants to know of rooms that come and go, and of who is in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "socketio/core/string_map.hpp"
#include "socketio/hub/listener_list.hpp"

namespace socketio {

class socket;

namespace detail {

/// Rooms named by a socket's id are not told of: they are there exactly while the socket is.
class room_watchers {
 public:
  using of_rooms = callback_list<std::string_view>;
  using of_members = callback_list<socket&, std::string_view>;

  of_rooms created;
  of_rooms deleted;
  of_members joined;
  of_members left;

  /// A socket joins a room. True if nobody else is known to be in it: the room is new.
  bool enters(std::string_view room) {
    const auto [at, fresh] = members_.try_emplace(std::string{room});
    ++at->second;
    return fresh;
  }

  /// A socket leaves. What is told of that may fill the room again, so it `is_gone` only
  /// afterwards.
  void exits(std::string_view room) {
    if (const auto at = members_.find(room); at != members_.end()) --at->second;
  }
  bool is_gone(std::string_view room) {
    const auto at = members_.find(room);
    if (at == members_.end() || at->second != 0) return false;
    members_.erase(at);
    return true;
  }

  bool remove(std::uint64_t number) {
    return created.take(number) || deleted.take(number) || joined.take(number) || left.take(number);
  }

 private:
  string_map<std::size_t> members_;  ///< of whom was told
};

}  // namespace detail
}  // namespace socketio
