// The messages between servers: byte for byte what the official adapters write, and nothing worse
// than silence for what nobody writes.
#include "socketio/cluster/message.hpp"

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/bytes_of.hpp"
#include "adapters/vectors.hpp"
#include "socketio.hpp"
#include "support/catch.hpp"

using namespace socketio;
using cluster::message_type;

TEST_CASE("F357 messages are read and written as the official adapters do", "[adapters]") {
  for (const auto& each : test::cluster_vectors) {
    INFO(each.name);
    const std::string bytes = test::bytes_of(each.text);
    const auto read = cluster::decode(bytes);
    REQUIRE(read);
    CHECK(cluster::encode(*read) == bytes);
  }
}

TEST_CASE("what is read of a broadcast", "[adapters]") {
  const auto m = cluster::decode(
      R"({"type":3,"data":{"packet":{"type":2,"data":["multi",1]},"opts":{"rooms":["r1",42],"except":["x1"],)"
      R"("flags":{"volatile":true,"compress":false,"timeout":800}},"requestId":"abc"},"uid":"u","nsp":"/n"})");
  REQUIRE(m);
  CHECK(m->type == message_type::broadcast);
  CHECK(m->uid == "u");
  CHECK(m->nsp == "/n");
  CHECK(m->request_id == "abc");
  CHECK(m->to.lossy);
  CHECK(m->timeout == std::chrono::milliseconds{800});
  CHECK(m->packet.text.packet() == R"(42/n,["multi",1])");
  CHECK_FALSE(m->packet.text.compressible());
  std::string rooms;
  m->to.rooms.for_each([&](std::string_view each) { rooms.append(each).append(" "); });
  CHECK(rooms == "r1 42 ");  // JavaScript's rooms may be numbers
}

TEST_CASE("the position that an event has on one server does not travel", "[adapters]") {
  cluster::message m{.type = message_type::broadcast, .uid = "u", .nsp = "/"};
  m.packet = sio::encode_event("/", sio::offset{7}, "a", "b,c");
  CHECK(
      cluster::encode(m) ==
      R"({"type":3,"data":{"packet":{"type":2,"data":["a","b,c"]},"opts":{"rooms":[],"except":[],)"
      R"("flags":{}}},"uid":"u","nsp":"/"})");
  const std::string data = "x";
  m.packet = sio::encode_event("/", sio::offset{7}, "a", as_bytes(data));
  const auto read = cluster::decode(cluster::encode(m));
  REQUIRE(read);
  CHECK(read->packet.text.packet() == R"(451-["a",{"_placeholder":true,"num":0}])");
}

TEST_CASE("R149 what is no message is nothing", "[adapters]") {
  const char* const poison[] = {
      "",
      "{",
      "null",
      "[]",
      "{}",
      R"({"type":3})",
      R"({"type":3,"uid":"u","nsp":"/"})",
      R"({"type":3,"data":{},"uid":"u","nsp":"/"})",
      R"({"type":3,"data":{"packet":{"data":["a"]}},"uid":"u","nsp":"/"})",  // for whom?
      R"({"type":3,"data":{"packet":{"data":"a"},"opts":{"rooms":[],"except":[]}},"uid":"u","nsp":"/"})",
      R"({"type":3,"data":{"packet":{"data":[]},"opts":{"rooms":[],"except":[]}},"uid":"u","nsp":"/"})",
      R"({"type":3,"data":{"packet":{"data":[1]},"opts":{"rooms":[],"except":[]}},"uid":"u","nsp":"/"})",
      R"({"type":3,"data":{"packet":{"data":["connect"]},"opts":{"rooms":[],"except":[]}},"uid":"u","nsp":"/"})",
      R"({"type":6,"data":{"opts":{},"close":true},"uid":"u","nsp":"/"})",  // for whom?
      R"({"type":6,"data":{"opts":{"rooms":"a","except":[]}},"uid":"u","nsp":"/"})",
      R"({"type":6,"data":{"opts":{"rooms":[],"except":{}}},"uid":"u","nsp":"/"})",
      R"({"type":11,"data":{"requestId":"r","clientCount":9223372036854775808},"uid":"u","nsp":"/"})",
      R"({"type":0,"uid":"u","nsp":"/"})",
      R"({"type":14,"uid":"u","nsp":"/"})",
      R"({"type":"3","uid":"u","nsp":"/"})",
      R"({"type":2,"uid":1,"nsp":"/"})",
      R"({"type":2,"uid":"u"})",
      R"({"type":2,"uid":"u","nsp":"no-slash"})",
      R"({"type":6,"data":{"close":true},"uid":"u","nsp":"/"})",
      R"({"type":7,"data":{"opts":{"rooms":[],"except":[]}},"uid":"u","nsp":"/"})",  // whom to
                                                                                     // answer?
      R"({"type":8,"data":{"sockets":[]},"uid":"u","nsp":"/"})",
      R"({"type":9,"data":{"packet":[]},"uid":"u","nsp":"/"})",
      R"({"type":9,"data":{},"uid":"u","nsp":"/"})",
      R"({"type":11,"data":{"requestId":"r"},"uid":"u","nsp":"/"})",
      R"({"type":11,"data":{"requestId":"r","clientCount":-1},"uid":"u","nsp":"/"})",
      "{\"type\":2,\"uid\":\"u\xff\",\"nsp\":\"/\"}",
      "\x84",
      "\xc1",
  };
  for (const char* each : poison) {
    INFO(each);
    CHECK_FALSE(cluster::decode(each));
  }
}

TEST_CASE("R149 messages cut short or with bytes changed never harm", "[adapters]") {
  std::minstd_rand random{1};
  for (const auto& each : test::cluster_vectors) {
    const std::string bytes = test::bytes_of(each.text);
    for (std::size_t size = 0; size < bytes.size(); size += 1 + size / 8) {
      CHECK_FALSE(cluster::decode(bytes.substr(0, size)));
    }
    for (int i = 0; i < 200; ++i) {
      std::string changed = bytes;
      changed[random() % changed.size()] = static_cast<char>(random());
      const auto read = cluster::decode(changed);
      if (!read) continue;
      const std::string again = cluster::encode(*read);
      INFO(each.name << ": " << changed << " became " << again);
      CHECK(cluster::decode(again));
    }
  }
}
