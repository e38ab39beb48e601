// Requests that come to another server than the one that has their session.

#include <chrono>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "net/farm.hpp"
#include "support/catch.hpp"

using namespace socketio;
using namespace socketio::test;
using namespace std::chrono_literals;

TEST_CASE("F369 polls and posts may come to any server", "[relay]") {
  farm f;
  const std::string sid = f.handshake();
  CHECK(sid.size() == 27);

  auto other = f.client(1);
  other.send_get(poll_path(sid));
  CHECK(other.next().status == 0);
  f.at(0).emit("hello");
  const auto answer = other.next();
  CHECK(answer.status == 200);
  CHECK(answer.body == "4hello");
  CHECK_FALSE(answer.header("connection"));

  // The connection stays, and its next request may be for any session.
  CHECK(other
            .post(poll_path(sid),
                  "4one\x1e"
                  "4two")
            .body == "ok");
  const auto own = other.get(eio_path("polling"));
  CHECK(own.status == 200);
  CHECK(other.post(poll_path(sid_of(own.body)), "4mine").body == "ok");
  CHECK(f.client(2).post(poll_path(sid), "4three").body == "ok");
  CHECK(f.at(0).application.heard == std::vector<std::string>{"one", "two", "three"});
  CHECK(f.at(1).application.heard == std::vector<std::string>{"mine"});
}

TEST_CASE("a held poll is held by the owner, through heartbeats", "[relay]") {
  farm f;
  const std::string sid = f.handshake();
  for (std::size_t n : {1u, 2u, 0u, 1u}) {
    auto client = f.client(n);
    client.send_get(poll_path(sid));
    f.advance(25s);
    CHECK(client.next().body == "2");
    CHECK(f.client((n + 1) % 3).post(poll_path(sid), "3").body == "ok");
  }
  CHECK(f.at(0).application.ends.empty());
}

