// Broadcasts to the same sockets in one turn of the loop: hub/burst.hpp.
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/msgpack_client.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;

struct world {
  explicit world(const io::options& o = {}) : server{network, o} {
    server.on("go", [this](io::socket& s) { work(s); });
    server.listen(port);
  }

  /// Does something inside a handler, hence inside one turn.
  void run(ws_client& by, std::function<void(io::socket&)> what) {
    work = std::move(what);
    by.send(R"(42["go"])");
  }

  io::memory::network network;
  io::server<io::memory> server;
  std::function<void(io::socket&)> work;
};

}  // namespace

TEST_CASE("broadcasts of one turn come one by one, whatever the client speaks", "[burst]") {
  io::options o;
  o.allow_eio3 = true;
  world w{o};
  ws_client ws{w.network}, old{w.network, {}, {}, "3"};
  polling_client polling{w.network};
  msgpack_client binary{w.network};
  ws.join();
  polling.join();
  binary.join();
  old.take();
  w.run(ws, [&](io::socket&) {
    for (int i = 0; i < 3; ++i) w.server.emit("n", i);
  });
  const packets expected{R"(42["n",0])", R"(42["n",1])", R"(42["n",2])"};
  CHECK(ws.take() == expected);
  CHECK(old.take() == expected);
  CHECK(polling.take() == expected);
  CHECK(binary.take() == packets{R"({type:2,data:["n",0],nsp:"/"})",
                                 R"({type:2,data:["n",1],nsp:"/"})",
                                 R"({type:2,data:["n",2],nsp:"/"})"});
}

TEST_CASE("what is held comes before the end", "[burst]") {
  world w;
  ws_client a{w.network}, b{w.network};
  a.join();
  b.join();
  SECTION("of one socket") {
    w.run(a, [&](io::socket& s) {
      w.server.emit("last", 1);
      w.server.emit("last", 2);
      s.disconnect();
    });
    CHECK(a.take() == packets{R"(42["last",1])", R"(42["last",2])", "41"});
    CHECK(b.take() == packets{R"(42["last",1])", R"(42["last",2])"});
  }
  SECTION("of a connection") {
    w.run(a, [&](io::socket& s) {
      w.server.emit("last", 1);
      s.disconnect(true);
    });
    CHECK(a.take() == packets{R"(42["last",1])", "41", "close 1005", "end"});
  }
  SECTION("of one that leaves by itself") {
    w.work = [&](io::socket&) {
      w.server.emit("last", 1);
      w.server.emit("last", 2);
    };
    polling_client leaving{w.network};
    leaving.join();
    leaving.post(std::string{"42[\"go\"]\x1e"} + "41");
    CHECK(leaving.take() == packets{R"(42["last",1])", R"(42["last",2])"});
  }
  SECTION("of the server") {
    w.run(a, [&](io::socket&) {
      w.server.emit("last", 1);
      w.server.close();
    });
    CHECK(b.take() == packets{R"(42["last",1])", "close 1001", "end"});
  }
}

TEST_CASE("what is held counts as queued", "[burst]") {
  world w;
  ws_client a{w.network};
  a.join();
  std::size_t first = 0, second = 0;
  w.run(a, [&](io::socket& s) {
    w.server.emit("n", 1);
    first = s.queued_bytes();
    w.server.emit("n", 2);
    second = s.queued_bytes();
  });
  CHECK(first == std::string_view{R"(..42["n",1])"}.size());
  CHECK(second == 2 * first);
}

TEST_CASE("who watches sees what is sent from then on", "[burst]") {
  world w;
  ws_client a{w.network};
  a.join();
  std::vector<int> seen;
  w.run(a, [&](io::socket& s) {
    w.server.emit("n", 1);
    s.on_any_outgoing([&](std::string_view, const io::args& all) {
      seen.push_back(all[0].to<int>().value_or(-1));
    });
    w.server.emit("n", 2);
  });
  CHECK(a.take() == packets{R"(42["n",1])", R"(42["n",2])"});
  CHECK(seen == std::vector<int>{2});
}

TEST_CASE("a burst has limits, and its receivers get all of it", "[burst]") {
  world w;
  ws_client a{w.network};
  a.join();
  const auto size = GENERATE(std::size_t{1}, std::size_t{1'000}, std::size_t{40'000});
  w.run(a, [&](io::socket&) {
    for (int i = 0; i < 300; ++i) w.server.emit("n", i, std::string(i % 7 == 0 ? size : 1, 'x'));
  });
  const packets all = a.take();
  REQUIRE(all.size() == 300);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i] == "42[\"n\"," + std::to_string(i) + ",\"" +
                        std::string(i % 7 == 0 ? size : 1, 'x') + "\"]");
  }
}

