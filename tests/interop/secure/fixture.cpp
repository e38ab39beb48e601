// A server for the tests of TLS with real clients.
//
//     secure_fixture --certificate FILE --key FILE [--certificate FILE --key FILE …]
//                    [--client-ca FILE] [--clients optional|required] [--shards N] [--allow-eio3
//                    true]
//                    [--cors ORIGIN] [--proxy-protocol ADDRESS]
//
// Prints `listening on PORT`. Of the lines on stdin, `reload` reads the files again and prints
// `reloaded` or `kept: ` and the reason; `close`, or the end, closes the server.

#include <chrono>
#include <cstddef>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <socketio.hpp>
#include <socketio/transport/tls.hpp>

#include "../orders.hpp"

namespace {

using namespace std::chrono_literals;
using server_type = io::server<io::tls>;

struct settings {
  io::tls_options tls;
  std::size_t shards = 1;
  io::options options;
};

settings parse(int count, char** words) {
  settings s;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view flag = words[i];
    const std::string word = words[i + 1];
    if (flag == "--certificate") {
      s.tls.certificates.push_back({.chain_file = word});
    } else if (flag == "--key") {
      s.tls.certificates.back().key_file = word;
    } else if (flag == "--client-ca") {
      s.tls.client_ca_file = word;
    } else if (flag == "--clients") {
      s.tls.clients = word == "required" ? io::client_certificates::required
                                         : io::client_certificates::optional;
    } else if (flag == "--allow-eio3") {
      s.options.allow_eio3 = word == "true";
    } else if (flag == "--proxy-protocol") {
      s.options.proxies.proxy_protocol = {word};
    } else if (flag == "--cors") {
      s.options.cors.origins = {word};
      s.options.cors.credentials = true;
    } else if (flag == "--shards") {
      s.shards = std::stoul(word);
    } else {
      throw std::invalid_argument{words[i]};
    }
  }
  return s;
}

/// What a client may ask about its connection.
struct description {
  bool secure;
  std::string address, transport;
  std::optional<std::string> subject, issuer, fingerprint, pem;
};

description describe(const io::socket& socket) {
  const io::handshake& h = socket.handshake();
  description d{h.secure(), h.address(), std::string{socket.transport()}, {}, {}, {}, {}};
  if (const io::peer_certificate* shown = h.certificate()) {
    d.subject = shown->subject;
    d.issuer = shown->issuer;
    d.fingerprint = shown->fingerprint;
    d.pem = shown->pem;
  }
  return d;
}

void serve(server_type& server) {
  server.on("ack", [](io::value_view x, io::ack ack) { ack(x); });
  server.on("bin-ack", [](io::bytes bytes) { return bytes; });
  server.on("echo", [](io::socket& socket, io::args args) { socket.emit("echo", args); });
  server.on("kick", [](io::socket& socket, bool close) { socket.disconnect(close); });
  server.on("describe", [](io::socket& socket) { return describe(socket); });
  server.on("join", [](io::socket& socket, std::string room) { socket.join(room); });
  server.on("rooms", [](io::socket& socket) { return socket.rooms(); });
  server.on("shout", [&](std::string room, io::value_view x) { server.to(room).emit("shout", x); });
  server.on("stress", [](io::socket& socket, std::size_t count, std::size_t size) {
    const std::string text(size, 'x');
    for (std::size_t i = 0; i < count; ++i) socket.emit("s", i, text);
  });
}

void reload(io::tls_context tls) {
  std::error_code ec;
  tls.reload(ec);
  std::cout << (ec ? "kept: " + ec.message() : "reloaded") << std::endl;
}

}  // namespace

int main(int count, char** words) try {
  settings s = parse(count, words);
  const io::tls_context tls{std::move(s.tls)};
  io::shards shards{s.shards};
  server_type server{shards, s.options};
  serve(server);
  server.listen({"127.0.0.1", 0, tls});
  const socketio::test::orders from_stdin{shards[0], [&](std::string_view line) {
                                            if (line == "close") server.close(2s);
                                            if (line == "reload") reload(tls);
                                          }};
  std::cout << "listening on " << server.port() << std::endl;
  shards.run();
  return 0;
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
