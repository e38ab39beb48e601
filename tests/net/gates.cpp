// The host's functions that decide about Engine.IO requests: use, allow_request, generate_id.
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/served.hpp"
#include "socketio/net/http_gate.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace socketio::test;
using socketio::memory;
namespace http = socketio::http;

namespace {

/// A timer of the network's own time, for functions that answer later.
struct later {
  explicit later(memory::network& n) : timer{n}, network{n} {}
  template <class F>
  void operator()(std::chrono::seconds after, F f) {
    timer.start(memory::now(network) + after, std::move(f));
  }
  memory::timer timer;
  memory::network& network;
};

const std::string forbidden = R"({"code":4,"message":"Forbidden"})";
const std::string bad_request = R"({"code":3,"message":"Bad request"})";

}  // namespace

// ---- middlewares
// -----------------------------------------------------------------------------------

TEST_CASE("F177 middlewares see every request under the path, in order", "[net]") {
  served s;
  std::vector<std::string> seen;
  s.server
      .use([&](const http::request& r) {
        seen.push_back(std::string{"a "}.append(r.method_text));
        return socketio::accept;
      })
      .use([&](const http::request& r, http::header_list&) {
        seen.push_back(std::string{"b "}.append(r.method_text));
        return true;
      });
  eio_client client{s.network};
  const std::string sid = sid_of(client.get(eio_path("polling")).body);
  CHECK(client.post(eio_path("polling", sid), "4hi").body == "ok");
  CHECK(client.get("/elsewhere").status == 404);
  CHECK(seen == std::vector<std::string>{"a GET", "b GET", "a POST", "b POST"});
  CHECK(s.application.messages == std::vector<std::string>{"hi"});

  seen.clear();
  CHECK(s.websocket().status == 101);
  CHECK(s.get("/socket.io/?transport=tea").status == 400);
  CHECK(seen == std::vector<std::string>{"a GET", "b GET", "a GET", "b GET"});
}

TEST_CASE("F178 headers that a middleware sets are part of every answer", "[net]") {
  served s;
  s.server.use([](const http::request&, http::header_list& headers) {
    headers.set("Strict-Transport-Security", "max-age=1");
    return socketio::accept;
  });
  eio_client client{s.network};
  const auto opened = client.get(eio_path("polling"));
  CHECK(opened.header("strict-transport-security") == "max-age=1");
  const std::string path = eio_path("polling", sid_of(opened.body));
  CHECK(client.post(path, "4x").header("strict-transport-security") == "max-age=1");
  CHECK(s.websocket().header("strict-transport-security") == "max-age=1");
  CHECK(s.get("/socket.io/").header("strict-transport-security") == "max-age=1");
  CHECK(client.get("/elsewhere").header("strict-transport-security") == std::nullopt);
}

TEST_CASE("F179 a middleware may answer itself", "[net]") {
  served s;
  s.server.use([](const http::request&, http::header_list& headers) -> socketio::http_verdict {
    headers.set("Retry-After", "60");
    return http::response{503, {}, "back soon\n"};
  });
  const auto answer = s.handshake();
  CHECK(answer.status == 503);
  CHECK(answer.body == "back soon\n");
  CHECK(answer.header("retry-after") == "60");
  CHECK(s.websocket().status == 503);
  CHECK(s.application.ids.empty());
  CHECK(s.errors.empty());
}

TEST_CASE("F180 F043 a middleware may refuse", "[net]") {
  served s;
  int asked = 0;
  s.server.use([](const http::request&) { return socketio::refuse("you \"again\""); })
      .use([&](const http::request&) { return ++asked != 0; });
  const auto answer = s.handshake();
  CHECK(answer.status == 400);
  CHECK(answer.body == R"({"code":3,"message":"you \"again\""})");
  CHECK(s.websocket().status == 400);
  CHECK(s.application.ids.empty());
  CHECK(asked == 0);
  CHECK(s.errors ==
        std::vector<std::string>(2, "3 Bad request name=MIDDLEWARE_FAILURE error=you \"again\""));
}

TEST_CASE("F181 a middleware that throws has refused, and the client is not told why", "[net]") {
  served s;
  s.server.use([](const http::request& r) -> bool {
    if (r.header("x-throw")) throw std::runtime_error{"secret"};
    return true;
  });
  CHECK(s.handshake("X-Throw: 1\r\n").body == bad_request);
  CHECK(s.errors == std::vector<std::string>{"3 Bad request name=MIDDLEWARE_FAILURE error=secret"});
  CHECK(s.handshake().status == 200);
}

