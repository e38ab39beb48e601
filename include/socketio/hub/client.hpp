// layer 4 (hub): one connected client: the namespaces that it has joined over one connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "socketio/core/deadlines.hpp"
#include "socketio/core/few.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/engine/state.hpp"
#include "socketio/hub/conn_core.hpp"
#include "socketio/hub/meter.hpp"
#include "socketio/hub/nsp_core.hpp"
#include "socketio/hub/socket_core.hpp"
#include "socketio/proto/sio/decoder.hpp"

namespace socketio::detail {

/// Lives as long as its Engine.IO session is open.
class client : private deadline {
 public:
  /// Which of the official parsers the client has. Its first packet, a CONNECT, tells: it is text
  /// in the one form, and binary in the other.
  enum class parser : std::uint8_t { unknown, json, msgpack };

  explicit client(engine::state& s)
      : deadline{[](deadline& d) { static_cast<client&>(d).session.close(reason::forced_close); }},
        session{s} {
    const traffic_limits& traffic = s.env().options.traffic;
    if (traffic.of_clients()) metered = std::make_unique<meter>(traffic, s.env().counters);
  }

  /// Ends the session of a client that keeps the server waiting: for its first CONNECT, or for the
  /// attachments that it has announced.
  deadline& patience() noexcept { return *this; }

  /// A client 2.x: it speaks Socket.IO protocol v4, over Engine.IO revision 3.
  bool is_v2() const noexcept { return session.revision() == eio::revision::v3; }

  socket_core* find(std::string_view nsp) const {
    for (const auto& each : sockets) {
      if (same_text(each->nsp_name(), nsp)) return each.get();
    }
    return nullptr;
  }

  void forget(const socket_core& who) {
    sockets.erase_if([&](const auto& each) { return each.get() == &who; });
  }

  /// Queues a packet in the JSON form. In line is what most packets cost.
  [[gnu::always_inline]] send_status send(const sio::encoded& packet) {
    const send_status status = session.send(packet.text);
    if (packet.attachments.empty() || status == send_status::closed) [[likely]]
      return status;
    send_attachments(packet);
    return status;
  }

  engine::state& session;
  [[no_unique_address]] sio::decoder decoder;  // the next members fit into its padding
  parser speaks = parser::unknown;
  bool connected_once = false;
  bool has_left = false;  ///< a namespace, by itself
  std::uint32_t refused = 0;
  few<ref<socket_core>> sockets;   ///< connected, or being decided on by middlewares
  std::unique_ptr<meter> metered;  ///< if there are limits
  ref<conn_core> conn;             ///< once somebody has asked for it

 private:
  void send_attachments(const sio::encoded& packet) {
    for (const frame& each : packet.attachments) session.send(each);
  }
};

}  // namespace socketio::detail
