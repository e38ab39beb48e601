// layer 4 (hub): what was sent to a socket and may not have arrived.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "socketio/core/deadlines.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/release.hpp"
#include "socketio/proto/sio/encode.hpp"

namespace socketio::detail {

class recovery;
class socket_core;
class noted_packet;

/// What all logs of a shard hold together.
struct backlog_sum {
  std::size_t bytes = 0;
  noted_packet* last = nullptr;  ///< the packet that was noted last, as long as a log has it
  std::unordered_map<std::uint64_t, noted_packet*> restored =
      {};  ///< the same of others, by offset
};

/// A packet, once for all the logs that have it.
class noted_packet final : public counted<noted_packet> {
 public:
  noted_packet(const sio::encoded& packet, backlog_sum& all) : content{packet}, all_{all} {
    content.msgpack = {};  // made anew for who needs it
    size_ = packet.text ? packet.text.packet().size() : 0;
    for (const frame& each : packet.attachments) size_ += each.packet().size();
    all_.bytes += sizeof *this + size_;
  }
  ~noted_packet() {
    all_.bytes -= sizeof *this + size_;
    if (all_.last == this) all_.last = nullptr;
    if (listed_) all_.restored.erase(content.offset);
  }

  /// What has come from elsewhere, where many logs may have the same.
  static ref<noted_packet> restore(const sio::encoded& packet, backlog_sum& all) {
    const auto found = all.restored.find(packet.offset);
    if (found != all.restored.end() && found->second->is(packet)) return ref{found->second};
    const ref<noted_packet> fresh{new noted_packet{packet, all}};
    if (found == all.restored.end()) {
      all.restored.emplace(packet.offset, fresh.get());
      fresh->listed_ = true;
    }
    return fresh;
  }

  std::size_t size() const noexcept { return size_; }

  sio::encoded content;  ///< without text where only the offset counts: it is not sent again

 private:
  bool is(const sio::encoded& packet) const {
    const auto same = [](const frame& a, const frame& b) { return a.packet() == b.packet(); };
    return same(content.text, packet.text) &&
           std::equal(content.attachments.begin(), content.attachments.end(),
                      packet.attachments.begin(), packet.attachments.end(), same);
  }

  backlog_sum& all_;
  std::size_t size_;
  bool listed_ = false;
};

/// The packets of one socket that `recovery` would send again, in the order in which they were
/// sent. It outlives the socket whose connection is lost, and passes to the one that resumes it.
class backlog : public deadline, public link<backlog> {
 public:
  struct entry {
    ref<noted_packet> packet;
    time_point sent;
  };

  backlog(recovery& keeper, backlog_sum& all, socket_core& of, std::string secret,
          deadline::action expired)
      : deadline{expired}, pid{std::move(secret)}, kept_by{keeper}, owner{&of}, all_{all} {}
  ~backlog() {
    while (!empty()) pop();
    weigh(0);
  }

  /// What the client proves with that it is the one: nobody else is told.
  const std::string pid;

  recovery& kept_by;
  socket_core* owner;
  socket_core* claimant = nullptr;  ///< who is about to resume it, while middlewares decide
  time_point written{};             ///< for other servers, the last time
  std::uint32_t writing = 0;        ///< when the hub counted that many
  bool changed = false;             ///< since then

  bool empty() const noexcept { return first_ == entries_.size(); }
  std::size_t size() const noexcept { return entries_.size() - first_; }
  time_point oldest() const noexcept { return entries_[first_].sent; }

  void push(ref<noted_packet> packet, time_point now) {
    // Half of it at most is what was dropped: each entry is moved once, on the average.
    if (first_ > entries_.size() / 2) {
      entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    entries_.push_back({std::move(packet), now});
    all_.bytes += sizeof(entry);
  }

  /// Drops the oldest packet. A client that has not got it cannot resume.
  void pop() {
    last_dropped_ = entries_[first_].packet->content.offset;
    entries_[first_++].packet = nullptr;
    all_.bytes -= sizeof(entry);
    if (empty()) {
      release(entries_);
      first_ = 0;
    }
  }

  /// What followed the packet with this offset; nothing if that is not known (any more), or more
  /// than `most` bytes. A packet of a history may have been sent twice, and then nobody knows which
  /// of the two the client means.
  std::optional<std::span<const entry>> after(std::uint64_t offset, std::size_t most) const {
    std::size_t times = offset == last_dropped_ ? 1 : 0;
    std::size_t next = first_, bytes = 0;
    for (std::size_t i = first_; i != entries_.size(); ++i) {
      if (entries_[i].packet->content.offset == offset) {
        ++times;
        next = i + 1;
        bytes = 0;
      } else {
        bytes += entries_[i].packet->size();
      }
    }
    if (times != 1 || bytes > most) return {};
    return std::span{entries_}.subspan(next);
  }

  /// It goes on where another has been: what was before its client has, up to this packet.
  void start_after(std::uint64_t offset) noexcept { last_dropped_ = offset; }

  /// The owner gets something that nobody can send again: a client that has not got what comes
  /// after it cannot resume.
  void tear(time_point now) {
    while (!empty()) pop();
    last_dropped_.reset();
    torn_ = now;
  }
  /// When that was last; nothing if the client has certainly got it.
  std::optional<time_point> torn() const noexcept { return torn_; }
  void mend() noexcept { torn_.reset(); }

  /// Those packets are sent again, now.
  void renew(std::size_t last_ones, time_point now) {
    for (std::size_t i = entries_.size() - last_ones; i != entries_.size(); ++i) {
      entries_[i].sent = now;
    }
  }

  /// Bytes that are kept for the owner besides, while it is absent.
  void weigh(std::size_t bytes) {
    all_.bytes += bytes;
    all_.bytes -= std::exchange(weight_, bytes);
  }

 private:
  backlog_sum& all_;
  std::vector<entry> entries_;
  std::size_t first_ = 0;  // those before it are dropped
  // 0, the beginning: what a client has that has got no event yet. None: no client can have that.
  std::optional<std::uint64_t> last_dropped_ = 0;
  std::size_t weight_ = 0;
  std::optional<time_point> torn_;
};

/// What a socket that is connecting is going to resume.
struct resumption {
  ref<socket_core> from;
  std::uint64_t after;     ///< the offset of the last packet that the client has got
  bool known_ours = true;  ///< no other server has it, as far as this can be found out
};

}  // namespace socketio::detail
