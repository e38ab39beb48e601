// Sessions in Redis: what is for one client alone, what is not known any more, who may write.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "adapters/redis/streams_world.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio;
using namespace socketio::test;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("what is emitted to a socket is for it alone, whatever rooms there are",
          "[streams][redis-server]") {
  streams medium;
  recovering_world w{medium};
  std::vector<socket_ref> all;
  for (int i = 0; i < 3; ++i) {
    w.server(i).on("alone", [&](io::socket& s) {
      s.leave(s.id());
      all.push_back(s.ref());
    });
  }
  recovery::client ann = w.enters(0), bob = w.enters(1), eve = w.enters(0);
  ann.wire.send(R"(42["alone"])");
  for (recovery::client* each : {&bob, &eve}) each->wire.send(R"(42["join",")" + ann.id + R"("])");
  w.settle();
  REQUIRE(all.size() == 1);
  all[0].emit("told", 1);
  CHECK(w.take(ann) == recovery::events{R"(["told",1])"});
  CHECK(w.take(bob).empty());
  CHECK(w.take(eve).empty());
  w.server(2).to(ann.id).emit("room", 2);
  CHECK(w.take(ann).empty());
  CHECK(w.take(bob) == recovery::events{R"(["room",2])"});

  ann.lose(w.network(0));
  w.settle();
  all[0].emit("told", 3);
  w.settle();
  const int to = GENERATE(0, 1);
  CHECK(w.comes_back(ann, to) == recovery::events{R"(["told",3])"});
  CHECK(ann.recovered);
  // On its way between two servers.
  all[0].emit("told", 4);
  CHECK(w.take(ann) == recovery::events{R"(["told",4])"});
  CHECK(w.take(eve) == recovery::events{R"(["room",2])"});
  CHECK(w.take(bob).empty());
}

TEST_CASE("who comes back to the server that knows goes on, whatever the stream has lost",
          "[streams][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters_and_hears(0);
  ann.lose(w.network(0));
  w.settle();
  w.server(1).emit("news", 2);
  w.settle();
  command(medium, w, {"XTRIM", "socket.io", "MAXLEN", "0"});
  const int to = GENERATE(0, 1);
  const recovery::events missed = w.comes_back(ann, to);
  CHECK(ann.recovered == (to == 0));
  CHECK(missed == (to == 0 ? recovery::events{R"(["news",2])"} : recovery::events{}));
}

TEST_CASE("who is absent is in the rooms that it is put in, on whatever server it comes back",
          "[streams][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters(0);
  ann.wire.send(R"(42["join","red"])");
  w.server(1).emit("news", 1);
  CHECK(w.take(ann).size() == 1);
  ann.lose(w.network(0));
  w.settle();
  w.server(2).in(ann.id).sockets_leave("red");
  w.server(2).in(ann.id).sockets_join("blue");
  w.settle();
  w.comes_back(ann, 1);
  CHECK(ann.recovered);
  w.server(2).to("red").emit("news", "not for Ann");
  w.server(2).to("blue").emit("news", 2);
  CHECK(w.take(ann) == recovery::events{R"(["news",2])"});
}

