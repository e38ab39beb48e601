// A chat with rooms, history, files and everything that a browser shows of it. What it does is in
// chat.hpp, to read from top to bottom; this serves it over TCP, with its page and the client.

#include <cstdio>
#include <filesystem>

#include <asio/signal_set.hpp>
#include <socketio.hpp>
#include <socketio/extras/client_bundle.hpp>
#include <socketio/extras/files.hpp>
#include <socketio/extras/health.hpp>

#include "chat.hpp"
#include "command_line.hpp"

int main(int count, char** words) {
  const auto port = read_command_line(count, words);
  if (!port) return 1;

  asio::io_context loop;
  io::server<io::tcp, user> server{loop};
  const chat rooms{server};

  const std::filesystem::path folder = CHAT_FOLDER;
  server.http()
      .exact("/", io::serve_file(folder / "page/index.html"))
      .exact("/style.css", io::serve_file(folder / "page/style.css"))
      .exact("/chat.js", io::serve_file(folder / "page/chat.js"))
      .exact("/health", io::health(server));
  io::serve_client(server, folder / "node_modules/socket.io-client/dist");

  if (!listen_on_free_port(server, *port)) return 1;
  std::printf("The chat is at http://localhost:%d\n", server.port());
  std::fflush(stdout);

  asio::signal_set signals{loop, SIGINT, SIGTERM};
  signals.async_wait([&](std::error_code, int) { server.close(); });
  loop.run();
}
