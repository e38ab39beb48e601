// A client that loses its connection goes on where it was: with its id, its rooms, and all that it
// has missed.
//
//   recovery [port]
#include <iostream>
#include <string>

#include <socketio.hpp>

int main(int count, char** words) {
  using namespace std::chrono_literals;
  io::options options;
  options.connection_state_recovery = io::recovery_options{.max_disconnection_duration = 30s};
  asio::io_context loop;
  io::server<io::tcp> server{loop, options};

  server.on_connection([](io::socket& socket) {
    if (!socket.recovered()) socket.join("news");  // else it is there already
  });
  server.on("say", [&](std::string text) {
    server.to("news").emit("said", text);
    return true;
  });

  server.listen("127.0.0.1", count > 1 ? static_cast<std::uint16_t>(std::stoi(words[1])) : 3000);
  std::cout << "listening on " << server.port() << std::endl;
  loop.run();
}
