// layer 2 (engine): what lives on top of Engine.IO sessions.
#pragma once

#include <span>

#include "socketio/core/frame.hpp"
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

  /// A client that polls tries out a WebSocket; it uses it from now on.
  virtual void upgrading(state&) {}
  virtual void upgraded(state&) {}

  /// Of sessions where it has asked for that (`state::watch_packets`): a packet of any type came
  /// over the transport in use, and nothing has been done with it yet; packets have been queued,
  /// since the last time.
  virtual void packet_received(state&, const eio::packet&) {}
  virtual void packets_queued(state&, std::span<const frame>) {}

  /// The server begins to close: no session will be opened any more.
  virtual void closing() {}

  /// It has closed: no session is left.
  virtual void all_closed() {}

 protected:
  ~application() = default;
};

}  // namespace socketio::engine
