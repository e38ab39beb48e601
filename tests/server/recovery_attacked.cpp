// Recovery where it hurts: what the user attaches does things when it dies, watchers emit, queues
// are full, somebody is kicked while it is being decided on.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/post.hpp>

#include "server/recovery.hpp"
#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace socketio::test::recovery;
using namespace std::chrono_literals;

/// Data that cannot be moved, and does something when it dies.
struct last_deed {
  last_deed() = default;
  last_deed(const last_deed&) = delete;
  ~last_deed() {
    if (deed) deed();
  }
  std::function<void()> deed;
  int count = 0;
};

template <class Data>
using server_of = io::server<io::memory, Data>;

TEST_CASE("the very same data is there again, also if it cannot be moved", "[recovery]") {
  io::memory::network network;
  server_of<last_deed> server{network, with_recovery()};
  std::vector<const last_deed*> seen;
  server.on_connection([&](server_of<last_deed>::socket& s) {
    seen.push_back(&s.data());
    ++s.data().count;
  });
  server.listen(port);
  client ann{network};
  ann.join();
  ann.lose(network);
  ann.come_back(network);
  REQUIRE(seen.size() == 2);
  CHECK(seen[0] == seen[1]);
  CHECK(seen[1]->count == 2);
}

TEST_CASE("a coroutine of the old socket keeps what it refers to", "[recovery]") {
  struct items {
    std::vector<int> all{1, 2, 3};
  };
  io::memory::network network;
  server_of<items> server{network, with_recovery()};
  std::size_t left = 0;
  std::string witness;
  server.on("slow", [&](server_of<items>::socket& s) -> asio::awaitable<void> {
    const auto& all = s.data().all;
    co_await server.in(witness).emit_with_ack<int>("wait");
    left = all.size();
  });
  server.listen(port);
  client ann{network}, bob{network};
  ann.join(), bob.join();
  witness = bob.id;
  ann.wire.send(R"(42["slow"])");
  ann.lose(network);
  ann.come_back(network);
  CHECK(ann.recovered);
  CHECK(left == 0);
  const packets asked = bob.wire.take();
  REQUIRE(asked.size() == 1);
  bob.wire.send("43" + between(asked[0], "42", "[") + "[1]");
  network.run();
  CHECK(left == 3);
}

TEST_CASE("data that destroys the server when it dies", "[recovery]") {
  io::memory::network network;
  std::optional<server_of<last_deed>> server;
  server.emplace(network, with_recovery({.max_disconnection_duration = 10s}));
  bool destroyed = false;
  const auto destroy = [&] {
    if (!std::exchange(destroyed, true)) server.reset();
  };
  bool refuse = false;
  server->use([&](server_of<last_deed>::socket& s) -> io::verdict {
    s.data().deed = destroy;
    return refuse ? io::verdict{io::refuse("no")} : io::verdict{io::accept};
  });
  server->listen(port);
  client ann{network};
  ann.join();
  SECTION("when nobody has come back") {
    ann.lose(network);
    network.advance(11s);
  }
  SECTION("when it is disconnected while it is away") {
    ann.lose(network);
    asio::post(network.get_executor(), [&] { server->disconnect_sockets(); });
  }
  SECTION("when the client is refused") {
    refuse = true;
    ws_client other{network};
    other.send("40");
  }
  network.advance(1s);
  CHECK(destroyed);
  CHECK(network.idle());
}

TEST_CASE("a server that is destroyed while a client leaves keeps nobody", "[recovery]") {
  io::memory::network network;
  auto server = std::make_unique<server_type>(network, with_recovery());
  server->on_disconnecting([&](server_type::socket&, io::reason) { server.reset(); });
  server->listen(port);
  client ann{network};
  ann.join();
  ann.lose(network);
  CHECK(network.idle());
}

