// Pictures and prices for clients that may read slowly: what they get is new, if not all. See
// docs/queues.md; client.mjs plays one that does not read, and one that shows pictures.
//
//   slow_clients [port]
#include <iostream>
#include <memory>
#include <string>

#include <socketio.hpp>

int main(int count, char** words) {
  asio::io_context loop;
  io::server<io::tcp> server{loop};

  // Of the pictures that wait for a client, the oldest go when they are more than 256 KiB.
  server.on("picture", [](io::socket& socket, int number, io::bytes_view picture) {
    const auto rule = io::when_slow::drop_oldest.above(256 * 1024);
    socket.broadcast().when_slow(rule).emit("picture", number, picture);
    return number;
  });

  // Of the prices of one thing, only the latest waits.
  server.on("price", [](io::socket& socket, std::string thing, double price) {
    socket.broadcast().emit_latest(thing, "price", thing, price);
    return price;
  });

  // A program that makes its data itself asks how much waits, and goes on when it is told to.
  server.on("numbers", [](io::socket& socket, int last) {
    const auto send = [next = std::make_shared<int>(0), last](io::socket& to) {
      while (*next <= last && to.emit("number", (*next)++) == io::send_status::ok) continue;
    };
    socket.on_drain(send);
    send(socket);
  });

  server.http().exact("/dropped", [&](const io::http::request&) {
    return io::http::response{200, {}, std::to_string(server.stats().events_dropped)};
  });

  server.listen("127.0.0.1", count > 1 ? static_cast<std::uint16_t>(std::stoi(words[1])) : 3000);
  std::cout << "listening on " << server.port() << std::endl;
  loop.run();
}
