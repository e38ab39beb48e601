// layer 4 (hub): broadcasts to the same sockets that come one after the other.
#pragma once

#include <cstddef>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/engine/state.hpp"
#include "socketio/hub/audience.hpp"
#include "socketio/hub/message.hpp"
#include "socketio/proto/sio/encode.hpp"

namespace socketio::detail {

class hub;

/// A game's tick, or what has come from another server, often is several broadcasts to one room.
/// They are held until something else is sent, somebody joins or leaves, or the turn of the loop
/// ends, and queued for each receiver as one frame then, whose bytes are those of all of them: so
/// each receiver costs one place in its outbox and one piece of its write, however many there are.
class burst final : public engine::held_output {
 public:
  explicit burst(hub& owner) noexcept : owner_{owner} {}

  bool empty() const noexcept { return packets_.empty(); }

  /// Takes a broadcast without attachments; what is held for others is let go first. False if it
  /// cannot be held.
  SOCKETIO_DECL bool add(message::broadcast& m);

  /// Gives all receivers what is held for them.
  SOCKETIO_DECL void let_go() noexcept override;

  /// Nothing is held any more, now and later.
  SOCKETIO_DECL void end() noexcept;

 private:
  static constexpr std::size_t most_packets = 64;
  static constexpr std::size_t most_bytes = 16 * 1024;

  hub& owner_;
  ref<nsp_core> nsp_;
  audience to_;
  std::vector<sio::encoded> packets_;
  std::size_t bytes_ = 0;
  bool ended_ = false;
};

}  // namespace socketio::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/hub/hub.hpp"  // the bodies need it, and stand there
#endif
