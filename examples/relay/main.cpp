// A whiteboard: strokes go from one client to the others as they came. Nothing is decoded and
// nothing is encoded, however large they are; see docs/raw.md.
//
//   relay [port]
#include <iostream>
#include <string>

#include <socketio.hpp>
#include <socketio/raw_args.hpp>

int main(int count, char** words) {
  asio::io_context loop;
  io::server<io::tcp> server{loop};

  server.on("open", [&](io::socket& socket, std::string board) {
    socket.join(board);
    return server.room(board).size();
  });

  // The first argument says where to, the rest is nobody's business here.
  server.on("draw", [](io::socket& socket, io::raw_args stroke, io::ack ack) {
    std::string board;
    if (!stroke.take(board)) return;
    socket.to(board).emit("draw", stroke);
    ack(stroke.text().size());
  });

  server.listen("127.0.0.1", count > 1 ? static_cast<std::uint16_t>(std::stoi(words[1])) : 3000);
  std::cout << "listening on " << server.port() << std::endl;
  loop.run();
}
