// F15: many random scripts (script.hpp) of a whole server over the memory transport.
#include <cstdint>
#include <random>
#include <string>

#include "memory/script.hpp"
#include "support/catch.hpp"

using namespace socketio::test;

TEST_CASE("F15 whatever clients do, each comes and goes once, in order, and leaves nothing",
          "[memory]") {
  script_counts counts;
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    std::mt19937 random{seed};
    const auto choices = [&](std::size_t below) { return random() % below; };
    INFO("seed " << seed);
    REQUIRE(script{choices, counts}.play(400) == "");
  }
  CHECK(counts.connections > 1000);
  CHECK(counts.events > 5000);
  CHECK(counts.binaries > 1000);
  CHECK(counts.answers > 500);
  CHECK(counts.asked > 1000);
  CHECK(counts.timeouts > 20);
  CHECK(counts.upgrades > 50);
  CHECK(counts.refusals > 100);
  CHECK(counts.slow > 3);
  CHECK(counts.dead > 20);
  CHECK(counts.complete > 200);
  CHECK(counts.packets > 10'000);
}
