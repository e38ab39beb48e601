// Two servers that are one cluster: rooms, broadcasts and questions reach the clients of both. They
// share a process here; with an adapter for a broker they would not have to.
//
//   adapter [port]
#include <iostream>
#include <string>

#include <socketio.hpp>
#include <socketio/cluster/memory_cluster.hpp>

using server_type = io::server<io::tcp>;

void serve(server_type& server, io::memory_cluster& cluster, const std::string& name) {
  server.adapter(cluster.join());
  server.on("join", [](io::socket& socket, std::string room) { socket.join(room); });
  server.on("say", [](io::socket& socket, std::string room, std::string text) {
    socket.to(room).emit("said", text);
  });
  server.on("who", [&server](std::string room) -> asio::awaitable<std::size_t> {
    const auto sockets = co_await server.in(room).fetch_sockets();
    co_return sockets.size();
  });

  // The programs can talk to each other, too.
  server.on_server_side("your name?", [name] { return name; });
  server.on("neighbours", [&server]() -> asio::awaitable<io::answers<std::string>> {
    co_return co_await server.server_side_emit_with_ack<std::string>("your name?");
  });
}

int main(int count, char** words) {
  asio::io_context loop;
  io::memory_cluster cluster;
  server_type north{loop}, south{loop};
  serve(north, cluster, "north");
  serve(south, cluster, "south");

  north.listen("127.0.0.1", count > 1 ? static_cast<std::uint16_t>(std::stoi(words[1])) : 3000);
  south.listen("127.0.0.1", 0);
  north.on("south's port", [&] { return south.port(); });
  std::cout << "listening on " << north.port() << std::endl;
  loop.run();
}
