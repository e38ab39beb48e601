// layer 4 (hub): who wants to know of rooms that come and go, and of who is in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/hub/listener_list.hpp"
#include "socketio/hub/socket_core.hpp"

namespace socketio {

class socket;

namespace detail {

/// What happens is counted at once, and told when everybody has heard of what was before: callbacks
/// may have sockets join and leave, and still hear of everything in the order in which it happens.
///
/// Rooms named by a socket's id are not told of: they are there exactly while the socket is.
class room_watchers {
 public:
  callback_list<std::string_view> created;
  callback_list<std::string_view> deleted;
  callback_list<socket&, std::string_view> joined;
  callback_list<socket&, std::string_view> left;

  bool remove(std::uint64_t number) {
    return created.take(number) || deleted.take(number) || joined.take(number) || left.take(number);
  }

  /// `visit(name)` for the rooms that somebody is in.
  template <class Visitor>
  void for_each(Visitor&& visit) const {
    for (const auto& [name, members] : members_) visit(std::string_view{name});
  }

  /// Somebody is in a room, of whom nobody is told.
  bool count(std::string_view room) {
    const auto [at, fresh] = members_.try_emplace(std::string{room});
    ++at->second;
    return fresh;
  }
  /// True if nobody is left.
  bool discount(std::string_view room) noexcept {
    const auto at = members_.find(room);
    if (at == members_.end() || --at->second != 0) return false;
    members_.erase(at);
    return true;
  }

  /// Until it is told of, the socket is in use.
  struct news {
    ref<socket_core> who;
    std::string room;
    bool joined;
    bool edge = false;  ///< the room is new, or gone
  };

  void enters(socket_core& who, std::string_view room) {
    news& fresh = pending_.emplace_back(news{ref{&who}, std::string{room}, true});
    try {
      fresh.edge = count(room);
    } catch (...) {
      pending_.pop_back();
      throw;
    }
    ++who.running_;
  }
  void leaves(socket_core& who, std::string_view room) {
    pending_.emplace_back(news{ref{&who}, std::string{room}, false}).edge = discount(room);
    ++who.running_;
  }

  /// As if the last socket had not entered.
  void take_back() noexcept {
    discount(pending_.back().room);
    --pending_.back().who->running_;
    pending_.pop_back();
  }

  /// `visit(const news&)` for what has not been told, unless somebody is about it already.
  template <class Visitor>
  void tell(Visitor&& visit) {
    if (telling_) return;
    struct turn {
      bool& under_way;
      ~turn() { under_way = false; }
    } const now{telling_};
    telling_ = true;
    while (!pending_.empty()) {
      const news next = std::move(pending_.front());
      pending_.pop_front();
      visit(next);
    }
  }

 private:
  string_map<std::size_t> members_;
  std::deque<news> pending_;
  bool telling_ = false;
};

}  // namespace detail
}  // namespace socketio
