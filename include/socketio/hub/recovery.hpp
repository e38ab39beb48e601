// layer 4 (hub): connection state recovery: a client that comes back finds what it has missed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "socketio/cluster/sessions.hpp"
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
///
/// Only `forget` ends the life of something of the user's, which may do anything: it is the last
/// thing that it does, and should be the last thing that its callers do.
class recovery {
 public:
  recovery(const recovery_options& o, engine::environment& env) : options_{o}, env_{env} {}
  recovery(const recovery&) = delete;

  bool skips_middlewares() const noexcept { return options_.skip_middlewares; }

  /// A socket has connected: its log begins.
  SOCKETIO_DECL void begin(socket_core& who);

  /// The same for one that stands for the client of another server, which may resume it here from
  /// that offset on. It is absent, in those rooms, and has missed those packets. False if too much
  /// is kept already.
  SOCKETIO_DECL bool restore(socket_core& who, const cluster::session& from, sio::offset after,
                             std::span<const sio::encoded> missed);

  /// Calls `f(socket_core&)` for each that is connected, or absent and not about to be resumed,
  /// until it gives false.
  template <class F>
  void for_each_while(F&& f) {
    for (const auto& [pid, log] : by_pid_) {
      if (!log->claimant && !f(*log->owner)) return;
    }
  }

  /// For how long it can be resumed yet that is absent.
  duration left(const socket_core& who) const noexcept { return who.backlog_->due() - env_.now; }

  duration window() const noexcept { return options_.max_disconnection_duration; }
  cluster::sessions::bounds bounds() const noexcept {
    return {options_.max_packets, env_.options.limits.hard_queue};
  }

  /// The socket is sent an event that has no position in the cluster's order.
  SOCKETIO_DECL void tear(socket_core& who);

  /// All are to be sent one, which does not come.
  SOCKETIO_DECL void tear_all();

  /// Whether its client may not have got such an event.
  SOCKETIO_DECL bool is_torn(socket_core& who);

  /// The same for whoever has this secret.
  SOCKETIO_DECL bool is_torn(std::string_view pid) const;

  /// The socket was sent a packet, or would have been if it were not absent.
  SOCKETIO_DECL void note(socket_core& who, const sio::encoded& packet, bool lossy);

  /// Whether a connection that ends so is lost: nobody has meant it.
  static bool is_loss(reason why) noexcept {
    switch (why) {
      case reason::transport_error:
      case reason::transport_close:
      case reason::ping_timeout:
      case reason::forced_close:
      case reason::slow_consumer:
        return true;
      default:  // somebody meant it, or what was sent makes no sense
        return false;
    }
  }

  /// The connection of a socket, which has left its namespace but not its rooms, is gone. True if
  /// its client may come back: it is absent now, in the same rooms.
  SOCKETIO_DECL bool keep(socket_core& who, reason why);

  /// The socket that a client asks to resume with CONNECT, and from where; `from` is null if there
  /// is none. It is absent, or its connection is not known yet to be lost, or another connection is
  /// just about to resume it.
  SOCKETIO_DECL resumption find(const nsp_slice& nsp, value_view auth) const;

  /// Who has a connection, and this secret: its owner, or who is about to resume it. Or null.
  SOCKETIO_DECL socket_core* find_connected(std::string_view pid) const;

  /// `who` is going to resume what is absent, and gets its id and its data.
  SOCKETIO_DECL void claim(socket_core& who, resumption from);

  /// `who` has not come to resuming: what is absent waits for another. The caller lets go of it
  /// when it has nothing else to do.
  SOCKETIO_DECL std::unique_ptr<resumption> give_back(socket_core& who);

  /// `who` takes the place of what is absent, in its rooms and with its log. Gives what the client
  /// has missed. If that was lost meanwhile, `who` is new: it is not `recovered_` any more, and the
  /// caller forgets what is absent.
  SOCKETIO_DECL std::span<const backlog::entry> resume(socket_core& who, const resumption& what);

  /// Nobody can resume this socket any more; who is about to is new.
  SOCKETIO_DECL void forget(socket_core& who);

  /// The server closes: nobody comes back.
  SOCKETIO_DECL void close();

 private:
  SOCKETIO_DECL void start_log(socket_core& who, std::string pid);
  SOCKETIO_DECL void drop_proven(backlog& log);

  /// Drops now and then what has arrived long ago, for sockets that are sent nothing more. Has too
  /// much been noted, it is soon, and those who are absent the longest cannot come back.
  struct sweeper : deadline {
    explicit sweeper(recovery& r)
        : deadline{[](deadline& d) { static_cast<sweeper&>(d).owner.sweep(); }}, owner{r} {}
    recovery& owner;
  };
  SOCKETIO_DECL void sweep();

  const recovery_options options_;
  engine::environment& env_;
  view_map<backlog*> by_pid_;
  list<backlog>
      absent_;  // the longest absent first; without those whom somebody is about to resume
  backlog_sum all_;
  sweeper sweeper_{*this};
  bool closing_ = false;
};

}  // namespace socketio::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/hub/impl/recovery.ipp"
#endif
