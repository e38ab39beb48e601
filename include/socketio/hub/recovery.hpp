// layer 4 (hub): connection state recovery: a client that comes back finds what it has missed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "socketio/config.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/engine/state.hpp"
#include "socketio/hub/backlog.hpp"
#include "socketio/hub/nsp_core.hpp"
#include "socketio/hub/socket_core.hpp"
#include "socketio/options.hpp"
#include "socketio/reason.hpp"

namespace socketio::detail {

/// Keeps, for the sockets of one shard, what was sent to them and may not have arrived, and, for a
/// while, the sockets whose connection was lost: absent, but still in their rooms and sent to.
///
/// A socket has one log of its own, filled where its packets are sent. So a client that resumes
/// gets exactly what this very socket would have got, in that order, or is told that it is new.
class recovery {
 public:
  recovery(const recovery_options& o, engine::environment& env) : options_{o}, env_{env} {}
  recovery(const recovery&) = delete;

  bool skips_middlewares() const noexcept { return options_.skip_middlewares; }

  /// A socket has connected: its log begins.
  SOCKETIO_DECL void begin(socket_core& who);

  /// The socket is sent a packet, or would be if it were not absent.
  SOCKETIO_DECL void note(socket_core& who, const sio::encoded& packet, bool lossy);

  /// The connection of a socket, which has left its namespace but not its rooms, is gone. True if
  /// its client may come back: it is absent now, in the same rooms.
  SOCKETIO_DECL bool keep(socket_core& who, reason why);

  /// The socket that a client asks to resume with CONNECT, and from where; `from` is null if there
  /// is none. It is absent, or its connection is not known yet to be lost, or another connection is
  /// just about to resume it.
  SOCKETIO_DECL resumption find(const nsp_slice& nsp, value_view auth) const;

  /// `who` is going to resume what is absent; it has its id and its data already.
  SOCKETIO_DECL void claim(socket_core& who, resumption from);

  /// `who` has not come to resuming: what is absent waits for another.
  SOCKETIO_DECL void give_back(socket_core& who);

  /// `who` takes the place of what is absent, in its rooms and with its log. Gives what the client
  /// has missed. If that was forgotten meanwhile, `who` is new: it is not `recovered_` any more.
  SOCKETIO_DECL std::span<const backlog::entry> resume(socket_core& who);

  /// Nobody can resume this socket any more.
  SOCKETIO_DECL void forget(socket_core& who);
  SOCKETIO_DECL void forget_all_absent();

 private:
  void drop_proven(backlog& log);
  void pop(backlog& log) { bytes_ -= log.pop(); }

  /// Drops now and then what has arrived long ago, for sockets that are sent nothing more. Has too
  /// much been noted, it is soon, and those who are absent the longest cannot come back.
  struct sweeper : deadline {
    explicit sweeper(recovery& r)
        : deadline{[](deadline& d) { static_cast<sweeper&>(d).owner.sweep(); }}, owner{r} {}
    recovery& owner;
  };
  void sweep();

  const recovery_options options_;
  engine::environment& env_;
  view_map<backlog*> by_pid_;
  list<backlog> absent_;  // the longest absent first
  std::size_t bytes_ = 0;
  sweeper sweeper_{*this};
};

}  // namespace socketio::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/hub/impl/recovery.ipp"
#endif
