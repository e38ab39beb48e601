// The echo server whose compile time and size are tracked.
#include <string_view>

#include <socketio.hpp>

int main() {
  asio::io_context ctx{1};
  io::server<io::tcp> server{ctx};
  server.on("echo", [](io::socket& s, std::string_view text) { s.emit("echo", text); });
  server.listen(3000);
  ctx.run();
}
