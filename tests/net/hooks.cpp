// What the host adds to the answers to Engine.IO requests, and learns of refusals.
#include "socketio/net/hooks.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "net/served.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace socketio::test;
using socketio::memory;
namespace http = socketio::http;

// ---- headers, cookies
// ------------------------------------------------------------------------------

TEST_CASE("F162 F163 initial_headers comes once, headers with every answer that is no error",
          "[net]") {
  served s;
  int initial = 0, each = 0;
  s.server
      .on_initial_headers([&](http::header_list& headers, const http::request& r) {
        ++initial;
        CHECK(r.query.find("sid") == r.query.npos);
        headers.set("X-Initial", "1");
        headers.set("X-Both", "initial");
      })
      .on_headers([&](http::header_list& headers, const http::request&) {
        ++each;
        headers.set("X-Each", "2");
        headers.set("X-Both", "each");
      });
  eio_client client{s.network};
  const auto opened = client.get(eio_path("polling"));
  CHECK(opened.header("x-initial") == "1");
  CHECK(opened.header("x-each") == "2");
  CHECK(all(opened, "x-both") == std::vector<std::string>{"each"});
  CHECK((initial == 1 && each == 1));

  const std::string path = eio_path("polling", sid_of(opened.body));
  const auto posted = client.post(path, "4x");
  CHECK(posted.header("x-initial") == std::nullopt);
  CHECK(posted.header("x-each") == "2");
  client.send_get(path);
  s.network.advance(25s);  // the ping
  CHECK(client.next().header("x-each") == "2");
  CHECK((initial == 1 && each == 3));

  CHECK(s.get("/socket.io/").header("x-each") == std::nullopt);
  const auto upgraded = s.websocket();
  CHECK(upgraded.header("x-initial") == "1");
  CHECK(upgraded.header("x-each") == "2");
  CHECK((initial == 2 && each == 4));

  eio_client upgrading{s.network};
  const auto socket = upgrading.websocket(eio_path("websocket", sid_of(opened.body)));
  CHECK(upgrading.upgrade_answer.header("x-initial") == std::nullopt);
  CHECK(upgrading.upgrade_answer.header("x-each") == "2");
}

TEST_CASE("R46 the host's functions cannot split an answer", "[net]") {
  served s;
  s.server.on_headers([](http::header_list& headers, const http::request&) {
    CHECK_FALSE(headers.set("X-A", "a\r\nX-B: b"));
    CHECK_FALSE(headers.set("X-A\r\nX-B", "b"));
    CHECK_FALSE(headers.add("X-A", std::string_view{"a\0b", 3}));
    CHECK_FALSE(headers.set("Content-Length", "0"));
    CHECK_FALSE(headers.set("Transfer-Encoding", "chunked"));
    throw 1;  // what happens in a function of the host stays there
  });
  s.server.allow_request([](const http::request& r) -> socketio::verdict {
    if (r.header("x-refuse")) return socketio::refuse("a\r\nX-B: b\r\n\r\nHTTP/1.1 200 OK");
    return socketio::accept;
  });
  const auto answer = s.handshake();
  CHECK(answer.status == 200);
  CHECK(answer.header("x-b") == std::nullopt);
  for (const auto& refused : {s.handshake("X-Refuse: 1\r\n"), s.websocket("X-Refuse: 1\r\n")}) {
    CHECK(refused.status == 403);
    CHECK(refused.header("x-b") == std::nullopt);
  }
}

TEST_CASE("F010 F164 F165 F166 R69 the cookie is set once, for polling clients", "[net]") {
  socketio::options o;
  o.cookie.emplace();
  served s{o};
  s.server.on_initial_headers(
      [](http::header_list& headers, const http::request&) { headers.add("Set-Cookie", "own=1"); });
  eio_client client{s.network};
  const auto opened = client.get(eio_path("polling"));
  const std::string sid = sid_of(opened.body);
  CHECK(all(opened, "set-cookie") ==
        std::vector<std::string>{"io=" + sid + "; Path=/; HttpOnly; SameSite=Lax", "own=1"});
  CHECK(all(client.post(eio_path("polling", sid), "4x"), "set-cookie").empty());
  CHECK(all(s.websocket(), "set-cookie") == std::vector<std::string>{"own=1"});

  o.cookie = http::set_cookie{.name = "sticky",
                              .path = "/chat",
                              .domain = "example.com",
                              .max_age = 60s,
                              .http_only = false,
                              .secure = true,
                              .same_site = http::same_site::none};
  served other{o};
  const auto answer = other.handshake();
  CHECK(all(answer, "set-cookie") ==
        std::vector<std::string>{"sticky=" + sid_of(answer.body) +
                                 "; Max-Age=60; Domain=example.com; Path=/chat; Secure; "
                                 "SameSite=None"});
}

// ---- other options
// ---------------------------------------------------------------------------------

TEST_CASE("F013 the initial packet follows the open packet at once", "[net]") {
  socketio::options o;
  o.initial_packet = "hello";
  served s{o};
  const std::string body = s.handshake().body;
  CHECK(body.substr(body.find('\x1e')) ==
        "\x1e"
        "4hello");
  eio_client client{s.network};
  auto socket = client.websocket(eio_path("websocket"));
  CHECK(socket.next().starts_with("0{"));
  CHECK(socket.next() == "4hello");
}

