// What is dropped and replaced for slow clients whose messages are compressed with context takeover
// (RFC 7692 §7.1.1).
#include <cstddef>
#include <string>
#include <string_view>

#include "socketio.hpp"
#include "socketio/deflate.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/inflate.hpp"
#include "support/sio_client.hpp"

using namespace socketio::test;

TEST_CASE("what is compressed and not written stays, for others refer to it",
          "[server][deflate][queues]") {
  io::options o;
  o.per_message_deflate = io::deflate({.threshold = 1, .server_context_takeover = true});
  for (std::size_t window = 0; window < 120; window += 3) {
    io::memory::network network;
    io::server<io::memory> server{network, o};
    server.listen(port);
    ws_client client{network, "", "Sec-WebSocket-Extensions: permessage-deflate\r\n"};
    client.join();
    // One stream, which every message ends with a flush.
    std::string stream;
    const auto add = [&](std::string_view message) {
      stream.append(message).append("\x00\x00\xff\xff", 4);
    };
    CHECK(client.open.starts_with("0{"));  // it comes with the answer, as it is
    for (const auto& each : client.before_join) add(each);
    const std::size_t before = inflate_all(stream, -15).size();

    client.peer.stop_reading(window);
    const std::string padding(20, 'x');
    for (int i = 10; i < 30; ++i) {
      const std::string number = std::to_string(i) + padding;
      server.when_slow(io::when_slow::drop_oldest.above(200)).emit("e", number);
      server.emit_latest("v", "v", number);
      network.run();  // compresses what may leave now, and writes some of it
    }
    CHECK(server.stats().events_dropped > 0);
    CHECK(server.stats().values_replaced > 0);
    client.peer.resume_reading();
    for (const auto& each : client.take()) add(each);

    const std::string text = inflate_all(stream, -15).substr(before);
    std::string_view rest = text;
    int last_event = 0, last_value = 0;
    while (!rest.empty()) {
      REQUIRE((rest.starts_with("42[\"e\",\"") || rest.starts_with("42[\"v\",\"")));
      int& last = rest[4] == 'e' ? last_event : last_value;
      const int number = 10 * (rest[8] - '0') + rest[9] - '0';
      CHECK(number > last);
      last = number;
      rest.remove_prefix(10);
      REQUIRE(rest.starts_with(padding + "\"]"));
      rest.remove_prefix(padding.size() + 2);
    }
    CHECK(last_event == 29);
    CHECK(last_value == 29);
  }
}
