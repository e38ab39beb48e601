// Servers that form a cluster over a real Redis 7.
#include "socketio/adapters/redis/sharded.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <asio/post.hpp>

#include "adapters/redis/over_redis.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

struct sharded : over_redis<io::redis::sharded_bus, io::redis::sharded_options> {
  explicit sharded(io::redis::subscription_mode m) : mode{m} {}
  void set(io::redis::sharded_options& o) override { o.mode = mode; }
  io::redis::subscription_mode mode;
};

}  // namespace

TEST_CASE("the contract of adapters: Redis, a channel for each room", "[adapters][redis-server]") {
  sharded medium{io::redis::subscription_mode::dynamic};
  check_adapter(medium);
  CHECK(medium.losses.empty());
}

TEST_CASE("the contract of adapters: Redis, a channel for each namespace",
          "[adapters][redis-server]") {
  sharded medium{io::redis::subscription_mode::fixed};
  check_adapter(medium);
  CHECK(medium.losses.empty());
}

TEST_CASE("R141 R142 without Redis each server serves its own clients, and all comes back",
          "[adapters][redis-server]") {
  sharded medium{io::redis::subscription_mode::dynamic};
  outcome<io::remote_socket> o;
  outcome<int> votes;
  cluster_world w{medium};
  w.send(0, R"(42["join","red"])");
  w.send(2, R"(42["join","red"])");
  medium.server.stop();
  REQUIRE(w.eventually([&] { return medium.losses.size() >= 3; }));

  w.server(0).to("red").emit("a");
  for (auto& each : w.servers) each.network.run();
  CHECK(w.client(0).take() == packets{R"(42["a"])"});
  w.server(0).local().to(w.id(1)).emit("b");
  CHECK(w.client(1).take() == packets{R"(42["b"])"});
  w.server(0).fetch_sockets(o.note());
  w.server(0).to("nobody").emit("vote", votes.note());
  for (auto& each : w.servers) each.network.run();
  CHECK(o.calls == 1);  // without time going by
  CHECK(o.error == io::error::cluster_timeout);
  CHECK(o.values.size() == 2);
  CHECK(votes.calls == 1);
  CHECK(votes.error == io::error::cluster_timeout);

  medium.server.start();
  REQUIRE(w.eventually([&] { return medium.all_up(); }));
  w.settle();
  for (int i = 0; i < 4; ++i) w.take(i);
  w.server(1).to("red").emit("c");
  w.check({{R"(42["c"])"}, {}, {R"(42["c"])"}, {}});
  w.server(0).fetch_sockets(o.note());
  w.settle();
  CHECK(o.calls == 2);
  CHECK_FALSE(o.error);
  CHECK(o.values.size() == 4);
}

TEST_CASE("R148 what is no message is dropped and counted: the sharded adapter",
          "[adapters][redis-server]") {
  sharded medium{io::redis::subscription_mode::dynamic};
  cluster_world w{medium};
  w.send(0, R"(42["join","red"])");
  medium.check_poison(w, "SPUBLISH", {"socket.io#/#"}, {1, 1, 1});
  medium.check_poison(w, "SPUBLISH", {"socket.io#/#red#", "socket.io#/#nobody#"}, {1, 0, 0});

  // A namespace that nobody has is nobody's.
  const std::string nowhere =
      R"({"type":3,"data":{"opts":{"rooms":[],"except":[],"flags":{}},)"
      R"("packet":{"type":2,"data":["x"],"nsp":"/none"}},"uid":"u","nsp":"/none"})";
  medium.lines.front()->connection()->command({"SPUBLISH", "socket.io#/#", nowhere});
  w.check({{}, {}, {}, {}});
}

namespace {

/// One half of the servers finds one Redis, the other half another, until they are healed.
struct halves : sharded {
  halves() : sharded{io::redis::subscription_mode::dynamic} {}

  struct where final : io::redis::locator {
    explicit where(io::redis::address a) : now{std::move(a)} {}
    void locate(const asio::any_io_executor& executor, located done) override {
      asio::post(executor, [d = std::move(done), a = now]() mutable { d({}, a); });
    }
    io::redis::address now;
  };

  void find(io::redis::sharded_options& o) override {
    const auto& there = places.size() < 2 ? server : other;
    places.push_back(io::ref{new where{io::redis::address{there.url()}}});
    o.connection.locator = places.back();
  }

  void heal() {
    places.back()->now = io::redis::address{server.url()};
    other.stop();
  }

  redis_server other;
  std::vector<io::ref<where>> places;
};

}  // namespace

TEST_CASE("R146 two halves of a cluster serve their clients, and nobody hears twice when they heal",
          "[adapters][redis-server]") {
  halves medium;
  outcome<io::remote_socket> found;
  cluster_world w{medium};
  ws_client far{w.servers[2].network};
  const std::string id = far.join();
  w.server(0).emit("a");
  w.server(2).emit("b");
  const packets a{R"(42["a"])"}, c{R"(42["c"])"};
  w.check({a, a, a, a});
  CHECK(far.take() == packets{R"(42["b"])"});
  w.server(0).fetch_sockets(found.note());
  w.settle();
  CHECK(found.values.size() == 4);

  medium.heal();
  REQUIRE(w.eventually([&] { return !medium.losses.empty() && medium.all_up(); }));
  w.settle();
  w.server(2).emit("c");
  w.check({c, c, c, c});
  CHECK(far.take() == c);
  w.server(0).in(id).emit("d");
  w.check({{}, {}, {}, {}});
  CHECK(far.take() == packets{R"(42["d"])"});
  w.server(0).fetch_sockets(found.note());
  w.settle();
  CHECK_FALSE(found.error);
  CHECK(found.values.size() == 5);
}

TEST_CASE("R142 a server closes also when Redis is frozen, or gone", "[adapters][redis-server]") {
  sharded medium{io::redis::subscription_mode::dynamic};
  cluster_world w{medium};
  w.clients.clear();
  SECTION("gone") { medium.server.stop(); }
  SECTION("frozen") { medium.server.freeze(); }
  for (auto& each : w.servers) each.server->close();
  REQUIRE(w.eventually([&] {
    return std::all_of(w.servers.begin(), w.servers.end(),
                       [](auto& s) { return s.network.idle(); });
  }));
}
