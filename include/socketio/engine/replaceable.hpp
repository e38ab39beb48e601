// layer 2 (engine): which of the waiting messages may still be dropped, or replaced.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "socketio/core/intrusive.hpp"
#include "socketio/core/release.hpp"

namespace socketio::engine {

/// The name of a value of which only the latest counts. Made once for all who are sent it.
struct latest_key : counted<latest_key, shared_count> {
  explicit latest_key(std::string n) : name{std::move(n)} {}
  const std::string name;
};

/// Some frames of an outbox that go together: an event, with its attachments. Frames are numbered
/// in the order of their writing, so that a slot of which some are written shows by its number.
struct slot {
  std::size_t begin;
  std::size_t frames;
};

/// What an outbox knows of the messages that need not be sent as they are. Only an outbox that has,
/// or had, such messages has one.
class replaceable {
 public:
  /// The number of the outbox's first place: so many frames were in places that are others' now.
  std::size_t gone = 0;

  /// The frame with this number, and what is before it, is sent as it is: others depend on it.
  void seal(std::size_t number) noexcept { sealed_ = std::max(sealed_, number + 1); }

  /// The first number after all those.
  std::size_t sealed() const noexcept { return sealed_; }

  /// `from` is the first number of which nothing has been written.
  void add_droppable(slot s, std::size_t from) {
    oldest(from);  // those that are written are forgotten
    if (next_ > droppable_.size() / 2) {
      droppable_.erase(droppable_.begin(), droppable_.begin() + static_cast<std::ptrdiff_t>(next_));
      next_ = 0;
    }
    droppable_.push_back(s);
  }

  /// The oldest that may be dropped, from this number on; null if there is none.
  const slot* oldest(std::size_t from) noexcept {
    while (next_ < droppable_.size() && droppable_[next_].begin < from) ++next_;
    return next_ == droppable_.size() ? nullptr : &droppable_[next_];
  }
  void pop_oldest() noexcept { ++next_; }

  /// Those that are written are forgotten when they are more than what waits.
  void add_latest(const ref<const latest_key>& key, slot s, std::size_t from) {
    if (latest_.size() > 2 * (s.begin - from) + 16) {
      std::erase_if(latest_, [&](const auto& each) { return each.second.begin < from; });
    }
    latest_.insert_or_assign(key, s);
  }

  slot* find(const ref<const latest_key>& key) noexcept {
    const auto found = latest_.find(key);
    return found == latest_.end() ? nullptr : &found->second;
  }

  /// The frames with numbers in [from, to) have moved back; none of them may be dropped.
  void move_back(std::size_t from, std::size_t to, std::size_t by) noexcept {
    if (sealed_ > from) sealed_ += by;
    for (auto& [key, each] : latest_) {
      if (each.begin >= from && each.begin < to) each.begin += by;
    }
  }

  /// All messages with numbers from this one on have moved, back or forth.
  void move(std::size_t from, std::ptrdiff_t by) noexcept {
    const auto adjust = [&](slot& each) {
      if (each.begin >= from) each.begin += static_cast<std::size_t>(by);
    };
    for (std::size_t i = next_; i < droppable_.size(); ++i) adjust(droppable_[i]);
    for (auto& [key, each] : latest_) adjust(each);
  }

  /// Nothing waits, and the outbox begins with its first place again, after so many.
  void clear(std::size_t places) noexcept {
    gone += places;
    constexpr std::size_t kept = 16;
    release(droppable_, kept);
    latest_.bucket_count() > kept ? release(latest_) : latest_.clear();
    next_ = 0;
  }

 private:
  struct hash {
    std::size_t operator()(const ref<const latest_key>& key) const noexcept {
      return std::hash<std::string_view>{}(key->name);
    }
  };
  struct equal {
    bool operator()(const ref<const latest_key>& a, const ref<const latest_key>& b) const noexcept {
      return a == b || a->name == b->name;
    }
  };

  std::size_t sealed_ = 0;
  std::vector<slot> droppable_;  // by their numbers
  std::size_t next_ = 0;         // those before it are gone
  std::unordered_map<ref<const latest_key>, slot, hash, equal> latest_;
};

}  // namespace socketio::engine
