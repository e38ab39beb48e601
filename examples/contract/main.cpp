// Events declared once, as types: the compiler holds handlers and emits to them, the server what
// clients send, and `contract --typescript` prints them for TypeScript. See docs/contracts.md.
//
//   contract [port]
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <socketio.hpp>
#include <socketio/contract.hpp>
#include <socketio/typescript.hpp>

struct file_info {
  std::string name;
  std::uint64_t size;
};
struct message {
  std::string from, text;
  std::optional<file_info> file;
};

using from_clients = io::client_to_server<
    io::event<"join", std::size_t(std::string, std::string), "nick", "room">,
    io::event<"say", void(std::string, std::optional<file_info>), "text", "file">,
    io::event<"leave", bool()>>;
using from_server = io::server_to_client<io::event<"message", void(message)>,
                                         io::event<"people", void(std::vector<std::string>)>,
                                         io::event<"sure?", bool(std::string), "room">>;
using chat = io::contract<from_clients, from_server>;

struct user {
  std::string nick, room;
};
using server_type = io::server<io::tcp, user>;
using socket_type = chat::socket_of<server_type::socket>;

int main(int count, char** words) {
  if (count > 1 && words[1] == std::string_view{"--typescript"}) {
    std::cout << io::typescript<chat>() << std::flush;
    return std::cout ? 0 : 1;
  }
  asio::io_context loop;
  server_type server{loop};
  const auto nsp = io::typed<chat>(server);

  nsp.on<"join">([&](socket_type socket, std::string nick, std::string room) {
    socket->data() = {nick, room};
    socket->join(room);  // -> leads to the plain io::socket
    std::vector<std::string> people;
    server.room(room).for_each([&](auto& each) { people.push_back(each.data().nick); });
    nsp.to(room).emit<"people">(people);
    return people.size();
  });

  nsp.on<"say">([&](socket_type socket, std::string text, std::optional<file_info> file) {
    const user& from = socket->data();
    nsp.to(from.room).emit<"message">(message{from.nick, text, file});
  });

  nsp.on<"leave">([](socket_type socket) -> asio::awaitable<bool> {
    const std::string room = socket->data().room;
    const bool sure = co_await socket.emit_with_ack<"sure?">(room);
    if (sure) socket->leave(room);
    co_return sure;
  });

  server.listen("127.0.0.1", count > 1 ? static_cast<std::uint16_t>(std::stoi(words[1])) : 3000);
  std::cout << "listening on " << server.port() << std::endl;
  loop.run();
}
