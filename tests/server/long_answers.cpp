// A long answer does not wait for the end of the loop's turn.
#include <optional>
#include <string>

#include <asio/post.hpp>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

using namespace socketio::test;

TEST_CASE("a long answer is written at once, a short one with what others send", "[server]") {
  io::memory::network network;
  io::server<io::memory> server{network};
  std::optional<std::size_t> waited;
  server.on("answer", [&](io::socket& s, std::size_t size) {
    // Comes after this message, and before what is done at the end of the turn.
    asio::post(network.get_executor(), [&, c = s.conn()] { waited = c.queued_bytes(); });
    s.emit("text", std::string(size, 'x'));
  });
  server.listen(port);
  ws_client client{network};
  client.join();

  client.send(R"(42["answer",10])");
  CHECK(client.take() == packets{R"(42["text","xxxxxxxxxx"])"});
  CHECK(waited.value() > 10);
  client.send(R"(42["answer",10000])");
  const packets longer = client.take();
  REQUIRE(longer.size() == 1);
  CHECK(longer.front().size() > 10'000);
  CHECK(waited.value() == 0);
}
