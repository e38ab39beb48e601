// The server that is measured: nothing but the ordinary public interface.
//
//     bench_fixture [PORT [PING_INTERVAL]]     the interval in milliseconds

#include <charconv>
#include <chrono>
#include <cstdint>
#include <string_view>

#include <socketio.hpp>

int main(int argc, char** argv) {
  std::uint16_t port = 3000;
  io::options options;
  const auto read = [&](int place, auto& into) {
    if (argc <= place) return;
    const std::string_view text = argv[place];
    std::from_chars(text.data(), text.data() + text.size(), into);
  };
  auto ping_interval = options.ping_interval.count();
  read(1, port);
  read(2, ping_interval);
  options.ping_interval = std::chrono::milliseconds{ping_interval};

  asio::io_context ctx{1};
  io::server<io::tcp> server{ctx, options};

  server.on("echo", [](io::socket& s, std::string_view text) { s.emit("echo", text); });
  server.on("ack", [](std::string_view text) { return text; });
  server.on("join", [](io::socket& s, std::string_view room) {
    s.join(room);
    return room;
  });
  server.on("bcast", [&server](io::value_view data) { server.to("r").emit("bcast", data); });
  server.on("bin", [](io::socket& s, io::bytes_view data) { s.emit("bin", data); });

  server.listen("127.0.0.1", port);
  ctx.run();
}
