// Entries of streams and messages besides, held against those of the official adapter.
#include <cstdlib>
#include <string>

#include "adapters/bytes_of.hpp"
#include "adapters/redis/streams_vectors.hpp"
#include "socketio.hpp"
#include "socketio/adapters/redis/streams.hpp"
#include "support/catch.hpp"

using namespace socketio;

TEST_CASE("entries of streams are read and written as the official adapter does", "[adapters]") {
  for (const auto& each : test::entry_vectors) {
    INFO(each.name);
    const auto type = static_cast<cluster::message_type>(std::atoi(each.type));
    const auto read = cluster::decode(type, each.uid, each.nsp, each.data);
    REQUIRE(read);
    CHECK(read->uid == each.uid);
    CHECK(read->nsp == each.nsp);
    // Emitters have members in another order, and one more.
    if (read->uid != cluster::emitter_uid) CHECK(cluster::encode_data(*read) == each.data);
    const bool several = std::string_view{each.stream}.starts_with("st-");
    const redis::detail::streams all{several ? "st" : "socket.io", several ? 4U : 1U};
    CHECK(all.of(each.nsp) == each.stream);
  }
}

TEST_CASE("questions and answers between streams' servers are those of the official adapter",
          "[adapters]") {
  for (const auto& each : test::packed_vectors) {
    INFO(each.name);
    const std::string bytes = test::bytes_of(each.text);
    const auto read = cluster::decode(bytes);
    REQUIRE(read);
    // What is attached to a socket there may be what has another form here.
    if (read->type == cluster::message_type::fetch_sockets_response) continue;
    CHECK(cluster::encode_packed(*read) == bytes);
  }
}

TEST_CASE("R148 what is no entry is nothing", "[adapters]") {
  using enum cluster::message_type;
  for (const char* data : {"", "{", "{}", "null", "gqZwYWNrZXQ=", "!!!!", "[]"}) {
    INFO(data);
    CHECK_FALSE(cluster::decode(broadcast, "u", "/", data));
    CHECK_FALSE(cluster::decode(sockets_join, "u", "/", data));
  }
  CHECK_FALSE(cluster::decode(static_cast<cluster::message_type>(0), "u", "/", "{}"));
  CHECK_FALSE(cluster::decode(broadcast, "u", "no slash", "{}"));
  CHECK(cluster::decode(heartbeat, "u", "/", ""));
}

TEST_CASE("ids of entries are positions that clients can name", "[adapters]") {
  const auto at = sio::offset::of_entry(1795339447885, 7);
  REQUIRE(at);
  CHECK(at->text() == "1795339447885-7");
  CHECK(sio::offset::read("1795339447885-7")->number == at->number);
  CHECK(sio::offset::read("1795339447885-8")->number > at->number);
  CHECK(sio::offset::read("1795339447886-0")->number > at->number);
  CHECK(sio::offset::read("5")->text() == "5");
  for (const char* none : {"", "-", "1-", "-1", "1-2-3", "x", "1-x", " 1", "+1", "1 ",
                           "8796093022208-0", "1-1048576", "99999999999999999999"}) {
    INFO(none);
    CHECK_FALSE(sio::offset::read(none));
  }
  CHECK(redis::entry_id::read("1-2") < redis::entry_id::read("1-3"));
  CHECK_FALSE(redis::entry_id::read("1"));
}