TEST_CASE("a server that closes while middlewares decide keeps nobody", "[recovery]") {
  world w;
  std::optional<io::next> wait;
  w.server.use([&](server_type::socket& s, io::next next) {
    s.recovered() ? void(wait.emplace(std::move(next))) : next();
  });
  client ann{w.network};
  ann.join();
  ann.lose(w.network);
  ann.come_back(w.network);
  w.server.close(1s);
  w.network.advance(2s);
  CHECK(w.network.idle());
}

TEST_CASE("what is sent again can be lost again, however long the client was away", "[recovery]") {
  world w{with_recovery({.max_disconnection_duration = 600s})};
  client ann{w.network};
  ann.join();
  w.server.emit("news", 0);
  ann.take();
  ann.lose(w.network);
  w.server.emit("news", 1);
  w.network.advance(200s);
  ws_client half{w.network};  // lost before it has read anything
  half.send(R"(40{"pid":")" + ann.pid + R"(","offset":")" + ann.offset + "\"}");
  half.peer.close();
  w.network.run();
  CHECK(w.log == events{"new", "transport close", "recovered", "transport close"});
  CHECK(ann.come_back(w.network) == events{R"(["news",1])"});
  CHECK(ann.recovered);
}

TEST_CASE("what was never sent, because it may be lost, is nothing to come back to", "[recovery]") {
  world w{with_recovery({.max_packets = 10})};
  client ann{w.network};
  ann.join();
  w.server.emit("news", 0);
  ann.take();
  SECTION("to a peer that does not keep up") {
    ann.wire.peer.stop_reading();
    w.server.emit("ask", [](std::error_code, std::vector<int>) {});
    w.server.lossy().emit("tick", 1);
    ann.wire.peer.resume_reading();
    ann.take();
    live(w.network, 400s, ann.wire);
    ann.lose(w.network);
    w.server.emit("news", 1);
  }
  SECTION("to one that is away") {
    ann.lose(w.network);
    w.server.emit("news", 1);
    for (int i = 0; i < 20; ++i) w.server.lossy().emit("tick", i);
  }
  CHECK(ann.come_back(w.network) == events{R"(["news",1])"});
  CHECK(ann.recovered);
}

