// Who is here: several tabs of one person are one, and clients hear of who comes and goes.
//
//   presence [port]
#include <iostream>
#include <optional>
#include <string>

#include <socketio.hpp>
#include <socketio/extras/presence.hpp>

struct person {
  std::string name, mood;
};

/// Whose socket this is, and what others see of him.
std::optional<io::present<person>> identify(io::socket& socket) {
  const auto auth = socket.handshake().auth();
  const auto name = auth["name"].to<std::string>();
  if (!name) return {};  // who has no name is not seen
  return io::present<person>{*name, {*name, auth["mood"].to<std::string>().value_or("")}};
}

int main(int count, char** words) {
  asio::io_context loop;
  io::server<io::tcp> server{loop};
  io::presence<person> people{server, identify};

  server.on("enter", [](io::socket& socket, std::string room) { socket.join(room); });
  server.on("how many", [&](std::string room) { return people.count(room); });

  server.listen("127.0.0.1", count > 1 ? static_cast<std::uint16_t>(std::stoi(words[1])) : 3000);
  std::cout << "listening on " << server.port() << std::endl;
  loop.run();
}
