#include <optional>
#include <string>
#include <vector>

#include <asio/post.hpp>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

using namespace socketio::test;

TEST_CASE("an event that could not wait even alone is dropped, and the answer says so",
          "[queues]") {
  io::options o;
  o.limits.soft_queue = 1'000;
  o.limits.hard_queue = 2'000;
  io::memory::network network;
  io::server<io::memory> server{network, o};
  const auto rule = GENERATE(io::when_slow::drop_oldest, io::when_slow::drop_newest);
  std::optional<io::send_status> status;
  server.on_connection(
      [&](io::socket& s) { status = s.when_slow(rule).emit("e", std::string(3'000, 'x')); });
  server.listen(port);
  ws_client client{network};
  client.join();
  CHECK(status == io::send_status::dropped);
  CHECK(client.take().empty());
  CHECK(server.size() == 1);
  CHECK(server.stats().events_dropped == 1);
}

TEST_CASE("nothing may wait: above(0)", "[queues]") {
  io::memory::network network;
  io::server<io::memory> server{network};
  std::vector<io::send_status> answers;
  server.on("go", [&](io::socket& s) {
    for (int i = 0; i < 2; ++i) {
      answers.push_back(s.when_slow(io::when_slow::drop_newest.above(0)).emit("e", i));
    }
  });
  server.listen(port);
  ws_client client{network};
  client.join();
  client.send(R"(42["go"])");
  CHECK(answers == std::vector{io::send_status::ok, io::send_status::dropped});
  CHECK(client.take() == packets{R"(42["e",0])"});
}

TEST_CASE("who emits more each time a queue has drained leaves the loop to others", "[queues]") {
  io::options o;
  o.limits.soft_queue = 1'000;
  io::memory::network network;
  io::server<io::memory> server{network, o};
  int drains = 0, others = 0;
  const auto fill = [](io::socket& s) {
    while (s.emit("e", std::string(200, 'x')) == io::send_status::ok) continue;
  };
  server.on("go", fill);
  server.on_drain([&](io::socket& s) {
    if (++drains < 1'000) fill(s);
    // A task of the loop gets its turn between any two.
    asio::post(network.get_executor(),
               [&, before = drains] { others += drains == before ? 1 : 0; });
  });
  server.listen(port);
  ws_client client{network};
  client.join();
  client.send(R"(42["go"])");
  network.run();
  CHECK(drains == 1'000);
  CHECK(others >= 999);
}
