// layer 4 (hub): what was sent to a room, or to a whole namespace, for those who come later.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/core/deadlines.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/engine/replaceable.hpp"
#include "socketio/history.hpp"
#include "socketio/hub/audience.hpp"
#include "socketio/proto/sio/encode.hpp"

namespace socketio::detail {

/// The last events in their order, on one shard; the frames are shared by all.
class history_log {
 public:
  explicit history_log(const history& limits) : limits_{limits} {}

  /// With a key, it takes the place of what has the same: of a value only the latest counts.
  void note(const sio::encoded& packet, const name_list& except,
            const ref<const engine::latest_key>& key, time_point now) {
    if (key) {
      const auto same = std::ranges::find_if(
          entries_, [&](const entry& e) { return e.key && e.key->name == key->name; });
      if (same != entries_.end()) bytes_ -= same->bytes, entries_.erase(same);
    }
    std::size_t size = sizeof(entry) + packet.text.packet().size();
    for (const frame& each : packet.attachments) size += each.packet().size();
    entries_.push_back({packet, except, key, size, now});
    entries_.back().packet.msgpack = {};  // made anew for who needs it
    bytes_ += size;
    trim(now);
  }

  /// `visit(const sio::encoded&, const name_list& except)` for all of them.
  template <class Visitor>
  void for_each(time_point now, Visitor&& visit) {
    trim(now);
    for (const entry& each : entries_) visit(each.packet, each.except);
  }

 private:
  struct entry {
    sio::encoded packet;
    name_list except;
    ref<const engine::latest_key> key;
    std::size_t bytes;
    time_point sent;
  };

  void trim(time_point now) {
    while (!entries_.empty() && (entries_.size() > limits_.events || bytes_ > limits_.bytes ||
                                 std::chrono::ceil<std::chrono::milliseconds>(
                                     now - entries_.front().sent) > limits_.age)) {
      bytes_ -= entries_.front().bytes;
      entries_.pop_front();
    }
  }

  const history limits_;
  std::deque<entry> entries_;
  std::size_t bytes_ = 0;
};

/// The histories of a namespace on one shard.
class histories {
 public:
  /// Of a room, or of the namespace as a whole.
  void keep(const std::optional<std::string>& room, const history& limits) {
    if (room) {
      rooms_.insert_or_assign(*room, std::make_unique<history_log>(limits));
    } else {
      whole_ = std::make_unique<history_log>(limits);
    }
  }
  void drop(const std::optional<std::string>& room) {
    if (!room) {
      whole_ = nullptr;
    } else if (const auto found = rooms_.find(*room); found != rooms_.end()) {
      rooms_.erase(found);
    }
  }

  void note(const audience& to, const sio::encoded& packet,
            const ref<const engine::latest_key>& key, time_point now) {
    if (to.lossy || to.direct) return;  // it may be missed, or is nobody else's
    if (whole_ && to.rooms.empty()) whole_->note(packet, to.except, key, now);
    to.rooms.for_each([&](std::string_view room) {
      if (history_log* const log = find(room)) log->note(packet, to.except, key, now);
    });
  }

  history_log* find(std::string_view room) const {
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? nullptr : found->second.get();
  }
  history_log* whole() const noexcept { return whole_.get(); }

 private:
  std::unique_ptr<history_log> whole_;
  string_map<std::unique_ptr<history_log>> rooms_;
};

}  // namespace socketio::detail
