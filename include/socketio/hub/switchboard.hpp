// layer 4 (hub): from a handle, on any thread, to the hubs of all shards.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/hub/hub.hpp"
#include "socketio/hub/nsp_core.hpp"

namespace socketio::detail {

/// What handles hold: the namespaces of a server and the hubs of its shards. It outlives the server
/// for as long as there are handles, which then find it closed.
///
/// All members may be called from any thread, once all hubs are added.
class switchboard final : public counted<switchboard, shared_count> {
 public:
  switchboard() = default;
  SOCKETIO_DECL ~switchboard();

  /// The hub of the next shard. To be called for each of them before anything else.
  SOCKETIO_DECL hub& add(engine::environment& env, hub::loop l);

  /// The namespace of this name, made on first use.
  SOCKETIO_DECL nsp_core& of(std::string_view name);

  /// The same, or null.
  SOCKETIO_DECL nsp_core* find(std::string_view name);

  /// Has every shard that may have somebody of `m.nsp` do what the message says: the caller's own
  /// shard at once, the others soon.
  template <class Message>
  void perform(Message m) {
    hub* const here = this->here();
    for (const auto& each : hubs_) {
      // With recovery there may be somebody who is on the way from the absent to the present.
      const bool anybody = !here || recovers_ || each->slice(*m.nsp).size() != 0;
      if (each.get() != here && anybody) each->post(m);
    }
    if (here) here->execute(m);
  }

  /// Changes handlers: `change(nsp_slice&)`, a copy for each shard. With one shard it happens at
  /// once, so it must be called on the loop's thread, or while the loop does not run.
  template <class Change>
  void set_up(nsp_core& n, const Change& change) {
    if (hubs_.size() == 1) return change(*n.slices.front());
    hub* const here = this->here();
    for (const auto& each : hubs_) {
      if (each.get() == here) {
        change(each->slice(n));
      } else {
        each->post(message::set_up{&n, change});
      }
    }
  }

  /// This thread's part of a namespace. With several shards, only in their handlers.
  SOCKETIO_DECL nsp_slice& local(nsp_core& n);

  /// Where what a caller on this thread has asked for is delivered: on its own shard, or the first.
  hub& home() {
    hub* const here = this->here();
    return here ? *here : *hubs_.front();
  }

  /// An ack id for all receivers of a broadcast.
  std::uint64_t next_shared_ack_id() noexcept {
    constexpr std::uint64_t first = socket_core::shared_ack_ids;
    return first + shared_ack_ids_.fetch_add(1, std::memory_order_relaxed) % first;
  }

  SOCKETIO_DECL void on_error(hub::error_callback f);

  template <class Visitor>
  void for_each_namespace(Visitor&& visit) {
    std::vector<nsp_core*> all;
    {
      const std::lock_guard lock{names_mutex_};
      for (const auto& [name, nsp] : names_) all.push_back(nsp.get());
    }
    for (nsp_core* const each : all) visit(*each);
  }

  /// The server is being destroyed: from now on handles do nothing.
  SOCKETIO_DECL void shut_down();

  std::size_t shard_count() const noexcept { return hubs_.size(); }

  /// The position of the next event that clients may ask for again; 0 if there is no recovery.
  sio::offset next_offset() noexcept {
    return sio::offset{recovers_ ? offsets_.fetch_add(1, std::memory_order_relaxed) + 1 : 0};
  }

  /// There is a handler that takes arguments raw: hubs look for its events before they decode.
  void start_relaying() noexcept { relays_.store(true, std::memory_order_relaxed); }
  bool relays() const noexcept { return relays_.load(std::memory_order_relaxed); }

 private:
  /// The hub whose loop this thread is executing, or null.
  SOCKETIO_DECL hub* here();

  std::vector<std::unique_ptr<hub>> hubs_;
  std::atomic<std::uint64_t> shared_ack_ids_ = 0;
  std::atomic<bool> relays_ = false;
  bool recovers_ = false;
  std::atomic<std::uint64_t> offsets_ = 0;
  std::mutex names_mutex_;  // taken for each CONNECT, never for an event
  string_map<std::unique_ptr<nsp_core>> names_;
};

}  // namespace socketio::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/hub/impl/gathering.ipp"
#include "socketio/hub/impl/hub.ipp"
#include "socketio/hub/impl/leaving.ipp"
#include "socketio/hub/impl/metering.ipp"
#include "socketio/hub/impl/relaying.ipp"
#include "socketio/hub/impl/socket_core.ipp"
#include "socketio/hub/impl/switchboard.ipp"
#include "socketio/hub/impl/watching.ipp"
#endif
