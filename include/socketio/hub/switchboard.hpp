// layer 4 (hub): from a handle, on any thread, to the hubs of all shards.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "socketio/adapter.hpp"
#include "socketio/cluster/request.hpp"
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
  SOCKETIO_DECL ref<nsp_core> of(std::string_view name);

  /// The same, or null.
  SOCKETIO_DECL ref<nsp_core> find(std::string_view name);

  /// Namespaces that come to be when a client asks for one that the family accepts. Clients cannot
  /// join it itself: what it has are handlers for all of them.
  SOCKETIO_DECL ref<nsp_core> of(nsp_family made_alike);

  /// The namespace that a client may join, if need be made for it; or null. The client's socket
  /// occupies it, until it has `left`.
  SOCKETIO_DECL ref<nsp_core> enter(std::string_view name, const handshake& shake);

  /// An occupant is gone for good. A member of a family without any can go, too.
  SOCKETIO_DECL void left(nsp_core& n);

  /// A shard has let go of a namespace that nobody finds any more.
  SOCKETIO_DECL void forget(nsp_core& n);

  /// `f(switchboard&, nsp_core&)` for each namespace that is made, before anybody else knows it.
  using creation_listener = shared_function<void(switchboard&, nsp_core&)>;
  SOCKETIO_DECL void on_new_namespace(ref<creation_listener> f);

  /// Calls `f(nsp_core&)` for the members of a family, or else for `n` itself.
  template <class F>
  void for_each_of(nsp_core& n, F&& f) {
    if (!n.family) return f(n);
    for (const auto& each : members(n)) f(*each);
  }

  /// Has every shard that may have somebody of `m.nsp` do what the message says: the caller's own
  /// shard at once, the others soon.
  template <class Message>
  void perform(Message m) {
    if (m.nsp->family) {
      for (const auto& each : members(*m.nsp)) {
        m.nsp = each;
        perform(m);
      }
      return;
    }
    hub* const here = this->here();
    for (const auto& each : hubs_) {
      // With recovery there may be somebody who is on the way from the absent to the present.
      const bool anybody = !here || recovers_ || each->slice(*m.nsp).size() != 0 ||
                           m.nsp->keeps_history.load(std::memory_order_relaxed);
      if (each.get() != here && anybody) each->post(m);
    }
    if (here) here->execute(m);
  }

  /// The same on all servers of the cluster, unless the audience is of this one.
  template <class Message>
  void perform_everywhere(Message m) {
    if (m.nsp->family) {
      for (const auto& each : members(*m.nsp)) {
        m.nsp = each;
        perform_everywhere(m);
      }
      return;
    }
    if constexpr (std::is_same_v<Message, message::broadcast>) {
      if (orders_ && order(m)) return;
    }
    tell_others(m);
    perform(std::move(m));
  }

  /// The same, but the caller's own shard gets it in its turn, too, as the others do.
  void queue(message::broadcast m) {
    if (orders_ && order(m)) return;
    tell_others(m);
    for (const auto& each : hubs_) each->post(m);
  }

  /// Changes handlers: `change(nsp_slice&)`, a copy for each shard. With one shard it happens at
  /// once, so it must be called on the loop's thread, or while the loop does not run.
  template <class Change>
  void set_up(nsp_core& n, const Change& change) {
    if (n.family) {
      const std::lock_guard lock{births_mutex_};
      n.family->changes.emplace_back(new shared_function<void(nsp_slice&)>{change});
      return;
    }
    if (n.unborn) {
      for (const auto& each : n.slices) change(*each);
      return;
    }
    hub* const here = hubs_.size() == 1 ? hubs_.front().get() : this->here();
    for (const auto& each : hubs_) {
      if (each.get() == here) {
        each->set_up(n, change);
      } else {
        each->post(message::set_up{ref{&n}, change});
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
    std::vector<ref<nsp_core>> all;
    {
      const std::lock_guard lock{names_mutex_};
      all = leaving_;
      for (const auto& [name, nsp] : names_) all.push_back(nsp);
    }
    for (const auto& each : all) visit(*each);
  }

  /// The server is being destroyed: from now on handles do nothing.
  SOCKETIO_DECL void shut_down();

  /// Has `f(hub&)` called on each loop.
  template <class F>
  void for_each_hub(F f) {
    for (const auto& each : hubs_) each->perform(message::task{[f, h = each.get()] { f(*h); }});
  }

  std::size_t shard_count() const noexcept { return hubs_.size(); }

  // ---- other servers: see adapter.hpp
  // ------------------------------------------------------------

  /// Before the loops run, or on the thread of the only one.
  SOCKETIO_DECL void enter_cluster(std::unique_ptr<adapter> with);

  /// The server has closed. On any thread.
  SOCKETIO_DECL void leave_cluster();

  /// Has the cluster find out the position of an event, and everybody get it then, this server's
  /// clients, too. False if it needs none; else the message is used up.
  SOCKETIO_DECL bool order(message::broadcast& m);

  /// Whether that has to be asked.
  bool orders() const noexcept { return orders_; }

  bool clustered() const noexcept { return others_.load(std::memory_order_acquire) != nullptr; }

  /// Unless the audience is of this server alone.
  template <class Message>
  void tell_others(const Message& m) {
    adapter* const others = others_.load(std::memory_order_acquire);
    if (!others) [[likely]]
      return;
    if constexpr (requires { m.to; }) {
      if (m.to.local) return;
    } else if constexpr (requires { m.whose; }) {
      if (m.whose.local) return;
    }
    tell(*others, m);
  }

  /// What another server asks for.
  SOCKETIO_DECL void receive(cluster::request& asked);

  /// Where sessions are kept for other servers, if they are. To be used on the first hub's loop, by
  /// `with_sessions`.
  cluster::sessions* session_store() const noexcept { return sessions_; }

  /// Has `f(cluster::sessions&)` called there, unless the server has left its cluster.
  template <class F>
  void with_sessions(F f) {
    first().post(message::task{[self = ref{this}, f = std::move(f)]() mutable {
      if (!self->adapter_stopped_) f(*self->sessions_);
    }});
  }

  duration recovery_window() const noexcept { return recovery_window_; }

  /// The hub on whose loop the adapter works.
  hub& first() const noexcept { return *hubs_.front(); }

  /// The position of the next event that clients may ask for again; 0 if there is no recovery, or
  /// the cluster gives it.
  sio::offset next_offset() noexcept {
    if (!recovers_ || orders_) return sio::offset{0};
    return sio::offset{offsets_.fetch_add(1, std::memory_order_relaxed) + 1};
  }

  /// There is a handler that takes arguments raw: hubs look for its events before they decode.
  void start_relaying() noexcept { relays_.store(true, std::memory_order_relaxed); }
  bool relays() const noexcept { return relays_.load(std::memory_order_relaxed); }

 private:
  SOCKETIO_DECL static void tell(adapter& others, const message::broadcast& m);
  SOCKETIO_DECL static void tell(adapter& others, const message::ask& m);
  SOCKETIO_DECL static void tell(adapter& others, const message::membership& m);
  SOCKETIO_DECL static void tell(adapter& others, const message::disconnect& m);
  SOCKETIO_DECL static void tell(adapter& others, const message::fetch& m);
  SOCKETIO_DECL static void tell(adapter& others, const message::server_event& m);

  SOCKETIO_DECL void receive(nsp_core& n, cluster::emission& asked);
  SOCKETIO_DECL void receive(nsp_core& n, cluster::question& asked);
  SOCKETIO_DECL void receive(nsp_core& n, cluster::membership& asked);
  SOCKETIO_DECL void receive(nsp_core& n, cluster::disconnection& asked);
  SOCKETIO_DECL void receive(nsp_core& n, cluster::search& asked);
  SOCKETIO_DECL void receive(nsp_core& n, cluster::server_event& asked);

  SOCKETIO_DECL void stop_adapter();

  /// The hub whose loop this thread is executing, or null.
  SOCKETIO_DECL hub* here();

  SOCKETIO_DECL ref<nsp_core> find_and_occupy(std::string_view name);
  SOCKETIO_DECL ref<nsp_core> make(std::string_view name, const handshake* asked_with);
  SOCKETIO_DECL ref<nsp_core> find_family(std::string_view name, const handshake* asked_with);
  SOCKETIO_DECL std::vector<ref<nsp_core>> members(const nsp_core& family);

  std::vector<std::unique_ptr<hub>> hubs_;
  std::atomic<std::uint64_t> shared_ack_ids_ = 0;
  std::atomic<bool> relays_ = false;
  bool recovers_ = false;
  duration recovery_window_{};
  std::atomic<std::uint64_t> offsets_ = 0;
  bool removes_empty_ = false;
  when_slow rule_;  ///< of the server

  std::mutex names_mutex_;  // taken for each CONNECT, never for an event
  string_map<ref<nsp_core>> names_;
  std::vector<ref<nsp_core>> leaving_;  // not to be found any more, but some shard has handlers yet

  // One namespace is made at a time, while the user's callbacks give it handlers; they may make
  // others meanwhile. It is taken before the other one.
  std::recursive_mutex births_mutex_;
  std::vector<ref<nsp_core>> unborn_;
  std::vector<ref<nsp_core>> families_;
  std::vector<ref<creation_listener>> creation_listeners_;
  std::atomic<bool> has_families_ = false;

  std::unique_ptr<adapter> adapter_;  // stays: who has it from `others_` may be using it
  std::atomic<adapter*> others_ = nullptr;
  bool adapter_stopped_ = false;
  bool orders_ = false;  ///< events have their positions from the cluster
  cluster::sessions* sessions_ = nullptr;
};

}  // namespace socketio::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/hub/impl/broadcasting.ipp"
#include "socketio/hub/impl/clustering.ipp"
#include "socketio/hub/impl/conn_core.ipp"
#include "socketio/hub/impl/connecting.ipp"
#include "socketio/hub/impl/gathering.ipp"
#include "socketio/hub/impl/hub.ipp"
#include "socketio/hub/impl/leaving.ipp"
#include "socketio/hub/impl/metering.ipp"
#include "socketio/hub/impl/persisting.ipp"
#include "socketio/hub/impl/relaying.ipp"
#include "socketio/hub/impl/socket_core.ipp"
#include "socketio/hub/impl/switchboard.ipp"
#include "socketio/hub/impl/watching.ipp"
#endif
