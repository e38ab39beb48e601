// Long-polling as HTTP: what is not about packets.
#include <chrono>
#include <string>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

constexpr std::string_view polling = "/socket.io/?EIO=4&transport=polling";

struct world {
  explicit world(const io::options& o = {}) : server{network, o} {
    server.on("echo", [](io::socket& s, io::args x) { s.emit("echo", x); });
    server.listen(port);
  }

  /// One request on a connection of its own, and whether the server closes that afterwards.
  http_answer once(std::string_view request) {
    http_client client{network};
    const http_answer answer = client.exchange(request);
    closed = client.peer.closed();
    return answer;
  }

  io::memory::network network;
  io::server<io::memory> server;
  bool closed = false;
};

std::string request(std::string_view version, std::string_view method, std::string_view target,
                    std::string_view lines = {}, std::string_view body = {}) {
  std::string text{method};
  text.append(" ").append(target).append(" HTTP/").append(version).append("\r\n").append(lines);
  if (!body.empty()) {
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  return text.append("\r\n").append(body);
}

std::string sid_of(const http_answer& opened) { return between(opened.body, R"("sid":")", "\""); }

}  // namespace

TEST_CASE("F089 a client of HTTP/1.0 has a connection for each request", "[polling]") {
  world w;
  const http_answer opened = w.once(request("1.0", "GET", polling));
  CHECK(opened.status == 200);
  CHECK(opened.header("Connection") == "close");
  CHECK(opened.header("Content-Length") == std::to_string(opened.body.size()));
  CHECK(w.closed);
  const std::string session = std::string{polling}.append("&sid=").append(sid_of(opened));
  for (int i = 0; i < 3; ++i) {
    const std::string event = R"(42["echo",)" + std::to_string(i) + "]";
    CHECK(w.once(request("1.0", "POST", session, {}, i == 0 ? "40\x1e" + event : event)).body ==
          "ok");
    CHECK(w.closed);
    const http_answer polled = w.once(request("1.0", "GET", session));
    CHECK(polled.body.ends_with(event));
    CHECK(w.closed);
  }
}

TEST_CASE("F089 a client of HTTP/1.0 may keep its connection", "[polling]") {
  world w;
  http_client client{w.network};
  const std::string keep = "Connection: keep-alive\r\n";
  const http_answer opened = client.exchange(request("1.0", "GET", polling, keep));
  CHECK(opened.header("Connection") == "keep-alive");
  const std::string session = std::string{polling}.append("&sid=").append(sid_of(opened));
  CHECK(client.exchange(request("1.0", "POST", session, keep, "40")).body == "ok");
  CHECK(client.exchange(request("1.0", "GET", session, keep)).body.starts_with("40{"));
  CHECK_FALSE(client.peer.closed());
}

TEST_CASE("F089 a connection that is to be closed is, a held poll's too", "[polling]") {
  world w;
  polling_client c{w.network};
  c.join();
  http_client held{w.network};
  held.write(request("1.1", "GET", c.target(), "Host: a\r\nConnection: close\r\n"));
  CHECK(held.answer().status == 0);
  c.post(R"(42["echo",1])");
  const http_answer answer = held.answer();
  CHECK(answer.body == R"(42["echo",1])");
  CHECK(answer.header("Connection") == "close");
  CHECK(held.peer.closed());
  CHECK(c.post(R"(42["echo",2])").body == "ok");
}

TEST_CASE("F090 Internet Explorer is told to leave payloads alone", "[polling]") {
  world w;
  const bool explorer = GENERATE(true, false);
  const std::string agent =
      explorer ? GENERATE("Mozilla/4.0 (compatible;MSIE 8.0; Windows NT 6.1)",
                          "Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0) like Gecko")
               : "Mozilla/5.0 (X11; Linux x86_64) MSIE-not";
  const std::string lines = "Host: a\r\nUser-Agent: " + agent + "\r\n";
  const auto protection = [&](const http_answer& a) { return a.header("X-XSS-Protection"); };
  const std::string expected = explorer ? "0" : "(none)";
  const http_answer opened = w.once(request("1.1", "GET", polling, lines));
  CHECK(protection(opened) == expected);
  const std::string session = std::string{polling}.append("&sid=").append(sid_of(opened));
  CHECK(protection(w.once(request("1.1", "POST", session, lines, "40"))) == expected);
  CHECK(protection(w.once(request("1.1", "GET", session, lines))) == expected);
}

TEST_CASE("F070 F071 F379 answers are for one client, and for now", "[polling]") {
  world w;
  polling_client c{w.network};
  const auto check = [](const http_answer& a, std::string_view type, std::string_view cache) {
    CHECK(a.header("Content-Type") == type);
    CHECK(a.header("cache-control") == cache);
    CHECK(a.header("ETag") == "(none)");
    CHECK(a.header("Last-Modified") == "(none)");
  };
  check(c.posts.exchange(http_client::post(c.target() + "&t=abc", "40")), "text/html", "no-store");
  check(c.gets.exchange(http_client::get(c.target() + "&t=abc.1")), "text/plain; charset=UTF-8",
        "no-store");
  const http_answer refused = w.once(http_client::get("/socket.io/?EIO=4"));
  check(refused, "application/json", "(none)");
  CHECK(refused.body == R"({"code":0,"message":"Transport unknown"})");  // F032
}

TEST_CASE("R85 F037 other methods open nothing", "[polling]") {
  world w;
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
    const http_answer a = w.once(request("1.1", method, polling, "Host: a\r\n"));
    CHECK(a.status == 400);
    CHECK(a.body == R"({"code":2,"message":"Bad handshake method"})");
  }
  http_client client{w.network};
  client.write(request("1.1", "HEAD", polling, "Host: a\r\n"));
  const http_answer a = client.answer(true);
  CHECK(a.status == 400);
  CHECK(client.rest().empty());
}

TEST_CASE("R66 a page of another origin gets no leave to read, unless it is listed", "[polling]") {
  const std::string lines = "Host: a\r\nOrigin: http://evil.example\r\n";
  const auto opened = [&](const io::options& o) {
    world w{o};
    return w.once(request("1.1", "GET", polling, lines));
  };
  io::options o;
  CHECK(opened(o).header("Access-Control-Allow-Origin") == "(none)");
  o.cors.origins = {"http://good.example"};
  CHECK(opened(o).status == 403);
  CHECK(opened(o).header("Access-Control-Allow-Origin") == "(none)");
  CHECK(opened(o).body == R"({"code":4,"message":"Forbidden"})");
  o.cors.origins = {"http://evil.example"};
  CHECK(opened(o).header("Access-Control-Allow-Origin") == "http://evil.example");
}

TEST_CASE("R68 everybody, with credentials, is no configuration", "[polling]") {
  io::options o;
  o.cors.origins = {"http://good.example", "*"};
  o.cors.credentials = true;
  CHECK_FALSE(io::validate(o).empty());
  io::memory::network network;
  CHECK_THROWS_AS((io::server<io::memory>{network, o}), std::invalid_argument);
}
