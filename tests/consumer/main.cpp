// A user's program of two translation units: a definition that is not inline would clash in it.
#include <socketio.hpp>

void greet(io::socket& socket);

int main() {
  asio::io_context context;
  io::server<io::tcp> server{context};
  server.on_connection(greet);
  server.on("add", [](int a, int b) { return a + b; });
  server.listen("127.0.0.1", 0);
  server.close();
  context.run();
}
