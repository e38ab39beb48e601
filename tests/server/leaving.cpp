#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <asio/error.hpp>

#include "socketio.hpp"
#include "socketio/reason.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

/// A server that writes down who comes and goes, and why.
struct world {
  explicit world(const io::options& o = {}) : server{network, o} {
    server.on_connection([&](io::socket&) { ++connected; });
    server.on_disconnecting([&](io::socket& s, io::reason) {
      CHECK_FALSE(s.connected());
      rooms_while_leaving = s.rooms().size();
    });
    server.on_disconnect([&](io::socket& s, io::reason why) {
      CHECK(s.rooms().empty());
      CHECK(s.transport().empty());
      ends.emplace_back(io::to_string(why));
    });
    server.on("leave", [](io::socket& s) { s.disconnect(); });
    server.on("close", [](io::socket& s) { s.disconnect(true); });
    server.listen(port);
  }

  std::vector<std::string> ends;
  int connected = 0;
  std::size_t rooms_while_leaving = 0;
  io::memory::network network;
  io::server<io::memory> server;
};

using reasons = std::vector<std::string>;

TEST_CASE("whatever fails while the server says goodbye, it is over once", "[server]") {
  std::size_t operation = 1;
  for (bool failed = true; failed; ++operation) {
    INFO("operation " << operation);
    world w;
    w.network.fail_at(operation, asio::error::connection_reset);
    ws_client client{w.network};
    client.join();
    client.send(R"(42["close"])");
    w.network.advance(1min);
    CHECK(w.ends.size() == static_cast<std::size_t>(w.connected));
    w.server.close();
    w.network.advance(1min);
    CHECK(w.network.idle());
    failed = w.network.operations() >= operation;
    if (!failed) CHECK(w.connected == 1);
  }
  CHECK(operation > 5);
}

