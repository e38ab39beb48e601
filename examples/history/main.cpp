// What was said before somebody came: a room keeps the last ten of what was said and what changed;
// of a price only the latest.
//
//   history [port]
#include <iostream>
#include <string>

#include <socketio.hpp>

int main(int count, char** words) {
  asio::io_context loop;
  io::server<io::tcp> server{loop};

  using namespace std::chrono_literals;
  server.keep_history("market", {.events = 10, .bytes = 64 << 10, .age = 1h});

  server.on("enter", [](io::socket& socket) { socket.join("market"); });
  server.on("say", [&](std::string text) { server.to("market").emit("said", text); });
  server.on("price", [&](int price) { server.to("market").emit_latest("price", "price", price); });

  server.listen("127.0.0.1", count > 1 ? static_cast<std::uint16_t>(std::stoi(words[1])) : 3000);
  std::cout << "listening on " << server.port() << std::endl;
  loop.run();
}
