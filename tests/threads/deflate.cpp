// Broadcasts that are compressed once for the clients of all loops: whoever needs the compressed
// form first adds it to the frame that the others are about to send.
#include "socketio/deflate.hpp"

#include <atomic>
#include <string>
#include <string_view>
#include <utility>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/inflate.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;

TEST_CASE("F112 F312 loops share the compressed form of a broadcast", "[threads][deflate]") {
  constexpr int clients = 6, rounds = 50;
  constexpr std::string_view offers[] = {
      "Sec-WebSocket-Extensions: permessage-deflate\r\n",
      "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n", ""};
  socketio::options options;
  options.per_message_deflate = io::deflate({.threshold = 100});
  std::atomic<int> joined{0};
  hosted_server<several_loops> h{options};
  h.server->on_connection([&](io::socket&) { ++joined; });
  h.start();

  const auto text = [](int round) {
    return std::string(3000, static_cast<char>('a' + round % 26));
  };
  std::atomic<int> right{0}, compressed{0};
  crew receiving = h.visit(clients, [&](int number) {
    const std::string_view offer = offers[number % 3];
    tcp_client client{h.port, {}, offer};
    client.join();
    for (int i = 0; i < 2 * rounds; ++i) {
      const auto frame = client.next_frame();
      if (!frame) return;
      const bool zipped = frame->rsv != 0;
      const std::string packet =
          zipped ? inflate_all(frame->payload + std::string{"\0\0\xff\xff", 4}, -15)
                 : frame->payload;
      const bool may = i % 2 == 0 && !offer.empty();
      if (zipped) ++compressed;
      if (zipped == may && packet == "42[\"news\",\"" + text(i / 2) + "\"]") ++right;
    }
  });
  eventually([&] { return joined == clients; });
  for (int round = 0; round < rounds; ++round) {
    h.server->emit("news", text(round));
    h.server->compress(false).emit("news", text(round));
  }
  receiving.join();
  CHECK(right == clients * 2 * rounds);
  CHECK(compressed == clients * 2 / 3 * rounds);
}
