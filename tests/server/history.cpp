#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/msgpack_client.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

struct world {
  explicit world(const io::options& o = {}) : server{network, o} {
    server.on("join", [](io::socket& s, const std::string& room) { s.join(room); });
    server.on("leave", [](io::socket& s, const std::string& room) { s.leave(room); });
    server.on("say",
              [](io::socket& s, const std::string& what) { s.to("hall").emit("said", what); });
    server.listen(port);
  }

  packets join(ws_client& client, std::string_view room = "hall") {
    client.send(std::string{R"(42["join",")"}.append(room).append(R"("])"));
    return client.take();
  }

  io::memory::network network;
  io::server<io::memory> server;
};

TEST_CASE("who joins a room gets what was said, then what is new", "[server]") {
  world w;
  w.server.keep_history("hall", {.events = 3});
  for (int i = 0; i < 5; ++i) w.server.to("hall").emit("news", i);
  w.server.to("elsewhere").emit("news", "not here");
  w.server.emit("news", "to all, not to the room");
  w.server.to("hall").lossy().emit("news", "may be missed");
  ws_client client{w.network};
  client.join();
  CHECK(w.join(client) == packets{R"(42["news",2])", R"(42["news",3])", R"(42["news",4])"});
  CHECK(w.join(client).empty());  // it is there already
  w.server.to("hall").emit("news", 5);
  CHECK(client.take() == packets{R"(42["news",5])"});
  client.send(R"(42["leave","hall"])");
  CHECK(w.join(client) == packets{R"(42["news",3])", R"(42["news",4])", R"(42["news",5])"});

  w.server.drop_history("hall");
  client.send(R"(42["leave","hall"])");
  CHECK(w.join(client).empty());
}