TEST_CASE("a burst outside of any handler is sent, too", "[burst]") {
  world w;
  ws_client a{w.network};
  a.join();
  w.server.emit("n", 1);
  w.server.emit("n", 2);
  CHECK(a.take() == packets{R"(42["n",1])", R"(42["n",2])"});
}

TEST_CASE("who joins between two broadcasts gets what is kept once, then what is new", "[burst]") {
  world w;
  w.server.keep_history("hall", {.events = 10});
  ws_client a{w.network};
  a.join();
  w.run(a, [&](io::socket& s) {
    w.server.to("hall").emit("n", 1);
    s.join("hall");
    w.server.to("hall").emit("n", 2);
    s.leave("hall");
    w.server.to("hall").emit("n", 3);
  });
  CHECK(a.take() == packets{R"(42["n",1])", R"(42["n",2])"});
}

TEST_CASE("a coroutine that outlives its server finds nothing held", "[burst]") {
  io::memory::network network;
  asio::steady_timer forever{network.get_executor(), asio::steady_timer::time_point::max()};
  std::optional<io::server<io::memory>> server{std::in_place, network};
  bool done = false;
  server->on("wait", [&](io::socket& s) -> asio::awaitable<void> {
    server->emit("n", 1);
    std::error_code ec;
    co_await forever.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    s.join("room");
    s.leave("room");
    s.on_any_outgoing([](std::string_view, const io::args&) {});
    s.broadcast().emit("n", 2);
    done = true;
  });
  server->listen(port);
  ws_client a{network};
  a.join();
  a.send(R"(42["wait"])");
  server.reset();
  network.run();
  forever.cancel();
  network.run();
  CHECK(done);
}

// Everybody gets what was sent to them, as those who were there then, in the order of sending.
TEST_CASE("bursts keep the order of everything", "[burst]") {
  constexpr std::array<std::string_view, 2> rooms{"r", "s"};
  const auto seed = GENERATE(range(1u, 60u));
  CAPTURE(seed);
  std::mt19937 random{seed};
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };

  struct person {
    std::string id;
    std::set<std::string_view> in;
    std::string expected;
  };
  world w;
  ws_client first{w.network}, second{w.network};
  polling_client polling{w.network};
  msgpack_client binary{w.network};
  std::vector<person> people;
  for (const std::string& id : {first.join(), second.join(), polling.join(), binary.join()}) {
    people.push_back({id, {}, {}});
  }
  int number = 0;
  const auto now_expected = [&](auto&& by) {
    for (person& each : people) {
      if (by(each)) each.expected += std::to_string(number) + ' ';
    }
  };
  const auto step = [&](io::socket&) {
    for (std::size_t steps = 1 + below(12); steps != 0; --steps) {
      const std::string_view room = rooms[below(rooms.size())];
      person& one = people[below(people.size())];
      ++number;
      switch (below(8)) {
        case 0:
          w.server.emit("n", number);
          now_expected([](const person&) { return true; });
          break;
        case 1:
        case 2:
          w.server.to(room).emit("n", number);
          now_expected([&](const person& p) { return p.in.contains(room); });
          break;
        case 3:
          w.server.to(rooms[0]).to(rooms[1]).except(one.id).emit("n", number);
          now_expected([&](const person& p) { return &p != &one && !p.in.empty(); });
          break;
        case 4:
          w.server.to(one.id).emit("n", number);
          now_expected([&](const person& p) { return &p == &one; });
          break;
        case 5:
          w.server.in(one.id).sockets_join(room);
          one.in.insert(room);
          break;
        case 6:
          w.server.in(one.id).sockets_leave(room);
          one.in.erase(room);
          break;
        case 7:
          w.server.to(room).emit("n", number, io::bytes_view{});
          now_expected([&](const person& p) { return p.in.contains(room); });
          break;
      }
    }
  };
  // The numbers in what has come: `42["n",7]` and the like.
  const auto numbers = [](const packets& all) {
    std::string found;
    for (const std::string& each : all) {
      const auto name = each.find("\"n\",");
      if (name == each.npos) continue;
      const auto digits = each.find_first_of("0123456789", name);
      found += each.substr(digits, each.find_first_not_of("0123456789", digits) - digits) + ' ';
    }
    return found;
  };
  std::array<std::string, 4> got;
  for (int turn = 0; turn < 10; ++turn) {
    w.run(first, step);
    got[0] += numbers(first.take());
    got[1] += numbers(second.take());
    got[2] += numbers(polling.take());
    got[3] += numbers(binary.take());
  }
  got[2] += numbers(polling.take());
  for (std::size_t i = 0; i < people.size(); ++i) {
    CAPTURE(i);
    CHECK(got[i] == people[i].expected);
  }
}
