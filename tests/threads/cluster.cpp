// Servers of one process as a cluster, each with its own threads, used from others.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
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
  constexpr int clients = 4, rounds = 50;
  io::memory_cluster cluster;
  one_loop one;
  several_loops several;
  std::optional<one_loop::server_type> small{std::in_place, one.host()};
  std::optional<several_loops::server_type> large{std::in_place, several.host()};
  std::atomic<int> joined{0}, answered{0}, news{0};
  for (auto* const server : {&*small, &*large}) {
    server->adapter(cluster.join());
    server->listen("127.0.0.1", 0);
    server->on_connection([&](io::socket& s) {
      s.join("all");
      ++joined;
    });
    server->on_server_side("count?", [&news] { return ++news; });
  }
  one.start();
  several.start();

  crew voters{2 * clients, [&](int number) {
                tcp_client client{(number < clients ? *small : *large).port()};
                client.join();
                while (const auto packet = client.next()) {
                  if (*packet == R"(42["end"])") break;
                  if (packet->starts_with("42[")) continue;  // of nobody's question
                  client.send("43" + packet->substr(2, packet->find('[') - 2) + "[1]");
                }
              }};
  eventually([&] { return joined == 2 * clients; });
  // Until both know each other there is nobody to ask.
  eventually([&] {
    std::promise<std::size_t> found;
    small->fetch_sockets([&](std::error_code, const std::vector<io::remote_socket>& all) {
      found.set_value(all.size());
    });
    return found.get_future().get() == 2 * clients;
  });

  std::atomic<int> complete{0}, found{0};
  crew asking{
      4, [&](int number) {
        auto& server = number % 2 == 0 ? *small : *large;
        for (int i = 0; i < rounds; ++i) {
          server.to("all").emit("news", i);
          server.in("all").sockets_join("room " + std::to_string(number));
          std::promise<void> voted, fetched, counted;
          server.timeout(60s).to("all").emit("vote",
                                             [&](std::error_code ec, std::vector<int> votes) {
                                               if (!ec && votes == std::vector<int>(2 * clients, 1))
                                                 ++complete;
                                               voted.set_value();
                                             });
          server.fetch_sockets([&](std::error_code ec, const std::vector<io::remote_socket>& all) {
            if (!ec && all.size() == 2 * clients) ++found;
            fetched.set_value();
          });
          server.server_side_emit("count?", [&](std::error_code ec, std::vector<int> all) {
            if (!ec && all.size() == 1) ++answered;
            counted.set_value();
          });
          voted.get_future().wait();
          fetched.get_future().wait();
          counted.get_future().wait();
        }
      }};
  asking.join();
  CHECK(complete == 4 * rounds);
  CHECK(found == 4 * rounds);
  CHECK(answered == 4 * rounds);
  CHECK(news == 4 * rounds);
  large->emit("end");
  voters.join();

  // One goes while the other is told things for it.
  crew talking{2, [&](int) {
                 for (int i = 0; i < 200; ++i) large->to("all").emit("news", i);
               }};
  one.end(small);
  talking.join();
  several.end(large);
}