TEST_CASE("F181 a middleware may be a coroutine, which may throw too", "[net]") {
  served s;
  s.server.use([](const http::request& r) -> asio::awaitable<socketio::verdict> {
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
    if (r.header("x-throw")) throw std::runtime_error{"secret"};
    if (r.header("x-refuse")) co_return socketio::refuse("no");
    co_return socketio::accept;
  });
  CHECK(s.handshake().status == 200);
  CHECK(s.websocket().status == 101);
  CHECK(s.handshake("X-Throw: 1\r\n").body == bad_request);
  CHECK(s.handshake("X-Refuse: 1\r\n").body == R"({"code":3,"message":"no"})");
}

TEST_CASE("a middleware that answers later holds the request, and only that", "[net]") {
  served s;
  later after{s.network};
  s.server.use([&](const http::request& r, http::header_list& headers, socketio::http_next next) {
    if (!r.header("x-slow")) return next();
    after(3s, [&headers, next = std::move(next)]() mutable {
      headers.set("X-Late", "yes");
      next();
    });
  });
  eio_client slow{s.network};
  slow.send_get(eio_path("polling"), "X-Slow: 1\r\n");
  // A pipelined request waits for its turn.
  slow.send("GET /elsewhere HTTP/1.1\r\nHost: test\r\n\r\n");
  CHECK(slow.peer.received().empty());
  CHECK(s.handshake().status == 200);
  s.network.advance(4s);
  const auto answer = slow.next();
  CHECK(answer.status == 200);
  CHECK(answer.header("x-late") == "yes");
  CHECK(slow.next().status == 404);
}

TEST_CASE("a middleware that never answers costs a connection for the time of one connect",
          "[net]") {
  served s;
  std::vector<socketio::http_next> kept;
  s.server.use(
      [&](const http::request&, socketio::http_next next) { kept.push_back(std::move(next)); });
  eio_client client{s.network};
  client.send_get(eio_path("polling"));
  s.network.advance(44s);
  CHECK(client.peer.received().empty());
  s.network.advance(2s);
  CHECK(client.next().status == 503);
  s.network.advance(2s);
  CHECK(client.peer.closed());
  kept.front()();  // too late to matter
  CHECK(s.application.ids.empty());

  // Given up unused: refused.
  eio_client other{s.network};
  other.send_get(eio_path("polling"));
  kept.clear();
  CHECK(other.next().body == bad_request);
}

TEST_CASE("a client that goes while a middleware decides leaves nothing behind", "[net]") {
  served s;
  std::optional<socketio::http_next> kept;
  s.server.use(
      [&](const http::request&, socketio::http_next next) { kept.emplace(std::move(next)); });
  {
    eio_client client{s.network};
    client.send_get(eio_path("polling"));
    REQUIRE(kept);
  }
  s.network.run();
  (*kept)();
  s.network.run();
  CHECK(s.application.ids.empty());
  s.server.close(1s);
  s.network.advance(2s);
  CHECK(s.network.idle());
}

TEST_CASE("the server may go while a middleware decides", "[net]") {
  memory::network network;
  silent application;
  std::optional<socketio::http_next> kept;
  std::optional<eio_client> client{std::in_place, network};
  {
    socketio::engine_server<memory> server{network, {}, application};
    server.use(
        [&](const http::request&, socketio::http_next next) { kept.emplace(std::move(next)); });
    server.listen(80);
    client.emplace(network);
    client->send_get(eio_path("polling"));
    REQUIRE(kept);
  }
  (*kept)();
  network.run();
  CHECK(client->peer.closed());
  CHECK(application.ids.empty());
}

TEST_CASE("a POST that a middleware refuses does not concern its session", "[net]") {
  served s;
  s.server.use([](const http::request& r) { return r.method != http::method::post; });
  eio_client client{s.network};
  const std::string path = eio_path("polling", sid_of(client.get(eio_path("polling")).body));
  CHECK(client.post(path, "4x").body == bad_request);
  CHECK(client.post(path, "4x").status == 400);  // and not as a second POST at the same time
  CHECK(s.application.closes == 0);
  CHECK(s.application.messages.empty());
}

// ---- allow_request
// ---------------------------------------------------------------------------------

TEST_CASE("F005 F045 F052 allow_request decides about handshakes only, by both transports",
          "[net]") {
  served s;
  int asked = 0;
  s.server.allow_request([&](const http::request& r) -> socketio::verdict {
    ++asked;
    if (r.header("x-key") == "good") return socketio::accept;
    return socketio::refuse("Thou shalt not pass");
  });
  const auto refused = s.handshake();
  CHECK(refused.status == 403);
  CHECK(refused.header("content-type") == "application/json");
  CHECK(refused.body == R"({"code":4,"message":"Thou shalt not pass"})");
  const auto upgrade = s.websocket();
  CHECK(upgrade.status == 403);
  CHECK(upgrade.body == "Thou shalt not pass");
  CHECK(s.errors == std::vector<std::string>(2, "4 Forbidden message=Thou shalt not pass"));

  eio_client client{s.network};
  const auto opened = client.get(eio_path("polling"), "X-Key: good\r\n");
  REQUIRE(opened.status == 200);
  CHECK(asked == 3);
  CHECK(client.post(eio_path("polling", sid_of(opened.body)), "4x").body == "ok");
  CHECK(asked == 3);
  CHECK(s.websocket("X-Key: good\r\n").status == 101);
  CHECK(s.get("/socket.io/?EIO=3&transport=polling").body.find("\"code\":5") != std::string::npos);
  CHECK(asked == 4);
}

