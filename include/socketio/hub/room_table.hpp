// layer 4 (hub): which sockets are in which rooms.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "socketio/core/release.hpp"
#include "socketio/core/string_map.hpp"

namespace socketio {

namespace detail {

class socket_core;
struct room_slice;

/// A socket's end of its links to rooms. Each link is known by its position at both ends, so that
/// joining and leaving take constant time however large either end is.
class memberships {
 public:
  struct entry {
    room_slice* room;
    std::uint32_t place;  ///< in room_slice::members
    std::uint32_t since;  ///< of which age of the cluster it is: see sio::offset::age
  };

  const std::vector<entry>& entries() const noexcept { return entries_; }

 private:
  friend class room_table;

  static constexpr std::size_t unindexed = 16;

  std::size_t find(const room_slice* room) const {
    if (index_) {
      const auto found = index_->find(room);
      return found == index_->end() ? entries_.size() : found->second;
    }
    std::size_t i = 0;
    while (i < entries_.size() && entries_[i].room != room) ++i;
    return i;
  }

  /// Notes where the entry of a room will be.
  void index(const room_slice* room, std::size_t place) {
    if (index_) {
      index_->emplace(room, place);
    } else if (entries_.size() == unindexed) {
      auto fresh = std::make_unique<std::unordered_map<const room_slice*, std::size_t>>();
      for (std::size_t i = 0; i < entries_.size(); ++i) fresh->emplace(entries_[i].room, i);
      fresh->emplace(room, place);
      index_ = std::move(fresh);
    }
  }

  std::vector<entry> entries_;
  std::unique_ptr<std::unordered_map<const room_slice*, std::size_t>> index_;  ///< if many
};

/// One room's members on this shard.
struct room_slice {
  struct member {
    socket_core* who;
    memberships* links;   ///< of `who`
    std::uint32_t place;  ///< in its entries
  };

  std::string name;
  std::vector<member> members;
};

/// The rooms of a namespace on one shard. A room exists as long as it has members.
class room_table {
 public:
  /// False if it was a member already. When memory runs out, nothing has happened.
  bool join(socket_core& who, memberships& links, std::string_view name, std::uint32_t since = 0) {
    auto at = rooms_.find(name);
    if (at == rooms_.end()) {
      auto fresh = std::make_unique<room_slice>(room_slice{std::string{name}, {}});
      const std::string_view key = fresh->name;
      at = rooms_.emplace(key, std::move(fresh)).first;
    }
    room_slice& room = *at->second;
    const std::size_t place = links.find(&room);
    if (place != links.entries_.size()) return false;
    try {
      grow(room.members);
      grow(links.entries_);
      links.index(&room, place);
    } catch (...) {
      if (room.members.empty()) rooms_.erase(at);
      throw;
    }
    room.members.push_back({&who, &links, static_cast<std::uint32_t>(place)});
    links.entries_.push_back({&room, static_cast<std::uint32_t>(room.members.size() - 1), since});
    return true;
  }

  /// False if it was no member.
  bool leave(memberships& links, std::string_view name) {
    const auto at = rooms_.find(name);
    if (at == rooms_.end()) return false;
    const std::size_t place = links.find(at->second.get());
    if (place == links.entries_.size()) return false;
    remove(links, place);
    return true;
  }

  void leave_all(memberships& links) {
    while (!links.entries_.empty()) remove(links, links.entries_.size() - 1);
    release(links.entries_);
    links.index_.reset();
  }

  bool has(const memberships& links, std::string_view name) const {
    const auto at = rooms_.find(name);
    return at != rooms_.end() && links.find(at->second.get()) != links.entries_.size();
  }

  const room_slice* find(std::string_view name) const {
    const auto at = rooms_.find(name);
    return at == rooms_.end() ? nullptr : at->second.get();
  }

  std::size_t size() const noexcept { return rooms_.size(); }

  template <class Visitor>
  void for_each(Visitor&& visit) const {
    for (const auto& [name, room] : rooms_) visit(*room);
  }

 private:
  template <class T>
  static void grow(std::vector<T>& v) {
    if (v.size() == v.capacity()) v.reserve(std::max<std::size_t>(1, 2 * v.size()));
  }

  /// The last entry of each end takes the place of the one that goes.
  void remove(memberships& links, std::size_t place) {
    room_slice& room = *links.entries_[place].room;
    const std::uint32_t seat = links.entries_[place].place;

    const room_slice::member last_member = room.members.back();
    room.members.pop_back();
    if (seat < room.members.size()) {
      room.members[seat] = last_member;
      last_member.links->entries_[last_member.place].place = seat;
    }

    if (links.index_) links.index_->erase(&room);
    const memberships::entry last_entry = links.entries_.back();
    links.entries_.pop_back();
    if (place < links.entries_.size()) {
      links.entries_[place] = last_entry;
      last_entry.room->members[last_entry.place].place = static_cast<std::uint32_t>(place);
      if (links.index_) (*links.index_)[last_entry.room] = place;
    }

    if (room.members.empty()) rooms_.erase(rooms_.find(room.name));
  }

  view_map<std::unique_ptr<room_slice>> rooms_;
};

}  // namespace detail
}  // namespace socketio
