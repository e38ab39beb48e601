// What the Node.js server does, row by row, where no other test shows it: see
// docs/compatibility.md.
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;
using io::send_status;

struct world {
  explicit world(const io::options& o = {}) : server{network, o} { server.listen(port); }

  io::memory::network network;
  io::server<io::memory> server;
};

}  // namespace

TEST_CASE("F193 F205 a server that does not listen can be closed, and leaves nothing in the loop",
          "[node]") {
  asio::io_context loop;
  io::server<io::tcp> server{loop};
  server.close(1h);
  loop.run();
  CHECK(server.engine().closing());
}

TEST_CASE("F065 F160 F200 a session counts before its connection is told of", "[node]") {
  world w;
  std::size_t count = 0;
  w.server.on_connection([&](io::socket&) { count = w.server.engine().session_count(); });
  ws_client client{w.network};
  client.join();
  CHECK(count == 1);
}

TEST_CASE("F072 a POST is answered when its packets have been handled", "[node]") {
  world w;
  polling_client client{w.network};
  client.join();
  std::optional<std::string> answered;
  w.server.on("x", [&] { answered = client.posts.peer.take(); });
  CHECK(client.post(R"(42["x"])").status == 200);
  CHECK(answered == "");
}

TEST_CASE("F250 what is no packet is an error of every socket of the client, and its end",
          "[node]") {
  world w;
  std::vector<std::string> seen;
  w.server.on_error([&](io::socket& s, std::error_code ec, std::string_view event,
                        const std::exception_ptr& what) {
    CHECK(ec == io::error::invalid_packet);
    CHECK(s.connected());
    CHECK(event.empty());
    CHECK_FALSE(what);
    seen.push_back("error of " + s.nsp());
  });
  for (const auto* name : {"/", "/other", "/refused"}) {
    w.server.of(name).on_disconnect([&](io::socket& s, io::reason why) {
      seen.push_back(s.nsp() + " " + std::string{to_string(why)});
    });
  }
  w.server.of("/refused").use([](io::socket&) { return io::refuse("no"); });
  const std::string_view garbage = GENERATE("4x", R"(42["open)", "b:\x93\x01", "452-[\"x\"]");
  CAPTURE(garbage);
  ws_client client{w.network};
  client.join();
  client.join("/other");
  client.join("/refused");
  garbage.starts_with("b:") ? client.send_binary(garbage.substr(2)) : client.send(garbage);
  CHECK(seen == std::vector<std::string>{"error of /", "error of /other", "/other forced close",
                                         "/ forced close"});
}

TEST_CASE("F250 whoever hears of it may do anything to the connection", "[node]") {
  io::memory::network network;
  std::optional<io::server<io::memory>> server{std::in_place, network};
  const bool everything = GENERATE(false, true);
  int errors = 0;
  server->on_error(
      [&](io::socket& s, std::error_code, std::string_view, const std::exception_ptr&) {
        ++errors;
        everything ? server.reset() : s.disconnect(true);
      });
  server->of("/other");
  server->listen(port);
  ws_client client{network};
  client.join();
  client.join("/other");
  client.send("4x");
  network.advance(1min);
  CHECK(errors == 1);
  CHECK(client.peer.closed());
}

TEST_CASE("F253 who is being decided on is not there yet", "[node]") {
  world w;
  std::optional<io::next> decide;
  std::string id;
  std::optional<io::socket_ref> candidate;
  w.server.use([&](io::socket& s, io::next next) {
    CHECK_FALSE(s.connected());
    id = s.id();
    decide = std::move(next);
  });
  ws_client client{w.network};
  client.send("40");
  REQUIRE(decide);
  CHECK(w.server.size() == 0);
  CHECK(w.server.room(id).empty());
  w.server.emit("to all");
  w.server.to(id).emit("to it");
  CHECK(client.take().empty());
  (*decide)();
  CHECK(client.take() == packets{R"(40{"sid":")" + id + R"("})"});
  CHECK(w.server.size() == 1);
}