TEST_CASE("a write fails while the queue of an ended session is being written", "[server]") {
  for (std::size_t window = 0; window < 3'000; window += 250) {
    std::size_t operation = 1;
    for (bool failed = true; failed; ++operation) {
      INFO("window " << window << ", operation " << operation);
      world w;
      w.network.fail_at(operation, asio::error::connection_reset);
      w.server.on("fill", [](io::socket& s) {
        for (int i = 0; i < 3; ++i) s.emit("x", std::string(1'000, 'x'));
        s.disconnect(true);
      });
      ws_client client{w.network};
      client.join();
      client.peer.stop_reading(window);
      client.send(R"(42["fill"])");
      client.peer.resume_reading();
      w.network.advance(1min);
      CHECK(w.ends.size() == static_cast<std::size_t>(w.connected));
      failed = w.network.operations() >= operation;
      if (!failed) CHECK(w.connected == 1);
    }
    CHECK(operation > 5);
  }
}

TEST_CASE("a peer takes part of the goodbye, and goes on talking", "[server]") {
  for (std::size_t window = 0; window < 40; ++window) {
    world w;
    ws_client client{w.network};
    client.join();
    client.peer.stop_reading(window);
    client.send(R"(42["close"])");
    client.send(R"(42["close"])");
    CHECK(w.ends == reasons{"server namespace disconnect"});
    client.peer.resume_reading();
    const packets heard = client.take();
    CHECK((heard == packets{"41", "close 1005"} || heard == packets{"41", "close 1005", "end"}));
  }
}

TEST_CASE("F173 F333 F334 each way to go has its reason: WebSocket", "[server]") {
  world w;
  ws_client client{w.network};
  client.join();
  SECTION("the client leaves the namespace") {
    client.send("41");
    CHECK(w.ends == reasons{"client namespace disconnect"});
    CHECK(client.take().empty());  // the connection stays
  }
  SECTION("the client closes the WebSocket") {
    client.write(client_close(1000));
    CHECK(w.ends == reasons{"transport close"});
  }
  SECTION("the client closes the connection") {
    client.peer.close();
    w.network.run();
    CHECK(w.ends == reasons{"transport close"});
  }
  SECTION("the connection breaks") {
    client.peer.abort();
    w.network.run();
    CHECK(w.ends == reasons{"transport close"});
  }
  SECTION("the client violates the WebSocket protocol") {
    client.write("\xff\xff");
    CHECK(w.ends == reasons{"transport error"});
  }
  SECTION("the client is silent") {
    client.answers_heartbeat = false;
    w.network.advance(45s - 1ms);
    CHECK(w.ends.empty());
    w.network.advance(1ms);
    CHECK(w.ends == reasons{"ping timeout"});
  }
  SECTION("the client sends what is no Engine.IO packet") {
    client.send("x");
    CHECK(w.ends == reasons{"parse error"});
  }
  SECTION("the client sends what is no Socket.IO packet") {
    client.send("4x");
    CHECK(w.ends == reasons{"forced close"});
  }
  SECTION("the server lets the socket go") {
    client.send(R"(42["leave"])");
    CHECK(w.ends == reasons{"server namespace disconnect"});
    CHECK(client.take() == packets{"41"});
  }
  SECTION("the server lets the connection go") {
    client.send(R"(42["close"])");
    CHECK(w.ends == reasons{"server namespace disconnect"});
    CHECK(client.take() == packets{"41", "close 1005", "end"});
  }
  SECTION("the server closes") {
    w.server.close();
    w.network.run();
    CHECK(w.ends == reasons{"server shutting down"});
    CHECK(client.take() == packets{"close 1001", "end"});
  }
  CHECK(w.connected == 1);
  w.network.advance(10min);
  CHECK(w.ends.size() == 1);
}

TEST_CASE("F173 F333 F334 each way to go has its reason: polling", "[server]") {
  world w;
  polling_client client{w.network};
  client.join();
  client.poll();
  SECTION("the client leaves the namespace") {
    client.post("41");
    CHECK(w.ends == reasons{"client namespace disconnect"});
  }
  SECTION("the client closes the session") {
    client.post("1");
    CHECK(w.ends == reasons{"transport close"});
  }
  SECTION("the connection of the held GET breaks") {
    client.gets.peer.close();
    w.network.run();
    CHECK(w.ends == reasons{"transport error"});
  }
  SECTION("a second GET comes") {
    http_client other{w.network};
    CHECK(other.exchange(http_client::get(client.target())).status == 400);
    CHECK(w.ends == reasons{"transport error"});
    CHECK(client.take() == packets{"1"});
  }
  SECTION("the client is silent") {
    client.answers_heartbeat = false;
    w.network.advance(45s);
    CHECK(w.ends == reasons{"ping timeout"});
  }
  SECTION("the client sends what is no payload") {
    CHECK(client.post("x").status == 200);
    CHECK(w.ends == reasons{"parse error"});
  }
  SECTION("the server lets the connection go") {
    client.post(R"(42["close"])");
    CHECK(w.ends == reasons{"server namespace disconnect"});
    CHECK(client.take() == packets{"41"});
    client.poll();  // its client would drop packets that come together with the end
    CHECK(client.take() == packets{"1"});
  }
  SECTION("the server closes") {
    w.server.close();
    w.network.run();
    CHECK(w.ends == reasons{"server shutting down"});
    CHECK(client.take() == packets{"1"});
  }
  CHECK(w.connected == 1);
  w.network.advance(10min);
  CHECK(w.ends.size() == 1);
}

TEST_CASE("a client that does not read is let go as a slow consumer", "[server]") {
  io::options o;
  o.limits.soft_queue = 100'000;
  o.limits.hard_queue = 300'000;
  world w{o};
  ws_client client{w.network};
  const std::string id = client.join();
  client.peer.stop_reading();
  std::vector<io::send_status> results;
  w.server.on("flood", [&](io::socket& s) {
    const std::string text(30'000, 'x');
    for (int i = 0; i < 12; ++i) results.push_back(s.emit("x", text));
  });
  client.send(R"(42["flood"])");
  using enum io::send_status;
  CHECK(results == std::vector{ok, ok, ok, buffered, buffered, buffered, buffered, buffered,
                               buffered, closed, closed, closed});
  CHECK(w.ends == reasons{"slow consumer"});
  CHECK(client.peer.aborted());
}

TEST_CASE("destroying the server ends every socket", "[server]") {
  reasons ends;
  io::memory::network network;
  std::optional<io::server<io::memory>> server{std::in_place, network};
  server->on_disconnect([&](io::socket& s, io::reason why) {
    ends.emplace_back(io::to_string(why));
    CHECK(s.emit("x") == io::send_status::closed);
  });
  server->listen(port);
  ws_client a{network};
  polling_client b{network};
  a.join();
  b.join();
  server.reset();
  CHECK(ends == reasons{"server shutting down", "server shutting down"});
  network.run();
  CHECK(a.peer.closed());
  CHECK(network.idle());
}

TEST_CASE("F282 on_disconnecting sees the rooms, on_disconnect does not", "[server]") {
  std::string own;  // before the world, whose end ends a socket
  std::vector<std::string> seen;
  world w;
  w.server.on_connection([&](io::socket& s) {
    s.join(std::vector<std::string>{"a", "b"});
    s.on_disconnecting([&](io::socket& me, io::reason) {
      seen = me.rooms();
      own += "1";
      me.to("a").emit("leaving");
      me.join("c");
      CHECK(w.server.room("c").empty());
    });
    s.on_disconnect([&](io::socket& me, io::reason) {
      CHECK(me.rooms().empty());
      own += "2";
      me.join("c");
      CHECK(w.server.room("c").empty());
    });
    s.on_disconnect([&](io::reason) { own += "3"; });
  });
  ws_client client{w.network}, other{w.network};
  const std::string id = client.join();
  other.join();
  client.send("41");
  CHECK(w.rooms_while_leaving == 3);
  CHECK(seen == std::vector<std::string>{id, "a", "b"});
  CHECK(own == "123");
  CHECK(w.server.room("a").size() == 1);
  CHECK(other.take() == packets{R"(42["leaving"])"});
}

TEST_CASE("F281 a socket that leaves gets nothing more, and may come back", "[server]") {
  world w;
  w.server.on_disconnecting([&](io::socket& s, io::reason) {
    s.emit("x");
    w.server.emit("to all");
  });
  ws_client client{w.network};
  const std::string first = client.join();
  client.send(R"(42["leave"])");
  CHECK(client.take() == packets{"41"});
  CHECK(w.server.size() == 0);
  const std::string second = client.join();
  CHECK(second != "");
  CHECK(second != first);
  CHECK(w.server.size() == 1);
}

TEST_CASE("F283 F284 F335 a client leaves one namespace and stays in the others", "[server]") {
  world w;
  reasons ends;
  const auto other = w.server.of("/b");
  other.on_disconnect([&](io::socket& s, io::reason why) {
    ends.push_back(s.nsp() + " " + std::string{io::to_string(why)});
  });
  other.on("leave", [](io::socket& s) { s.disconnect(); });
  other.on("close", [](io::socket& s) { s.disconnect(true); });
  ws_client client{w.network};
  client.join();
  client.join("/b");
  SECTION("on its own") { client.send("41/b,"); }
  SECTION("by the server") {
    client.send(R"(42/b,["leave"])");
    CHECK(client.take() == packets{"41/b,"});
  }
  SECTION("or leaves all of them") {
    client.send(R"(42/b,["close"])");
    CHECK(client.take() == packets{"41", "41/b,", "close 1005", "end"});
    CHECK(w.ends == reasons{"server namespace disconnect"});
    CHECK(ends == reasons{"/b server namespace disconnect"});
    return;
  }
  CHECK(w.ends.empty());
  CHECK(ends.size() == 1);
  CHECK(other.size() == 0);
  CHECK(w.server.size() == 1);
  client.peer.close();
  w.network.run();
  CHECK(w.ends == reasons{"transport close"});
  CHECK(ends.size() == 1);
}

struct tracked {
  tracked() { ++alive; }
  ~tracked() { --alive; }
  tracked(const tracked&) = delete;
  static inline int alive = 0;
  int value = 0;
};

TEST_CASE("a socket's data lives from the middlewares to the end of on_disconnect", "[server]") {
  io::memory::network network;
  std::optional<io::server<io::memory, tracked>> server{std::in_place, network};
  using socket = io::server<io::memory, tracked>::socket;
  std::string log;
  server->use([&](socket& s) -> io::verdict {
    s.data().value = 1;
    if (s.handshake().query("refuse")) return io::refuse("no");
    return io::accept;
  });
  server->on_connection([&](socket& s) { log += std::to_string(s.data().value++); });
  server->on("x", [&](socket& s) {
    log += std::to_string(s.data().value++);
    s.disconnect();
    log += std::to_string(s.data().value++);  // the handler still runs
  });
  server->on_disconnect([&](socket& s, io::reason) { log += std::to_string(s.data().value++); });
  server->listen(port);

  ws_client client{network};
  client.join();
  CHECK(tracked::alive == 1);
  client.send(R"(42["x"])");
  CHECK(log == "1234");
  CHECK(tracked::alive == 0);

  ws_client refused{network, "&refuse=1"};
  CHECK(refused.join().empty());
  CHECK(tracked::alive == 0);

  ws_client third{network};
  third.join();
  std::optional<io::socket_ref> kept;
  server->for_each([&](socket& s) { kept = s.ref(); });
  CHECK(tracked::alive == 1);
  server.reset();
  CHECK(tracked::alive == 0);
  CHECK(kept->emit("x") == io::send_status::closed);
  CHECK(kept->id().size() == 20);
}

}  // namespace
