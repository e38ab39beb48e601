#include "socketio/proto/eio/open.hpp"

#include <array>
#include <limits>
#include <string>

#include "support/catch.hpp"

namespace eio = socketio::eio;
using namespace std::chrono_literals;

namespace {

std::string written(const eio::open& handshake) {
  std::string text;
  eio::write_open(text, handshake);
  return text;
}

}  // namespace

// Engine.IO protocol v4, "Handshake".
TEST_CASE("F062 the open packet has Node's order of members", "[eio]") {
  const std::array<std::string_view, 1> upgrades{"websocket"};
  CHECK(written({"lv_VI97HAXpY6yYWAAAC", upgrades, 25s, 20s, 1'000'000}) ==
        R"(0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,)"
        R"("pingTimeout":20000,"maxPayload":1000000})");
}

TEST_CASE("F063 the upgrades may be none or several", "[eio]") {
  CHECK(written({"a", {}, 1ms, 0ms, std::numeric_limits<std::uint64_t>::max()}) ==
        R"(0{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":0,)"
        R"("maxPayload":18446744073709551615})");
  const std::array<std::string_view, 2> upgrades{"websocket", "webtransport"};
  CHECK(written({"a", upgrades, 1ms, 1ms, 1}) ==
        R"(0{"sid":"a","upgrades":["websocket","webtransport"],"pingInterval":1,"pingTimeout":1,)"
        R"("maxPayload":1})");
}