TEST_CASE("F254 F256 F316 who connects is in the namespace and its own room, and told so first",
          "[node]") {
  world w;
  w.server.on_connection([&](io::socket& s) {
    CHECK(s.connected());
    CHECK(w.server.size() == 1);
    CHECK(s.rooms() == std::vector<std::string>{s.id()});
    CHECK(w.server.room(s.id()).size() == 1);
    s.emit("first");
  });
  ws_client client{w.network};
  client.send("40");
  const packets all = client.take();
  REQUIRE(all.size() == 2);
  CHECK(all[0].starts_with("40{"));
  CHECK(all[1] == R"(42["first"])");
}

TEST_CASE("F257 a namespace has a slash in front, and the one without a name is the main one",
          "[node]") {
  world w;
  CHECK(w.server.of("x").name() == "/x");
  CHECK(w.server.of("/x").name() == "/x");
  CHECK(w.server.of("").name() == "/");
  CHECK(w.server.of("/").name() == "/");
}

TEST_CASE("F263 F280 F286 other names are ordinary ones, and null is a value", "[node]") {
  world w;
  w.server.on("error", [](io::socket& s, io::value_view x) {
    for (const auto* name : {"connection", "error", "new_namespace", "message"}) {
      CHECK(s.emit(name, nullptr, x) == send_status::ok);
    }
  });
  ws_client client{w.network};
  client.join();
  client.send(R"(42["error",null])");
  CHECK(client.take() == packets{R"(42["connection",null,null])", R"(42["error",null,null])",
                                 R"(42["new_namespace",null,null])", R"(42["message",null,null])"});
}

TEST_CASE("F285 after the end nothing is joined and nothing sent", "[node]") {
  world w;
  w.server.on("leave", [&](io::socket& s, io::ack ack) {
    s.disconnect();
    CHECK_FALSE(s.connected());
    s.join("room");
    CHECK(s.rooms().empty());
    CHECK(s.emit("x") == send_status::closed);
    CHECK(ack("late") == send_status::closed);
    CHECK(w.server.room("room").empty());
  });
  ws_client client{w.network};
  client.join();
  client.send(R"(421["leave"])");
  CHECK(client.take() == packets{"41"});
}

TEST_CASE("F293 the rooms of who is refused are left again", "[node]") {
  world w;
  w.server.use([](io::socket& s) {
    s.join("room");
    return io::refuse("no");
  });
  ws_client client{w.network};
  client.send("40");
  CHECK(client.take() == packets{R"(44{"message":"no"})"});
  CHECK(w.server.rooms().empty());
}

TEST_CASE("F294 a middleware is asked for its own namespace", "[node]") {
  world w;
  int asked = 0;
  w.server.use([&](io::socket&) {
    ++asked;
    return io::accept;
  });
  w.server.of("/other");
  ws_client client{w.network};
  CHECK_FALSE(client.join("/other").empty());
  CHECK(asked == 0);
  CHECK_FALSE(client.join().empty());
  CHECK(asked == 1);
}

TEST_CASE("F309 F310 of lossy events in a row the first is sent, and whatever is not lossy",
          "[node]") {
  world w;
  std::vector<send_status> answers;
  w.server.on("do", [&](io::socket& s) {
    for (int i = 0; i < 3; ++i) answers.push_back(s.lossy().emit("lossy", i));
    answers.push_back(s.emit("sure"));
  });
  const packets sent{R"(42["lossy",0])", R"(42["sure"])"};
  const std::vector expected{send_status::ok, send_status::dropped, send_status::dropped,
                             send_status::ok};
  SECTION("over WebSocket") {
    ws_client client{w.network};
    client.join();
    client.send(R"(42["do"])");
    CHECK(client.take() == sent);
  }
  SECTION("over long-polling, while a GET is held") {
    polling_client client{w.network};
    client.join();
    client.poll();
    client.post(R"(42["do"])");
    CHECK(client.take() == sent);
  }
  CHECK(answers == expected);
}

