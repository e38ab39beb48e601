// Engine.IO alone: whoever wants its transports, its heartbeat and its upgrade, but has messages of
// another kind than Socket.IO's. Here, what one client sends is passed on to all of them.
//
//     engine [port]
//
//     import { Socket } from "engine.io-client";
//     const socket = new Socket("http://localhost:3000");   // path /engine.io/
//     socket.on("message", (data) => console.log(data));
//     socket.on("open", () => socket.send("hello"));

#include <cstdint>
#include <cstdio>
#include <set>
#include <string>

#include <socketio/engine/message.hpp>
#include <socketio/net/engine_server.hpp>
#include <socketio/transport/tcp.hpp>

namespace io = socketio;

class everybody final : public io::engine::application {
 public:
  void opened(io::engine::state& session) override {
    sessions_.insert(&session);
    session.send(io::engine::text_message("you are " + std::string{session.id()}));
  }

  void received(io::engine::state&, const io::eio::packet& message) override {
    // Encoded once, whoever and however many receive it.
    const io::frame copy = message.binary ? io::engine::binary_message(io::as_bytes(message.text()))
                                          : io::engine::text_message(message.text());
    for (io::engine::state* each : sessions_) each->send(copy);
  }

  void closed(io::engine::state& session, io::reason why) override {
    std::printf("%s: %s\n", std::string{session.id()}.c_str(), to_string(why).data());
    sessions_.erase(&session);
  }

 private:
  std::set<io::engine::state*> sessions_;
};

int main(int count, char** words) {
  const int port = count > 1 ? std::stoi(words[1]) : 3000;
  asio::io_context loop;
  io::options options;
  options.path = "/engine.io/";
  everybody application;  // outlives the server
  io::engine_server<io::tcp> server{loop, options, application};

  server.listen("127.0.0.1", static_cast<std::uint16_t>(port));
  std::printf("listening on %d\n", server.port());
  std::fflush(stdout);
  loop.run();
}
