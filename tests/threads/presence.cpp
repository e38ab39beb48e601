// The list of who is there, kept by clients of several loops from what they hear.
#include "socketio/extras/presence.hpp"

#include <atomic>
#include <optional>
#include <string>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;

TEMPLATE_TEST_CASE("all loops tell of members in the same order", "[threads]", one_loop,
                   several_loops) {
  constexpr int movers = 4, rounds = 100;
  std::optional<io::presence<std::string>> people;
  hosted_server<TestType> h;
  people.emplace(*h.server, [](io::socket& s) {
    const std::string name{s.handshake().auth()["name"].as_string().value_or("?")};
    return io::present<std::string>{name, name};
  });
  h.server->on("join", [](io::socket& s) { s.join("lobby"); });
  h.server->on("leave", [](io::socket& s) {
    s.leave("lobby");
    return 1;
  });
  h.start();

  // Two tabs of each of two members come and go. Whoever watches must not lose count.
  std::atomic<int> wrong{0}, ready{0};
  crew watching = h.visit(3, [&](int) {
    tcp_client client{h.port};
    client.send(R"(40{"name":"watcher"})");
    client.send(R"(42["join"])");
    bool here[2] = {};
    for (bool first = true; const auto packet = client.next();) {
      if (packet->starts_with(R"(42["presence",)")) {
        for (int who = 0; who != 2; ++who) {
          here[who] = packet->find("\"mover " + std::to_string(who)) != packet->npos;
        }
        if (std::exchange(first, false)) ++ready;
      } else if (packet->starts_with(R"(42["presence change",)")) {
        for (int who = 0; who != 2; ++who) {
          const std::string name = "\"mover " + std::to_string(who) + "\"";
          const auto at = packet->find(name);
          if (at == packet->npos) continue;
          const bool joins = at < packet->find("\"left\"");
          // What the state has told already may be told again, but not lost.
          if (!joins && !here[who]) ++wrong;
          here[who] = joins;
        }
      } else if (*packet == R"(42["end"])") {
        if (here[0] || here[1]) ++wrong;
        break;
      }
    }
  });
  eventually([&] { return ready == 3; });
  crew moving = h.visit(movers, [&](int i) {
    tcp_client client{h.port};
    client.send(R"(40{"name":"mover )" + std::to_string(i % 2) + R"("})");
    for (int round = 0; round != rounds; ++round) {
      client.send(R"(42["join"])");
      client.send(R"(421["leave"])");
      while (client.next().value() != "431[1]") continue;
    }
  });
  moving.join();
  CHECK(people->count("lobby") == 1);
  h.server->ordered().emit("end");
  watching.join();
  CHECK(wrong == 0);
}