TEST_CASE("F309 without a GET nothing lossy is sent", "[node]") {
  world w;
  w.server.on("do", [&](io::socket& s) {
    CHECK(s.lossy().emit("lossy") == send_status::dropped);
    s.emit("sure");
  });
  polling_client client{w.network};
  client.join();
  client.post(R"(42["do"])");
  CHECK(client.take() == packets{R"(42["sure"])"});
}

TEST_CASE("F311 a lossy event goes with its attachments, or not at all", "[node]") {
  world w;
  w.server.on("do", [&](io::socket& s) {
    const io::bytes bytes{std::byte{'a'}};
    CHECK(s.lossy().emit("lossy", bytes, bytes) == send_status::ok);
    CHECK(s.lossy().emit("lossy", bytes, bytes) == send_status::dropped);
  });
  ws_client client{w.network};
  client.join();
  client.send(R"(42["do"])");
  CHECK(client.take() ==
        packets{R"(452-["lossy",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])",
                "b:a", "b:a"});
}

TEST_CASE("F217 without the client's files their names are not there", "[node]") {
  world w;
  http_client client{w.network};
  CHECK(client.exchange(http_client::get("/socket.io/socket.io.js")).status == 404);
}

TEST_CASE("F202 F302 F325 lists of rooms fit wherever one room does, in any chain", "[node]") {
  using list = std::vector<std::string>;
  const list ab{"a", "b"};
  struct chain {
    std::function<void(io::socket&, io::server<io::memory>&)> say;
    std::size_t hear;
  };
  // Four sockets: in the room a, in b, in both, and in c. The first one speaks.
  const std::vector<chain> chains{
      {[&](auto& s, auto&) { s.to(ab).emit("x"); }, 2},
      {[&](auto& s, auto&) { s.in(ab).emit("x"); }, 2},
      {[&](auto& s, auto&) { s.except(ab).emit("x"); }, 1},
      {[&](auto& s, auto&) { s.timeout(1s).to(ab).emit("x"); }, 2},
      {[&](auto& s, auto&) { s.lossy().in(ab).emit("x"); }, 2},
      {[&](auto& s, auto&) { s.compress(false).except(ab).emit("x"); }, 1},
      {[&](auto& s, auto&) { s.timeout(1s).local().emit("x"); }, 3},
      {[&](auto& s, auto&) { s.local().in(ab).emit("x"); }, 2},
      {[&](auto&, auto& server) { server.to(ab).emit("x"); }, 3},
      {[&](auto&, auto& server) { server.in(ab).except("b").emit("x"); }, 1},
      {[&](auto&, auto& server) { server.except(list{"a"}).in(ab).emit("x"); }, 1},
      {[&](auto&, auto& server) {
         server.lossy().compress(false).timeout(1s).local().in(ab).except(list{"c"}).emit("x");
       },
       3},
  };
  world w;
  std::vector<io::socket_ref> sockets;
  w.server.on_connection([&](io::socket& s) { sockets.push_back(s.ref()); });
  w.server.on("say", [&](io::socket& s, std::size_t i) { chains[i].say(s, w.server); });
  std::vector<ws_client> clients;
  for (const list& rooms : {list{"a"}, list{"b"}, list{"a", "b"}, list{"c"}}) {
    clients.emplace_back(w.network).join();
    for (const auto& each : rooms) sockets.back().join(each);
  }
  for (std::size_t i = 0; i < chains.size(); ++i) {
    CAPTURE(i);
    clients[0].send("42[\"say\"," + std::to_string(i) + "]");
    std::size_t heard = 0;
    for (auto& each : clients) heard += each.take().size();
    CHECK(heard == chains[i].hear);
  }
}
