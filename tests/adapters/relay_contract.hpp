// What relays expect of a bus, whatever it is made of.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/cluster/relay_bus.hpp"
#include "support/catch.hpp"

namespace socketio::test {

/// One bus, and what has come over it.
struct relay_station {
  void send(std::string_view to, std::string_view message) {
    inside = true;
    bus->send(to, message, [this](bool arrives) {
      CHECK_FALSE(inside);
      arrived.push_back(arrives);
    });
    inside = false;
  }

  std::unique_ptr<cluster::relay_bus> bus;
  std::vector<std::string> heard;
  std::vector<bool> arrived;  ///< what is known of the messages sent
  bool leaves = false;        ///< with the next message
  bool inside = false;        ///< a call of the bus
};

/// `World` has `join(station, mark)`, which opens the station's bus, and is over when it can be
/// reached; and `until(condition)`, which runs the loop.
template <class World>
void check_relay_bus(World& world) {
  relay_station a, b;
  const auto receiver = [](relay_station& s) {
    return [&s](std::string_view text) {
      CHECK_FALSE(s.inside);
      s.heard.emplace_back(text);
      if (s.leaves) s.bus->close();
    };
  };
  world.join(a, "aaaaaa", receiver(a));
  world.join(b, "bb-_99", receiver(b));
  const auto known = [&](std::size_t n) {
    return world.until([&] { return a.arrived.size() == n; });
  };

  SECTION("messages of any bytes arrive in their order") {
    std::vector<std::string> sent;
    for (int i = 0; i < 256; ++i) sent.push_back(std::string(3, static_cast<char>(i)));
    sent.push_back(std::string(64 * 1024, '\0'));
    sent.emplace_back();
    for (const auto& each : sent) a.send("bb-_99", each);
    REQUIRE(known(sent.size()));
    REQUIRE(world.until([&] { return b.heard.size() == sent.size(); }));
    CHECK((b.heard == sent));
    CHECK(a.arrived == std::vector<bool>(sent.size(), true));
    CHECK(a.heard.empty());
  }
  SECTION("who sends to nobody is told so") {
    a.send("cccccc", "x");
    a.send("bb-_99", "y");
    REQUIRE(known(2));
    CHECK(a.arrived == std::vector<bool>{false, true});
  }
  SECTION("who has left hears nothing more, and what it has said arrives") {
    b.leaves = true;
    b.send("aaaaaa", "last");
    for (int i = 0; i < 3; ++i) a.send("bb-_99", "x");
    REQUIRE(known(3));
    std::size_t tries = 3;
    while (a.arrived.back()) {
      a.send("bb-_99", "x");
      REQUIRE(known(++tries));
    }
    CHECK(b.heard == std::vector<std::string>{"x"});
    REQUIRE(world.until([&] { return !a.heard.empty(); }));
    CHECK(a.heard == std::vector<std::string>{"last"});
  }
  SECTION("who has ended is not told what became of its messages") {
    b.send("aaaaaa", "x");
    b.bus = nullptr;
    a.send("bb-_99", "y");
    REQUIRE(known(1));
    CHECK(b.arrived.empty());
  }
  if (b.bus && !b.leaves) b.bus->close();
  a.bus->close();
}

}  // namespace socketio::test
