#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/msgpack_client.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;
using io::send_status;
using io::when_slow;

/// A server that does in a handler what the test says, with a client that can stop reading.
struct world {
  explicit world(const io::options& o = {}) : server{network, o} {
    server.on_connection([&](io::socket& s) { latest = s.ref(); });
    server.on("do", [&](io::socket& s) { std::exchange(todo, nullptr)(s); });
    server.on("ask", [](int n) { return n; });
    server.on_disconnect([&](io::socket&, io::reason why) { ends.emplace_back(to_string(why)); });
    server.listen(port);
  }

  template <class Client>
  void in_handler(Client& client, std::function<void(io::socket&)> f) {
    todo = std::move(f);
    if constexpr (requires { client.post(""); }) {
      client.post(R"(42["do"])");
    } else {
      client.send(R"(42["do"])");
    }
    CHECK_FALSE(todo);
  }

  std::function<void(io::socket&)> todo;
  io::socket_ref latest;
  packets ends;
  io::memory::network network;
  io::server<io::memory> server;
};

/// A client that has joined, and takes nothing more but so many bytes.
ws_client slow_client(world& w, std::size_t window = 0) {
  ws_client client{w.network};
  client.join();
  client.peer.stop_reading(window);
  return client;
}

packets rest_of(ws_client& client) {
  client.peer.resume_reading();
  return client.take();
}

constexpr std::size_t wire = 11;  // of 42["e",1], as a WebSocket message

}  // namespace

TEST_CASE("a slow client loses the oldest events, and the queue keeps its limit", "[queues]") {
  world w;
  ws_client client = slow_client(w);
  std::vector<send_status> answers;
  w.in_handler(client, [&](io::socket& s) {
    s.default_when_slow(when_slow::drop_oldest.above(3 * wire));
    for (int i = 0; i < 9; ++i) {
      answers.push_back(s.emit("e", i));
      CHECK(s.queued_bytes() <= 3 * wire);
    }
  });
  CHECK(answers == std::vector<send_status>(9, send_status::ok));
  CHECK(w.server.stats().events_dropped == 6);
  CHECK(rest_of(client) == packets{R"(42["e",6])", R"(42["e",7])", R"(42["e",8])"});
}

TEST_CASE("what is being written stays, and so does what may not be dropped", "[queues]") {
  for (std::size_t window = 0; window < 3 * wire; ++window) {
    world w;
    ws_client client = slow_client(w, window);
    // Each turn of the loop writes as much as the client takes.
    for (int i = 0; i < 9; ++i) {
      w.in_handler(client, [&](io::socket& s) {
        if (i == 4) s.emit("kept");
        s.when_slow(when_slow::drop_oldest.above(4 * wire)).emit("e", i);
      });
    }
    packets expected;
    const int begun = static_cast<int>((window + wire - 1) / wire);
    for (int i = 0; i < begun; ++i) expected.push_back("42[\"e\"," + std::to_string(i) + "]");
    const packets all = rest_of(client);
    REQUIRE(all.size() > expected.size() + 2);
    CHECK(std::equal(expected.begin(), expected.end(), all.begin()));
    CHECK(all.back() == R"(42["e",8])");
    CHECK(std::count(all.begin(), all.end(), R"(42["kept"])") == 1);
    CHECK(std::is_sorted(all.begin(), all.end() - 1, [](const auto& a, const auto& b) {
      return a != R"(42["kept"])" && b != R"(42["kept"])" && a < b;
    }));
    CHECK(w.ends.empty());
  }
}

TEST_CASE("a binary event is dropped with all its attachments", "[queues]") {
  for (std::size_t window = 0; window < 200; window += 3) {
    world w;
    ws_client client = slow_client(w, window);
    for (int i = 0; i < 6; ++i) {
      w.in_handler(client, [&](io::socket& s) {
        const io::bytes data(10 + static_cast<std::size_t>(i), std::byte{'x'});
        s.when_slow(when_slow::drop_oldest.above(100)).emit("b", data, i, data);
        if (i % 2 == 0) s.when_slow(when_slow::drop_newest.above(100)).emit("b", data, i, data);
      });
    }
    packets all = rest_of(client);
    REQUIRE_FALSE(all.empty());
    CHECK(w.server.stats().events_dropped == 9 - all.size() / 3);
    CHECK(w.server.stats().events_dropped > 0);
    while (!all.empty()) {
      REQUIRE(all.size() >= 3);
      CHECK(all[0].starts_with(R"(452-["b",{)"));
      CHECK(all[1].starts_with("b:x"));
      CHECK(all[2] == all[1]);
      const int number = between(all[0], "0},", ",").at(0) - '0';
      CHECK(all[1] == "b:" + std::string(10 + static_cast<std::size_t>(number), 'x'));
      all.erase(all.begin(), all.begin() + 3);
    }
  }
}

