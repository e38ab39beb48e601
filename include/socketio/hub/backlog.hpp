// layer 4 (hub): what was sent to a socket and may not have arrived.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "socketio/core/deadlines.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/random.hpp"
#include "socketio/proto/sio/encode.hpp"

namespace socketio::detail {

class recovery;
class socket_core;

/// The packets of one socket that `recovery` would send again, in the order in which they were
/// sent. It outlives the socket whose connection is lost, and passes to the one that resumes it.
class backlog : public deadline, public link<backlog> {
 public:
  struct entry {
    sio::encoded packet;  ///< without text where only the offset counts: a packet not sent again
    time_point sent;
  };

  backlog(recovery& all, socket_core& of, deadline::action expired)
      : deadline{expired}, keeper{all}, owner{&of} {}

  /// What the client proves with that it is the one: nobody else is told.
  const std::string pid = random_id();

  recovery& keeper;
  socket_core* owner;
  socket_core* claimant = nullptr;  ///< who is about to resume it, while middlewares decide

  bool empty() const noexcept { return first_ == entries_.size(); }
  std::size_t size() const noexcept { return entries_.size() - first_; }
  time_point oldest() const noexcept { return entries_[first_].sent; }

  void push(sio::encoded packet, time_point now) {
    // Half of it at most is what was dropped: each entry is moved once, on the average.
    if (first_ > entries_.size() / 2) {
      entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    entries_.push_back({std::move(packet), now});
  }

  /// Drops the oldest packet, and gives its size. A client that has not got it cannot resume.
  std::size_t pop() {
    const sio::encoded dropped = std::move(entries_[first_].packet);
    ++first_;
    if (empty()) {
      entries_ = {};
      first_ = 0;
    }
    last_dropped_ = dropped.offset;
    return size_of(dropped);
  }

  /// What followed the packet with this offset; nothing if that is not known (any more).
  std::optional<std::span<const entry>> after(std::uint64_t offset) const {
    const std::span<const entry> all = std::span{entries_}.subspan(first_);
    for (std::size_t i = all.size(); i != 0; --i) {
      if (all[i - 1].packet.offset == offset) return all.subspan(i);
    }
    if (offset == last_dropped_) return all;
    return {};
  }

  static std::size_t size_of(const sio::encoded& packet) noexcept {
    std::size_t sum = sizeof(entry);
    if (packet.text) sum += packet.text.packet().size();
    for (const frame& each : packet.attachments) sum += each.packet().size();
    return sum;
  }

 private:
  std::vector<entry> entries_;
  std::size_t first_ = 0;           // those before it are dropped
  std::uint64_t last_dropped_ = 0;  // 0, the beginning: what a client has that has got no event yet
};

/// What a socket that is connecting is going to resume.
struct resumption {
  ref<socket_core> from;
  std::uint64_t after;  ///< the offset of the last packet that the client has got
};

}  // namespace socketio::detail
