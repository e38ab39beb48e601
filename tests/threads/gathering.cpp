// Broadcasts that are acknowledged, and sockets that are looked for, from any thread.
#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;

TEMPLATE_TEST_CASE("F303 F329 broadcasts are acknowledged and sockets found across loops",
                   "[threads]", one_loop, several_loops) {
  constexpr int clients = 6, askers = 3, questions = 40;
  TestType loops;
  std::optional<typename TestType::server_type> server{std::in_place, loops.host()};
  server->listen("127.0.0.1", 0);
  const std::uint16_t open_port = server->port();
  std::atomic<int> joined{0};
  std::promise<void> all_joined;
  server->on_connection([&](io::socket& s) {
    s.join("jury");
    if (++joined == clients) all_joined.set_value();
  });
  loops.start();

  crew voters{clients, [&](int) {
                tcp_client client{open_port};
                client.join();
                while (const auto packet = client.next()) {
                  if (*packet == R"(42["end"])") break;
                  client.send("43" + packet->substr(2, packet->find('[') - 2) + "[1]");
                }
              }};
  all_joined.get_future().wait();

  std::atomic<int> complete{0}, found{0};
  crew asking{askers, [&](int) {
                for (int i = 0; i < questions; ++i) {
                  auto done = std::make_shared<std::promise<void>>();
                  const auto ended = done->get_future();
                  server->to("jury").emit("vote",
                                          [&, done](std::error_code ec, std::vector<int> votes) {
                                            if (!ec && votes == std::vector<int>(clients, 1))
                                              ++complete;
                                            done->set_value();
                                          });
                  ended.wait();
                  auto fetched = std::make_shared<std::promise<std::size_t>>();
                  auto size = fetched->get_future();
                  server->fetch_sockets(
                      [fetched](std::error_code, const std::vector<io::remote_socket>& all) {
                        fetched->set_value(all.size());
                      });
                  if (size.get() == clients) ++found;
                }
              }};
  asking.join();
  CHECK(complete == askers * questions);
  CHECK(found == askers * questions);
  server->emit("end");
  voters.join();
  loops.end(server);
}