TEST_CASE("who has missed more than a queue holds is new, and gets in", "[recovery]") {
  io::options o = with_recovery();
  o.limits.hard_queue = 64 << 10;
  o.limits.soft_queue = 16 << 10;
  world w{o};
  client ann{w.network};
  ann.join();
  ann.lose(w.network);
  for (int i = 0; i < 100; ++i) w.server.emit("news", std::string(1'000, 'x'));
  CHECK(ann.come_back(w.network).empty());
  CHECK_FALSE(ann.recovered);
  CHECK(w.log == events{"new", "transport close", "new"});
}

TEST_CASE("the log has the order on the wire, also where watchers emit", "[recovery]") {
  world w;
  w.server.on_any_outgoing([](io::socket& s, std::string_view event, io::args) {
    if (event == "news") s.emit("audit", 0);
  });
  client ann{w.network};
  ann.join();
  w.server.emit("news", 1);
  SECTION("both have arrived") {
    CHECK(ann.take() == events{R"(["audit",0])", R"(["news",1])"});
    ann.lose(w.network);
    CHECK(ann.come_back(w.network).empty());
  }
  SECTION("the first has") {
    ann.offset = "2";  // of the audit, which is sent first
    ann.lose(w.network);
    CHECK(ann.come_back(w.network) == events{R"(["news",1])"});
  }
  CHECK(ann.recovered);
}

/// Holds those who come back until it is told.
struct undecided : world {
  undecided() {
    server.use([this](server_type::socket& s, io::next next) {
      if (s.recovered()) {
        s.join("room");
        CHECK(s.rooms().size() == 2);
        decide.emplace(std::move(next));
      } else {
        next();
      }
    });
    ann.join();
    id = ann.id;
    ann.lose(network);
    ann.come_back(network);
  }
  client ann{network};
  std::string id;
  std::optional<io::next> decide;
};

TEST_CASE("who joins a room while it is being decided on hears it once", "[recovery]") {
  undecided u;
  u.server.to("room").emit("news", 1);
  (*u.decide)();
  CHECK(u.ann.take() == events{R"(["news",1])"});
  u.server.to("room").emit("news", 2);
  CHECK(u.ann.take() == events{R"(["news",2])"});
}

TEST_CASE("who is kicked while it is being decided on does not get in", "[recovery]") {
  undecided u;
  u.server.in(u.id).disconnect_sockets();
  CHECK(u.ann.take() == events{R"(44{"message":"disconnected"})"});
  (*u.decide)();
  CHECK(u.server.size() == 0);
  CHECK(u.ann.take().empty());
}

TEST_CASE("who has missed too much while it was being decided on is new altogether", "[recovery]") {
  world w{with_recovery({.max_packets = 3})};
  std::optional<io::next> decide;
  w.server.use([&](server_type::socket& s, io::next next) {
    s.recovered() ? void(decide.emplace(std::move(next))) : next();
  });
  client ann{w.network};
  ann.join();
  const std::string id = ann.id;
  ann.lose(w.network);
  ann.come_back(w.network);
  for (int i = 0; i < 9; ++i) w.server.emit("news", i);
  (*decide)();
  CHECK(ann.take().empty());
  CHECK_FALSE(ann.recovered);
  CHECK(ann.id != id);
  ann.wire.send(R"(420["count"])");
  CHECK(ann.take() == events{"430[1]"});
}

TEST_CASE("attempts that are refused do not prolong the time away", "[recovery]") {
  world w{with_recovery({.max_disconnection_duration = 10s})};
  bool refuses = false;
  w.server.use([&](server_type::socket&) -> io::verdict {
    return refuses ? io::verdict{io::refuse("no")} : io::verdict{io::accept};
  });
  client ann{w.network};
  ann.join();
  ann.lose(w.network);
  refuses = true;
  for (int i = 0; i < 3; ++i) {
    w.network.advance(4s);
    ann.come_back(w.network);
    ann.lose(w.network);
  }
  refuses = false;
  ann.come_back(w.network);
  CHECK_FALSE(ann.recovered);
}

TEST_CASE("who is away can leave rooms, and be made to join some", "[recovery]") {
  world w;
  w.server.on_disconnect([](server_type::socket& s, io::reason) { s.leave("old"); });
  client ann{w.network};
  ann.join();
  ann.wire.send(R"(42["join","old"])");
  ann.lose(w.network);
  w.server.in(ann.id).sockets_join("new");
  w.server.to("old").emit("secret", 1);
  w.server.to("new").emit("news", 2);
  CHECK(ann.come_back(w.network) == events{R"(["news",2])"});
}

TEST_CASE("L27 the absent weigh something, and what many have is counted once", "[recovery]") {
  SECTION("what they have said of themselves") {
    world w{with_recovery({.max_bytes = 100'000})};
    const std::string auth = R"("x":")" + std::string(40'000, 'x') + "\"";
    client ann{w.network}, bob{w.network}, carl{w.network};
    for (client* const each : {&ann, &bob, &carl}) {
      each->join(auth);
      each->lose(w.network);
    }
    w.network.run();
    ann.come_back(w.network), carl.come_back(w.network);
    CHECK_FALSE(ann.recovered);
    CHECK(carl.recovered);
  }
  SECTION("one packet for fifty") {
    world w{with_recovery({.max_bytes = 100'000})};
    client ann{w.network};
    ann.join();
    ann.lose(w.network);
    std::vector<std::unique_ptr<client>> many;
    for (int i = 0; i < 50; ++i) {
      many.push_back(std::make_unique<client>(w.network));
      many.back()->join();
    }
    w.server.emit("big", std::string(50'000, 'x'));
    w.network.run();
    CHECK(ann.come_back(w.network).size() == 1);
    CHECK(ann.recovered);
  }
}

}  // namespace
