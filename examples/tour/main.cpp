// tour [port]: what docs/start.md builds step by step; client.mjs is the other side of it.
#include <chrono>
#include <iostream>
#include <string>
#include <system_error>

#include <asio/steady_timer.hpp>
#include <socketio.hpp>

using namespace std::chrono_literals;

/// Plain structs are JSON objects: {"from":"Ada","text":"Hello"}.
struct message {
  std::string from, text;
};

/// What the program remembers of each socket: socket.data().
struct user {
  std::string name;
};

using server_type = io::server<io::tcp, user>;
using socket_type = server_type::socket;

int main(int count, char** words) {
  asio::io_context loop;
  server_type server{loop};

  server.use([](socket_type& socket) -> io::verdict {
    const auto name = socket.handshake().auth()["name"].to<std::string>();
    if (!name || name->empty()) return io::refuse("Who are you?");
    socket.data().name = *name;
    return io::accept;
  });

  server.on_connection([](socket_type& socket) {
    std::cout << socket.data().name << " is here\n";
    socket.emit("welcome", "Join a room, " + socket.data().name);
  });

  server.on("join", [&](socket_type& socket, std::string room) {
    socket.join(room);
    socket.to(room).emit("joined", socket.data().name);
    return server.room(room).size();
  });

  server.on("say", [&](socket_type& socket, std::string room, std::string text) {
    server.to(room).emit("message", message{socket.data().name, text});
  });

  server.on("picture", [](socket_type& socket, std::string room, io::bytes_view picture) {
    socket.to(room).emit("picture", socket.data().name, picture);
    return picture.size();
  });

  server.on("remind", [](socket_type& socket, int ms, std::string what) -> asio::awaitable<void> {
    asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::milliseconds{ms}};
    co_await timer.async_wait(asio::use_awaitable);
    socket.emit("reminder", what);
  });

  server.on("leave", [](socket_type& socket, std::string room) -> asio::awaitable<bool> {
    const bool sure = co_await socket.timeout(5s).emit_with_ack<bool>("sure?", room);
    if (sure) socket.leave(room);
    co_return sure;
  });

  server.on_disconnecting([](socket_type& socket, io::reason) {
    socket.to(socket.rooms()).emit("left", socket.data().name);
  });

  server.on_error([](io::socket&, std::error_code ec, std::string_view event, std::exception_ptr) {
    std::cerr << event << ": " << ec.message() << '\n';
  });

  server.listen("127.0.0.1", count > 1 ? static_cast<std::uint16_t>(std::stoi(words[1])) : 3000);
  std::cout << "listening on " << server.port() << std::endl;
  loop.run();
}
