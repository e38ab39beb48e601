// layer 4 (hub): what shards and other threads ask a shard to do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "socketio/cluster/replies.hpp"
#include "socketio/cluster/request.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/hub/audience.hpp"
#include "socketio/hub/delivery.hpp"
#include "socketio/hub/nsp_core.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/verdict.hpp"

namespace socketio::detail {

class socket_core;

/// Requests are plain data, packets are already encoded: so that they can go to other servers, too,
/// as a cluster::request.
namespace message {

struct packet {
  ref<socket_core> to;
  sio::encoded content;
};

struct event {
  ref<socket_core> to;
  sio::encoded content;
  delivery how;
};

struct broadcast {
  ref<nsp_core> nsp;
  audience to;
  sio::encoded content;
  when_slow rule = {};
  ref<const engine::latest_key> key = {};
  bool unplaced = false;  ///< it should have a position in the cluster's order, and has none
};

struct membership {
  ref<nsp_core> nsp;
  audience whose;
  name_list rooms;
  bool join;
  ref<socket_core> only = nullptr;  ///< instead of the audience
};

struct disconnect {
  ref<nsp_core> nsp;
  audience whose;
  bool close;                       ///< the connection too, with all its namespaces
  ref<socket_core> only = nullptr;  ///< instead of the audience
};

/// A broadcast that each receiver is to acknowledge.
struct ask {
  ref<nsp_core> nsp;
  audience to;
  sio::encoded content;
  std::uint64_t id;
  std::optional<duration> timeout;
  ref<cluster::replies<value>> answers;
  ref<cluster::replies<std::size_t>> asked = nullptr;  ///< gets the number of receivers, if wanted
};

struct fetch {
  ref<nsp_core> nsp;
  audience whose;
  ref<cluster::replies<cluster::found_socket>> found;
};

/// What another server's program has to say to this one's.
struct server_event {
  ref<nsp_core> nsp;
  value data;
  ref<cluster::replies<value>> answers;
};

struct decision {
  ref<socket_core> about;
  std::uint32_t middleware;
  verdict answer;
};

/// Handlers are registered while several shards run. Rare enough to be a function.
struct set_up {
  ref<nsp_core> nsp;
  unique_function<void(nsp_slice&)> change;
};

/// A namespace is not to be found any more, and empty: its handlers can go.
struct retire {
  ref<nsp_core> nsp;
};

/// An adapter wants to be on the loop.
struct task {
  unique_function<void()> work;
};

using any = std::variant<packet, event, broadcast, membership, disconnect, ask, fetch, decision,
                         set_up, retire, server_event, task>;

}  // namespace message
}  // namespace socketio::detail
