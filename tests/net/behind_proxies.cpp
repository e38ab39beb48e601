// A server behind proxies, over the memory transport: whom it takes for its client.
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "net/served.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace socketio::test;
using socketio::memory;
namespace eio = socketio::eio;
namespace engine = socketio::engine;
namespace http = socketio::http;

namespace {

/// Notes each new session's client: the address, with "s" behind it if it came encrypted.
struct noting final : engine::application {
  void opened(engine::state& session) override {
    const auto& request = *session.request();
    clients.push_back(request.address() + (request.secure() ? "s" : ""));
  }
  void received(engine::state&, const eio::packet&) override {}
  void closed(engine::state&, socketio::reason) override {}

  std::vector<std::string> clients;
};

struct behind {
  explicit behind(const socketio::proxy_options& proxies) : server{network, with(proxies), notes} {
    server.http().exact("/who", [](const http::request& r) {
      http::response answer;
      answer.body.append(r.address).append(r.secure ? "s " : " ").append(r.host);
      return answer;
    });
    server.listen(80);
  }

  static socketio::options with(const socketio::proxy_options& proxies) {
    socketio::options o;
    o.proxies = proxies;
    return o;
  }

  eio_client from(std::string address) {
    eio_client client{network};
    client.peer = network.connect(80, std::move(address));
    return client;
  }

  memory::network network;
  noting notes;
  socketio::engine_server<memory> server;
};

const std::string get_who = "GET /who HTTP/1.1\r\nHost: test\r\n\r\n";
const std::string v2_header{
    "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x14"
    "\xcb\x00\x71\x07\x0a\0\0\1\x01\x02\0\x50"
    "\x20\0\5\1\0\0\0\0",
    36};

}  // namespace

// ---- X-Forwarded-For
// -------------------------------------------------------------------------------

TEST_CASE("forwarded headers count from trusted peers only", "[net]") {
  behind s{{.trusted = {"10.0.0.0/8", "fd00::/8"}}};
  const std::string lines =
      "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: "
      "chat.example\r\n";
  for (const char* proxy : {"10.0.0.1", "fd00::5", "::ffff:10.0.0.1"}) {
    CAPTURE(proxy);
    auto client = s.from(proxy);
    CHECK(client.get("/who", lines).body == "203.0.113.7s chat.example");
    CHECK(client.get("/who").body == std::string{proxy} + " test");
    CHECK(client.get(eio_path("polling"), lines).status == 200);
    CHECK(s.notes.clients.back() == "203.0.113.7s");
    auto socket = s.from(proxy);
    const auto opened = socket.websocket(eio_path("websocket"), lines);
    CHECK(s.notes.clients.back() == "203.0.113.7s");
  }
  auto stranger = s.from("203.0.113.99");
  CHECK(stranger.get("/who", lines).body == "203.0.113.99 test");
  CHECK(stranger.get(eio_path("polling"), lines).status == 200);
  CHECK(s.notes.clients.back() == "203.0.113.99");
}

TEST_CASE("without trusted proxies nobody is believed", "[net]") {
  behind s{{}};
  auto client = s.from("127.0.0.1");
  CHECK(client.get("/who", "X-Forwarded-For: 203.0.113.7\r\n").body == "127.0.0.1 test");
  CHECK(client.get(eio_path("polling"), "Forwarded: for=203.0.113.7\r\n").status == 200);
  CHECK(s.notes.clients.back() == "127.0.0.1");
}

TEST_CASE("R67 behind a proxy that changes the host, the origin is that of the client's host",
          "[net]") {
  behind s{{.trusted = {"10.0.0.1"}}};
  auto client = s.from("10.0.0.1");
  const auto socket =
      client.websocket(eio_path("websocket"),
                       "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Host: chat.example\r\n"
                       "Origin: https://chat.example\r\n");
  CHECK(client.upgrade_answer.status == 101);
  for (const char* address : {"10.0.0.1", "10.0.0.2"}) {
    auto other = s.from(address);
    const std::string host = address == std::string_view{"10.0.0.1"} ? "other" : "evil";
    const auto refused =
        other.websocket(eio_path("websocket"), "X-Forwarded-Host: " + host +
                                                   ".example\r\nOrigin: https://evil.example\r\n");
    CHECK(other.upgrade_answer.status == 403);
  }
}

