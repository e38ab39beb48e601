// A proxy that passes TLS on, and says before the handshake for whom: the PROXY protocol.
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/server.hpp"
#include "socketio/transport/any_of.hpp"
#include "socketio/transport/tls.hpp"
#include "support/catch.hpp"
#include "transport/tls/client.hpp"

using namespace socketio::test;
using socketio::memory;
using socketio::tls_context;

namespace {

struct sender {
  std::string address;
  bool secure;
};

/// A server behind such a proxy, and what it makes of its clients.
struct proxied {
  proxied() : server{network, behind_proxy(network)} {
    server.engine().on_headers([this](socketio::http::header_list&, const auto& request) {
      seen = sender{std::string{request.address}, request.secure};
    });
    server.listen({443, tls_context{test_options()}});
  }

  static socketio::options behind_proxy(memory::network& n) {
    socketio::options o;
    const auto probe = n.pair();  // whose address is that of all peers
    o.proxies.proxy_protocol = {probe.second.remote_address()};
    return o;
  }

  memory::network network;
  socketio::server<secure> server;
  std::optional<sender> seen;
};

const std::string version_1 = "PROXY TCP4 203.0.113.7 198.51.100.1 5000 443\r\n";
const std::string version_2{
    "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x07\xc6\x33\x64\x01\x13\x88\x01\xbb", 28};

/// The first answer to a client whose connection begins so; empty if there is none.
std::string answer(proxied& world, memory::peer peer) {
  tls_client client{std::move(peer)};
  bool done = false;
  for (int i = 0; i < 10 && !done; ++i) {
    done = client.handshake();
    world.network.run();
  }
  if (!done) return {};
  client.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n");
  world.network.run();
  return client.read();
}

}  // namespace

TEST_CASE("a PROXY header comes in front of the handshake", "[tls][proxy]") {
  const std::string header = GENERATE(version_1, version_2);
  proxied world;
  const std::size_t piece = GENERATE(0u, 1u, 7u);
  if (piece != 0) world.network.split(piece);
  const bool together = GENERATE(true, false);
  auto peer = world.network.connect(443);
  peer.write(header);
  if (!together) world.network.run();
  CHECK(answer(world, std::move(peer)).starts_with("HTTP/1.1 200"));
  REQUIRE(world.seen);
  CHECK(world.seen->address == "203.0.113.7");
  CHECK(world.seen->secure);
}

TEST_CASE("a TLS connection of the proxy's without its header is closed", "[tls][proxy]") {
  const std::string_view before = GENERATE("", "PROXY TCP4 nobody\r\n", "GET / HTTP/1.1\r\n\r\n");
  proxied world;
  auto peer = world.network.connect(443);
  peer.write(before);
  CHECK(answer(world, std::move(peer)).empty());
  CHECK_FALSE(world.seen);
  world.server.close();
  world.network.advance(std::chrono::seconds{20});
  CHECK(world.network.idle());
}

TEST_CASE("what was read beyond the header moves with the connection", "[tls][proxy]") {
  secure_pair pair;
  pair.client.peer().write("plain");
  pair.client.handshake();
  pair.network.run();
  char buffer[4096];
  const std::size_t size = pair.stream.read_plain(buffer, sizeof buffer, pair.ec);
  REQUIRE(size > 5);
  CHECK(std::string_view{buffer, 5} == "plain");
  pair.stream.put_back({buffer + 5, size - 5});
  bool told = false;
  pair.stream.wait_readable([&](std::error_code ec) { told = !ec; });
  pair.network.run();
  CHECK(told);  // although nothing more has come
  pair.stream = std::move(pair.stream).rebind(pair.network);
  CHECK(pair.handshake());
}

TEST_CASE("a header that does not come is not waited for longer than for a request",
          "[tls][proxy]") {
  proxied world;
  auto peer = world.network.connect(443);
  peer.write("PROXY TCP4 203.0");
  world.network.advance(std::chrono::seconds{10});
  CHECK(peer.closed());
}
