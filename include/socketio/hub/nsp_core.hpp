// layer 4 (hub): a namespace, and the part of it that each shard has: handlers, sockets and rooms.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "socketio/core/function.hpp"
#include "socketio/hub/event_table.hpp"
#include "socketio/hub/roster.hpp"
#include "socketio/middleware.hpp"
#include "socketio/when_slow.hpp"

namespace socketio::detail {

struct nsp_core;

/// One shard's part of a namespace. Only `size` may be called from other threads.
struct nsp_slice : roster {
  explicit nsp_slice(nsp_core& n) noexcept : whole{n} {}

  nsp_core& whole;
  event_table events;
  callback_list<socket&> connection;
  std::vector<ref<middleware>> middlewares;

  /// The namespace, or one of its sockets, has or had watchers: all others pay for nothing but
  /// looking here.
  bool watched = false;

  /// The namespace, or one of its sockets, has or had a rule for slow clients: the same.
  bool ruled = false;
  when_slow rule = {};  ///< of the namespace, or of the server

  using roster::remove;
  void remove(std::uint64_t registration) {
    if (!events.remove(registration)) std::ignore = connection.take(registration);
  }

  roster absent;  ///< whose connection was lost, and whose clients may come back: see `recovery`
};

/// A namespace. It lives as long as the server, so handles and messages point to it.
struct nsp_core {
  nsp_core(std::string_view n, std::size_t shards) : name{n} {
    while (slices.size() < shards) slices.push_back(std::make_unique<nsp_slice>(*this));
  }
  nsp_core(const nsp_core&) = delete;

  const std::string name;
  std::vector<std::unique_ptr<nsp_slice>> slices;  ///< by the shard's number

  /// How many sockets there are on all shards.
  std::size_t size() const noexcept {
    std::size_t sum = 0;
    for (const auto& each : slices) sum += each->size();
    return sum;
  }
};

}  // namespace socketio::detail
