// layer 4 (hub): sockets of one namespace on one shard, by id and by room.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/core/id_set.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/hub/audience.hpp"
#include "socketio/hub/room_table.hpp"
#include "socketio/hub/socket_core.hpp"

namespace socketio::detail {

/// Who is there, and how an audience is found among them. Only `size` may be called from other
/// threads.
class roster {
 public:
  roster() = default;
  roster(const roster&) = delete;

  room_table rooms;

  socket_core* find(std::string_view id) const noexcept { return everyone_.find(id); }

  /// How many sockets there are on this shard.
  std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

  void add(socket_core& who) {
    who.mark_ = 0;  // it may have one of another roster
    everyone_.add(who);
    size_.store(everyone_.size(), std::memory_order_relaxed);
  }

  void remove(socket_core& who) {
    everyone_.remove(who);
    size_.store(everyone_.size(), std::memory_order_relaxed);
  }

  /// Calls `visit(socket_core&)` once for each socket of the audience. `visit` must not change who
  /// is in the namespace or its rooms.
  template <class Visitor>
  void for_each(const audience& to, Visitor&& visit) {
    if (to.direct) {
      to.rooms.for_each([&](std::string_view id) {
        if (socket_core* const who = find(id)) visit(*who);
      });
      return;
    }
    if (to.rooms.empty() && to.except.empty()) {
      for (const auto& each : everyone_) visit(*each);
      return;
    }
    if (to.rooms.size() == 1 && to.except.empty()) {  // nobody is in one room twice
      to.rooms.for_each([&](std::string_view room) { for_each_in(room, visit); });
      return;
    }
    // Whoever bears the number of this broadcast is done with: left out, or visited already.
    const std::uint32_t number = next_mark();
    const auto once = [&](socket_core& who) {
      if (std::exchange(who.mark_, number) != number) visit(who);
    };
    to.except.for_each([&](std::string_view room) {
      for_each_in(room, [&](socket_core& who) { who.mark_ = number; });
    });
    if (to.rooms.empty()) {
      for (const auto& each : everyone_) once(*each);
    } else {
      to.rooms.for_each([&](std::string_view room) { for_each_in(room, once); });
    }
  }

  /// The same for a `visit` that changes who is in the namespace or its rooms.
  template <class Visitor>
  void for_each_copied(const audience& to, Visitor&& visit) {
    std::vector<ref<socket_core>> all;
    for_each(to, [&](socket_core& who) { all.emplace_back(&who); });
    for (const auto& each : all) visit(*each);
  }

 private:
  template <class Visitor>
  void for_each_in(std::string_view room, Visitor&& visit) {
    socket_core* const owner = find(room);
    if (owner && owner->in_own_room_) visit(*owner);
    if (const room_slice* slice = rooms.find(room)) {
      for (const auto& member : slice->members) {
        if (member.who != owner) visit(*member.who);
      }
    }
  }

  std::uint32_t next_mark() {
    if (++mark_ == 0) {  // after 2^32 broadcasts an old mark could look like a new one
      for (const auto& each : everyone_) each->mark_ = 0;
      mark_ = 1;
    }
    return mark_;
  }

  id_set<socket_core> everyone_;
  std::uint32_t mark_ = 0;
  std::atomic<std::size_t> size_ = 0;
};

}  // namespace socketio::detail
