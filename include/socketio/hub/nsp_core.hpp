// layer 4 (hub): a namespace, and the part of it that each shard has: handlers, sockets and rooms.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/hub/event_table.hpp"
#include "socketio/hub/history_log.hpp"
#include "socketio/hub/nsp_family.hpp"
#include "socketio/hub/room_watchers.hpp"
#include "socketio/hub/roster.hpp"
#include "socketio/hub/server_events.hpp"
#include "socketio/middleware.hpp"
#include "socketio/when_slow.hpp"

namespace socketio::detail {

struct nsp_core;

/// One shard's part of a namespace. Only `size` may be called from other threads. A reference to it
/// keeps all of the namespace.
struct nsp_slice : roster {
  explicit nsp_slice(nsp_core& n) noexcept : whole{n} {}

  void add_reference() const noexcept;
  void drop_reference() const noexcept;

  nsp_core& whole;
  event_table events;
  callback_list<socket&> connection;
  std::vector<ref<middleware>> middlewares;

  /// Null unless somebody wants to know.
  std::unique_ptr<room_watchers> room_events;

  /// Null unless somebody listens.
  std::unique_ptr<server_events> from_servers;

  /// Null unless something is kept for those who come later.
  std::unique_ptr<histories> kept;

  /// The namespace, or one of its sockets, has or had watchers: all others pay for nothing but
  /// looking here.
  bool watched = false;

  /// The namespace, or one of its sockets, has or had a rule for slow clients: the same.
  bool ruled = false;
  when_slow rule = {};  ///< of the namespace, or of the server

  /// Of the last event that has come from the cluster, or of where those begin that come, if that
  /// has an order: see sio::offset::age.
  std::uint32_t age = 0;

  /// Nobody can come here any more: see `switchboard::left`.
  bool retired = false;

  /// Whoever is in rooms already is not told of, but counts.
  void watch_rooms() {
    room_events = std::make_unique<room_watchers>();
    rooms.for_each([&](const room_slice& room) {
      for (const auto& each : room.members) {
        if (find(each.who->id()) == each.who) room_events->count(room.name);
      }
    });
  }

  using roster::remove;
  void remove(std::uint64_t registration) {
    if (events.remove(registration) || connection.take(registration)) return;
    if (from_servers && from_servers->remove(registration)) return;
    if (room_events) room_events->remove(registration);
  }

  /// Lets go of what is the user's, which may hold handles to this very namespace.
  void drop_handlers() {
    events.clear();
    const auto connections = connection.take_all();
    const auto watching = std::move(room_events);
    const auto listening = std::move(from_servers);
    middlewares.clear();
  }

  roster absent;  ///< whose connection was lost, and whose clients may come back: see `recovery`
};

/// A namespace. Most live as long as the server; those of a family go when they are empty.
struct nsp_core final : counted<nsp_core, shared_count> {
  nsp_core(std::string_view n, std::size_t shards) : name{n} {
    while (slices.size() < shards) slices.push_back(std::make_unique<nsp_slice>(*this));
  }

  const std::string name;
  std::vector<std::unique_ptr<nsp_slice>> slices;  ///< by the shard's number

  /// If this is none that clients can join, but what others are made from.
  std::unique_ptr<nsp_family> family;

  std::atomic<bool> keeps_history = false;  ///< so all shards want to know what is sent
  const nsp_core* parent = nullptr;  ///< what it was made from; it lives as long as the server
  bool wanted = false;               ///< while it is made: the program has asked for it
  bool unborn = false;               ///< only the thread that makes it knows it yet
  std::size_t occupants = 0;         ///< of one with a parent: sockets. The switchboard's lock
  std::atomic<std::size_t> unreleased{0};  ///< shards that have not let go of it yet

  /// How many sockets there are on all shards.
  std::size_t size() const noexcept {
    std::size_t sum = 0;
    for (const auto& each : slices) sum += each->size();
    return sum;
  }
};

inline void nsp_slice::add_reference() const noexcept { whole.add_reference(); }
inline void nsp_slice::drop_reference() const noexcept { whole.drop_reference(); }

}  // namespace socketio::detail