TEST_CASE("much is missed, and some of it is large", "[streams][redis-server]") {
  const bool large = GENERATE(false, true);
  streams medium;
  medium.most_reply = large ? 40'000'000 : 1'000'000;
  recovering_world w{medium};
  recovery::client ann = w.enters(0);
  w.server(1).emit("news", 0);
  CHECK(w.take(ann).size() == 1);
  ann.lose(w.network(0));
  w.settle();
  // What others say, and what they say to each other.
  const int many = large ? 220 : 500;
  const std::string text(large ? 300'000 : 10, 'x');
  recovery::events said;
  for (int i = 1; i <= many; ++i) {
    w.server(2).emit("news", i);
    w.server(2).to("nobody").emit("news", text);
    said.push_back("[\"news\"," + std::to_string(i) + "]");
    if (i % 20 == 0) w.settle();
  }
  w.settle();
  CHECK(w.comes_back(ann, 1) == said);
  CHECK(ann.recovered);
  CHECK(medium.losses.empty());
}

TEST_CASE("a flood of sessions that nobody has written is turned away", "[streams][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters(0);
  int looked_up = 0, refused = 0;
  const auto offset = sio::offset::read("1-1");
  for (int i = 0; i < 10'100; ++i) {
    std::string pid = std::to_string(i);
    pid.resize(20, 'x');
    medium.lines.front()->session_store()->claim(
        "/", pid, *offset, {10, 10},
        [&](std::error_code ec, const std::optional<cluster::found_session>& found) {
          CHECK_FALSE(found);
          ++(ec == redis::error::queue_full ? refused : looked_up);
        });
  }
  REQUIRE(w.eventually([&] { return looked_up + refused == 10'100; }));
  CHECK(refused == 84);  // 16 are on their way
  w.server(1).emit("news", 1);
  CHECK(w.take(ann).size() == 1);
  ann.lose(w.network(0));
  w.comes_back(ann, 1);
  CHECK(ann.recovered);
}

TEST_CASE("R143 what Redis has forgotten is written again, in shares", "[streams][redis-server]") {
  constexpr std::size_t many = 1'050;
  streams medium;
  medium.block_time = 50ms;
  recovering_world w{medium};
  std::vector<std::unique_ptr<recovery::client>> all;
  while (all.size() < many) {
    all.push_back(std::make_unique<recovery::client>(w.network(2)));
    all.back()->join();
  }
  recovery::client absent = w.enters_and_hears(0);
  absent.lose(w.network(0));
  w.settle();
  bystander other{medium};
  const auto sessions = [&] {
    return std::stoul(other.ask({"EVAL", "return #redis.call('KEYS', 'sio:session:*')", "0"}));
  };
  CHECK(sessions() == many + 5);
  other.ask({"FLUSHALL"});
  REQUIRE(w.eventually([&] { return medium.gaps == 3; }));
  medium.newest = {};
  w.settle();
  CHECK(sessions() == 1'000 + 4);  // all of the other servers' who are there
  w.advance(100ms);
  CHECK(sessions() == many + 4);
  w.comes_back(absent, 1);
  CHECK_FALSE(absent.recovered);  // what was emitted since is not known
}

TEST_CASE("R143 a Redis that comes back without sessions is given them again, whatever its stream",
          "[streams][redis-server]") {
  streams medium;
  medium.quick = true;
  recovering_world w{medium};  // nobody has said anything: the stream is as short as it was
  const std::string sessions = "return tostring(#redis.call('KEYS', 'sio:session:*'))";
  CHECK(command(medium, w, {"EVAL", sessions, "0"}) == "4");
  medium.server.stop();
  REQUIRE(w.eventually([&] { return !medium.losses.empty(); }));
  medium.server.start();
  REQUIRE(w.eventually([&] { return medium.all_up(); }));
  w.settle();
  CHECK(command(medium, w, {"EVAL", sessions, "0"}) == "4");
  CHECK(medium.gaps == 0);
}

TEST_CASE("R142 sessions that are too many at once are written soon after",
          "[streams][redis-server]") {
  streams medium;
  medium.most_commands = 20;
  recovering_world w{medium};
  std::vector<std::unique_ptr<recovery::client>> all;
  medium.server.freeze();
  while (all.size() < 50) {
    all.push_back(std::make_unique<recovery::client>(w.network(2)));
    all.back()->join();
  }
  medium.server.thaw();
  w.settle();
  bystander other{medium};
  const auto sessions = [&] {
    return std::stoi(other.ask({"EVAL", "return #redis.call('KEYS', 'sio:session:*')", "0"}));
  };
  CHECK(sessions() < 54);
  for (int i = 0; i < 3; ++i) w.advance(100ms);  // 20 each time
  CHECK(sessions() == 54);

  // The same when all of them are sent away.
  medium.server.freeze();
  w.server(2).local().disconnect_sockets();
  w.network(2).run();
  medium.server.thaw();
  w.settle();
  REQUIRE(w.eventually([&] { return sessions() == 4; }));
}

TEST_CASE("R142 who is absent while something has no place in the stream is new",
          "[streams][redis-server]") {
  streams medium;
  medium.quick = true;
  recovering_world w{medium};
  recovery::client ann = w.enters_and_hears(0);
  ann.lose(w.network(0));
  w.settle();
  medium.server.freeze();
  REQUIRE(w.eventually([&] { return medium.losses.size() >= 3; }));
  w.server(0).emit("news", 2);
  REQUIRE(w.eventually([&] {
    for (auto* each : medium.lines) {
      if (each->connection()->waiting() != 0) return false;
    }
    return true;
  }));
  thaw(medium, w);
  const int to = GENERATE(0, 1);
  w.comes_back(ann, to);
  CHECK_FALSE(ann.recovered);
}

TEST_CASE("R142 who is sent away while Redis is away does not come back elsewhere",
          "[streams][redis-server]") {
  streams medium;
  medium.quick = true;
  recovering_world w{medium};
  w.server(0).on("kick", [](io::socket& s) { s.disconnect(); });
  recovery::client ann = w.enters_and_hears(0);
  medium.server.freeze();
  REQUIRE(w.eventually([&] { return !medium.lines.front()->up(); }));
  ann.wire.send(R"(42["kick"])");
  w.network(0).run();
  CHECK(ann.take() == recovery::events{"41"});
  REQUIRE(w.eventually([&] { return medium.lines.front()->connection()->waiting() == 0; }));
  thaw(medium, w);
  const int to = GENERATE(0, 1);
  w.comes_back(ann, to);
  CHECK_FALSE(ann.recovered);
}

TEST_CASE("R142 no offset makes up for what had no place in the stream",
          "[streams][redis-server]") {
  streams medium;
  medium.quick = true;
  recovering_world w{medium};
  recovery::client ann = w.enters_and_hears(0);
  ann.lose(w.network(0));
  w.settle();
  medium.server.freeze();
  REQUIRE(w.eventually([&] { return medium.losses.size() >= 3; }));
  w.server(0).emit("news", 2);
  w.network(0).run();
  // Nobody can be asked, so who was here may go on here.
  ann.offset = GENERATE(as<std::string>{}, "8796093022207-1048575", "0");
  ann.come_back(w.network(0));
  REQUIRE(w.eventually([&] {
    ann.take();
    return !ann.id.empty();
  }));
  CHECK_FALSE(ann.recovered);
}

TEST_CASE("P2 P4 who goes on without being asked for does not take the session from another",
          "[streams][redis-server]") {
  streams medium;
  medium.block_time = 50ms;
  recovering_world w{medium};
  recovery::client ann = w.enters(0), bob = w.enters(1);
  w.server(1).emit("news", 1);
  CHECK(w.take(ann).size() == 1);
  ann.lose(w.network(0));
  w.settle();
  bystander other{medium};
  other.ask({"ACL", "SETUSER", "default", "-xread"});
  REQUIRE(w.eventually([&] { return medium.losses.size() == 3; }));
  const std::string of_another = command_now(medium, w, {"GET", "sio:session:" + bob.pid});
  other.client.command({"SET", "sio:session:" + ann.pid, of_another});
  other.ask({"PING"});
  recovery::events all = ann.come_back(w.network(0));
  CHECK(ann.recovered);
  REQUIRE(w.eventually([&] {
    for (auto& each : ann.take()) all.push_back(each);
    return !all.empty() && all.back() == "end";
  }));
  CHECK(command_now(medium, w, {"GET", "sio:session:" + ann.pid}) == of_another);
}

TEST_CASE("a server ends while somebody's session is looked up", "[streams][redis-server]") {
  streams medium;
  recovering_world w{medium};
  recovery::client ann = w.enters_and_hears(0);
  ann.lose(w.network(0));
  w.settle();
  ann.come_back(w.network(1));  // asked, and not answered
  CHECK(ann.id.empty() == false);
  SECTION("it is closed") { w.server(1).close(); }
  SECTION("it is destroyed") { w.servers[1].server.reset(); }
  SECTION("it is closed, and destroyed before Redis has answered") {
    w.server(1).close();
    w.servers[1].server.reset();
  }
  SECTION("the client goes") {
    ann.lose(w.network(1));
    w.settle();
    w.comes_back(ann, 2);
    CHECK(ann.recovered);
  }
  w.settle();
}

TEST_CASE("P3 a server that has just begun shows nothing that was said in a room before",
          "[streams][redis-server]") {
  streams medium;
  recovering_world w{medium};
  bystander other{medium};
  const auto add = [&](const std::string& id, const std::string& room, const std::string& text) {
    other.ask({"XADD", "socket.io", id, "uid", "emitter", "nsp", "/", "type", "3", "data",
               R"({"packet":{"type":2,"data":[")" + text + R"("]},"opts":{"rooms":[)" + room +
                   R"(],"except":[],"flags":{}}})"});
    w.settle();
  };
  add("10000-0", "", "all");
  add("20000-0", R"("red")", "before");
  add("30000-0", "", "all again");
  const bool fresh = GENERATE(true, false);
  if (fresh) {
    w.servers.emplace_back(medium.join(), w.with_recovery());
    w.settle();
  }
  recovery::client ann = w.enters(fresh ? 3 : 1);
  ann.wire.send(R"(42["join","red"])");
  w.settle();
  ann.wire.peer.close();
  w.settle();
  ann.offset = "10000-0";
  CHECK(w.comes_back(ann, 0) == recovery::events{R"(["all again"])"});
  CHECK(ann.recovered);
}

TEST_CASE("P3 an older offset shows nothing that was said in a room before",
          "[streams][redis-server]") {
  streams medium;
  recovering_world w{medium};
  bystander other{medium};
  const auto add = [&](const std::string& id, const std::string& room, const std::string& text) {
    other.ask({"XADD", "socket.io", id, "uid", "emitter", "nsp", "/", "type", "3", "data",
               R"({"packet":{"type":2,"data":[")" + text + R"("]},"opts":{"rooms":[)" + room +
                   R"(],"except":[],"flags":{}}})"});
    w.settle();
  };
  recovery::client ann = w.enters(0);
  add("10000-0", "", "all");
  CHECK(w.take(ann).size() == 1);
  const std::string old = ann.offset;
  add("20000-0", R"("red")", "before");
  add("30000-0", "", "all again");
  ann.wire.send(R"(42["join","red"])");
  w.settle();
  add("30000-1", R"("red")", "after");
  CHECK(w.take(ann) == recovery::events{R"(["all again"])", R"(["after"])"});
  ann.offset = old;
  for (const int to :
       {1, 2}) {  // from the server that it was on, and from one that has only read it
    ann.wire.peer.close();
    w.settle();
    const recovery::events missed = w.comes_back(ann, to);
    CHECK(missed == recovery::events{R"(["all again"])", R"(["after"])"});
    CHECK(ann.recovered);
    ann.offset = old;
  }
}
