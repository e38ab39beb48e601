#include <chrono>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "server/recovery.hpp"
#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace socketio::test::recovery;
using namespace std::chrono_literals;

TEST_CASE("F345 L27 what is kept has a limit: the longest absent go first", "[recovery]") {
  world w{with_recovery({.max_bytes = 26'000})};
  client ann{w.network}, bob{w.network};
  ann.join(), bob.join();
  ann.lose(w.network);
  w.network.advance(1s);
  bob.lose(w.network);
  for (int i = 0; i < 12; ++i) w.server.emit("news", std::string(1'500, 'x'));  // 20 kB
  ann.come_back(w.network), bob.come_back(w.network);
  CHECK_FALSE(ann.recovered);
  CHECK(bob.recovered);
  // Nobody is absent: those who are there have less to come back to.
  for (int i = 0; i < 40; ++i) w.server.emit("news", std::string(1'500, 'x'));
  bob.lose(w.network);
  bob.come_back(w.network);
  CHECK_FALSE(bob.recovered);
}

TEST_CASE("what has certainly arrived is not kept", "[recovery]") {
  io::options o = with_recovery({.max_bytes = 20'000});
  o.ping_interval = 1s;
  o.ping_timeout = 1s;
  world w{o};
  client ann{w.network};
  ann.join();
  w.server.emit("news", std::string(15'000, 'x'));
  live(w.network, 5'001ms, ann.wire);
  w.server.emit("news", 1);  // the first one goes
  ann.take();
  w.server.emit("news", std::string(15'000, 'y'));
  ann.lose(w.network);
  CHECK(ann.come_back(w.network).size() == 1);
  CHECK(ann.recovered);
}

TEST_CASE("what is sent to one alone counts, too", "[recovery]") {
  world w{with_recovery({.max_bytes = 30'000})};
  w.server.on("more", [](io::socket& s) { s.emit("news", std::string(1'500, 'x')); });
  client ann{w.network}, bob{w.network};
  ann.join(), bob.join();
  ann.lose(w.network);
  for (int i = 0; i < 24; ++i) bob.wire.send(R"(42["more"])");
  ann.come_back(w.network);
  CHECK_FALSE(ann.recovered);
  CHECK(bob.take().size() == 24);
  bob.lose(w.network);
  bob.come_back(w.network);
  CHECK(bob.recovered);
}

TEST_CASE("a server that closes waits for nobody who is absent", "[recovery]") {
  world w;
  w.server.on_disconnect([&](io::socket& s, io::reason) { w.server.emit("left", s.id()); });
  client ann{w.network}, bob{w.network}, carl{w.network};
  ann.join(), bob.join(), carl.join();
  w.server.emit("news", 1);
  ann.lose(w.network);
  w.server.close();
  w.network.advance(1s);
  CHECK(w.network.idle());
}

// Whatever breaks, and whenever: nothing is missing, double or out of order, or the client is told.
TEST_CASE("P1 P2 events numbered in a row arrive in a row", "[recovery]") {
  std::minstd_rand chance{GENERATE(1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u)};
  world w{with_recovery({.max_packets = 40})};
  client ann{w.network};
  ann.join(R"("room":1)");
  std::vector<ws_client> dead;
  int sent = 0, got = 0, recoveries = 0, losses = 0;
  const auto take = [&](const events& all) {
    for (const auto& each : all) {
      if (each != R"(["n",)" + std::to_string(got) + "]") {
        INFO(each << " instead of " << got);
        REQUIRE_FALSE(ann.recovered);
        got = std::stoi(each.substr(5));
      }
      ++got;
    }
  };
  for (int step = 0; step < 2'000; ++step) {
    switch (chance() % 16) {
      case 0:
        ann.lose(w.network);
        break;
      case 1:
        dead.push_back(std::move(ann.wire));  // half-open
        ann.wire = ws_client{w.network};
        ann.lose(w.network);
        break;
      case 2:
        if (chance() % 4 == 0) {
          w.server.lossy().emit("skip");
          ann.wire.peer.closed();
        }
        break;
      case 3:
        w.network.advance(std::chrono::milliseconds{chance() % 3'000});
        break;
      default:
        w.server.emit("n", sent++);
        break;
    }
    if (chance() % 3 == 0) {
      if (ann.wire.peer.closed()) {
        const events all = ann.come_back(w.network);
        ann.recovered ? ++recoveries : ++losses;
        if (!ann.recovered) got = sent;
        take(all);
      } else {
        events all = ann.take();
        std::erase(all, "end");
        std::erase_if(all, [](const auto& each) { return each == R"(["skip"])"; });
        take(all);
      }
    }
  }
  CHECK(recoveries > 20);
}

}  // namespace
