// layer 4 (hub): what connects a server with the others of its cluster.
#pragma once

#include <string_view>

#include "socketio/cluster/node.hpp"
#include "socketio/cluster/request.hpp"
#include "socketio/cluster/sessions.hpp"

namespace socketio {

/// Brings what a program asks of all sockets (to emit, to join a room, to be found, …) to the other
/// servers of a cluster, and what those ask for to this one, with `cluster::node::receive`. It
/// belongs to one server, `server.adapter(…)`, and is there for as long as handles to that.
///
/// The server has always done its own part, or is about to: an adapter must not bring it its own
/// requests. Requests about `local` audiences never come here.
class adapter {
 public:
  virtual ~adapter() = default;

  /// Called once, before everything else, while the server's loop does not run or on its thread.
  virtual void start(cluster::node here) = 0;

  /// Clients can join this namespace from now on, or not any more. On any thread, and under a lock:
  /// nothing of the server may be called meanwhile, but `node::post`.
  virtual void opened(std::string_view name) = 0;
  virtual void closed(std::string_view name) = 0;

  /// On any thread; one thread's requests in the order in which it has made them. A reply that is
  /// awaited from somebody else keeps the request's reference to `replies` until it has come, or
  /// has been given up with `fail`. There is a time for that: the request's own, or the adapter's.
  virtual void send(cluster::request asked) = 0;

  /// Whether events have positions in an order that is the same on all servers. A server whose
  /// clients may come back for what they have missed gets its own events back then, see
  /// cluster::emission, and sends them in this order. Asked once, after `start`.
  virtual bool orders() const { return false; }

  /// Where such a server keeps its sessions, in that case; null if nowhere. Asked once, too.
  virtual cluster::sessions* session_store() { return nullptr; }

  /// The server has closed, or is being destroyed. Called once, on its loop, or when that does not
  /// run any more; from then on the adapter asks and answers nothing, and has let go of all
  /// replies.
  virtual void stop() = 0;

  /// The server is being destroyed, and its loop may be next, while handles keep the adapter: it
  /// lets go of all that refers to the loop. Called once, after `stop`.
  virtual void detach() {}
};

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/hub/switchboard.hpp"  // the bodies of cluster::node need both, and stand there
#endif
