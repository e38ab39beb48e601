// layer 4 (hub): a client's connection, as those know it who have asked for it.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

#include "socketio/core/intrusive.hpp"
#include "socketio/engine/request_info.hpp"
#include "socketio/hub/listener_list.hpp"
#include "socketio/proto/eio/revision.hpp"
#include "socketio/reason.hpp"

namespace socketio {

class conn;
struct engine_packet;

namespace engine {
class state;
}

namespace detail {

/// The state behind io::conn, which the client has from the first `socket.conn()` on: nobody pays
/// for what nobody has asked for. Handles keep its memory, and find it closed. What users have
/// registered goes when the connection does, as it may hold such handles.
struct conn_core : counted<conn_core, shared_count> {
  conn_core(engine::state* of, std::string name, eio::revision speaks,
            ref<const engine::request_info> opened_by)
      : session{of}, id{std::move(name)}, revision{speaks}, request{std::move(opened_by)} {}

  engine::state* session;  ///< null once it has ended
  const std::string id;
  const eio::revision revision;
  ref<const engine::request_info> request;  ///< what is kept of it

  callback_list<conn&> upgrading;
  callback_list<conn&> upgraded;
  callback_list<conn&> heartbeat;
  callback_list<conn&> drained;
  callback_list<conn&, const engine_packet&> received;
  callback_list<conn&, const engine_packet&> queued;
  callback_list<conn&, reason> closed;

  void remove(std::uint64_t number) {
    static_cast<void>(upgrading.take(number) || upgraded.take(number) || heartbeat.take(number) ||
                      drained.take(number) || received.take(number) || queued.take(number) ||
                      closed.take(number));
  }

  void end() {
    session = nullptr;
    const auto all = std::tuple{upgrading.take_all(), upgraded.take_all(), heartbeat.take_all(),
                                drained.take_all(),   received.take_all(), queued.take_all(),
                                closed.take_all()};
  }
};

}  // namespace detail
}  // namespace socketio
