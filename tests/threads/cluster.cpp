// Servers of one process as a cluster, each with its own threads, used from others.
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <system_error>
#include <vector>

#include "socketio.hpp"
#include "socketio/cluster/memory_cluster.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;
using namespace std::chrono_literals;

TEST_CASE("servers with one loop and with several are one cluster", "[threads]") {
  constexpr int clients = 4, rounds = 50, askers = 4;
  std::atomic<int> joined{0}, news{0}, complete{0}, found{0}, answered{0};
  std::atomic<std::size_t> known{0};
  std::array<std::atomic<int>, askers> told{};  // what each has been told
  io::memory_cluster cluster;
  hosted_server<one_loop> small;
  hosted_server<several_loops> large;
  const auto set_up = [&](auto& server) {
    server.adapter(cluster.join());
    server.on_connection([&](io::socket& s) {
      s.join("all");
      ++joined;
    });
    server.on_server_side("count?", [&news] { return ++news; });
  };
  set_up(*small.server);
  set_up(*large.server);
  small.start();
  large.start();
  const auto give_up = [&] {
    small.server->close(0s);
    large.server->close(0s);
  };

  crew voters{2 * clients,
              [&](int number) {
                tcp_client client{number < clients ? small.port : large.port};
                client.join();
                while (const auto packet = client.next()) {
                  if (*packet == R"(42["end"])") break;
                  if (packet->starts_with("42[")) continue;  // of nobody's question
                  client.send("43" + packet->substr(2, packet->find('[') - 2) + "[1]");
                }
              },
              give_up};
  eventually([&] { return joined == 2 * clients; });
  // Until both know each other there is nobody to ask.
  eventually([&] {
    known = 0;
    small.server->fetch_sockets(
        [&](std::error_code, const std::vector<io::remote_socket>& all) { known = all.size(); });
    eventually([&] { return known != 0; });
    return known == 2 * clients;
  });

  const auto asks = [&](auto& server, int number) {
    std::atomic<int>& mine = told[static_cast<std::size_t>(number)];
    for (int i = 1; i <= rounds; ++i) {
      server.to("all").emit("news", i);
      server.in("all").sockets_join("room " + std::to_string(number));
      server.timeout(60s).to("all").emit("vote", [&](std::error_code ec, std::vector<int> votes) {
        if (!ec && votes == std::vector<int>(2 * clients, 1)) ++complete;
        ++mine;
      });
      server.fetch_sockets([&](std::error_code ec, const std::vector<io::remote_socket>& all) {
        if (!ec && all.size() == 2 * clients) ++found;
        ++mine;
      });
      server.server_side_emit("count?", [&](std::error_code ec, std::vector<int> all) {
        if (!ec && all.size() == 1) ++answered;
        ++mine;
      });
      eventually([&] { return mine == 3 * i; });
    }
  };
  crew asking{askers,
              [&](int number) {
                if (number % 2 == 0) {
                  asks(*small.server, number);
                } else {
                  asks(*large.server, number);
                }
              },
              give_up};
  asking.join();
  CHECK(complete == askers * rounds);
  CHECK(found == askers * rounds);
  CHECK(answered == askers * rounds);
  CHECK(news == askers * rounds);
  large.server->emit("end");
  voters.join();

  // One goes while the other is told things for it.
  crew talking{2, [&](int) {
                 for (int i = 0; i < 200; ++i) large.server->to("all").emit("news", i);
               }};
  small.end();
  talking.join();
}
