// Sessions of clients 2.x: the client pings, and binary messages say what they are.
#include <string>
#include <vector>

#include "engine/session_fixture.hpp"
#include "socketio/engine/state.hpp"
#include "support/catch.hpp"

using namespace socketio::test;
using socketio::frame;
using socketio::options;
using socketio::reason;
using packets = std::vector<std::string>;
namespace eio = socketio::eio;

namespace {

struct revision3 : session_fixture {
  explicit revision3(transport_kind kind, options o = {}, bool base64 = false)
      : session_fixture{kind, std::move(o), {eio::revision::v3, base64, {}}} {
    open(*this);
  }
};

struct either_transport : revision3 {
  either_transport() : revision3{GENERATE(transport_kind::polling, transport_kind::websocket)} {}
};

frame binary_frame(std::string_view bytes) {
  socketio::frame_builder message{bytes.size()};
  message.append(bytes);
  return socketio::ws::seal(message, socketio::ws::opcode::binary);
}

std::string written(const socketio::engine::outbox& queued) {
  std::vector<std::string_view> pieces(100);
  pieces.resize(queued.gather(std::span{pieces}, 100));
  std::string wire;
  for (const auto piece : pieces) wire += piece;
  return wire;
}

}  // namespace

TEST_CASE("F062 a session of revision 3 opens with the same packet", "[eio3]") {
  session_fixture f{transport_kind::polling, {}, {eio::revision::v3, false, {}}};
  CHECK(f.session->revision() == eio::revision::v3);
  f.session->start();
  CHECK(f.take_packets().at(0).ends_with(
      R"("upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})"));
}

TEST_CASE("F120 F157 in revision 3 the client pings, and never the server", "[eio3]") {
  either_transport f;
  for (int i = 0; i < 5; ++i) {
    f.pass(44s);
    CHECK(f.take_packets().empty());
    CHECK_FALSE(f.receive(i % 2 == 0 ? "2" : "2with data"));
    CHECK(f.take_packets() == packets{"3"});
  }
  CHECK(f.session->open());
}

TEST_CASE("F120 without a ping for interval and timeout the session ends", "[eio3]") {
  either_transport f;
  const bool pinged = GENERATE(false, true);
  if (pinged) {
    f.pass(40s);
    f.receive("2");
  }
  f.pass(45s - 1ns);
  CHECK(f.session->open());
  f.pass(1ns);
  CHECK_FALSE(f.session->open());
  CHECK(f.session->close_reason() == reason::ping_timeout);
  f.settle();
  f.take_packets();
  CHECK_FALSE(f.timers_armed());
}

TEST_CASE("F120 what else a client of revision 3 says does not stand for a ping", "[eio3]") {
  either_transport f;
  for (int i = 0; i < 45; ++i) {
    CHECK(f.receive("4hello"));
    f.pass(1s);
  }
  CHECK(f.session->close_reason() == reason::ping_timeout);
}

TEST_CASE("R159 a stall of this process is not taken for the silence of revision 3", "[eio3]") {
  either_transport f;
  f.stall(45s + 10s + 1ns);
  CHECK(f.session->open());
  SECTION("and the pings that came meanwhile count") {
    f.receive("2");
    f.pass(45s - 1ns);
    CHECK(f.session->open());
  }
  SECTION("but it is for once") {
    f.pass(20s);
    CHECK(f.session->close_reason() == reason::ping_timeout);
  }
}

TEST_CASE("F120 R81 a pong from a client of revision 3 ends the session", "[eio3]") {
  either_transport f;
  CHECK_FALSE(f.receive("3"));
  CHECK_FALSE(f.session->open());
  CHECK(f.session->close_reason() == reason::transport_error);
}

TEST_CASE("L16 pings that come faster than they can be answered share an answer", "[eio3]") {
  revision3 f{transport_kind::polling};
  for (int i = 0; i < 1000; ++i) f.receive("2");
  f.session->send(packet_frame("4a"));
  f.receive("2");
  f.receive("2");
  CHECK(f.take_packets() == packets{"3", "4a", "3"});
}

// The JavaScript server stops the timer there, and never starts it again.
TEST_CASE("F121 the heartbeat of revision 3 goes on across an upgrade", "[eio3]") {
  revision3 f{transport_kind::polling};
  f.pass(30s);
  CHECK(f.session->candidate_arrived());
  f.candidate_receive("2probe");
  CHECK(f.candidate_receive("5"));
  f.settle();
  CHECK(f.session->upgraded());
  const bool pings = GENERATE(false, true);
  if (pings) {
    f.receive("2");
    CHECK(f.take_packets() == packets{"3"});
    f.pass(30s);
  }
  f.pass(15s - 1ns);
  CHECK(f.session->open());
  f.pass(1ns);
  CHECK(f.session->close_reason() == reason::ping_timeout);
}

TEST_CASE("F155 what was queued for long-polling is typed when it goes over WebSocket", "[eio3]") {
  revision3 f{transport_kind::polling};
  f.session->send(binary_frame("ab"));
  REQUIRE(f.session->candidate_arrived());
  f.candidate_receive("2probe");
  REQUIRE(f.candidate_receive("5"));
  f.session->send(binary_frame("c"));
  CHECK(written(f.session->outbox()) ==
        "\x02\x01\x04\x80\x02"
        "ab\x02\x01\x04\x80\x01"
        "c");
}

TEST_CASE("F140 F150 a client that asks for base64 gets it over WebSocket too", "[eio3]") {
  const bool v3 = GENERATE(true, false);
  session_fixture f{GENERATE(transport_kind::polling, transport_kind::websocket),
                    {},
                    {v3 ? eio::revision::v3 : eio::revision::v4, true, {}}};
  session_fixture::open(f);
  f.session->send(binary_frame("\1\2\3\4"));
  f.session->send(packet_frame("4a"));
  if (f.session->transport() == transport_kind::polling) {
    CHECK(f.session->outbox().frames()[0].type() == frame::kind::binary);
    REQUIRE(f.session->candidate_arrived());
    f.candidate_receive("2probe");
    REQUIRE(f.candidate_receive("5"));
  }
  f.session->send(binary_frame("\1"));
  CHECK(f.take_packets() ==
        (v3 ? packets{"b4AQIDBA==", "4a", "b4AQ=="} : packets{"bAQIDBA==", "4a", "bAQ=="}));
}
