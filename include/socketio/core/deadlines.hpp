// layer 0 (core): many timeouts, few distinct lengths, one timer.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "socketio/core/intrusive.hpp"

namespace socketio {

using duration = std::chrono::steady_clock::duration;
using time_point = std::chrono::steady_clock::time_point;

/// Something that will happen unless it is disarmed first. A member or a base of the object it
/// concerns; its destruction disarms it.
class deadline : public link<deadline> {
 public:
  using action = void (*)(deadline&);

  /// `expired` is called at most once per arming, with the deadline already disarmed.
  explicit deadline(action expired) noexcept : expired_{expired} {}

  bool armed() const noexcept { return linked(); }
  void disarm() noexcept { unlink(); }
  time_point due() const noexcept { return due_; }

 private:
  friend class deadlines;
  time_point due_{};
  action expired_;
};

/// All deadlines of a shard. A server has few distinct timeouts (ping interval, ping timeout, head
/// timeout, …) and time only moves forward, so deadlines of the same length expire in the order in
/// which they were armed: one queue for each length keeps them sorted at no cost. Arming and
/// disarming are O(lengths) and O(1); 100,000 heartbeats need one timer.
class deadlines {
 public:
  void arm(deadline& d, time_point now, duration after) {
    d.disarm();
    d.due_ = now + after;
    queue_of(after).waiting.push_back(d);
  }

  /// Makes room for deadlines of this length: arming them never needs memory.
  void prepare(duration length) {
    queue_of(length);
    prepared_ = queues_.size();
  }

  /// When the earliest deadline is due; nothing if none is armed.
  std::optional<time_point> next() {
    std::optional<time_point> earliest;
    for (auto& each : queues_) {
      if (each->waiting.empty()) continue;
      const time_point due = each->waiting.front().due_;
      if (!earliest || due < *earliest) earliest = due;
    }
    return earliest;
  }

  /// Lets everything expire that is due, earliest first. Actions may arm, disarm and destroy.
  void expire(time_point now) {
    while (deadline* d = earliest_due(now)) {
      d->disarm();
      d->expired_(*d);
    }
    drop_unused_queues();
  }

 private:
  struct queue {
    duration length;
    list<deadline> waiting;
  };

  queue& queue_of(duration length) {
    for (auto& each : queues_) {
      if (each->length == length) return *each;
    }
    // A list head is linked to from its elements, hence does not move: queues live on the heap.
    queues_.push_back(std::make_unique<queue>());
    queues_.back()->length = length;
    return *queues_.back();
  }

  deadline* earliest_due(time_point now) {
    deadline* earliest = nullptr;
    for (auto& each : queues_) {
      if (each->waiting.empty()) continue;
      deadline& first = each->waiting.front();
      if (first.due_ <= now && (!earliest || first.due_ < earliest->due_)) earliest = &first;
    }
    return earliest;
  }

  void drop_unused_queues() {
    // The fixed timeouts stay; lengths that applications make up per call must not add up.
    constexpr std::size_t kept = 16;
    if (queues_.size() <= prepared_ + kept) return;
    const auto made_up = queues_.begin() + static_cast<std::ptrdiff_t>(prepared_);
    queues_.erase(std::remove_if(made_up, queues_.end(),
                                 [](const auto& each) { return each->waiting.empty(); }),
                  queues_.end());
  }

  std::vector<std::unique_ptr<queue>> queues_;
  std::size_t prepared_ = 0;  ///< so many of them stay
};

}  // namespace socketio
