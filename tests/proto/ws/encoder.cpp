#include "socketio/proto/ws/encoder.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/ws_client.hpp"

namespace ws = socketio::ws;
using socketio::frame;
using socketio::frame_builder;
using socketio::test::server_frame;
using socketio::test::server_frame_reader;
using ws::opcode;

namespace {

server_frame read_one(std::string_view wire) {
  server_frame_reader reader;
  reader.feed(wire);
  const auto frame = reader.next();
  REQUIRE(frame);
  CHECK(reader.rest().empty());
  CHECK(frame->rsv == 0);
  return *frame;
}

}  // namespace

TEST_CASE("ws frame headers have the shortest length form (RFC 6455 §5.2)", "[ws]") {
  using namespace std::string_view_literals;
  const auto header = [](opcode op, std::uint64_t size, bool fin = true) {
    return std::string{ws::frame_header{op, size, fin}.view()};
  };
  CHECK(header(opcode::text, 0) == "\x81\x00"sv);
  CHECK(header(opcode::text, 125) == "\x81\x7d"sv);
  CHECK(header(opcode::text, 126) == "\x81\x7e\x00\x7e"sv);
  CHECK(header(opcode::binary, 65535) == "\x82\x7e\xff\xff"sv);
  CHECK(header(opcode::binary, 65536) == "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"sv);
  CHECK(header(opcode::text, 0x0102030405060708) == "\x81\x7f\x01\x02\x03\x04\x05\x06\x07\x08"sv);
  CHECK(header(opcode::continuation, 1, false) == "\x00\x01"sv);
}

TEST_CASE("ws encodes the server's examples of RFC 6455 §5.7", "[ws]") {
  using namespace std::string_view_literals;
  frame_builder hello;
  hello.append("Hello"sv);
  const frame text = ws::seal(hello, opcode::text);
  CHECK(text.wire() == "\x81\x05Hello"sv);
  CHECK(text.packet() == "Hello"sv);
  CHECK(text.type() == frame::kind::text);

  CHECK(std::string{ws::frame_header{opcode::text, 3, false}.view()} + "Hel" == "\x01\x03Hel"sv);
  CHECK(std::string{ws::frame_header{opcode::continuation, 2}.view()} + "lo" == "\x80\x02lo"sv);
  CHECK(ws::ping_frame("Hello").view() == "\x89\x05Hello"sv);

  CHECK(ws::frame_header{opcode::binary, 256}.view() == "\x82\x7e\x01\x00"sv);
  CHECK(ws::frame_header{opcode::binary, 65536}.view() ==
        "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"sv);
}

TEST_CASE("ws seals a packet of any size with its header in front", "[ws]") {
  for (const std::size_t size : {0u, 1u, 125u, 126u, 127u, 65535u, 65536u, 100000u}) {
    CAPTURE(size);
    const std::string packet(size, 'x');
    for (const opcode op : {opcode::text, opcode::binary}) {
      frame_builder builder;
      builder.append(packet);
      const frame sealed = ws::seal(builder, op);
      CHECK(sealed.packet() == packet);
      CHECK(sealed.type() == (op == opcode::text ? frame::kind::text : frame::kind::binary));
      const server_frame seen = read_one(sealed.wire());
      CHECK(seen.op == op);
      CHECK(seen.fin);
      CHECK(seen.payload == packet);
    }
  }
}

TEST_CASE("R99 a pong carries the ping's payload, up to 125 bytes", "[ws]") {
  for (const std::size_t size : {0u, 1u, 124u, 125u}) {
    const std::string payload(size, 'p');
    const auto pong = ws::pong_frame(payload);
    CHECK(pong.view().size() == 2 + size);
    const server_frame seen = read_one(pong.view());
    CHECK(seen.op == opcode::pong);
    CHECK(seen.payload == payload);
  }
}

TEST_CASE("ws close frames carry a code and a reason, or nothing", "[ws]") {
  using namespace std::string_view_literals;
  using ws::close_code;
  CHECK(ws::close_frame(close_code::normal).view() == "\x88\x02\x03\xe8"sv);
  CHECK(ws::close_frame(close_code::message_too_big).view() == "\x88\x02\x03\xf1"sv);
  CHECK(ws::close_frame(close_code::going_away, "bye").view() ==
        "\x88\x05\x03\xe9"
        "bye"sv);
  CHECK(ws::close_frame(static_cast<close_code>(4999)).view() == "\x88\x02\x13\x87"sv);
  for (const auto unsendable : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535}) {
    CAPTURE(unsendable);
    CHECK(ws::close_frame(static_cast<close_code>(unsendable), "why").view() == "\x88\x00"sv);
  }
}

TEST_CASE("R106 a close reason is cut to 123 bytes between two characters", "[ws]") {
  const auto reason_sent = [](const std::string& reason) {
    return read_one(ws::close_frame(ws::close_code::normal, reason).view()).payload.substr(2);
  };
  CHECK(reason_sent(std::string(123, 'r')) == std::string(123, 'r'));
  CHECK(reason_sent(std::string(124, 'r')) == std::string(123, 'r'));
  CHECK(reason_sent(std::string(122, 'r') + "é") == std::string(122, 'r'));
  CHECK(reason_sent(std::string(121, 'r') + "éé") == std::string(121, 'r') + "é");
  CHECK(reason_sent(std::string(120, 'r') + "\U0001f600") == std::string(120, 'r'));
  CHECK(reason_sent(std::string(119, 'r') + "\U0001f600x") == std::string(119, 'r') + "\U0001f600");
}
