// layer 0 (core): objects that are found by their ids.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"

namespace socketio {

/// A set of objects that each have an `id()`, which is another for each, and stays the same while
/// they are in here. They lie in a row, to be visited; where an id is in it says a table with open
/// addressing. That is about 24 bytes for each, and no block of their own.
template <class T>
class id_set {
 public:
  T* find(std::string_view id) const noexcept {
    if (table_.empty()) return nullptr;
    const std::uint32_t hash = hash_of(id);
    for (std::size_t i = home(hash); table_[i].place != nowhere; i = next(i)) {
      if (table_[i].hash != hash) continue;
      T* const found = all_[table_[i].place].get();
      if (same_text(found->id(), id)) return found;
    }
    return nullptr;
  }

  /// When memory runs out, nothing has happened.
  void add(T& object) {
    if (4 * (all_.size() + 1) > 3 * table_.size()) {
      resize(table_.empty() ? least : 2 * table_.size());
    }
    const auto place = static_cast<std::uint32_t>(all_.size());
    all_.emplace_back(&object);
    enter({hash_of(object.id()), place});
  }

  /// False if it is not here. Needs no memory. If this is the last reference, the object is
  /// destroyed at the end, when it is not found any more.
  bool remove(T& object) noexcept {
    const std::size_t at = entry_of(object);
    if (at == table_.size()) return false;
    const std::uint32_t place = table_[at].place;
    if (place + 1 != all_.size()) table_[entry_of(*all_.back())].place = place;
    erase(at);
    const ref<T> removed = std::exchange(all_[place], std::move(all_.back()));
    all_.pop_back();
    if (table_.size() > least && 8 * all_.size() < table_.size()) shrink();
    return true;
  }

  void clear() noexcept {
    table_.clear();
    const auto removed = std::move(all_);
    all_.clear();
  }

  auto begin() const noexcept { return all_.begin(); }
  auto end() const noexcept { return all_.end(); }
  std::size_t size() const noexcept { return all_.size(); }
  bool empty() const noexcept { return all_.empty(); }

 private:
  static constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t least = 16;

  struct entry {
    std::uint32_t hash = 0;
    std::uint32_t place = nowhere;  ///< in `all_`
  };

  static std::uint32_t hash_of(std::string_view id) noexcept {
    return static_cast<std::uint32_t>(seeded_hash{}(id));
  }

  // The size of the table is a power of two; a quarter of it is free.
  std::size_t home(std::uint32_t hash) const noexcept { return hash & (table_.size() - 1); }
  std::size_t next(std::size_t i) const noexcept { return (i + 1) & (table_.size() - 1); }
  std::size_t distance(std::size_t from, std::size_t to) const noexcept {
    return (to - from) & (table_.size() - 1);
  }

  /// Where the table has it, or the table's size.
  std::size_t entry_of(T& object) const noexcept {
    if (table_.empty()) return 0;
    const std::uint32_t hash = hash_of(object.id());
    for (std::size_t i = home(hash); table_[i].place != nowhere; i = next(i)) {
      if (table_[i].hash == hash && all_[table_[i].place].get() == &object) return i;
    }
    return table_.size();
  }

  void enter(entry e) noexcept {
    std::size_t i = home(e.hash);
    while (table_[i].place != nowhere) i = next(i);
    table_[i] = e;
  }

  /// An entry that stands behind its home because this one was in the way moves up.
  void erase(std::size_t hole) noexcept {
    for (std::size_t i = next(hole); table_[i].place != nowhere; i = next(i)) {
      if (distance(home(table_[i].hash), i) < distance(hole, i)) continue;
      table_[hole] = table_[i];
      hole = i;
    }
    table_[hole] = entry{};
  }

  void resize(std::size_t size) {
    std::vector<entry> before(size);
    before.swap(table_);
    for (const entry& each : before) {
      if (each.place != nowhere) enter(each);
    }
  }

  void shrink() noexcept {
    try {
      resize(std::max(least, table_.size() / 4));
      all_.shrink_to_fit();
    } catch (const std::bad_alloc&) {
      // It is a little larger than it need be.
    }
  }

  std::vector<ref<T>> all_;
  std::vector<entry> table_;
};

}  // namespace socketio
