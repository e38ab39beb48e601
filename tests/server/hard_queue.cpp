#include <optional>
#include <string>

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
