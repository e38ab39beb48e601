// The bus of relays over a real Redis, and what the program hears of it.
#include "socketio/adapters/redis/session_relay.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include "adapters/redis/running.hpp"
#include "adapters/relay_contract.hpp"
#include "socketio.hpp"
#include "socketio/adapters/redis/classic.hpp"
#include "socketio/transport/relayed.hpp"

namespace redis = socketio::redis;
using namespace socketio::test;

namespace {

redis::options at(const std::string& url) {
  redis::options o;
  o.address = redis::address{url};
  return o;
}

struct world {
  void join(relay_station& s, std::string_view mark, socketio::cluster::relay_bus::receiver to) {
    bool up = false;
    s.bus = redis::session_relay({.connection = at(server.url()), .on_up = [&up] { up = true; }});
    s.bus->open(loop.get_executor(), mark, std::move(to));
    REQUIRE(until([&] { return up; }));
  }
  template <class Condition>
  bool until(Condition condition) {
    return run_until(loop, condition);
  }
  redis_server server;
  asio::io_context loop;
};

/// One who may do everything but this.
std::string url_of_the_deaf(const redis_server& server, std::string_view less = "-subscribe") {
  running_client admin{server.url()};
  REQUIRE(admin.until_up());
  CHECK(admin.ask({"ACL", "SETUSER", "deaf", "on", ">secret", "~*", "&*", "+@all", less}) ==
        "\"OK\"");
  admin.client.close();
  return "redis://deaf:secret@127.0.0.1:" + std::to_string(server.port());
}

using server_type = io::server<io::relayed<io::tcp>>;

}  // namespace

TEST_CASE("Redis is a bus for relays", "[relay][redis-server]") {
  world w;
  check_relay_bus(w);
}

TEST_CASE("a relay that Redis does not let listen says so, and asks nobody",
          "[relay][redis-server]") {
  world w;
  std::vector<std::error_code> downs;
  int ups = 0;
  relay_station a;
  a.bus = redis::session_relay({.connection = at(url_of_the_deaf(w.server)),
                                .on_up = [&] { ++ups; },
                                .on_down = [&](std::error_code why) { downs.push_back(why); }});
  a.bus->open(w.loop.get_executor(), "aaaaaa", [](std::string_view) {});
  REQUIRE(w.until([&] { return !downs.empty(); }));
  CHECK(downs[0] == redis::error::no_permission);
  relay_station b;
  w.join(b, "bbbbbb", [&](std::string_view text) { b.heard.emplace_back(text); });
  a.send("bbbbbb", "x");
  REQUIRE(w.until([&] { return !a.arrived.empty(); }));
  CHECK_FALSE(a.arrived[0]);
  CHECK(b.heard.empty());
  CHECK(ups == 0);
  CHECK(downs.size() == 1);
}

TEST_CASE("a relay leaves a Redis that is frozen after the command timeout",
          "[relay][redis-server]") {
  world w;
  redis::options o = at(w.server.url());
  o.command_timeout = std::chrono::milliseconds{200};
  relay_station a;
  bool up = false;
  a.bus = redis::session_relay({.connection = o, .on_up = [&] { up = true; }});
  a.bus->open(w.loop.get_executor(), "aaaaaa", [](std::string_view) {});
  REQUIRE(w.until([&] { return up; }));
  w.server.freeze();
  a.send("bbbbbb", "x");
  a.bus->close();
  w.loop.restart();
  w.loop.run();  // nothing is left
  CHECK(a.arrived == std::vector<bool>{false});
}

TEST_CASE("an adapter that Redis does not let listen says so", "[adapters][redis-server]") {
  const std::string_view less = GENERATE("-subscribe", "-psubscribe");
  redis_server store;
  asio::io_context loop;
  std::vector<std::error_code> downs;
  int ups = 0;
  server_type server{loop};
  auto bus = std::make_unique<redis::classic_bus>(
      redis::classic_options{.connection = at(url_of_the_deaf(store, less)),
                             .on_up = [&] { ++ups; },
                             .on_down = [&](std::error_code why) { downs.push_back(why); }});
  redis::classic_bus& line = *bus;
  server.adapter(std::make_unique<io::cluster_adapter>(std::move(bus), io::cluster_options{}));
  REQUIRE(run_until(loop, [&] { return !downs.empty(); }));
  CHECK(downs[0] == redis::error::no_permission);
  // There is a connection, now and later, but that all is heard is not so.
  REQUIRE(run_until(loop, [&] { return line.up(); }));
  running_client admin{store.url()};
  admin.ask({"CLIENT", "KILL", "USER", "deaf"});
  REQUIRE(run_until(loop, [&] { return downs.back() != redis::error::no_permission; }));
  REQUIRE(run_until(loop, [&] { return line.up(); }));
  CHECK(ups == 0);
}

TEST_CASE("a program may destroy its server when it hears of the connection",
          "[relay][redis-server]") {
  redis_server store;
  asio::io_context loop;
  std::optional<server_type> server{loop};
  const std::string mine(100, 'x');  // of the function that is running, hence gone if that is
  std::string kept;
  const auto end = [&, own = mine] {
    server.reset();
    kept = own;
  };
  const auto on_down = [end](std::error_code) { end(); };
  const redis::options o = at(store.url());

  SECTION("of a relay, that there is one") {
    server->relay(redis::session_relay({.connection = o, .on_up = end}));
  }
  SECTION("of a relay, that it is lost") {
    server->relay(redis::session_relay(
        {.connection = o, .on_up = [&] { store.stop(); }, .on_down = on_down}));
  }
  SECTION("of a relay, that it may not listen") {
    server->relay(
        redis::session_relay({.connection = at(url_of_the_deaf(store)), .on_down = on_down}));
  }
  SECTION("of an adapter, that there is one") {
    server->adapter(redis::classic_adapter({.connection = o, .on_up = end}));
  }
  SECTION("of an adapter, that it is lost") {
    server->adapter(redis::classic_adapter(
        {.connection = o, .on_up = [&] { store.stop(); }, .on_down = on_down}));
  }
  REQUIRE(run_until(loop, [&] { return !server; }));
  CHECK(kept == mine);
}
