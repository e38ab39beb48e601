// layer 2 (engine): what lives on top of Engine.IO sessions.
#pragma once

#include "socketio/proto/eio/packet.hpp"
#include "socketio/reason.hpp"

namespace socketio::engine {

class state;

/// The user of an Engine.IO server: Socket.IO's hub, or a program's own protocol. Called on the
/// shard's thread. The one virtual call per message is what lets both be ordinary, compiled-once
/// classes that know nothing of the transport.
class application {
 public:
  /// A session has begun; it may be sent to.
  virtual void opened(state& session) = 0;

  /// A message came. Its bytes, and one byte behind them, may be changed; they are valid during the
  /// call.
  virtual void received(state& session, const eio::packet& message) = 0;

  /// The session has ended; exactly once for each `opened`. `session` stays valid during the call.
  virtual void closed(state& session, reason why) = 0;

  /// A send to this session was answered `buffered` or `dropped`, and now nothing waits any more.
  virtual void drained(state&) {}

  /// The server begins to close: no session will be opened any more.
  virtual void closing() {}

 protected:
  ~application() = default;
};

}  // namespace socketio::engine