TEST_CASE("the answers to relayed requests say whether the connection stays", "[relay]") {
  farm f;
  const std::string sid = f.handshake();
  auto client = f.client(1);
  f.at(0).emit("x");
  client.send_get(poll_path(sid), "Connection: close\r\n");
  const auto answer = client.next();
  CHECK(answer.body == "4x");
  CHECK(answer.header("connection") == "close");
  CHECK(client.peer.closed());

  auto old = f.client(1);
  f.at(0).emit("y");
  old.send("GET " + poll_path(sid) + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(old.next().body == "4y");
  CHECK(old.peer.closed());

  auto waiting = f.client(1);  // as curl does with a large body
  waiting.send("POST " + poll_path(sid) +
               " HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nTransfer-Encoding: "
               "chunked\r\n\r\n");
  CHECK(waiting.peer.take() == "HTTP/1.1 100 Continue\r\n\r\n");
  waiting.send("2\r\n4a\r\n1\r\nb\r\n0\r\n\r\n");
  CHECK(waiting.next().body == "ok");
  CHECK(f.at(0).application.heard == std::vector<std::string>{"ab"});
}

TEST_CASE("F367 a WebSocket that upgrades a session may come to any server", "[relay]") {
  farm f;
  const std::string sid = f.handshake();
  auto poll = f.client(1);
  poll.send_get(poll_path(sid));
  auto client = f.client(2);
  auto socket = client.websocket(eio_path("websocket", sid));
  CHECK(client.upgrade_answer.status == 101);
  socket.send_text("2probe");
  CHECK(socket.next() == "3probe");
  CHECK(poll.next().body == "6");
  socket.send_text("5");
  socket.send_text("4up");
  f.at(0).emit("down");
  CHECK(socket.next() == "4down");
  CHECK(f.at(0).application.heard == std::vector<std::string>{"up"});

  std::string large;  // many windows, in both directions
  for (int i = 0; i < 150'000; ++i) large += std::to_string(100'000 + i);
  socket.send_text("4x");  // so that no window ends where a read does
  socket.send_text("4" + large);
  CHECK((f.at(0).application.heard.back() == large));
  f.at(0).emit(large);
  CHECK((socket.next() == "4" + large));

  SECTION("the client closes") {
    socket.peer.close();
    f.network.run();
    CHECK(f.at(0).application.ends == std::vector{reason::transport_close});
  }
  SECTION("the server closes") {
    f.at(0).application.sessions.back()->close(reason::server_namespace_disconnect);
    f.network.run();
    CHECK(socket.next_frame()->op == ws::opcode::close);
    CHECK(socket.peer.closed());
  }
  SECTION("frames come right behind the request") {
    const std::string second = f.handshake();
    auto eager = f.client(1);
    eager.send("GET " + eio_path("websocket", second) + " HTTP/1.1\r\nHost: test\r\n" +
               std::string{eio_client::upgrade_lines} + "\r\n" + text_frame("2probe"));
    CHECK(eager.peer.received().find("3probe") != std::string::npos);
  }
  SECTION("a second one is closed") {
    auto late = f.client(1);
    auto refused = late.websocket(eio_path("websocket", sid));
    CHECK(late.upgrade_answer.status == 101);
    CHECK(refused.next_frame()->op == ws::opcode::close);
  }
  SECTION("one that is none is refused") {
    auto wrong = f.client(1);
    wrong.send("GET " + eio_path("websocket", sid) +
               " HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    CHECK(wrong.next().status == 426);
    CHECK(wrong.peer.closed());
  }
}

TEST_CASE("a slow client is slow for the owner, and for nobody else", "[relay]") {
  farm f;
  const std::string sid = f.handshake();
  auto client = f.client(1);
  auto socket = client.websocket(eio_path("websocket", sid));
  socket.send_text("2probe");
  socket.send_text("5");
  f.network.run();
  while (!socket.next().empty()) {
  }
  socket.peer.stop_reading();
  const auto before = f.between.messages();
  const std::string text(10'000, 'x');
  for (int i = 0; i < 200; ++i) {
    f.at(0).emit(text);
    f.network.run();
  }
  auto& session = *f.at(0).application.sessions.back();
  CHECK(session.queued_bytes() > 2'000'000 - 2 * detail::tunnel::window - 64 * 1024);
  CHECK(f.between.messages() - before < 20);
  socket.peer.resume_reading();
  for (int i = 0; i < 200; ++i) CHECK(socket.next() == "4" + text);
  CHECK(session.queued_bytes() == 0);
}

TEST_CASE("what comes out of a tunnel is what was written into it, whatever the sizes", "[relay]") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    std::minstd_rand random{seed};
    const auto below = [&](std::size_t end) { return random() % end; };
    std::string digits;
    for (int i = 0; i < 30'000; ++i) digits += std::to_string(100'000 + i);
    const auto text = [&] {
      const std::size_t size = below(8) == 0 ? below(150'000) : below(3000);
      return digits.substr(below(digits.size() - size), size);
    };

    farm f;
    const std::string sid = f.handshake();
    auto client = f.client(1 + below(2));
    auto socket = client.websocket(eio_path("websocket", sid));
    socket.send_text("2probe");
    CHECK(socket.next() == "3probe");
    socket.send_text("5");
    std::vector<std::string> up, down;
    for (int step = 0; step < 60; ++step) {
      switch (below(6)) {
        case 0:
          socket.peer.split(1 + below(70'000));
          break;
        case 1:
          below(2) == 0 ? socket.peer.stop_reading(below(1000)) : socket.peer.resume_reading();
          break;
        case 2:
          f.network.run();
          break;
        case 3:
          down.push_back(text());
          f.at(0).emit(down.back());
          break;
        default:
          up.push_back(text());
          socket.peer.write(text_frame("4" + up.back()));
      }
    }
    socket.peer.resume_reading();
    f.network.run();
    CHECK((f.at(0).application.heard == up));
    std::vector<std::string> received;
    for (std::string next = socket.next(); !next.empty(); next = socket.next()) {
      received.push_back(next.substr(1));
    }
    CHECK((received == down));
  }
}

TEST_CASE("ids that the program makes leave room for the server's mark", "[relay]") {
  farm f;
  std::size_t size = 40;
  f.at(0).server.generate_id([&](const http::request&) { return std::string(size, 'x'); });
  const std::string sid = f.handshake();
  CHECK(sid.size() == 47);
  CHECK(f.client(1).post(poll_path(sid), "4far").body == "ok");
  CHECK(f.at(0).application.heard == std::vector<std::string>{"far"});
  size = 41;
  CHECK(f.client(0).get(eio_path("polling")).status == 400);
}

TEST_CASE("a relayed request is two messages, three if its answer has to wait", "[relay]") {
  farm f;
  const std::string sid = f.handshake();
  auto client = f.client(1);
  const auto before = f.between.messages();
  CHECK(client.post(poll_path(sid), "4x").body == "ok");
  CHECK(f.between.messages() - before == 2);
  client.send_get(poll_path(sid));
  f.advance(1500ms);  // before the first heartbeat
  f.at(0).emit("y");
  CHECK(client.next().body == "4y");
  CHECK(f.between.messages() - before == 5);
}

TEST_CASE("clients 2.x may come to any server, too", "[relay]") {
  options o;
  o.allow_eio3 = true;
  farm f{o};
  const auto open = f.client(0).get("/socket.io/?EIO=3&transport=polling&b64=1");
  const std::string sid = sid_of(std::string_view{open.body}.substr(open.body.find(':') + 1));
  REQUIRE(sid.size() == 27);
  const std::string path = "/socket.io/?EIO=3&transport=polling&b64=1&sid=" + sid;
  f.at(0).emit("hello");
  CHECK(f.client(1).get(path).body == "6:4hello");
  CHECK(f.client(2).post(path, "3:4hi").body == "ok");
  CHECK(f.client(1).post(path, "1:2").body == "ok");
  CHECK(f.client(2).get(path).body == "1:3");
  CHECK(f.at(0).application.heard == std::vector<std::string>{"hi"});
}

TEST_CASE("the owner knows who has sent a relayed request", "[relay]") {
  options o;
  o.proxies.trusted = {"10.0.0.1"};
  farm f{o};
  const std::string sid = f.handshake();
  const auto from = [&](std::string address) {
    auto peer = f.network.connect(81, std::move(address));
    peer.write("POST " + poll_path(sid) +
               " HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: 1.2.3.4\r\nContent-Length: "
               "2\r\n\r\n4x");
    f.network.run();
    return f.at(0).addresses.back();
  };
  CHECK(from("10.0.0.1") == "1.2.3.4");
  CHECK(from("10.0.0.2") == "10.0.0.2");
  CHECK(f.at(1).addresses.empty());
}

TEST_CASE("a server that has been closed leaves nothing in the loop", "[relay]") {
  farm f;
  const std::string sid = f.handshake();
  auto poll = f.client(1);
  poll.send_get(poll_path(sid));
  for (auto& each : f.members) each->server.close();
  f.network.run();
  poll.peer.close();
  f.advance(1s);
  CHECK(f.network.idle());
}
