// The program's own HTTP on the same port, and an end at which nobody is cut off.
//
//   routes [port]
#include <iostream>
#include <map>
#include <string>

#include <asio/signal_set.hpp>
#include <socketio.hpp>

int main(int count, char** words) {
  asio::io_context loop;
  io::server<io::tcp> server{loop};
  server.on("join", [](io::socket& socket, std::string room) { socket.join(room); });

  server.http().exact("/rooms", [&](const io::http::request&) {
    std::map<std::string, std::size_t> people;
    for (const auto& name : server.rooms()) people[name] = server.room(name).size();
    io::http::response answer;
    answer.set("Content-Type", "application/json");
    answer.body = io::to_json(people);
    return answer;
  });

  asio::signal_set signals{loop, SIGINT, SIGTERM};
  signals.async_wait([&](std::error_code, int) { server.close(); });

  server.listen("127.0.0.1", count > 1 ? static_cast<std::uint16_t>(std::stoi(words[1])) : 3000);
  std::cout << "listening on " << server.port() << std::endl;
  loop.run();
  std::cout << "all clients have been told" << std::endl;
}
