// Servers over TLS that relay the requests of each other's sessions.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/farm.hpp"
#include "support/catch.hpp"
#include "transport/tls/client.hpp"

using namespace socketio;
using namespace socketio::test;

namespace {

struct secure_member {
  secure_member(memory::network& n, memory_relay& between, std::uint16_t port)
      : server{n, {}, application} {
    server.use([this](const http::request& asked) {
      seen.push_back(std::string{asked.address} + (asked.secure ? " encrypted" : " in the clear"));
      return true;
    });
    server.relay(between.join());
    server.listen({port, tls_context{test_options()}});
  }
  relaying_program application;
  std::vector<std::string> seen;  ///< who has sent the requests
  engine_server<relayed<secure>> server;
};

struct secure_farm {
  std::string ask(tls_client& client, std::string_view text) {
    client.write(text);
    network.run();
    return client.read();
  }
  tls_client client(std::uint16_t port, const std::string& address) {
    tls_client fresh{network.connect(port, address)};
    for (int i = 0; i < 10 && !fresh.handshake(); ++i) network.run();
    network.run();
    return fresh;
  }

  memory::network network;
  memory_relay between;
  secure_member first{network, between, 443}, second{network, between, 444};
};

}  // namespace

TEST_CASE("F369 servers over TLS relay, and the owner knows that the client's bytes were encrypted",
          "[relay][tls]") {
  secure_farm f;
  const std::string line = " HTTP/1.1\r\nHost: localhost\r\n";
  auto own = f.client(443, "1.1.1.1");
  const std::string opened = f.ask(own, "GET " + eio_path("polling") + line + "\r\n");
  const std::string sid = sid_of(opened.substr(opened.find("\r\n\r\n") + 4));
  REQUIRE(sid.size() == 27);

  auto other = f.client(444, "2.2.2.2");
  const std::string posted =
      f.ask(other, "POST " + poll_path(sid) + line + "Content-Length: 3\r\n\r\n4hi");
  CHECK(posted.starts_with("HTTP/1.1 200 "));
  CHECK(f.first.application.heard == std::vector<std::string>{"hi"});
  CHECK(f.first.seen == std::vector<std::string>{"1.1.1.1 encrypted", "2.2.2.2 encrypted"});
  CHECK(f.second.seen.empty());

  CHECK(f.ask(other, "GET " + eio_path("websocket", sid) + line +
                         std::string{eio_client::upgrade_lines} + "\r\n")
            .starts_with("HTTP/1.1 101 "));
  CHECK(f.ask(other, text_frame("2probe")).find("3probe") != std::string::npos);
  f.ask(other, text_frame("5"));
  f.ask(other, text_frame("4there"));
  CHECK(f.first.application.heard.back() == "there");
  const std::string large(300'000, 'x');
  f.first.application.sessions.front()->send(engine::text_message(large));
  std::string come;
  for (int i = 0; i < 100 && come.size() < large.size(); ++i) {
    f.network.run();
    come += other.read();
  }
  CHECK(come.find(large) != std::string::npos);
}
