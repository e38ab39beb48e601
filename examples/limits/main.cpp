// A chat that nobody can flood: limits that are part of the server. See docs/limits.md, "Traffic";
// client.mjs is a client that tries.
//
//   limits [port]
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>

#include <socketio.hpp>

int main(int count, char** words) {
  asio::io_context loop;
  io::options options;
  options.traffic.connections_per_address = {10};  // more are answered with 429
  options.traffic.handshakes_per_second = {100};   // more with 503
  options.traffic.events_per_second = {20, io::excess::drop};
  options.traffic.bytes_per_second = {100'000, io::excess::disconnect};
  options.traffic.handlers = {5, io::excess::warn};
  io::server<io::tcp> server{loop, options};

  server.on("say", [](io::socket& socket, std::string text) {
    socket.broadcast().emit("said", text);
    return text.size();
  });

  server.on_error([](io::socket& socket, std::error_code what, std::string_view event, auto&&) {
    std::cerr << socket.handshake().address() << ": " << event << ": " << what.message() << '\n';
  });

  server.http().exact("/stats", [&](const io::http::request&) {
    const io::statistics now = server.stats();
    return io::http::response{200,
                              {},
                              "{\"sessions\":" + std::to_string(now.sessions) +
                                  ",\"refused\":" + std::to_string(now.connections_over) +
                                  ",\"events\":" + std::to_string(now.events_over) +
                                  ",\"bytes\":" + std::to_string(now.bytes_over) + "}"};
  });

  server.listen("127.0.0.1", count > 1 ? static_cast<std::uint16_t>(std::stoi(words[1])) : 3000);
  std::cout << "listening on " << server.port() << std::endl;
  loop.run();
}