TEST_CASE("the newest events are not sent, if the rule says so", "[queues]") {
  world w;
  ws_client client = slow_client(w);
  std::vector<send_status> answers;
  w.in_handler(client, [&](io::socket& s) {
    for (int i = 0; i < 4; ++i) {
      answers.push_back(s.when_slow(when_slow::drop_newest.above(2 * wire)).emit("e", i));
    }
  });
  using enum send_status;
  CHECK(answers == std::vector{ok, ok, dropped, dropped});
  CHECK(rest_of(client) == packets{R"(42["e",0])", R"(42["e",1])"});
  CHECK(w.server.stats().events_dropped == 2);
}

TEST_CASE("one event is taken whatever its size when nothing waits", "[queues]") {
  world w;
  ws_client client = slow_client(w);
  w.in_handler(client, [&](io::socket& s) {
    CHECK(s.when_slow(when_slow::drop_oldest.above(5)).emit("e", 1) == send_status::ok);
    CHECK(s.when_slow(when_slow::drop_oldest.above(5)).emit("e", 2) == send_status::ok);
    CHECK(s.when_slow(when_slow::drop_newest.above(5)).emit("e", 3) == send_status::dropped);
  });
  CHECK(rest_of(client) == packets{R"(42["e",2])"});
}

TEST_CASE("a slow client is disconnected, if the rule says so", "[queues]") {
  world w;
  ws_client client = slow_client(w);
  w.in_handler(client, [&](io::socket& s) {
    s.default_when_slow(when_slow::disconnect.above(2 * wire));
    CHECK(s.emit("e", 0) == send_status::ok);
    CHECK(s.emit("e", 1) == send_status::ok);
    CHECK(s.emit("e", 2) == send_status::closed);
    CHECK(s.emit("e", 3) == send_status::closed);
  });
  w.network.run();
  CHECK(w.ends == packets{"slow consumer"});
  CHECK(w.server.stats().slow_consumers == 1);
  CHECK(rest_of(client) == packets{"reset"});
}

TEST_CASE("acknowledgements, questions and heartbeats are never dropped", "[queues]") {
  io::options o;
  o.when_slow = when_slow::drop_oldest.above(2 * wire);
  o.ping_interval = 5s;
  world w{o};
  ws_client client = slow_client(w);
  client.answers_heartbeat = false;
  client.send(R"(421["ask",1])");
  w.in_handler(client, [&](io::socket& s) {
    s.emit("question", [](std::error_code) {});
    for (int i = 0; i < 9; ++i) s.emit("e", i);
  });
  client.send(R"(422["ask",2])");
  w.network.advance(6s);
  client.send(R"(423["ask",3])");
  CHECK(rest_of(client) == packets{"431[1]", R"(420["question"])", "432[2]", "2", "433[3]"});
  CHECK(w.server.stats().events_dropped == 9);
}

TEST_CASE("what may be dropped makes room for what may not, before the client has to go",
          "[queues]") {
  io::options o;
  o.limits.soft_queue = 50 * wire;
  o.limits.hard_queue = 100 * wire;
  world w{o};
  ws_client client = slow_client(w);
  w.in_handler(client, [&](io::socket& s) {
    for (int i = 0; i < 50; ++i) s.when_slow(when_slow::drop_oldest).emit("e", i % 10);
    for (int i = 0; i < 50; ++i) CHECK(s.emit("k", i % 10) != send_status::closed);
    CHECK(s.queued_bytes() == 100 * wire);
    for (int i = 0; i < 50; ++i) CHECK(s.emit("k", i % 10) == send_status::buffered);
    CHECK(s.queued_bytes() == 100 * wire);
    CHECK(s.emit("k", 1) == send_status::closed);
  });
  w.network.run();
  CHECK(w.ends == packets{"slow consumer"});
  CHECK(w.server.stats().events_dropped == 50);
}

