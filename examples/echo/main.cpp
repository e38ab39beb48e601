#include <socketio.hpp>

int main() {
  asio::io_context loop;
  io::server<io::tcp> server{loop};

  server.on_connection([](io::socket& socket) { socket.emit("welcome", socket.id()); });
  server.on("echo", [](io::socket& socket, std::string text) { socket.emit("echo", text); });
  server.on("add", [](int a, int b) { return a + b; });  // the result is the acknowledgement

  server.listen(3000);
  loop.run();
}
