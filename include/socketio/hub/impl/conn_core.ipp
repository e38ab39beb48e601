// layer 4 (hub): bodies of socketio/conn.hpp, and those of hub/hub.hpp that tell of connections.
#pragma once

#include <exception>
#include <string_view>
#include <utility>

#include "socketio/conn.hpp"
#include "socketio/hub/hub.hpp"

namespace socketio {

SOCKETIO_DECL bool conn::open() const noexcept { return core_->session && core_->session->open(); }

SOCKETIO_DECL std::string_view conn::transport() const noexcept {
  return core_->session ? to_string(core_->session->transport()) : std::string_view{};
}

SOCKETIO_DECL bool conn::upgraded() const noexcept {
  return core_->session && core_->session->upgraded();
}

SOCKETIO_DECL bool conn::upgrading() const noexcept {
  return core_->session && core_->session->upgrading();
}

SOCKETIO_DECL std::size_t conn::queued_bytes() const noexcept {
  return core_->session ? core_->session->queued_bytes() : 0;
}

SOCKETIO_DECL void conn::close() const {
  if (core_->session) core_->session->close(reason::forced_close);
}

SOCKETIO_DECL void conn::watch_packets() const {
  if (core_->session) core_->session->watch_packets();
}

namespace detail {

template <class... Args>
void hub::tell_of_connection(const engine::state& session,
                             callback_list<conn&, Args...> conn_core::* callbacks,
                             std::type_identity_t<Args>... args) {
  const client* const from = static_cast<const client*>(session.user);
  if (!from || !from->conn) return;
  const ref<conn_core> core = from->conn;
  const ref<socket_core> who = from->sockets.empty() ? nullptr : from->sockets.front();
  socketio::conn handle{core};
  (core.get()->*callbacks)
      .call(
          [&](std::exception_ptr what) {
            if (who && who->connected()) {
              report(*who, error::handler_exception, "connection", std::move(what));
            }
          },
          handle, args...);
}

SOCKETIO_DECL void hub::upgrading(engine::state& session) {
  tell_of_connection(session, &conn_core::upgrading);
}

SOCKETIO_DECL void hub::upgraded(engine::state& session) {
  tell_of_connection(session, &conn_core::upgraded);
}

SOCKETIO_DECL void hub::packet_received(engine::state& session, const eio::packet& packet) {
  tell_of_connection(session, &conn_core::received,
                     engine_packet{to_string(packet.type), packet.text(), packet.binary});
  const bool client_pings = session.revision() == eio::revision::v3;
  const bool alive =
      packet.type == (client_pings ? eio::packet_type::ping : eio::packet_type::pong);
  if (alive && session.open()) tell_of_connection(session, &conn_core::heartbeat);
}

SOCKETIO_DECL void hub::packets_queued(engine::state& session, std::span<const frame> packets) {
  for (const frame& each : packets) {
    const bool binary = each.type() == frame::kind::binary;
    const std::string_view text = each.packet();
    const auto type =
        binary ? eio::packet_type::message : static_cast<eio::packet_type>(text.front() - '0');
    tell_of_connection(session, &conn_core::queued,
                       engine_packet{to_string(type), text.substr(binary ? 0 : 1), binary});
  }
}

/// Its sockets have gone already; one of them is there yet for what callbacks throw.
SOCKETIO_DECL void hub::end_connection(conn_core& connection, socket_core* last, reason why) {
  const ref<conn_core> keep{&connection};
  socketio::conn handle{keep};
  connection.closed.call(
      [&](std::exception_ptr what) {
        if (last) report(*last, error::handler_exception, "connection", std::move(what));
      },
      handle, why);
  connection.end();
}

}  // namespace detail
}  // namespace socketio
