// One server and one set of rooms, for browsers over TLS, for a proxy at a Unix domain socket, and
// for whoever comes without encryption to this machine.
//
//     many_transports cert.pem key.pem /run/chat/socket [PORT [TLS-PORT [LOOPS]]]
//
// examples/tls says how to make a certificate. Ports are 3000 and 3443; 0 means any free one.
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

#include <asio/signal_set.hpp>
#include <socketio.hpp>
#include <socketio/transport/any_of.hpp>
#include <socketio/transport/local.hpp>
#include <socketio/transport/tls.hpp>

int main(int count, char** words) try {
  if (count < 4) return std::puts("usage: many_transports CERTIFICATE KEY SOCKET"), 2;
  const auto number = [&](int i, int otherwise) {
    return count > i ? std::atoi(words[i]) : otherwise;
  };
  const auto port = static_cast<std::uint16_t>(number(4, 3000));
  const auto tls_port = static_cast<std::uint16_t>(number(5, 3443));

  io::options options;
  options.proxies.trusted = {"unix:"};  // the proxy on this machine may say for whom it speaks
  io::shards shards{static_cast<std::size_t>(number(6, 1))};
  io::server<io::any_of<io::tcp, io::tls, io::local>> server{shards, options};

  server.on("hello", [](io::socket& socket) {
    socket.join("hall");
    const io::handshake& h = socket.handshake();
    return h.address() + (h.secure() ? " over TLS" : "");
  });
  server.on("say", [&](std::string text) { server.to("hall").emit("said", text); });

  // What an endpoint is of says how its connections travel.
  const auto plain = server.listen(io::tcp::endpoint{"127.0.0.1", port});
  const auto secure = server.listen(io::tls::endpoint{tls_port, {words[1], words[2]}});
  server.listen(io::local::endpoint{words[3]});
  std::printf("http://localhost:%u\nhttps://localhost:%u\nunix:%s\n", unsigned{plain},
              unsigned{secure}, words[3]);
  std::fflush(stdout);

  asio::signal_set stop{shards[0], SIGINT, SIGTERM};
  stop.async_wait([&](std::error_code, int) { server.close(); });
  shards.run();
  return 0;
} catch (const std::system_error& failure) {
  std::fprintf(stderr, "%s\n", failure.what());
  return 1;
}
