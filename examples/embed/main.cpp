// A program that already has a port, a protocol and a loop of its own, and now serves Socket.IO on
// the same port: it accepts connections itself, looks at their first bytes, keeps those that speak
// its own protocol, and hands the others over.
//
//     embed [port]
//
//     printf 'HELLO\r\n' | nc localhost 3000     the program's own protocol
//     curl http://localhost:3000/health          a route of the host
//     io("http://localhost:3000")                Socket.IO

#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <socketio.hpp>

using server_type = io::server<io::tcp>;
constexpr std::string_view greeting = "HELLO\r\n";

asio::awaitable<void> serve(server_type& server, io::tcp::socket socket) {
  std::string read;
  do {
    char buffer[1024];
    const std::size_t size =
        co_await socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
    read.append(buffer, size);
  } while (read.size() < greeting.size() && greeting.starts_with(read));

  if (read.starts_with(greeting)) {
    const std::string answer = std::to_string(server.size()) + " sockets are connected\r\n";
    co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
  } else {
    // The bytes that were read go with the connection.
    server.accept(io::tcp::stream{std::move(socket)}, read);
  }
}

asio::awaitable<void> accept(asio::io_context& loop, server_type& server, std::uint16_t port) {
  asio::ip::tcp::acceptor acceptor{loop, {asio::ip::make_address("127.0.0.1"), port}};
  std::printf("listening on %d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  for (;;) {
    // Told which loop it is for, Asio makes a socket of the type that the server takes.
    io::tcp::socket socket = co_await acceptor.async_accept(loop, asio::use_awaitable);
    asio::co_spawn(loop, serve(server, std::move(socket)), asio::detached);
  }
}

int main(int count, char** words) {
  const int port = count > 1 ? std::stoi(words[1]) : 3000;
  asio::io_context loop;
  server_type server{loop};
  server.on("echo", [](io::socket& socket, io::args args) { socket.emit("echo", args); });

  server.http()
      .exact("/health",
             [](const io::http::request&) { return io::http::response{200, {}, "ok\n"}; })
      .prefix("/hello/",
              [](const io::http::request& request) -> asio::awaitable<io::http::response> {
                std::string name{request.path.substr(request.path.rfind('/') + 1)};
                co_return io::http::response{200, {}, "Hello, " + name + "\n"};
              })
      .fallback([](const io::http::request&) {
        return io::http::response{404, {}, "There is nothing here.\n"};
      });

  asio::co_spawn(loop, accept(loop, server, static_cast<std::uint16_t>(port)),
                 [](std::exception_ptr failure) {
                   if (failure) std::rethrow_exception(failure);
                 });
  loop.run();
}
