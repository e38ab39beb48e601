#include "socketio/cluster/memory_relay.hpp"

#include <asio/io_context.hpp>

#include "adapters/relay_contract.hpp"

using namespace socketio;
using namespace socketio::test;

namespace {

struct world {
  void join(relay_station& s, std::string_view mark, cluster::relay_bus::receiver to) {
    s.bus = between.join();
    s.bus->open(loop.get_executor(), mark, std::move(to));
  }
  template <class Condition>
  bool until(Condition condition) {
    loop.restart();
    loop.run();
    return condition();
  }
  asio::io_context loop;
  memory_relay between;
};

}  // namespace

TEST_CASE("memory_relay is a bus for relays", "[relay]") {
  world w;
  check_relay_bus(w);
}

TEST_CASE("memory_relay: what is said after the end goes nowhere, as over a broker", "[relay]") {
  world w;
  relay_station a, b;
  w.join(a, "aaaaaa", [](std::string_view) {});
  w.join(b, "bbbbbb", [&](std::string_view text) { b.heard.emplace_back(text); });
  a.bus->close();
  a.send("bbbbbb", "x");
  REQUIRE(w.until([&] { return !a.arrived.empty(); }));
  CHECK_FALSE(a.arrived[0]);
  CHECK(b.heard.empty());
}
