// How each client is connected: its transport, its upgrade, and how long its heartbeats take.
//
//   connection [port]
#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include <socketio.hpp>

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

void show(const io::socket_ref& who, const io::conn& conn) {
  who.emit("transport", conn.transport());

  conn.on_upgrade([who](io::conn& me) { who.emit("transport", me.transport()); });

  const auto sent = std::make_shared<steady::time_point>();
  conn.on_packet_create([sent](const io::engine_packet& packet) {
    if (packet.type == "ping") *sent = steady::now();
  });
  conn.on_heartbeat([who, sent] {
    const auto taken = steady::now() - *sent;
    who.emit("latency", std::chrono::duration_cast<std::chrono::microseconds>(taken).count());
  });

  conn.on_close([id = who.id()](io::reason why) {
    std::clog << id << " has gone: " << to_string(why) << '\n';
  });
}

int main(int count, char** words) {
  io::options options;
  options.ping_interval = 200ms;
  asio::io_context loop;
  io::server<io::tcp> server{loop, options};
  server.on_connection([](io::socket& socket) { show(socket.ref(), socket.conn()); });
  server.listen("127.0.0.1", count > 1 ? static_cast<std::uint16_t>(std::stoi(words[1])) : 3000);
  std::cout << "listening on " << server.port() << std::endl;
  loop.run();
}
