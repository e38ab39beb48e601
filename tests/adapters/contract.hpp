// What every adapter must do: `check_adapter(medium)` in a TEST_CASE runs all of it.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "adapters/cluster_world.hpp"
#include "server/recovery.hpp"
#include "socketio/json.hpp"
#include "support/msgpack_client.hpp"

namespace socketio::test {

inline void check_broadcasts(medium_under_test& m) {
  cluster_world w{m};
  const packets none;

  SECTION("to everybody, in order, once") {
    w.server(0).emit("a", 1);
    w.server(0).emit("a", 2);
    const packets both{R"(42["a",1])", R"(42["a",2])"};
    w.check({both, both, both, both});
  }
  SECTION("from a server without clients") {
    w.server(2).emit("a", 1);
    const packets one{R"(42["a",1])"};
    w.check({one, one, one, one});
  }
  SECTION("to rooms, without the members of others, each client once") {
    w.send(0, R"(42["join","red"])");
    w.send(2, R"(42["join","red"])");
    w.send(2, R"(42["join","blue"])");
    w.send(3, R"(42["join","blue"])");
    w.server(1).to("red").to("blue").emit("a");
    w.check({{R"(42["a"])"}, none, {R"(42["a"])"}, {R"(42["a"])"}});
    w.server(0).to("red").to("blue").except("blue").emit("b");
    w.check({{R"(42["b"])"}, none, none, none});
    w.server(0).to(w.id(3)).emit("c");
    w.check({none, none, none, {R"(42["c"])"}});
    w.server(0).to("nobody").emit("d");
    w.check({none, none, none, none});
  }
  SECTION("from a socket, not to itself") {
    w.send(2, R"(42["join","red"])");
    w.send(0, R"(42["join","red"])");
    w.send(0, R"(42["to","red","hi"])");
    w.check({none, none, {R"(42["said","hi"])"}, none});
    w.send(3, R"(42["others","all"])");
    const packets all{R"(42["said","all"])"};
    w.check({all, all, all, none});
  }
  SECTION("local ones stay here") {
    w.server(0).local().emit("a");
    w.check({{R"(42["a"])"}, {R"(42["a"])"}, none, none});
  }
  SECTION("with binary, and every kind of value") {
    const std::string data{"\x00\xff", 2};
    const bytes_view binary = as_bytes(data);
    w.server(0).emit("a", binary, 1.5, "\u00e9\U0001f600", std::vector<int>{}, nullptr, true);
    const packets packet{
        "451-[\"a\",{\"_placeholder\":true,\"num\":0},1.5,\"\u00e9\U0001f600\",[],null,true]",
        "b:" + data};
    w.check({packet, packet, packet, packet});
  }
  SECTION("to clients with another parser") {
    msgpack_client other{w.servers[1].network};
    other.join();
    const std::string data = "binary";
    w.server(0).emit("a", 1, as_bytes(data));
    w.settle();
    CHECK(other.take() == packets{R"({type:2,data:["a",1,<binary>],nsp:"/"})"});
  }
  SECTION("in their namespace") {
    w.client(0).join("/other");
    w.client(2).join("/other");
    w.server(0).of("/other").emit("a");
    w.check({{R"(42/other,["a"])"}, none, {R"(42/other,["a"])"}, none});
    w.server(0).emit("b");
    const packets one{R"(42["b"])"};
    w.check({one, one, one, one});
  }
}

inline void check_changes(medium_under_test& m) {
  cluster_world w{m};
  const packets none;

  SECTION("to join and leave rooms") {
    w.server(0).in(w.id(0)).in(w.id(2)).sockets_join(std::vector<std::string>{"x", "y"});
    w.settle();
    w.server(1).to("x").emit("a");
    w.check({{R"(42["a"])"}, none, {R"(42["a"])"}, none});
    w.server(1).in("x").except(w.id(0)).sockets_leave("y");
    w.settle();
    w.server(0).to("y").emit("b");
    w.check({{R"(42["b"])"}, none, none, none});
  }
  SECTION("to disconnect") {
    w.server(0).in(w.id(2)).disconnect_sockets();
    w.check({none, none, {"41"}, none});
    w.server(0).in(w.id(3)).disconnect_sockets(true);
    const packets end = w.take(3);
    REQUIRE(end.size() >= 1);
    CHECK(end.back() == "end");
  }
  SECTION("local ones stay here") {
    w.server(0).local().sockets_join("x");
    w.server(0).local().disconnect_sockets();
    w.check({{"41"}, {"41"}, none, none});
    w.server(1).to("x").emit("a");
    w.check({none, none, none, none});
  }
}

inline void check_searches(medium_under_test& m) {
  using namespace std::chrono_literals;
  outcome<remote_socket> o;
  cluster_world w{m};
  const packets none;

  SECTION("everybody is found, with rooms, data and handshake") {
    w.send(2, R"(42["join","red"])");
    w.send(2, R"(42["name","Ann"])");
    w.server(0).fetch_sockets(o.note());
    CHECK(o.calls == 0);
    w.settle();
    REQUIRE(o.calls == 1);
    CHECK_FALSE(o.error);
    REQUIRE(o.values.size() == 4);
    int found = 0;
    for (const remote_socket& each : o.values) {
      CHECK(static_cast<bool>(each.local()) == (each.id() == w.id(0) || each.id() == w.id(1)));
      if (each.id() != w.id(2)) continue;
      ++found;
      CHECK(each.rooms() == std::vector<std::string>{w.id(2), "red"});
      CHECK(each.data()["name"].as_string() == "Ann");
      CHECK(each.handshake().url() == "/socket.io/?transport=websocket&EIO=4");
      CHECK(each.handshake().query("EIO") == "4");
      CHECK(each.handshake().header("host") == "test");
      CHECK(each.handshake().address() == "127.0.0.1");
      CHECK(each.nsp() == "/");
    }
    CHECK(found == 1);
  }
  SECTION("and acted on") {
    w.server(0).in(w.id(2)).fetch_sockets(o.note());
    w.settle();
    REQUIRE(o.values.size() == 1);
    const remote_socket& there = o.values.front();
    there.emit("a", 1);
    w.check({none, none, {R"(42["a",1])"}, none});
    there.join("x");
    w.settle();
    w.server(1).to("x").emit("b");
    w.check({none, none, {R"(42["b"])"}, none});
    there.leave("x");
    w.settle();
    w.server(1).to("x").emit("c");
    w.check({none, none, none, none});
    there.disconnect();
    w.check({none, none, {"41"}, none});
  }
  SECTION("local ones are looked for here") {
    w.server(0).local().fetch_sockets(o.note());
    w.settle();
    CHECK(o.calls == 1);
    CHECK(o.values.size() == 2);
  }
  SECTION("as a coroutine") {
    std::size_t found = 0;
    asio::co_spawn(
        w.servers[2].network.get_executor(),
        [&]() -> asio::awaitable<void> {
          const auto all = co_await w.server(2).fetch_sockets();
          found = all.size();
        },
        asio::detached);
    w.settle();
    CHECK(found == 4);
  }
}

inline void check_questions(medium_under_test& m) {
  using namespace std::chrono_literals;
  outcome<int> o;
  outcome<io::bytes> b;
  cluster_world w{m};

  SECTION("all acknowledge") {
    w.server(0).timeout(2s).emit("vote", o.note());
    w.answer(2, "[3]");
    w.answer(0, "[1]");
    w.answer(3, "[4]");
    CHECK(o.calls == 0);
    w.answer(1, "[2]");
    CHECK(o.calls == 1);
    CHECK_FALSE(o.error);
    CHECK(o.values == std::vector<int>{3, 1, 4, 2});
  }
  SECTION("some do not, in time") {
    w.server(0).timeout(2s).emit("vote", o.note());
    w.answer(0, "[1]");
    w.answer(2, "[3]");
    w.advance(3s);
    CHECK(o.calls == 1);
    CHECK(o.error);
    CHECK(o.values == std::vector<int>{1, 3});
  }
  SECTION("nobody is asked") {
    w.server(0).timeout(2s).to("nobody").emit("vote", o.note());
    w.settle();
    CHECK(o.calls == 1);
    CHECK_FALSE(o.error);
    CHECK(o.values.empty());
  }
  SECTION("only here, or only there") {
    w.server(0).timeout(2s).to(w.id(1)).emit("vote", o.note());
    w.answer(1, "[2]");
    CHECK(o.calls == 1);
    w.server(0).timeout(2s).to(w.id(2)).emit("vote", o.note());
    w.answer(2, "[3]");
    CHECK(o.calls == 2);
    CHECK(o.values == std::vector<int>{3});
  }
  SECTION("binary, both ways") {
    const std::string data = "question";
    w.server(0).timeout(2s).to(w.id(2)).emit("q", as_bytes(data), b.note());
    const packets asked = w.take(2);
    REQUIRE(asked.size() == 2);
    CHECK(asked[1] == "b:question");
    w.client(2).send("461-" + between(asked[0], "451-", "[") +
                     R"([{"_placeholder":true,"num":0}])");
    w.client(2).send_binary("answer");
    w.settle();
    REQUIRE(b.calls == 1);
    REQUIRE(b.values.size() == 1);
    CHECK(as_text(b.values[0]) == "answer");
  }
}

inline void check_server_events(medium_under_test& m) {
  using namespace std::chrono_literals;
  cluster_world w{m};
  std::vector<std::string> heard;
  for (int i = 0; i < 3; ++i) {
    w.server(i).on_server_side("news", [&heard, i](std::string text, io::value data) {
      heard.push_back(
          std::to_string(i) + text +
          to_json(data.to<io::bytes>() ? io::value{as_text(*data.to<io::bytes>())} : data));
    });
    w.server(i).on_server_side("load?", [i](int n) { return 10 * i + n; });
    w.server(i).on_server_side("later?", [i]() -> asio::awaitable<int> { co_return i; });
  }
  outcome<int> o;

  SECTION("the others hear it, this one does not, and no client") {
    const std::string data = "!";
    w.server(0).server_side_emit("news", "hi", as_bytes(data));
    w.check({{}, {}, {}, {}});
    const std::string what =
        m.carries_binary_between_servers() ? R"("!")" : R"({"type":"Buffer","data":[33]})";
    std::sort(heard.begin(), heard.end());  // each is a server for itself
    CHECK(heard == std::vector<std::string>{"1hi" + what, "2hi" + what});
  }
  SECTION("they answer") {
    w.server(0).server_side_emit("load?", 5, o.note());
    w.settle();
    CHECK(o.calls == 1);
    CHECK_FALSE(o.error);
    std::sort(o.values.begin(), o.values.end());
    CHECK(o.values == std::vector<int>{15, 25});
  }
  SECTION("with coroutines on both sides") {
    answers<int> all;
    asio::co_spawn(
        w.servers[1].network.get_executor(),
        [&]() -> asio::awaitable<void> {
          all = co_await w.server(1).server_side_emit_with_ack<int>("later?");
        },
        asio::detached);
    w.settle();
    CHECK_FALSE(all.error);
    std::sort(all.begin(), all.end());
    CHECK(all == std::vector<int>{0, 2});
  }
  SECTION("who has nothing to say is not waited for for ever") {
    w.server(0).server_side_emit("unknown", o.note());
    w.advance(6s);
    CHECK(o.calls == 1);
    CHECK(o.values.empty());
  }
  SECTION("names that mean something to servers are not for programs") {
    w.server(0).server_side_emit("connection", o.note());
    w.settle();
    CHECK(o.calls == 1);
    CHECK(o.error == io::error::reserved_event);
  }
  SECTION("a listener that has gone hears nothing") {
    const auto more = w.server(1).on_server_side("more", [&] { heard.emplace_back("more"); });
    w.server(0).server_side_emit("more");
    w.settle();
    w.server(1).off(more);
    w.server(0).server_side_emit("more");
    w.settle();
    CHECK(heard == std::vector<std::string>{"more"});
  }
}

inline void check_ends(medium_under_test& m) {
  using namespace std::chrono_literals;
  outcome<remote_socket> o;
  outcome<int> votes;
  cluster_world w{m};

  SECTION("a server that has closed is not asked") {
    w.server(2).close();
    w.settle();
    w.server(0).fetch_sockets(o.note());
    w.settle();
    CHECK(o.calls == 1);
    CHECK_FALSE(o.error);
    CHECK(o.values.size() == 4);
    CHECK(w.servers[2].network.idle());
  }
  SECTION("what its sockets' ends cause still goes out") {
    w.server(1).on_disconnect([&](io::socket&, io::reason) { w.server(1).emit("left"); });
    w.server(1).close();
    w.settle();
    const packets told = w.take(0);
    REQUIRE(told.size() == 2);
    CHECK(told[0] == R"(42["left"])");
  }
  SECTION("a server that was destroyed is not asked") {
    w.clients.erase(w.clients.begin() + 2, w.clients.end());
    w.servers[1].server.reset();
    w.settle();
    w.server(0).fetch_sockets(o.note());
    w.settle();
    CHECK(o.calls == 1);
    CHECK_FALSE(o.error);
    CHECK(o.values.size() == 2);
  }
  SECTION("a server is destroyed by what another asks for") {
    w.clients.erase(w.clients.begin() + 3);
    auto& doomed = w.servers[1].server;
    SECTION("a listener") {
      w.server(1).on_server_side("die", [&] { doomed.reset(); });
      w.server(0).server_side_emit("die", votes.note());
    }
    SECTION("somebody who joins") {
      w.server(1).on_join([&](io::socket&, std::string_view) { doomed.reset(); });
      w.server(0).in(w.id(2)).sockets_join("x");
    }
    SECTION("somebody who is disconnected") {
      w.server(1).on_disconnect([&](io::socket&, io::reason) { doomed.reset(); });
      w.server(0).in(w.id(2)).disconnect_sockets(true);
    }
    w.settle();
    CHECK_FALSE(doomed);
    w.clients.pop_back();
    w.server(0).fetch_sockets(o.note());
    w.settle();
    CHECK(o.calls == 1);
    CHECK(o.values.size() == 2);
  }
  SECTION("a question outlives the server that was asked") {
    w.server(0).timeout(2s).to(w.id(2)).emit("vote", votes.note());
    w.settle();
    w.clients.erase(w.clients.begin() + 2, w.clients.end());
    w.servers[1].server.reset();
    w.advance(3s);
    CHECK(votes.calls == 1);
    CHECK(votes.values.empty());
  }
  SECTION("a question that nobody waits for any more") {
    w.server(0).timeout(2s).emit("vote", votes.note());
    w.settle();
    w.clients.erase(w.clients.begin(), w.clients.begin() + 2);
    w.servers[0].server.reset();
    w.advance(3s);
    CHECK(votes.calls == 1);
    CHECK(votes.error);
  }
}

inline void check_dynamic_namespaces(medium_under_test& m) {
  cluster_world w{m};
  for (int i = 0; i < 2; ++i) w.server(i).of(io::pattern{"/room-*"});
  w.client(0).join("/room-1");
  w.client(2).join("/room-1");
  w.settle();
  w.server(0).of("/room-1").emit("a");
  w.check({{R"(42/room-1,["a"])"}, {}, {R"(42/room-1,["a"])"}, {}});
  w.send(2, "41/room-1,");
  w.server(0).of("/room-1").emit("b");
  w.check({{R"(42/room-1,["b"])"}, {}, {}, {}});
  w.client(2).join("/room-1");
  w.settle();
  w.server(0).of("/room-1").emit("c");
  w.check({{R"(42/room-1,["c"])"}, {}, {R"(42/room-1,["c"])"}, {}});
}

/// Each server counts for itself what its clients may miss, whoever has sent it.
inline void check_positions(medium_under_test& m) {
  options o;
  o.connection_state_recovery.emplace();
  cluster_world w{m, o};
  w.server(0).emit("a", 1);
  for (const int i : {0, 2}) {
    const packets first = w.take(i);
    REQUIRE(first.size() == 1);
    CHECK(first[0].starts_with(R"(42["a",1,")"));
  }
  w.server(1).emit("b");
  for (int i = 0; i < 4; ++i) {
    INFO(i);
    packets all = w.take(i);
    REQUIRE(!all.empty());
    CHECK(all.back().starts_with(R"(42["b",")"));
    CHECK(std::count(all.back().begin(), all.back().end(), ',') == 1);  // one position
  }
}

/// Also what was only for rooms that nobody else is in.
inline void check_return(medium_under_test& m) {
  options o;
  o.connection_state_recovery.emplace();
  cluster_world w{m, o};
  memory::network& there = w.servers[1].network;
  recovery::client ann{there};
  ann.join();
  ann.wire.send(R"(42["join","red"])");
  w.settle();
  w.server(0).to("red").emit("news", 1);
  w.settle();
  CHECK(ann.take() == recovery::events{R"(["news",1])"});
  ann.lose(there);
  w.settle();
  w.server(0).to("red").emit("news", 2);
  w.settle();
  recovery::events missed = ann.come_back(there);
  w.settle();
  for (auto& each : ann.take()) missed.push_back(each);
  CHECK(missed == recovery::events{R"(["news",2])"});
  CHECK(ann.recovered);
}

inline void check_adapter(medium_under_test& m) {
  SECTION("broadcasts") { check_broadcasts(m); }
  SECTION("changes") { check_changes(m); }
  SECTION("searches") { check_searches(m); }
  SECTION("questions") { check_questions(m); }
  SECTION("events of servers") { check_server_events(m); }
  SECTION("ends") { check_ends(m); }
  SECTION("namespaces that clients ask for") { check_dynamic_namespaces(m); }
  SECTION("positions") { check_positions(m); }
  SECTION("return") { check_return(m); }
}

}  // namespace socketio::test
