#include "socketio/proto/eio/frames.hpp"

#include <string>

#include "socketio/core/frame_builder.hpp"
#include "socketio/proto/ws/encoder.hpp"
#include "support/catch.hpp"

namespace eio = socketio::eio;
using socketio::frame;
using namespace std::string_literals;

TEST_CASE("F138 packets without data are made once", "[eio]") {
  const frame& ping = eio::bare_frame(eio::packet_type::ping);
  CHECK(ping.packet() == "2");
  CHECK(ping.wire() ==
        "\x81\x01"
        "2");
  CHECK(ping.type() == frame::kind::text);
  CHECK(&ping == &eio::bare_frame(eio::packet_type::ping));
  CHECK(eio::bare_frame(eio::packet_type::open).packet() == "0");
  CHECK(eio::bare_frame(eio::packet_type::noop).packet() == "6");
}

TEST_CASE("F140 F150 a binary message may be sent as text", "[eio]") {
  socketio::frame_builder builder;
  builder.append("\1\2\3\4");
  const frame binary = socketio::ws::seal(builder, socketio::ws::opcode::binary);
  const frame v4 = eio::base64_frame(binary, eio::revision::v4);
  CHECK(v4.type() == frame::kind::text);
  CHECK(v4.wire() ==
        "\x81\x09"
        "bAQIDBA==");
  CHECK(eio::base64_frame(binary, eio::revision::v3).wire() ==
        "\x81\x0a"
        "b4AQIDBA==");
}