TEST_CASE("the rule of an event comes before the socket's, the namespace's, the server's",
          "[queues]") {
  io::options o;
  o.when_slow = when_slow::drop_newest.above(wire);
  world w{o};
  ws_client client = slow_client(w);
  const auto oldest = when_slow::drop_oldest.above(wire);
  w.in_handler(client, [&](io::socket& s) {
    CHECK(s.emit("e", 0) == send_status::ok);  // by the server's: not to be taken out again
    CHECK(s.emit("e", 1) == send_status::dropped);
    w.server.default_when_slow(when_slow::wait);
    CHECK(s.emit("e", 2) == send_status::ok);
    s.default_when_slow(when_slow::drop_newest.above(3 * wire));
    CHECK(s.emit("e", 3) == send_status::ok);
    CHECK(s.emit("e", 4) == send_status::dropped);
    CHECK(s.when_slow(oldest.above(4 * wire)).emit("e", 5) == send_status::ok);
    CHECK(s.when_slow(oldest.above(4 * wire)).emit("e", 6) == send_status::ok);
    w.server.when_slow(when_slow::drop_newest.above(wire)).emit("e", 7);
    w.server.when_slow(oldest.above(4 * wire)).emit("e", 8);
  });
  CHECK(rest_of(client) == packets{R"(42["e",0])", R"(42["e",2])", R"(42["e",3])", R"(42["e",8])"});
}

TEST_CASE("of a value only the latest is sent, at the place of the first", "[queues][latest]") {
  world w;
  ws_client client = slow_client(w);
  w.in_handler(client, [&](io::socket& s) {
    s.emit_latest("a", "price", "a", 1);
    s.emit_latest("b", "price", "b", 1);
    s.emit("trade");
    s.emit_latest("a", "price", "a", 2);
    s.emit_latest("a", "price", "a", 3);
    CHECK(s.queued_bytes() > 0);
  });
  CHECK(rest_of(client) ==
        packets{R"(42["price","a",3])", R"(42["price","b",1])", R"(42["trade"])"});
  CHECK(w.server.stats().values_replaced == 2);
  // Another time, nothing of that is known any more.
  w.in_handler(client, [&](io::socket& s) { s.emit_latest("a", "price", "a", 4); });
  CHECK(client.take() == packets{R"(42["price","a",4])"});
}

TEST_CASE("a value of which a byte is written is not replaced", "[queues][latest]") {
  for (std::size_t window = 0; window <= 2 * wire; ++window) {
    world w;
    ws_client client = slow_client(w, window);
    for (int i = 0; i < 4; ++i) {
      w.in_handler(client, [&](io::socket& s) { s.emit_latest("e", "e", i); });
    }
    packets expected;
    const int begun = static_cast<int>((window + wire - 1) / wire);
    for (int i = 0; i < begun; ++i) expected.push_back("42[\"e\"," + std::to_string(i) + "]");
    expected.push_back(R"(42["e",3])");
    CHECK(rest_of(client) == expected);
  }
}

TEST_CASE("a value has as many attachments as its latest", "[queues][latest]") {
  world w;
  ws_client client = slow_client(w);
  const io::bytes x(1, std::byte{'x'}), y(2, std::byte{'y'});
  w.in_handler(client, [&](io::socket& s) {
    s.emit_latest("a", "a", x);
    s.when_slow(when_slow::drop_oldest).emit("gone", y);
    s.emit_latest("b", "b", 1);
    s.emit("kept");
    s.emit_latest("a", "a", x, y, y);  // longer, in front of the others
    s.emit_latest("b", "b", 2);
    s.when_slow(when_slow::drop_oldest.above(s.queued_bytes())).emit("e");
    s.emit_latest("b", "b", 3);
    s.emit_latest("a", "a", 1);  // shorter
    s.emit_latest("b", "b", 4);
  });
  const packets all = rest_of(client);
  CHECK(all == packets{R"(42["a",1])", R"(42["b",4])", R"(42["kept"])", R"(42["e"])"});
}

