// Servers that form a cluster over real Redis streams.
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "adapters/redis/streams_world.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio;
using namespace socketio::test;

}  // namespace

TEST_CASE("the contract of adapters: Redis streams", "[adapters][redis-server]") {
  streams medium;
  check_adapter(medium);
  CHECK(medium.losses.empty());
}

TEST_CASE("P4 R147 a client that loses its server goes on with another",
          "[adapters][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters(0);
  const std::string id = ann.id, pid = ann.pid;
  ann.wire.send(R"(42["join","red"])");
  ann.wire.send(R"(42["name","Ann"])");
  w.settle();
  w.server(1).to("red").emit("news", 1);
  CHECK(w.take(ann) == recovery::events{R"(["news",1])"});

  bool written_ahead = false;
  SECTION("and says so") {
    ann.lose(w.network(0));
    w.settle();
  }
  SECTION("and nobody knows yet") { written_ahead = true; }

  const std::string bytes = "!";
  const auto say = [&](auto&& what) {
    what();
    w.settle();
  };
  say([&] { w.server(1).to("red").emit("news", 2); });
  say([&] { w.server(0).to("blue").emit("news", "not for Ann"); });
  say([&] { w.server(2).to("red").emit("news", as_bytes(bytes)); });
  say([&] { w.server(0).emit("news", 3); });
  say([&] { w.server(1).lossy().emit("news", "whoever is there"); });
  say([&] { w.server(1).to(id).emit("news", 4); });
  say([&] { w.server(1).except("red").emit("news", "not for Ann either"); });

  recovery::events missed = w.comes_back(ann, 1);
  REQUIRE(missed.size() == 5);
  CHECK(missed[1].starts_with(R"(451-["news",{"_placeholder":true,"num":0},")"));
  missed.erase(missed.begin() + 1);
  CHECK(missed == recovery::events{R"(["news",2])", "b:!", R"(["news",3])", R"(["news",4])"});
  CHECK(ann.recovered);
  CHECK(ann.id == id);
  CHECK(ann.pid == pid);
  w.server(2).to("red").emit("news", 5);
  CHECK(w.take(ann) == recovery::events{R"(["news",5])"});
  if (!written_ahead) {
    outcome<io::remote_socket> found;
    w.server(2).in("red").fetch_sockets(found.note());
    w.settle();
    REQUIRE(found.values.size() == 1);
    CHECK(found.values[0].id() == id);
    CHECK(to_json(found.values[0].data()) == R"({"name":"Ann"})");
  }

  // And back again, to where it is still known as it was.
  ann.wire.send(R"(42["join","green"])");
  w.server(2).in(id).sockets_leave("red");
  w.settle();
  ann.lose(w.network(1));
  w.server(0).to("red").emit("news", "not for Ann any more");
  w.server(0).to("green").emit("news", 6);
  w.settle();
  CHECK(w.comes_back(ann, 0) == recovery::events{R"(["news",6])"});
  CHECK(ann.recovered);
  w.server(2).to("green").emit("news", 7);
  CHECK(w.take(ann) == recovery::events{R"(["news",7])"});
}

TEST_CASE("P2 P4 whoever has taken a session last has it", "[adapters][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters_and_hears(0);
  const std::string id = ann.id;
  ann.lose(w.network(0));
  w.settle();
  recovery::client thief{w.network(2)};
  thief.pid = ann.pid;
  thief.offset = ann.offset;
  ann.come_back(w.network(1));
  thief.join();
  w.settle();
  ann.take();
  thief.take();
  CHECK((ann.recovered || thief.recovered));
  w.server(0).in(id).sockets_join("red");
  w.settle();
  ann.take();
  thief.take();
  w.server(0).to(id).emit("news", 2);
  CHECK(w.take(ann).size() + w.take(thief).size() == 1);
}

TEST_CASE("P2 P4 a server leaves alone a session that another has now",
          "[adapters][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters_and_hears(0);
  ws_client old = std::move(ann.wire);  // nobody knows that it is lost
  ann.wire = ws_client{w.network(1)};
  ann.join();
  w.take(ann);
  REQUIRE(ann.recovered);
  const auto last_is_end = [&] {
    const packets all = old.take();
    return !all.empty() && all.back() == "end";
  };

  SECTION("and ends the connection when it finds out") {
    w.server(2).in(ann.id).sockets_join("red");
    w.settle();
    CHECK(last_is_end());
    outcome<io::remote_socket> found;
    w.server(2).in("red").fetch_sockets(found.note());
    w.settle();
    CHECK(found.values.size() == 1);
  }
  SECTION("when the connection is lost") {
    ann.wire.send(R"(42["join","red"])");
    w.settle();
    old.peer.close();
    w.settle();
  }
  SECTION("when its client says goodbye") {
    ann.wire.send(R"(42["join","red"])");
    w.settle();
    old.send("41");
    w.settle();
  }
  w.server(2).emit("news", 2);
  CHECK(w.take(ann).size() == 1);
  w.server(2).to("red").emit("news", 3);
  w.settle();
  CHECK(w.comes_back(ann, 2) == recovery::events{R"(["news",3])"});
  CHECK(ann.recovered);
}

TEST_CASE("P2 nobody is there twice, whatever offset he names", "[adapters][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters(0), bob = w.enters(0);
  w.server(1).to(bob.id).emit("news", 1);
  CHECK(w.take(bob).size() == 1);
  recovery::client again{w.network(0)};
  again.pid = ann.pid;
  again.offset = bob.offset;  // of the stream, but not of hers
  again.join();
  w.take(again);
  CHECK(again.recovered);
  CHECK(again.id == ann.id);
  const recovery::events old = w.take(ann);
  REQUIRE_FALSE(old.empty());
  CHECK(old.back() == "end");
  w.server(0).emit("news", 2);
  CHECK(w.take(again) == recovery::events{R"(["news",2])"});
}

TEST_CASE("a session is one of its namespace", "[adapters][redis-server]") {
  streams medium;
  recovering_world w{medium};
  int asked = 0;
  w.server(1).of("/other").use([&](io::socket&) {
    ++asked;
    return io::accept;
  });
  recovery::client ann = w.enters(0);
  ann.wire.send(R"(42["join","red"])");
  w.server(1).emit("news", 1);
  w.take(ann);
  ws_client other{w.network(1)};
  other.send(R"(40/other,{"pid":")" + ann.pid + R"(","offset":")" + ann.offset + R"("})");
  w.settle();
  const packets answer = other.take();
  REQUIRE(answer.size() == 1);
  CHECK(answer[0].starts_with("40/other,"));
  CHECK(answer[0].find(ann.pid) == std::string::npos);
  CHECK(asked == 1);
  w.server(1).of("/other").to("red").emit("news", "not for Ann");
  w.settle();
  CHECK(other.take().empty());
}

TEST_CASE("P6 R143 R145 who has missed what is not known any more is told",
          "[adapters][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters_and_hears(0);
  ann.lose(w.network(0));
  w.settle();
  SECTION("the stream is trimmed") {
    w.server(1).emit("news", 2);
    w.settle();
    CHECK(command(medium, w, {"XTRIM", "socket.io", "MAXLEN", "1"}).empty());
  }
  SECTION("the stream is gone") { command(medium, w, {"DEL", "socket.io"}); }
  SECTION("the session is gone") { command(medium, w, {"DEL", "sio:session:" + ann.pid}); }
  SECTION("the session is no session") {
    command(medium, w, {"SET", "sio:session:" + ann.pid, "bm9uc2Vuc2U="});
  }
  SECTION("the offset is none") { ann.offset = "5"; }
  SECTION("the offset is another's") { ann.offset = "1-1"; }
  CHECK(w.comes_back(ann, 1).empty());
  CHECK_FALSE(ann.recovered);
  CHECK_FALSE(ann.id.empty());
}

TEST_CASE("the rooms of a session are known as they are", "[adapters][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters(0);
  for (const char* each : {R"(42["join","red"])", R"(42["join","blue"])"}) ann.wire.send(each);
  w.settle();
  w.server(2).in("red").sockets_leave("blue");
  w.settle();
  w.server(1).emit("news", 1);
  CHECK(w.take(ann).size() == 1);
  w.server(1).to("blue").emit("news", "not for Ann");
  w.server(1).to("red").emit("news", 2);
  w.settle();
  // Its server may be dead for all that is known.
  CHECK(w.comes_back(ann, 2) == recovery::events{R"(["news",2])"});
  CHECK(ann.recovered);
}

TEST_CASE("R152 what many have missed is kept once, and within bounds",
          "[adapters][redis-server]") {
  constexpr std::size_t many = 20, events = 40;
  streams medium;
  options o;
  o.connection_state_recovery.emplace().max_bytes = 200'000;
  recovering_world w{medium, o};
  std::vector<std::unique_ptr<recovery::client>> all;
  while (all.size() < many) {
    all.push_back(std::make_unique<recovery::client>(w.network(0)));
    all.back()->join();
  }
  w.settle();
  for (auto& each : all) each->take();
  w.server(0).emit("news", 0);
  w.settle();
  for (auto& each : all) each->take();
  const std::string kilobyte(1024, 'x');
  const auto recovered = [&] {
    w.settle();
    for (auto& each : all) each->come_back(w.network(1));
    w.settle();
    std::size_t count = 0;
    for (auto& each : all) {
      each->take();
      count += each->recovered ? 1 : 0;
    }
    return count;
  };
  SECTION("the same") {
    for (std::size_t i = 0; i < events; ++i) w.server(1).emit("news", kilobyte);
    CHECK(recovered() == many);
  }
  SECTION("of their own each") {
    for (auto& each : all) {
      for (std::size_t i = 0; i < events; ++i) w.server(1).to(each->id).emit("news", kilobyte);
    }
    const std::size_t some = recovered();
    CHECK(some > 0);
    CHECK(some < many);
  }
}

TEST_CASE("F364 all servers' clients get all events in one order", "[adapters][redis-server]") {
  streams medium;
  recovering_world w{medium};
  for (int i = 0; i < 20; ++i) {
    for (int k = 0; k < 3; ++k) w.server(k).emit("n", 3 * i + k);
    w.servers[static_cast<std::size_t>(i % 3)].network.run();
  }
  const packets first = w.take(0);
  CHECK(first.size() == 60);
  CHECK(w.take(1) == first);
  CHECK(w.take(2) == first);
  CHECK(w.take(3) == first);
}

TEST_CASE("a session that is ended cannot be resumed", "[adapters][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters_and_hears(0);
  SECTION("by the client") { ann.wire.send("41"); }
  SECTION("by the program") { w.server(2).in(ann.id).disconnect_sockets(true); }
  w.settle();
  CHECK(command(medium, w, {"GET", "sio:session:" + ann.pid}) == "null");
  CHECK(w.comes_back(ann, 1).empty());
  CHECK_FALSE(ann.recovered);
}

TEST_CASE("R141 R142 without Redis clients of streams are served, and all comes back",
          "[adapters][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters(0);
  medium.server.stop();
  REQUIRE(w.eventually([&] { return medium.losses.size() >= 3; }));
  for (int i = 0; i < 2; ++i) w.server(0).emit("a");
  w.servers[0].network.run();
  CHECK(ann.take() == recovery::events{R"(["a"])", R"(["a"])"});
  SECTION("at once") {}
  SECTION("after what waited for it has been given up") {
    REQUIRE(w.eventually([&] { return medium.lines.front()->connection()->waiting() == 0; }));
  }
  medium.server.start();
  REQUIRE(w.eventually([&] { return medium.all_up(); }));
  medium.newest = {};
  w.settle();
  CHECK(ann.take().empty());
  // The same event, too, is another.
  for (int i = 0; i < 3; ++i) {
    w.server(0).emit("a");
    CHECK(w.take(ann) == recovery::events{R"(["a"])"});
  }
  w.server(1).emit("b");
  CHECK(w.take(ann) == recovery::events{R"(["b"])"});
}

TEST_CASE("P5 R141 who may have missed what Redis does not know is told",
          "[adapters][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters_and_hears(0);
  medium.server.freeze();
  REQUIRE(w.eventually([&] { return medium.losses.size() >= 3; }));
  w.server(0).emit("news", 2);
  w.servers[0].network.run();
  const bool got_it = GENERATE(false, true);
  if (got_it) CHECK(ann.take() == recovery::events{R"(["news",2])"});
  ann.lose(w.network(0));
  thaw(medium, w);
  const int to = GENERATE(0, 1);
  w.comes_back(ann, to);
  CHECK_FALSE(ann.recovered);
}

TEST_CASE("R148 what is no entry of a stream is stepped over, and counted",
          "[adapters][redis-server]") {
  streams medium;
  cluster_world w{medium};
  using words = std::initializer_list<std::string_view>;
  const auto add = [&](words fields) {
    std::vector<std::string_view> all{"XADD", "socket.io", "*"};
    all.insert(all.end(), fields);
    medium.lines.front()->connection()->command(all);
  };
  const std::string huge(2 << 20, 'x'), deep(100'000, '[');
  add({"not", "ours"});
  add({"uid", "u", "nsp", "/", "type", "3"});
  add({"uid", "u", "nsp", "/", "type", "x", "data", "{}"});
  add({"uid", "u", "nsp", "/", "type", "99", "data", "{}"});
  add({"uid", "u", "nsp", "/", "type", "3", "data", huge});
  add({"uid", "u", "nsp", "/", "type", "3", "data", deep});
  add({"uid", "u", "nsp", "nowhere", "type", "2"});
  w.check({{}, {}, {}, {}});
  for (const auto* each : medium.lines) CHECK(each->ignored() == 7);
  w.server(0).emit("a");
  const packets one{R"(42["a"])"};
  w.check({one, one, one, one});
  medium.check_poison(w, "PUBLISH", {"socket.io#/#"}, {1, 1, 1});
}
