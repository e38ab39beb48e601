#include "socketio/proto/sio/packet.hpp"

#include "support/catch.hpp"

namespace sio = socketio::sio;

// Socket.IO protocol v5, "Packet types".
TEST_CASE("F220 the types are numbered as in the protocol", "[sio]") {
  CHECK(sio::to_char(sio::packet_type::connect) == '0');
  CHECK(sio::to_char(sio::packet_type::disconnect) == '1');
  CHECK(sio::to_char(sio::packet_type::event) == '2');
  CHECK(sio::to_char(sio::packet_type::ack) == '3');
  CHECK(sio::to_char(sio::packet_type::connect_error) == '4');
  CHECK(sio::to_char(sio::packet_type::binary_event) == '5');
  CHECK(sio::to_char(sio::packet_type::binary_ack) == '6');
}

TEST_CASE("F224 six event names are reserved, their neighbours are not", "[sio]") {
  for (const auto* name : {"connect", "connect_error", "disconnect", "disconnecting", "newListener",
                           "removeListener"}) {
    CHECK(sio::is_reserved_event(name));
  }
  for (const auto* name : {"", "connec", "connects", "Connect", "connection", "error", "message",
                           "disconnected", "newlistener", "removeAllListeners", "reconnect"}) {
    CHECK_FALSE(sio::is_reserved_event(name));
  }
}

TEST_CASE("a packet without data has neither event nor arguments", "[sio]") {
  sio::packet p;
  CHECK(p.nsp == "/");
  CHECK_FALSE(p.id.has_value());
  CHECK(p.data.is_null());
  CHECK(p.event().empty());
  CHECK(p.arguments().empty());
}
