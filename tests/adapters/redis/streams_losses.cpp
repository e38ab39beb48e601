// Streams that are trimmed, deleted, begun anew or refused while servers read them.
#include <memory>
#include <string>

#include "adapters/redis/streams_world.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio;
using namespace socketio::test;
using namespace std::chrono_literals;

/// An entry as a program without a server would add it.
std::string event(const std::string& arguments) {
  return R"({"packet":{"type":2,"data":[)" + arguments +
         R"(]},"opts":{"rooms":[],"except":[],"flags":{}}})";
}

/// Adds numbered events, with nothing in between.
void add(bystander& by, int many, const std::string& most) {
  for (int i = 0; i < many; ++i) {
    by.client.command({"XADD", "socket.io", "MAXLEN", most, "*", "uid", "emitter", "nsp", "/",
                       "type", "3", "data", event("\"n\"," + std::to_string(i))});
  }
  by.ask({"PING"});
}

}  // namespace

TEST_CASE("R143 nothing comes twice from a Redis that has fallen back", "[streams][redis-server]") {
  streams medium;
  medium.block_time = 50ms;
  cluster_world w{medium};
  w.server(0).emit("a");
  for (int i = 0; i < 4; ++i) CHECK(w.take(i) == packets{R"(42["a"])"});
  bystander other{medium};
  // What a replica has that was behind, or somebody's clock.
  other.ask({"DEL", "socket.io"});
  other.ask({"XADD", "socket.io", "1-1", "uid", "emitter", "nsp", "/", "type", "3", "data",
             event(R"("old")")});
  SECTION("with new connections") { other.ask({"CLIENT", "KILL", "TYPE", "normal"}); }
  SECTION("and nobody was told") {}
  REQUIRE(w.eventually([&] { return medium.gaps == 3 && medium.all_up(); }));
  medium.newest = {};
  w.server(0).emit("b");
  for (int i = 0; i < 4; ++i) CHECK(w.take(i) == packets{R"(42["b"])"});
}

TEST_CASE("R143 a Redis that has fallen back, and has gone on without this server, is found out",
          "[streams][redis-server]") {
  streams medium;
  cluster_world w{medium};
  w.server(0).emit("a");
  for (int i = 0; i < 4; ++i) CHECK(w.take(i) == packets{R"(42["a"])"});
  bystander other{medium};
  // Its first entry is older than the last that was read, its last is newer, and what is between
  // them nobody knows.
  const std::string old = event(R"("old")"), fresh = event(R"("new")");
  other.client.transaction(
      {{"CLIENT", "KILL", "TYPE", "normal"},
       {"DEL", "socket.io"},
       {"XADD", "socket.io", "1-1", "uid", "x", "nsp", "/", "type", "3", "data", old},
       {"XADD", "socket.io", "*", "uid", "x", "nsp", "/", "type", "3", "data", fresh}});
  other.ask({"PING"});
  REQUIRE(w.eventually([&] { return medium.losses.size() == 3 && medium.all_up(); }));
  for (int i = 0; i < 4; ++i) CHECK(w.take(i) == packets{R"(42["new"])"});
  CHECK(medium.gaps == 3);
}

TEST_CASE("R143 who is slower than the stream is filled is told of what he has missed",
          "[streams][redis-server]") {
  constexpr int many = 350;
  streams medium;
  cluster_world w{medium};
  bystander other{medium};
  bool trimmed = false;
  SECTION("nothing") { add(other, many, "1000"); }
  SECTION("something") {
    add(other, many, "150");
    trimmed = true;
  }
  REQUIRE(w.eventually([&] {
    for (const auto* each : medium.lines) {
      if (each->delivered("socket.io") == redis::entry_id{}) return false;
    }
    return true;
  }));
  const packets all = w.take(0);
  CHECK(medium.gaps == (trimmed ? 3 : 0));
  CHECK(all.size() == (trimmed ? 151 : 350));
  for (std::size_t i = 1; i < all.size(); ++i) {
    const std::size_t n = trimmed ? i + 199 : i;
    CHECK(all[i] == R"(42["n",)" + std::to_string(n) + "]");
  }
}

TEST_CASE("R144 the program hears of what Redis refuses", "[streams][redis-server]") {
  streams medium;
  medium.block_time = 50ms;
  bystander other{medium};
  SECTION("to read the stream") {
    cluster_world w{medium};
    CHECK(medium.ups == 3);
    other.ask({"ACL", "SETUSER", "default", "-xread"});
    REQUIRE(w.eventually([&] { return medium.losses.size() == 3; }));
    CHECK_FALSE(medium.all_up());
    w.server(0).emit("a");  // its own clients are served
    w.servers[0].network.run();
    CHECK(w.client(0).take() == packets{R"(42["a"])"});
    other.ask({"ACL", "SETUSER", "default", "+xread"});
    REQUIRE(w.eventually([&] { return medium.all_up(); }));
    CHECK(medium.ups == 6);
    CHECK(medium.losses.size() == 3);
  }
  SECTION("to listen, or to read from the beginning") {
    const bool listen = GENERATE(true, false);
    if (listen) {
      other.ask({"ACL", "SETUSER", "default", "resetchannels"});
    } else {
      other.ask({"ACL", "SETUSER", "default", "-xinfo"});
    }
    cluster_server one{medium.join()};
    REQUIRE(run_until(other.loop, [&] {
      one.network.run();
      return !medium.losses.empty();
    }));
    if (!listen) return;
    // The streams are read all the same; that all is heard is said neither then, nor ever.
    REQUIRE(run_until(other.loop, [&] {
      one.network.run();
      return medium.lines.front()->hears_all();
    }));
    other.ask({"CLIENT", "KILL", "TYPE", "normal"});
    REQUIRE(run_until(other.loop, [&] {
      one.network.run();
      return medium.losses.size() == 2;
    }));
    REQUIRE(run_until(other.loop, [&] {
      one.network.run();
      return medium.lines.front()->hears_all();
    }));
    CHECK(medium.ups == 0);
  }
}

