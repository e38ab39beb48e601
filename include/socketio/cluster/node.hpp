// layer 4 (hub): a server, as its adapter sees it.
#pragma once

#include <cstdint>
#include <string_view>

#include <asio/any_io_executor.hpp>

#include "socketio/cluster/request.hpp"
#include "socketio/config.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio {

namespace detail {
class switchboard;
}

namespace cluster {

/// The server that an adapter belongs to, and is a part of: as long as the adapter exists, so does
/// what this refers to. Whatever may outlive the adapter needs a `keep`.
class node {
 public:
  node() = default;
  explicit node(detail::switchboard& server) noexcept : server_{&server} {}

  /// Does what another server asks for, to this server's own sockets; what comes in one call after
  /// the other is done in this order. From any thread.
  SOCKETIO_DECL void receive(request asked) const;

  /// Has `work` called soon on the server's loop (its first, if it has several); false if the
  /// server is gone. What was posted before is called before. From any thread.
  SOCKETIO_DECL bool post(unique_function<void()> work) const;

  /// Arms a deadline in the server's own time. On its loop only. It takes memory for a length that
  /// has not been prepared, which has to be done in `adapter::start`.
  SOCKETIO_DECL void arm(deadline& what, duration after) const;
  SOCKETIO_DECL void prepare(duration length) const;

  /// Has `f(room, there)` called when a room of this namespace gets its first member on one of the
  /// server's loops, or loses its last there, on that loop; at once for those that are there. Rooms
  /// that are sockets' ids are not told of.
  SOCKETIO_DECL void watch_rooms(std::string_view name,
                                 unique_function<void(std::string_view, bool)> f) const;

  /// For how long clients may come back, and find what was emitted meanwhile: also in rooms that
  /// nobody else was in. Zero if they cannot.
  SOCKETIO_DECL duration recovery_window() const;

  /// What is received in this namespace from now on is of this age or a later one (see
  /// sio::offset::age): to who joins a room there, nothing older was said. On its loop only.
  SOCKETIO_DECL void begin_events(std::string_view name, std::uint32_t age) const;

  /// What has been emitted elsewhere may not have come here: who comes back after he may have
  /// missed that is new.
  SOCKETIO_DECL void forget_events() const;

  /// The sessions of all clients are to be written once more (cluster::sessions), which are not
  /// where they were written.
  SOCKETIO_DECL void write_sessions() const;

  /// Of that loop.
  SOCKETIO_DECL asio::any_io_executor executor() const;

  /// Keeps the server's inner parts, its adapter included, when the server itself may be gone.
  class keep {
   public:
    SOCKETIO_DECL explicit keep(const node& n) noexcept;
    SOCKETIO_DECL keep(const keep&) noexcept;
    SOCKETIO_DECL ~keep();
    keep& operator=(const keep&) = delete;

   private:
    ref<detail::switchboard> server_;
  };

 private:
  detail::switchboard* server_ = nullptr;
};

}  // namespace cluster
}  // namespace socketio
