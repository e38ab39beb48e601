// Rules for slow clients and values of which the latest counts, from any thread; limits that all
// loops share; and counters that any thread reads.
#include <atomic>
#include <charconv>
#include <cstddef>
#include <string>
#include <vector>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;

TEMPLATE_TEST_CASE("values keep their order across loops, and any thread counts", "[threads]",
                   one_loop, several_loops) {
  constexpr int clients = 6, publishers = 3, values = 300;
  io::options o;
  o.when_slow = io::when_slow::drop_oldest.above(4096);
  o.traffic.connections_per_address = {clients - 2, io::excess::warn};
  o.traffic.handshakes_per_second = {1000, io::excess::warn};
  o.traffic.events_per_second = {1'000'000, io::excess::warn};
  std::atomic<int> joined{0};
  hosted_server<TestType> h{o};
  h.server->on_connection([&](io::socket&) { ++joined; });
  h.server->on_drain([](io::socket& s) { s.emit("drained"); });
  h.start();

  std::atomic<int> right{0};
  crew readers = h.visit(clients, [&](int) {
    tcp_client client{h.port};
    client.join();
    std::vector<int> last(publishers, -1);
    bool ordered = true;
    while (const auto packet = client.next()) {
      if (*packet == R"(42["end"])") break;
      int who = 0, value = 0;  // 42["v",who,value]
      if (!packet->starts_with(R"(42["v",)")) continue;
      const char* const end = packet->data() + packet->size();
      const auto [comma, fault] = std::from_chars(packet->data() + 7, end, who);
      std::from_chars(comma + 1, end, value);
      ordered = ordered && fault == std::errc{} && value > last[std::size_t(who)];
      last[std::size_t(who)] = value;
    }
    if (ordered && last == std::vector<int>(publishers, values - 1)) ++right;
  });
  eventually([&] { return joined == clients; });

  crew publishing = h.visit(publishers, [&](int who) {
    for (int i = 0; i < values; ++i) {
      h.server->emit_latest(std::to_string(who), "v", who, i);
      h.server->emit("noise", std::string(100, 'x'));
      if (h.server->stats().sessions != clients) break;
    }
  });
  publishing.join();
  h.server->when_slow(io::when_slow::wait).emit("end");
  readers.join();
  CHECK(right == clients);
  CHECK(h.server->stats().connections_over >= 2);
}
