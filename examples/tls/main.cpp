// An echo server for https and wss.
//
// With files, as certificate authorities hand them out, it reads them again at SIGHUP:
//     tls fullchain.pem privkey.pem
// To try it without:
//     openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30
//         -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem
//     tls cert.pem key.pem
//     curl --cacert cert.pem 'https://localhost:3443/socket.io/?EIO=4&transport=polling'
// A third file names who may sign certificates of clients; without one they are strangers then:
//     tls cert.pem key.pem client-ca.pem
#include <csignal>
#include <cstdio>
#include <string>
#include <system_error>

#include <asio/signal_set.hpp>
#include <socketio.hpp>
#include <socketio/transport/tls.hpp>

namespace {

std::string name_of(const io::socket& socket) {
  const io::peer_certificate* shown = socket.handshake().certificate();
  return shown ? shown->subject : "a stranger";
}

/// Certificates are renewed every few weeks: whoever does that says `kill -HUP`.
void reload_at_hangup(asio::signal_set& hangup, io::tls_context& tls) {
  hangup.async_wait([&](std::error_code stopped, int) {
    if (stopped) return;
    std::error_code ec;
    tls.reload(ec);  // if that fails, the old certificate stays in use
    std::printf("reload: %s\n", ec ? ec.message().c_str() : "new connections get the new one");
    reload_at_hangup(hangup, tls);
  });
}

}  // namespace

int main(int count, char** words) try {
  if (count < 3) return std::puts("usage: tls CERTIFICATE KEY [CLIENT-CA]"), 2;
  io::tls_options options;
  options.certificates.push_back({.chain_file = words[1], .key_file = words[2]});
  if (count > 3) {
    options.clients = io::client_certificates::optional;
    options.client_ca_file = words[3];
  }
  io::tls_context tls{std::move(options)};

  asio::io_context loop;
  io::server<io::tls> server{loop};
  server.on_connection([](io::socket& socket) { socket.emit("welcome", name_of(socket)); });
  server.on("echo", [](io::socket& socket, std::string text) { socket.emit("echo", text); });
  server.listen({3443, tls});
  std::puts("listening on https://localhost:3443");

  asio::signal_set hangup{loop, SIGHUP};
  reload_at_hangup(hangup, tls);
  asio::signal_set stop{loop, SIGINT, SIGTERM};
  stop.async_wait([&](std::error_code, int) {
    hangup.cancel();
    server.close();
  });
  loop.run();
  return 0;
} catch (const std::system_error& failure) {
  std::fprintf(stderr, "%s\n", failure.what());
  return 1;
}