TEST_CASE("a broadcast of a value, from any thread, replaces what waits for each",
          "[queues][latest]") {
  world w;
  ws_client slow = slow_client(w), quick{w.network};
  quick.join();
  packets heard;
  for (int i = 0; i < 3; ++i) {
    w.server.emit_latest("e", "e", i);  // not in a handler, as from another thread
    w.network.run();
    for (const auto& each : quick.take()) heard.push_back(each);
  }
  CHECK(heard == packets{R"(42["e",0])", R"(42["e",1])", R"(42["e",2])"});
  CHECK(rest_of(slow) == packets{R"(42["e",2])"});
  slow.peer.stop_reading();
  w.network.run();
  for (int i = 0; i < 3; ++i) w.server.to("nobody").emit_latest("e", "e", i);
  w.network.run();
  CHECK(rest_of(slow).empty());
  slow.peer.stop_reading();
  w.latest.join("room");  // the quick one
  for (int i = 0; i < 3; ++i) {
    w.server.room("room").emit_latest("e", "e", i);
    w.latest.emit_latest("f", "f", i);
  }
  w.network.run();
  CHECK(rest_of(slow).empty());
  CHECK(quick.take() == packets{R"(42["e",2])", R"(42["f",2])"});
}

TEST_CASE("one key in two namespaces is two", "[queues][latest]") {
  world w;
  auto other = w.server.of("/other");
  other.on_connection([](io::socket&) {});
  ws_client client{w.network};
  client.join();
  client.join("/other");
  client.peer.stop_reading();
  w.in_handler(client, [&](io::socket& s) {
    s.emit_latest("a", "a", 1);
    other.emit_latest("a", "a", 2);
    s.emit_latest("a", "a", 3);
  });
  CHECK(rest_of(client) == packets{R"(42["a",3])", R"(42/other,["a",2])"});
}

TEST_CASE("over long-polling what waits for a GET is dropped and replaced too", "[queues]") {
  world w;
  polling_client client{w.network};
  client.join();
  w.in_handler(client, [&](io::socket& s) {
    for (int i = 0; i < 9; ++i) {
      s.when_slow(when_slow::drop_oldest.above(3 * wire)).emit("e", i);
      s.emit_latest("v", "v", i);
    }
  });
  CHECK(client.take() == packets{R"(42["v",8])", R"(42["e",7])", R"(42["e",8])"});
  CHECK(w.server.stats().events_dropped == 7);
}

TEST_CASE("what waits while a client changes to WebSocket can still be replaced", "[queues]") {
  world w;
  polling_client client{w.network};
  client.join();
  const io::bytes x(1, std::byte{'x'});
  ws_client socket{w.network, "&sid=" + client.sid};
  socket.send("2probe");
  CHECK(socket.take() == packets{"3probe"});
  w.in_handler(client, [&](io::socket& s) {
    s.emit_latest("v", "v", x);
    s.when_slow(when_slow::drop_oldest).emit("e", x);
  });
  socket.peer.stop_reading();
  socket.send("5");
  w.in_handler(socket, [&](io::socket& s) {
    s.emit_latest("v", "v", 2);
    s.when_slow(when_slow::drop_oldest.above(s.queued_bytes())).emit("e", 3);
  });
  CHECK(rest_of(socket) == packets{R"(42["v",2])", R"(42["e",3])"});
}

TEST_CASE("who is told that a client is slow is told when nothing waits any more", "[queues]") {
  io::options o;
  o.limits.soft_queue = 3 * wire;
  world w{o};
  int drained = 0, of_namespace = 0;
  w.server.on_drain([&](io::socket&) { ++of_namespace; });
  ws_client client = slow_client(w);
  of_namespace = 0;  // the answer to its CONNECT was more than that limit
  w.in_handler(client, [&](io::socket& s) {
    s.on_drain([&](io::socket& who) {
      CHECK(who.queued_bytes() == 0);
      ++drained;
    });
    for (int i = 0; i < 3; ++i) CHECK(s.emit("e", i) == send_status::ok);
  });
  client.peer.resume_reading();
  w.network.run();
  CHECK(drained == 0);  // nobody was told that it is slow
  client.peer.stop_reading();
  w.in_handler(client, [&](io::socket& s) {
    for (int i = 0; i < 3; ++i) s.emit("e", i);
    CHECK(s.emit("e", 4) == send_status::buffered);
  });
  CHECK(drained == 0);
  client.peer.stop_reading(2 * wire);
  w.network.run();
  CHECK(drained == 0);
  client.peer.resume_reading();
  w.network.run();
  CHECK(drained == 1);
  CHECK(of_namespace == 1);
  client.take();
  client.send(R"(421["ask",1])");
  CHECK(client.take() == packets{"431[1]"});
  CHECK(drained == 1);
}

