// Namespaces that clients ask for at the same moment, on several loops, and that go when they
// leave.
#include <atomic>
#include <string>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;

TEMPLATE_TEST_CASE("F268 F275 namespaces are made once, for whoever asks first, and go",
                   "[threads]", one_loop, several_loops) {
  constexpr int clients = 6, rounds = 60;
  std::atomic<int> made{0}, connected{0}, asked{0}, wrong{0};
  hosted_server<TestType> h;
  auto rooms = h.server->of(io::pattern{"/room-*"});
  rooms.on_connection([&](io::socket&) { ++connected; });
  rooms.on("name", [](io::socket& s) { return s.nsp(); });
  h.server->on_new_namespace([&](const io::nsp& fresh) {
    ++made;
    // Whatever loop a client is on, and however soon it comes: it finds this handler.
    fresh.on("own", [&, name = fresh.name()](io::socket& s) {
      ++asked;
      if (s.nsp() != name) ++wrong;
      return 1;
    });
  });
  h.start();

  crew joining = h.visit(clients, [&](int who) {
    tcp_client client{h.port};
    for (int i = 0; i < rounds; ++i) {
      const std::string name = "/room-" + std::to_string(i / 3);
      client.send("40" + name + ",");
      while (!client.next().value().starts_with("40")) continue;
      client.send("42" + name + ",7[\"own\"]");
      while (client.next().value() != "43" + name + ",7[1]") continue;
      if (who == 0) rooms.emit("news", i);
      client.send("41" + name + ",");
    }
  });
  joining.join();
  CHECK(connected == clients * rounds);
  CHECK(asked == clients * rounds);
  CHECK(wrong == 0);
  CHECK(made >= rounds / 3);
  CHECK(made <= clients * rounds);
}
