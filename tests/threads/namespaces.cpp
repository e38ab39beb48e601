// Namespaces that clients ask for at the same moment, on several loops, and that go when they
// leave.
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;

TEMPLATE_TEST_CASE("F268 F275 namespaces are made once, for whoever asks first, and go",
                   "[threads]", one_loop, several_loops) {
  constexpr int clients = 6, rounds = 60;
  TestType loops;
  std::optional<typename TestType::server_type> server{std::in_place, loops.host()};
  server->listen("127.0.0.1", 0);
  const std::uint16_t open_port = server->port();
  std::atomic<int> made{0}, connected{0}, asked{0}, wrong{0};
  auto rooms = server->of(io::pattern{"/room-*"});
  rooms.on_connection([&](io::socket&) { ++connected; });
  rooms.on("name", [](io::socket& s) { return s.nsp(); });
  server->on_new_namespace([&](const io::nsp& fresh) {
    ++made;
    // Whatever loop a client is on, and however soon it comes: it finds this handler.
    fresh.on("own", [&, name = fresh.name()](io::socket& s) {
      ++asked;
      if (s.nsp() != name) ++wrong;
      return 1;
    });
  });
  loops.start();

  crew joining{clients, [&](int who) {
                 tcp_client client{open_port};
                 for (int i = 0; i < rounds; ++i) {
                   const std::string name = "/room-" + std::to_string(i / 3);
                   client.send("40" + name + ",");
                   while (!client.next()->starts_with("40")) continue;
                   client.send("42" + name + ",7[\"own\"]");
                   while (*client.next() != "43" + name + ",7[1]") continue;
                   if (who == 0) rooms.emit("news", i);
                   client.send("41" + name + ",");
                 }
               }};
  joining.join();
  CHECK(connected == clients * rounds);
  CHECK(asked == clients * rounds);
  CHECK(wrong == 0);
  CHECK(made >= rounds / 3);
  CHECK(made <= clients * rounds);
  loops.end(server);
}