TEST_CASE("F045 allow_request says no with the standard message", "[net]") {
  served s;
  s.server.allow_request([](const http::request&) { return false; });
  CHECK(s.handshake().body == forbidden);
  CHECK(s.websocket().body == "Forbidden");
}

TEST_CASE("F005 allow_request may be asynchronous, with a callback or a coroutine", "[net]") {
  served s;
  later after{s.network};
  s.server.allow_request([&](const http::request& r, socketio::http_next next) {
    const bool ok = r.header("x-key").has_value();
    after(1s, [ok, next = std::move(next)]() mutable {
      next(ok ? socketio::http_verdict{} : socketio::refuse("no key"));
    });
  });
  eio_client client{s.network};
  client.send_get(eio_path("polling"), "X-Key: 1\r\n");
  CHECK(client.peer.received().empty());
  s.network.advance(1s);
  CHECK(client.next().status == 200);
  client.send_get(eio_path("polling"));
  s.network.advance(1s);
  CHECK(client.next().body == R"({"code":4,"message":"no key"})");

  s.server.allow_request([](const http::request& r) -> asio::awaitable<bool> {
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
    if (r.header("x-throw")) throw 42;
    co_return r.header("x-key").has_value();
  });
  CHECK(s.handshake("X-Key: 1\r\n").status == 200);
  CHECK(s.websocket("X-Key: 1\r\n").status == 101);
  CHECK(s.handshake().body == forbidden);
  CHECK(s.handshake("X-Throw: 1\r\n").body == forbidden);
}

TEST_CASE("a server that closes while allow_request decides opens no session", "[net]") {
  served s;
  std::optional<socketio::http_next> kept;
  s.server.allow_request(
      [&](const http::request&, socketio::http_next next) { kept.emplace(std::move(next)); });
  eio_client client{s.network};
  client.send_get(eio_path("polling"));
  REQUIRE(kept);
  s.server.close(10s);
  s.network.run();
  (*kept)();
  CHECK(client.next().status == 503);
  CHECK(s.application.ids.empty());
  s.network.advance(2s);
  CHECK(s.network.idle());
}

// ---- generate_id
// -----------------------------------------------------------------------------------

TEST_CASE("F061 generate_id makes the ids of sessions", "[net]") {
  served s;
  int count = 0;
  s.server.generate_id([&](const http::request&) { return "id-" + std::to_string(++count); });
  eio_client client{s.network};
  const auto opened = client.get(eio_path("polling"));
  CHECK(sid_of(opened.body) == "id-1");
  CHECK(client.post(eio_path("polling", "id-1"), "4x").body == "ok");
  CHECK(s.websocket().status == 101);
  CHECK(s.application.ids == std::vector<std::string>{"id-1", "id-2"});
}

TEST_CASE("F061 generate_id may be a coroutine", "[net]") {
  served s;
  const std::string longest(45, 'x');
  s.server.generate_id([&](const http::request&) -> asio::awaitable<std::string> {
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
    co_return longest;
  });
  CHECK(sid_of(s.handshake().body) == longest);
}

TEST_CASE("F042 an id that cannot be used refuses the request", "[net]") {
  served s;
  std::string id;
  s.server.generate_id([&](const http::request& r) {
    if (r.header("x-throw")) throw std::runtime_error{"no entropy"};
    return id;
  });
  for (const std::string& bad :
       {std::string{}, std::string(46, 'x'), std::string{"a b"}, std::string{"a\"b"},
        std::string{"\xc3\xa4"}, std::string{"a\r\nb"}}) {
    id = bad;
    CHECK(s.handshake().body == bad_request);
    CHECK(s.websocket().status == 400);
  }
  CHECK(s.errors.back() ==
        "3 Bad request name=ID_GENERATION_ERROR error=the id cannot be used, or is in use");
  CHECK(s.handshake("X-Throw: 1\r\n").body == bad_request);
  CHECK(s.errors.back() == "3 Bad request name=ID_GENERATION_ERROR error=no entropy");
  id = "once";
  CHECK(s.handshake().status == 200);
  CHECK(s.handshake().body == bad_request);
  CHECK(s.application.ids == std::vector<std::string>{"once"});
}