TEST_CASE("allow_request sees the client's address", "[net]") {
  behind s{{.trusted = {"10.0.0.1"}}};
  s.server.allow_request([](const http::request& r) { return r.address != "203.0.113.7"; });
  auto client = s.from("10.0.0.1");
  CHECK(client.get(eio_path("polling"), "X-Forwarded-For: 203.0.113.7\r\n").status == 403);
  CHECK(client.get(eio_path("polling"), "X-Forwarded-For: 203.0.113.8\r\n").status == 200);
  auto stranger = s.from("203.0.113.7");
  CHECK(stranger.get(eio_path("polling"), "X-Forwarded-For: 203.0.113.8\r\n").status == 403);
}

// ---- the PROXY protocol
// ----------------------------------------------------------------------------

TEST_CASE("a PROXY header names the client of the whole connection", "[net]") {
  behind s{{.proxy_protocol = {"10.0.0.1"}}};
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{10'000}}) {
    CAPTURE(piece);
    auto client = s.from("10.0.0.1");
    const std::string text = "PROXY TCP4 203.0.113.7 10.0.0.1 1234 80\r\n" + get_who + get_who;
    for (std::size_t at = 0; at < text.size(); at += piece) client.send(text.substr(at, piece));
    CHECK(client.next().body == "203.0.113.7 test");
    CHECK(client.next().body == "203.0.113.7 test");
    CHECK(client.get(eio_path("polling")).status == 200);
    CHECK(s.notes.clients.back() == "203.0.113.7");
  }
  auto client = s.from("10.0.0.1");
  client.send(v2_header + get_who);
  CHECK(client.next().body == "203.0.113.7s test");
  const auto socket = client.websocket(eio_path("websocket"));
  CHECK(client.upgrade_answer.status == 101);
  CHECK(s.notes.clients.back() == "203.0.113.7s");
}

TEST_CASE("a proxy that speaks for itself keeps its address", "[net]") {
  behind s{{.proxy_protocol = {"10.0.0.1"}}};
  auto client = s.from("10.0.0.1");
  client.send("PROXY UNKNOWN\r\n" + get_who);
  CHECK(client.next().body == "10.0.0.1 test");
}

TEST_CASE("a PROXY header is required from those who send it, and refused from others", "[net]") {
  behind s{{.proxy_protocol = {"10.0.0.1"}}};
  auto without = s.from("10.0.0.1");
  without.send(get_who);
  CHECK(without.peer.received().empty());
  CHECK(without.peer.aborted());

  auto stranger = s.from("203.0.113.99");
  stranger.send("PROXY TCP4 203.0.113.7 10.0.0.1 1234 80\r\n" + get_who);
  CHECK(stranger.next().status == 400);
  auto binary = s.from("203.0.113.99");
  binary.send(v2_header + get_who);
  CHECK(binary.next().status == 400);
  auto plain = s.from("203.0.113.99");
  CHECK(plain.get("/who").body == "203.0.113.99 test");
}

TEST_CASE("R47 R48 a PROXY header has no more time than a head", "[net]") {
  behind s{{.proxy_protocol = {"10.0.0.1"}}};
  auto silent = s.from("10.0.0.1"), slow = s.from("10.0.0.1");
  slow.send("PROXY ");
  s.network.advance(9s);
  CHECK_FALSE(silent.peer.closed());
  slow.send("U");
  s.network.advance(3s);
  CHECK(silent.peer.closed());
  CHECK(slow.peer.closed());
}

TEST_CASE("what a PROXY header names may itself be a trusted proxy", "[net]") {
  behind s{{.trusted = {"192.0.2.0/24"}, .proxy_protocol = {"10.0.0.1"}}};
  auto client = s.from("10.0.0.1");
  client.send("PROXY TCP4 192.0.2.1 10.0.0.1 1 2\r\n");
  CHECK(client.get("/who", "X-Forwarded-For: 203.0.113.7\r\n").body == "203.0.113.7 test");
  // The proxy itself is not trusted with headers.
  auto other = s.from("10.0.0.1");
  other.send("PROXY TCP4 203.0.113.8 10.0.0.1 1 2\r\n");
  CHECK(other.get("/who", "X-Forwarded-For: 203.0.113.7\r\n").body == "203.0.113.8 test");
}
