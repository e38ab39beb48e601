// What a relayed request is, and what is not carried with it: nothing that the owner of a session
// could take for another request.

#include <string>
#include <string_view>
#include <vector>

#include "net/stranger.hpp"
#include "support/catch.hpp"

using namespace socketio;
using namespace socketio::test;
using cluster::relay_kind;

namespace {

const std::string its_session = "abcdefghijklmnopqrst.stranX";

}  // namespace

TEST_CASE("R150 a body is carried with its length, whatever the method", "[relay]") {
  farm f;
  stranger owner{f};
  const std::string hidden = "POST /socket.io/?EIO=4 HTTP/1.1\r\nHost: t\r\n\r\n";
  const auto check = [&] {
    http::request_parser parser;
    const std::string carried = owner.take();
    std::size_t used = parser.feed(carried);
    if (parser.state() == http::parse_state::head_complete) {
      used += parser.feed(std::string_view{carried}.substr(used));
    }
    CHECK(used == carried.size());
    CHECK(parser.state() == http::parse_state::complete);
    CHECK(parser.message().body == hidden);
  };
  f.client(1).request("GET", poll_path(its_session), {}, hidden);
  check();
  f.client(1).request("POST", poll_path(its_session), {}, hidden);
  check();
  f.client(1).send("GET " + poll_path(its_session) +
                   " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2c\r\n" + hidden +
                   "\r\n0\r\n\r\n");
  REQUIRE(hidden.size() == 0x2c);
  check();
}

TEST_CASE("what concerns the connection is not carried, what proxies say is", "[relay]") {
  farm f;
  stranger owner{f};
  f.client(1).send_get(poll_path(its_session),
                       "Connection: keep-alive, X-Forwarded-For\r\nKeep-Alive: timeout=5\r\n"
                       "Proxy-Connection: keep-alive\r\nTE: trailers\r\nTrailer: x\r\n"
                       "Upgrade: h2c\r\nX-Forwarded-For: 1.2.3.4\r\n");
  CHECK(owner.take() == "GET " + poll_path(its_session) +
                            " HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: 1.2.3.4\r\n"
                            "Connection: close\r\n\r\n");
}

TEST_CASE("R150 behind a request for a WebSocket nothing is carried until the owner agrees",
          "[relay]") {
  farm f;
  stranger owner{f};
  auto client = f.client(1);
  const std::string upgrade = "GET " + eio_path("websocket", its_session) +
                              " HTTP/1.1\r\nHost: t\r\n" + std::string{eio_client::upgrade_lines} +
                              "\r\n";
  const std::string next = "GET /admin HTTP/1.1\r\nHost: t\r\n\r\n";
  client.send(upgrade + next);
  CHECK(owner.take().find("admin") == std::string::npos);

  SECTION("it refuses") {
    owner.answer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    client.send(next);
    CHECK(owner.take().empty());
    owner.answer({}, true);
    CHECK(client.next().status == 400);
    CHECK(client.peer.closed());
  }
  SECTION("it agrees") {
    owner.answer("HTTP/1.1 101 Switching Protocols\r\nUpgr");
    CHECK(owner.take().empty());
    owner.answer("ade: websocket\r\n\r\n");
    CHECK(owner.take() == next);
    client.send("more");
    CHECK(owner.take() == "more");
  }
}

TEST_CASE("R150 over a tunnel, one request of a session is served and nothing else", "[relay]") {
  farm f;
  int asked = 0;
  f.at(0).server.http().exact("/admin", [&](const http::request&) {
    ++asked;
    return http::response{};
  });
  f.at(0).server.use([](const http::request& r) -> http_verdict {
    if (!r.header("x-own-answer")) return true;
    http::response own;
    own.status = 403;
    return own;
  });
  const std::string sid = f.handshake();
  stranger other{f};
  const std::string line = " HTTP/1.1\r\nHost: t\r\n";
  const auto count = [](std::string_view text, std::string_view what) {
    int found = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
    return found;
  };

  SECTION("not a route of the host") {
    other.ask(sid, "GET /admin" + line + "\r\n");
    CHECK(other.take().starts_with("HTTP/1.1 400 "));
  }
  SECTION("not a session that begins") {
    other.ask(sid, "GET " + eio_path("polling") + line + "\r\n");
    CHECK(other.take().starts_with("HTTP/1.1 400 "));
    CHECK(f.at(0).server.session_count() == 1);
  }
  SECTION("not a second request behind the first") {
    const std::string post = "POST " + poll_path(sid) + line + "Content-Length: 2\r\n\r\n4x";
    other.ask(sid, post + post);
    other.go_on(sid, post);
    CHECK(count(other.take(), "HTTP/1.1 ") == 1);
    CHECK(f.at(0).application.heard.size() == 1);
  }
  SECTION("not what follows an upgrade that the host has answered itself") {
    other.ask(sid, "GET " + eio_path("websocket", sid) + line + "X-Own-Answer: 1\r\n" +
                       std::string{eio_client::upgrade_lines} + "\r\n");
    CHECK(other.take().starts_with("HTTP/1.1 403 "));
    CHECK(other.ends == 1);
    other.go_on(sid, "GET /admin" + line + "\r\n");
    CHECK(other.take().empty());
  }
  CHECK(asked == 0);
}

TEST_CASE("F368 an id that no server can have made is carried nowhere", "[relay]") {
  farm f;
  stranger owner{f};
  const auto before = f.between.messages();
  for (const std::string_view id : {".stranX", "a%20b.stranX", "a%0d%0a.stranX", "a/b.stranX",
                                    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst.stranX"}) {
    CHECK(f.client(1).get(poll_path(id)).status == 400);
  }
  CHECK(f.between.messages() == before);
  CHECK(f.client(1).get(poll_path("abcdefghijklmnopqrstuvwxyzabcdefghijklmn.stranX")).status == 0);
  CHECK(f.between.messages() == before + 1);
}
