// How much heap memory the codecs ask for.
#include "support/count_allocations.hpp"

#ifdef COUNTS_ALLOCATIONS

#include <cstddef>
#include <string>
#include <vector>

#include "proto/msgpack/bytes.hpp"
#include "socketio/proto/msgpack/reader.hpp"
#include "socketio/proto/sio/decoder.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/proto/sio/msgpack_codec.hpp"
#include "support/catch.hpp"

namespace sio = socketio::sio;
using socketio::bytes;
using status = sio::decoder::status;

namespace {

/// The number of allocations that something takes.
template <class Work>
std::size_t count(Work work) {
  const std::size_t before = socketio::test::allocations;
  work();
  return socketio::test::allocations - before;
}

}  // namespace

// (Small frames take blocks that the thread has kept, if there are any.)
TEST_CASE("a text event is encoded with one allocation at most", "[sio]") {
  std::string any;
  REQUIRE(count([&] { any.assign(100, 'a'); }) == 1);  // it does count

  std::string text(40, 'a'), long_text(100'000, 'a');
  sio::encoded out;
  CHECK(count([&] { out = sio::encode_event("/", {}, "echo", text); }) <= 1);
  CHECK(count([&] { out = sio::encode_event("/chat", 17, "name", "literal", 1, 2.5, true); }) <= 1);
  CHECK(count([&] { out = sio::encode_event("/", {}, "long", long_text, long_text); }) <= 1);
  CHECK(count([&] { out = sio::encode_event("/", {}, "none", std::vector<bytes>{}); }) <= 1);
  CHECK(count([&] { out = sio::encode_ack("/", 1, text); }) <= 1);
  socketio::frame f;
  CHECK(count([&] { f = sio::encode_connect("/chat", "oSO0OpakMV_3jnilAAAA"); }) <= 1);
  CHECK(count([&] { f = sio::encode_connect_error("/nope", "Invalid namespace"); }) <= 1);
  CHECK(count([&] { f = sio::encode_disconnect("/chat"); }) <= 1);
}

TEST_CASE("each attachment is one more allocation at most, and their list another", "[sio]") {
  const bytes data(1000);
  sio::encoded out;
  CHECK(count([&] { out = sio::encode_event("/", {}, "picture", data); }) <= 3);
}

TEST_CASE("a text event is decoded without an allocation", "[sio]") {
  sio::workspace space;
  sio::decoder decoder;
  std::string first = R"(2["warm",["up"]])", text = R"(2["echo","hello",{"a":[1,2.5]}])";
  REQUIRE(decoder.text(first.data(), first.size(), space) == status::packet);
  status s{};
  CHECK(count([&] { s = decoder.text(text.data(), text.size(), space); }) == 0);
  CHECK(s == status::packet);
}

TEST_CASE("a packet with one attachment is held in two allocations", "[sio]") {
  sio::workspace space;
  sio::decoder decoder;
  const bytes data(1000);
  status s{};
  std::size_t taken = 0;
  for (int i = 0; i < 2; ++i) {  // the first time the tape gets its memory as well
    std::string text = R"(51-["x",{"_placeholder":true,"num":0}])";
    taken = count([&] {
      s = decoder.text(text.data(), text.size(), space);
      s = decoder.binary(data, space);
    });
    CHECK(s == status::packet);
  }
  CHECK(taken == 2);
}

TEST_CASE("a msgpack packet is decoded without an allocation", "[sio]") {
  socketio::tape tape;
  const std::string message =
      from_hex("83a47479706502a46461746192a46563686f93c3a568656c6c6fc4020102a36e7370a12f");
  REQUIRE(sio::decode_msgpack(socketio::as_bytes(message), tape));
  bool decoded = false;
  CHECK(count([&] {
          decoded = sio::decode_msgpack(socketio::as_bytes(message), tape).has_value();
        }) == 0);
  CHECK(decoded);
}

TEST_CASE("R133 msgpack takes memory for what is there, whatever it announces", "[msgpack]") {
  namespace msgpack = socketio::msgpack;
  for (const char* hex : {"ddffffffff", "dfffffffff", "c6ffffffff", "dbffffffff", "c9ffffffff00",
                          "91ddffffffff", "81a161dfffffffff"}) {
    const std::string announcing = from_hex(hex);
    socketio::tape tape;
    socketio::test::largest_allocation = 0;
    CHECK(msgpack::read(socketio::as_bytes(announcing), tape) == msgpack::status::malformed);
    CHECK(socketio::test::largest_allocation <= 64 * 16);  // the least that a tape takes
  }
  // An array that announces an element for each byte: mended text, next to a node, is the
  // most that two bytes can become.
  std::string announcing = from_hex("dd0000fff0");
  while (announcing.size() < 0xffff) announcing += "\xa1\xff";
  socketio::tape tape;
  socketio::test::largest_allocation = 0;
  CHECK(msgpack::read(socketio::as_bytes(announcing), tape) == msgpack::status::malformed);
  CHECK(socketio::test::largest_allocation <= 16 * announcing.size());
}

#endif