TEST_CASE("a polling client has drained with its GET", "[queues]") {
  world w;
  int drained = 0;
  polling_client client{w.network};
  client.join();
  w.in_handler(client, [&](io::socket& s) {
    s.on_drain([&] {
      ++drained;
      s.emit("more");
    });
    CHECK(s.lossy().emit("e", 0) == send_status::dropped);  // nothing waits: not slow, but away
    s.emit("e", 1);
    CHECK(s.lossy().emit("e", 2) == send_status::dropped);
  });
  CHECK(drained == 0);
  CHECK(client.take() == packets{R"(42["e",1])"});
  CHECK(drained == 1);
  CHECK(client.take() == packets{R"(42["more"])"});
  CHECK(drained == 1);
}

TEST_CASE("a drain callback may end everything", "[queues]") {
  io::options o;
  o.limits.soft_queue = wire;
  world w{o};
  ws_client client = slow_client(w);
  w.in_handler(client, [&](io::socket& s) {
    s.on_drain([](io::socket& who) { who.disconnect(true); });
    s.on_drain([](io::socket& who) { CHECK_FALSE(who.connected()); });
    for (int i = 0; i < 3; ++i) s.emit("e", i);
  });
  client.peer.resume_reading();
  w.network.run();
  CHECK(w.ends == packets{"server namespace disconnect"});
}

TEST_CASE("what a rule has dropped comes back with recovery, if the client has got nothing later",
          "[queues][recovery]") {
  io::options o;
  o.connection_state_recovery.emplace();
  world w{o};
  ws_client client{w.network};
  client.send("40");
  const std::string pid = between(client.take().at(0), R"("pid":")", "\"");
  client.peer.stop_reading();
  const auto offset = [](const std::string& packet) { return packet.substr(packet.rfind(',')); };
  w.in_handler(client, [&](io::socket& s) {
    for (int i = 0; i < 3; ++i) s.when_slow(when_slow::drop_oldest.above(1)).emit("e", i);
    s.emit_latest("v", "v", 1);
  });
  const packets heard = rest_of(client);
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].starts_with(R"(42["e",2,)"));
  CHECK(heard[1] == R"(42["v",1])");  // no position: it is not sent again
  client.peer.abort();
  w.network.run();
  // As if it had got nothing.
  ws_client again{w.network};
  again.send("40" + std::string{R"({"pid":")"} + pid + R"(","offset":"0"})");
  const packets missed = again.take();
  REQUIRE(missed.size() == 4);
  CHECK(missed[0].starts_with("40"));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(missed[i + 1].starts_with("42[\"e\"," + std::to_string(i) + ","));
  }
  CHECK(offset(missed[3]) == offset(heard[0]));
}

TEST_CASE("MessagePack clients are slow in the same way", "[queues]") {
  world w;
  msgpack_client client{w.network};
  client.join();
  client.peer.stop_reading();
  w.server.emit("kept");
  const std::string text(50, 'x');
  for (int i = 0; i < 9; ++i) {
    w.server.when_slow(when_slow::drop_oldest.above(200)).emit("e", i, text);
    w.server.emit_latest("v", "v", i);
  }
  w.network.run();
  client.peer.resume_reading();
  CHECK(client.take() == packets{R"({type:2,data:["kept"],nsp:"/"})",
                                 R"({type:2,data:["v",8],nsp:"/"})",
                                 R"({type:2,data:["e",8,")" + text + R"("],nsp:"/"})"});
  CHECK(w.server.stats().events_dropped == 8);
  CHECK(w.server.stats().values_replaced == 8);
}