TEST_CASE("a history is bounded by bytes and by age", "[server]") {
  world w;
  ws_client client{w.network};
  client.join();
  SECTION("bytes: the oldest go, also if one alone is too much") {
    w.server.keep_history("hall", {.bytes = 3'000});
    w.server.to("hall").emit("small", 1);
    w.server.to("hall").emit("large", std::string(2'000, 'x'));
    w.server.to("hall").emit("small", 2);
    w.server.to("hall").emit("large", std::string(2'000, 'y'));
    const packets first = w.join(client);
    REQUIRE(first.size() == 2);
    CHECK(first[0] == R"(42["small",2])");
    client.send(R"(42["leave","hall"])");
    w.server.to("hall").emit("large", std::string(4'000, 'z'));
    CHECK(w.join(client).empty());
  }
  SECTION("age") {
    w.server.keep_history("hall", {.age = 10s});
    w.server.to("hall").emit("news", 1);
    w.network.advance(6s);
    w.server.to("hall").emit("news", 2);
    w.network.advance(6s);
    CHECK(w.join(client) == packets{R"(42["news",2])"});
  }
  SECTION("nothing") {
    w.server.keep_history("hall", {.events = 0});
    w.server.to("hall").emit("news", 1);
    CHECK(w.join(client).empty());
  }
}

TEST_CASE("what was not meant for somebody is not replayed to him", "[server]") {
  world w;
  w.server.keep_history("hall");
  ws_client speaker{w.network}, muted{w.network}, other{w.network};
  for (ws_client* const each : {&speaker, &muted, &other}) each->join();
  w.join(speaker);
  speaker.send(R"(42["say","hello"])");  // to all others
  w.server.to("hall").except("muted").emit("news", 1);
  w.join(muted, "muted");
  CHECK(w.join(muted) == packets{R"(42["said","hello"])"});
  CHECK(w.join(other) == packets{R"(42["said","hello"])", R"(42["news",1])"});
  speaker.send(R"(42["leave","hall"])");
  speaker.take();
  CHECK(w.join(speaker) == packets{R"(42["news",1])"});
}

TEST_CASE("of a value the latest is kept; binary is kept whole; MessagePack is made of it",
          "[server]") {
  world w;
  w.server.keep_history("hall");
  w.server.to("hall").emit_latest("price", "price", 1);
  w.server.to("hall").emit("news", io::bytes{std::byte{7}});
  w.server.to("hall").emit_latest("price", "price", 2);
  ws_client client{w.network};
  client.join();
  CHECK(w.join(client) ==
        packets{R"(451-["news",{"_placeholder":true,"num":0}])", "b:\x07", R"(42["price",2])"});
  msgpack_client other{w.network};
  other.join();
  other.send_binary(msgpack_event("join", "hall"));
  CHECK(other.take() == packets{"{type:2,data:[\"news\",<\x07>],nsp:\"/\"}",
                                R"({type:2,data:["price",2],nsp:"/"})"});
}

TEST_CASE("a namespace keeps what is for everybody, for whoever connects", "[server]") {
  world w;
  w.server.keep_history();
  w.server.keep_history("early");
  w.server.use([](io::socket& s) {
    s.join("early");
    return io::accept;
  });
  w.server.on_connection([](io::socket& s) { s.emit("welcome"); });
  w.server.emit("news", 1);
  w.server.to("early").emit("news", 2);
  ws_client client{w.network};
  client.send("40");
  packets all = client.take();
  REQUIRE(all.size() == 4);
  CHECK(all[1].starts_with("40"));
  all.erase(all.begin() + 1);
  CHECK(all == packets{R"(42["news",2])", R"(42["news",1])", R"(42["welcome"])"});
}

TEST_CASE("namespaces made alike keep histories of their own", "[server]") {
  world w;
  const auto rooms = w.server.of(io::pattern{"/doc-*"}).keep_history();
  ws_client one{w.network}, two{w.network};
  one.join("/doc-1");
  two.join("/doc-2");
  w.server.of("/doc-1").emit("news", 1);
  one.take();
  ws_client late{w.network};
  late.send("40/doc-1,");
  CHECK(late.take().at(1) == R"(42/doc-1,["news",1])");
  late.send("40/doc-2,");
  CHECK(late.take().size() == 1);
}

TEST_CASE("who comes back has missed nothing, and is told nothing twice", "[server]") {
  io::options o;
  o.connection_state_recovery.emplace();
  world w{o};
  w.server.keep_history().keep_history("hall");
  std::optional<ws_client> client{std::in_place, w.network};
  client->send("40");
  const std::string pid = between(client->take().at(0), R"("pid":")", "\"");
  w.server.to("hall").emit("news", 1);
  w.join(*client);
  w.server.emit("all", 2);
  const packets heard = client->take();
  REQUIRE(heard.size() == 1);
  const std::string offset = between(heard[0], R"(2,")", "\"");
  client->peer.close();
  w.network.run();
  w.server.to("hall").emit("news", 3);
  client.emplace(w.network);
  client->send(R"(40{"pid":")" + pid + R"(","offset":")" + offset + R"("})");
  const packets back = client->take();
  REQUIRE(back.size() == 2);
  CHECK(back[0].starts_with("40"));
  CHECK(back[1].starts_with(R"(42["news",3,)"));
}

TEST_CASE("whoever joins before he is let in misses nothing, and hears nothing twice", "[server]") {
  world w;
  w.server.keep_history("hall");
  w.server.to("hall").emit("news", 1);
  std::optional<io::next> decide;
  w.server.use([&](io::socket& s, io::next next) {
    s.join("hall");
    decide = std::move(next);
  });
  ws_client client{w.network};
  client.send("40");
  w.server.to("hall").emit("news", 2);
  (*decide)();
  w.network.run();
  packets all = client.take();
  REQUIRE(all.size() == 3);  // official clients keep what comes before the answer to CONNECT
  CHECK(all[0] == R"(42["news",1])");
  CHECK(all[1] == R"(42["news",2])");
  CHECK(all[2].starts_with("40"));
}

TEST_CASE("for ever is an age, too", "[server]") {
  world w;
  w.server.keep_history("hall", {.age = std::chrono::milliseconds::max()});
  w.server.to("hall").emit("news", 1);
  w.network.advance(24h);
  ws_client client{w.network};
  client.join();
  CHECK(w.join(client) == packets{R"(42["news",1])"});
}

TEST_CASE("what was replayed twice is no place to go on from", "[server]") {
  io::options o;
  o.connection_state_recovery.emplace();
  world w{o};
  w.server.keep_history("hall");
  std::optional<ws_client> client{std::in_place, w.network};
  client->send("40");
  const std::string pid = between(client->take().at(0), R"("pid":")", "\"");
  w.join(*client);
  w.server.to("hall").emit("news", 1);
  const std::string offset = between(client->take().at(0), "1,\"", "\"");
  w.server.emit("other", 2);
  client->send(R"(42["leave","hall"])");
  CHECK(w.join(*client).size() == 2);  // "other", and "news" once more
  client->peer.close();
  w.network.run();
  client.emplace(w.network);
  client->send(R"(40{"pid":")" + pid + R"(","offset":")" + offset + R"("})");
  const packets back = client->take();
  REQUIRE(back.size() == 1);
  CHECK(between(back[0], R"("pid":")", "\"") != pid);
}

TEST_CASE("a replay that makes the joiner leave leaves the others where they are", "[server]") {
  world w;
  w.server.keep_history("hall");
  w.server.to("hall").emit("news", 1);
  packets told;
  w.server.on_room_created([&](std::string_view room) { told.push_back("+" + std::string{room}); });
  w.server.on_room_deleted([&](std::string_view room) { told.push_back("-" + std::string{room}); });
  ws_client one{w.network}, two{w.network};
  one.join();
  two.join();
  w.join(one);
  w.server.on_any_outgoing([](io::socket& s, std::string_view event, io::args) {
    if (event == "news") s.leave("hall");
  });
  w.join(two);
  CHECK(told == packets{"+hall"});
  one.send(R"(42["leave","hall"])");
  CHECK(told == packets{"+hall", "-hall"});
}

TEST_CASE("callbacks may do anything while a history is replayed", "[server]") {
  world w;
  w.server.keep_history("hall");
  for (int i = 0; i < 3; ++i) w.server.to("hall").emit("news", i);
  w.server.on_any_outgoing([&](io::socket& s, std::string_view event, io::args) {
    if (event != "news") return;
    w.server.drop_history("hall");
    w.server.keep_history("hall", {.events = 1});
    w.server.to("hall").emit("more");
    s.disconnect();
  });
  ws_client client{w.network};
  client.join();
  CHECK(w.join(client).back() == "41");
  CHECK(w.server.size() == 0);
}

}  // namespace
