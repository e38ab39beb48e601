// A chat with rooms, history, files and everything that a browser shows of it. What it does is in
// chat.hpp, to read from top to bottom; this serves it over TCP, with its page and the client,
// alone or, with --redis, as one of several servers: see examples/cluster.

#include <cstdio>
#include <filesystem>

#include <asio/signal_set.hpp>
#include <socketio.hpp>
#include <socketio/adapters/redis/sharded.hpp>
#include <socketio/extras/client_bundle.hpp>
#include <socketio/extras/files.hpp>
#include <socketio/extras/health.hpp>

#include "chat.hpp"
#include "command_line.hpp"

int main(int count, char** words) {
  const auto line = read_command_line(count, words);
  if (!line) return 1;

  asio::io_context loop;
  io::server<io::tcp, user> server{loop};
  const chat rooms{server, now_ms, line->name};
  if (!line->redis.empty()) {
    std::error_code ec;
    const io::redis::address redis{line->redis, ec};
    if (ec) return std::fprintf(stderr, "%s: %s\n", line->redis.c_str(), ec.message().c_str()), 1;
    server.adapter(io::redis::sharded_adapter({.connection = {.address = redis}}));
  }

  const std::filesystem::path folder = CHAT_FOLDER;
  server.http()
      .exact("/", io::serve_file(folder / "page/index.html"))
      .exact("/style.css", io::serve_file(folder / "page/style.css"))
      .exact("/chat.js", io::serve_file(folder / "page/chat.js"))
      .exact("/health", io::health(server));
  io::serve_client(server, folder / "node_modules/socket.io-client/dist");

  if (!listen_on_free_port(server, line->port)) return 1;
  std::printf("The chat is at http://localhost:%d\n", server.port());
  std::fflush(stdout);

  asio::signal_set signals{loop, SIGINT, SIGTERM};
  signals.async_wait([&](std::error_code, int) { server.close(); });
  loop.run();
}
