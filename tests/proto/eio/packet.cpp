#include "socketio/proto/eio/packet.hpp"

#include <string>

#include "socketio/proto/eio/revision.hpp"
#include "support/catch.hpp"

namespace eio = socketio::eio;

// Engine.IO protocol v4, "Packet encoding".
TEST_CASE("F138 the first character of a text packet is its type", "[eio]") {
  const eio::packet_type types[] = {
      eio::packet_type::open, eio::packet_type::close,   eio::packet_type::ping,
      eio::packet_type::pong, eio::packet_type::message, eio::packet_type::upgrade,
      eio::packet_type::noop,
  };
  char digit = '0';
  for (const eio::packet_type type : types) {
    std::string text = std::string{digit} + "probe";
    CHECK(eio::to_char(type) == digit);
    const auto packet = eio::decode_text(text.data(), text.size());
    REQUIRE(packet.has_value());
    CHECK(packet->type == type);
    CHECK_FALSE(packet->binary);
    CHECK(packet->text() == "probe");
    CHECK(packet->data == text.data() + 1);
    ++digit;
  }
}

TEST_CASE("F143 a packet may be its type alone", "[eio]") {
  char digit = '2';
  const auto packet = eio::decode_text(&digit, 1);
  REQUIRE(packet.has_value());
  CHECK(packet->type == eio::packet_type::ping);
  CHECK(packet->text().empty());
}

TEST_CASE("F142 R80 an empty packet or an unknown type is no packet", "[eio]") {
  CHECK_FALSE(eio::decode_text(nullptr, 0).has_value());
  for (int c = 0; c < 256; ++c) {
    char text[] = {static_cast<char>(c), 'x'};
    CHECK(eio::decode_text(text, 2).has_value() == (c >= '0' && c <= '6'));
  }
}

TEST_CASE("F141 a binary message is its own bytes, also when it is empty", "[eio]") {
  char bytes[] = {'4', '\0', '\xff'};
  const auto packet = eio::decode_binary(bytes, 3);
  REQUIRE(packet.has_value());
  CHECK(packet->type == eio::packet_type::message);
  CHECK(packet->binary);
  CHECK(packet->text() == std::string_view{"4\0\xff", 3});
  CHECK(eio::decode_binary(nullptr, 0)->text().empty());
}

// Engine.IO protocol v3, "Packet": 4 is the type `message`.
TEST_CASE("F155 a binary message of revision 3 begins with its type", "[eio]") {
  char bytes[] = {'\4', '\0', '\xff'};
  const auto packet = eio::decode_binary(bytes, 3, eio::revision::v3);
  REQUIRE(packet.has_value());
  CHECK(packet->type == eio::packet_type::message);
  CHECK(packet->binary);
  CHECK(packet->text() == std::string_view{"\0\xff", 2});
  CHECK(eio::decode_binary(bytes, 1, eio::revision::v3)->text().empty());
  CHECK_FALSE(eio::decode_binary(nullptr, 0, eio::revision::v3).has_value());
  for (int type = 0; type < 256; ++type) {
    bytes[0] = static_cast<char>(type);
    CHECK(eio::decode_binary(bytes, 3, eio::revision::v3).has_value() == (type == 4));
  }
}

// What the official clients send with `forceBase64: true`, over WebSocket too.
TEST_CASE("F140 F150 a text message may hold bytes as base64", "[eio]") {
  const auto decode = [](std::string text, eio::revision r) -> std::string {
    const auto packet = eio::decode_text(text.data(), text.size(), r);
    if (!packet) return "none";
    CHECK(packet->binary);
    CHECK(packet->type == eio::packet_type::message);
    return std::string{packet->text()};
  };
  using eio::revision;
  CHECK(decode("bAQIDBA==", revision::v4) == "\1\2\3\4");
  CHECK(decode("b4AQIDBA==", revision::v3) == "\1\2\3\4");
  CHECK(decode("b", revision::v4).empty());
  CHECK(decode("b4", revision::v3).empty());
  CHECK(decode("b4AQIDBA==", revision::v4) == "none");
  for (const char* wrong : {"b", "bAQIDBA==", "b2AQIDBA==", "b4AQIDBA", "b4!!!!", "B4AQIDBA=="}) {
    CAPTURE(wrong);
    CHECK(decode(wrong, revision::v3) == "none");
  }
}

TEST_CASE("F148 the revisions are the values of the parameter EIO", "[eio]") {
  CHECK(static_cast<int>(eio::revision::v3) == 3);
  CHECK(static_cast<int>(eio::revision::v4) == 4);
}