TEST_CASE("F015 F016 the path has a slash at its end, or has none", "[net]") {
  socketio::options o;
  o.path = "/chat";
  served with{o};
  CHECK(with.get(eio_path("polling", {}, "/chat/")).status == 200);
  CHECK(with.get(eio_path("polling", {}, "/chat")).status == 404);
  o.path = "/chat/";
  o.add_trailing_slash = false;
  served without{o};
  CHECK(without.get(eio_path("polling", {}, "/chat")).status == 200);
  CHECK(without.get(eio_path("polling", {}, "/chat/")).status == 404);
}

TEST_CASE("F047 each refusal is reported with its context", "[net]") {
  socketio::options o;
  o.cors.origins = {"https://good.example"};
  served s{o};
  eio_client client{s.network};
  const std::string sid = sid_of(client.get(eio_path("polling")).body);
  client.get("/socket.io/?EIO=4&transport=tea");
  client.get("/socket.io/?EIO=4&transport=polling&sid=nobody");
  client.post("/socket.io/?EIO=4&transport=polling", "");
  client.get("/socket.io/?EIO=4&transport=websocket");
  client.get("/socket.io/?EIO=4&transport=websocket&sid=" + sid);
  client.get("/socket.io/?EIO=3&transport=polling&sid=" + sid);
  client.get("/socket.io/?EIO=3&transport=polling");
  client.get("/socket.io/?EIO=4&EIO=3&transport=polling");
  client.get(eio_path("polling"), "Origin: https://evil.example\r\n");
  s.get(eio_path("websocket"), "Upgrade: websocket\r\nConnection: Upgrade\r\n");
  CHECK(s.errors ==
        std::vector<std::string>{
            "0 Transport unknown transport=tea", "1 Session ID unknown sid=nobody",
            "2 Bad handshake method method=POST",
            "3 Bad request name=TRANSPORT_HANDSHAKE_ERROR error=Bad request",
            "3 Bad request name=TRANSPORT_MISMATCH transport=websocket previousTransport=polling",
            "3 Bad request name=PROTOCOL_MISMATCH protocol=3 previousProtocol=4",
            "5 Unsupported protocol version protocol=3", "3 Bad request name=PARAMETER_CONFLICT",
            "4 Forbidden message=Forbidden origin=https://evil.example",
            "3 Bad request name=TRANSPORT_HANDSHAKE_ERROR error=The WebSocket version is not 13."});
}

// ---- CORS
// ------------------------------------------------------------------------------------------

TEST_CASE("F182 a preflight is answered without asking anybody", "[net]") {
  socketio::options o;
  o.cors.origins = {"https://good.example"};
  o.cors.credentials = true;
  o.cors.allowed_headers = {"X-One", "X-Two"};
  o.cors.exposed_headers = {"X-Three"};
  o.cors.max_age = 600s;
  o.cors.preflight_status = 200;
  served s{o};
  s.server.use([](const http::request&) { return false; });
  eio_client client{s.network};
  client.request("OPTIONS", eio_path("polling"), "Origin: https://good.example\r\n");
  const auto answer = client.next();
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
  CHECK(answer.header("access-control-allow-origin") == "https://good.example");
  CHECK(answer.header("access-control-allow-methods") == "GET,HEAD,PUT,PATCH,POST,DELETE");
  CHECK(answer.header("access-control-allow-headers") == "X-One,X-Two");
  CHECK(answer.header("access-control-allow-credentials") == "true");
  CHECK(answer.header("access-control-max-age") == "600");
  CHECK(answer.header("vary") == "Origin");
  CHECK(s.errors.empty());
  // F183: actual requests, errors included.
  const auto refused = client.get(eio_path("polling"), "Origin: https://good.example\r\n");
  CHECK(refused.status == 400);
  CHECK(refused.header("access-control-allow-origin") == "https://good.example");
  CHECK(refused.header("access-control-allow-credentials") == "true");
  CHECK(refused.header("access-control-expose-headers") == "X-Three");
}

TEST_CASE("F011 a function may decide which origins are allowed", "[net]") {
  served s;
  CHECK(s.handshake("Origin: https://a.good.example\r\n").header("access-control-allow-origin") ==
        std::nullopt);
  CHECK(s.websocket("Origin: https://a.good.example\r\n").status == 403);
  s.server.allow_origin([](std::string_view origin) {
    if (origin == "https://throw.example") throw 1;
    return origin.ends_with(".good.example");
  });
  const auto good = s.handshake("Origin: https://a.good.example\r\n");
  CHECK(good.status == 200);
  CHECK(good.header("access-control-allow-origin") == "https://a.good.example");
  CHECK(good.header("vary") == "Origin");
  CHECK(s.websocket("Origin: https://a.good.example\r\n").status == 101);
  for (const char* line : {"Origin: https://evil.example\r\n", "Origin: https://throw.example\r\n",
                           "Origin: null\r\n"}) {
    const auto evil = s.handshake(line);
    CHECK(evil.status == 403);
    CHECK(evil.header("access-control-allow-origin") == std::nullopt);
    CHECK(s.websocket(line).status == 403);
  }
  CHECK(s.websocket("Origin: http://test\r\n").status == 101);  // the server's own
}