TEST_CASE("R141 on_up says that all is heard", "[streams][redis-server]") {
  struct curious final : streams {
    void set(redis::streams_options& o) override {
      streams::set(o);
      o.on_up = [this] { heard.push_back(lines.front()->hears("socket.io")); };
    }
    std::vector<bool> heard;
  } medium;
  cluster_server one{medium.join()};
  bystander other{medium};
  REQUIRE(run_until(other.loop, [&] {
    one.network.run();
    return !medium.heard.empty();
  }));
  CHECK(medium.heard == std::vector{true});
}

TEST_CASE("what the program is told may end the server", "[streams][redis-server]") {
  struct fatal final : streams {
    void set(redis::streams_options& o) override {
      o.block_time = 50ms;
      const auto end = [this, said = std::string(100, 'x')](const std::string& what) {
        if (!victim || what != when) return;
        const std::string before = said;
        victim->server.reset();
        CHECK(said == before);
        ended = true;
      };
      o.on_up = [end] { end("up"); };
      o.on_down = [end](std::error_code) { end("down"); };
      o.on_gap = [end] { end("gap"); };
    }
    cluster_server* victim = nullptr;
    std::string when;
    bool ended = false;
  } medium;
  medium.when = GENERATE("up", "down", "gap");
  std::optional<cluster_server> one;
  bystander other{medium};
  one.emplace(medium.join());
  medium.victim = &*one;
  const auto run = [&](auto condition) {
    return run_until(other.loop, [&] {
      one->network.run();
      return condition();
    });
  };
  REQUIRE(run([&] { return medium.ended || medium.lines.front()->hears("socket.io"); }));
  if (medium.when == "up") {  // it may have been before we knew whom to end
    if (!medium.ended) other.ask({"CLIENT", "KILL", "TYPE", "normal"});
  } else {
    add(other, 1, "100");
    REQUIRE(run([&] { return medium.lines.front()->delivered("socket.io") != redis::entry_id{}; }));
    if (medium.when == "down") other.ask({"CLIENT", "KILL", "TYPE", "normal"});
    if (medium.when == "gap") other.ask({"DEL", "socket.io"});
  }
  CHECK(run([&] { return medium.ended; }));
  one->network.run();
}

TEST_CASE("who has ended the server because of a gap hears of no further one",
          "[streams][redis-server]") {
  struct fatal final : streams {
    void set(redis::streams_options& o) override {
      o.stream_count = 4;  // of which the two namespaces take two
      o.on_gap = [this] {
        ++gaps;
        victim->server.reset();
      };
    }
    cluster_server* victim = nullptr;
  } medium;
  cluster_server one{medium.join()};
  medium.victim = &one;
  bystander other{medium};
  const auto eventually = [&](auto condition) {
    return run_until(other.loop, [&] {
      one.network.run();
      return condition();
    });
  };
  REQUIRE(eventually([&] { return medium.lines.front()->hears_all(); }));
  one.server->emit("a");
  one.server->of("/other").emit("b");
  REQUIRE(eventually([&] {
    const auto has = [&](const char* name) {
      return medium.lines.front()->delivered(name) != redis::entry_id{};
    };
    return has("socket.io-1") && has("socket.io-3");
  }));

  // Both find out in one turn of the loop that their streams are gone.
  const auto readers = [&] {
    const std::string all = other.ask({"CLIENT", "LIST", "TYPE", "normal"});
    std::vector<std::string> ids;
    for (std::size_t at = 0; (at = all.find("id=", at)) != all.npos;) {
      const std::size_t end = std::min(all.find("id=", at + 3), all.size());
      const std::string line = all.substr(at, end - at);
      if (line.find("cmd=xread") != line.npos) ids.push_back(between(line, "id=", " "));
      at = end;
    }
    return ids;
  };
  std::vector<std::string> ids;
  REQUIRE(eventually([&] { return (ids = readers()).size() == 2; }));
  other.ask({"FLUSHALL"});
  for (const auto& each : ids) other.ask({"CLIENT", "UNBLOCK", each});
  medium.server.freeze();
  one.network.run();  // they ask what there is
  medium.server.thaw();
  for (int i = 0; i < 2; ++i) other.ask({"PING"});
  one.network.run();
  CHECK(medium.gaps == 1);
}

TEST_CASE("R141 what does not get into the stream overtakes nothing", "[streams][redis-server]") {
  streams medium;
  medium.most_commands = 20;
  recovering_world w{medium};
  recovery::client ann = w.enters(0);
  recovery::events said;
  for (int i = 0; i < 100; ++i) {
    w.server(0).emit("n", i);
    said.push_back("[\"n\"," + std::to_string(i) + "]");
  }
  CHECK(w.take(ann) == said);
}
