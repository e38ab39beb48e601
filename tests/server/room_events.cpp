#include <string>
#include <string_view>
#include <vector>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;
using story = std::vector<std::string>;

/// A server that writes down what becomes of rooms; sockets are called by the data of their auth.
struct world {
  explicit world(const io::options& o = {}) : server{network, o} {
    created = server.on_room_created([this](std::string_view room) { tell("created", room); });
    server.on_room_deleted([this](std::string_view room) { tell("deleted", room); });
    server.on_join(
        [this](io::socket& s, std::string_view room) { tell(name(s) + " joins", room); });
    server.on_leave(
        [this](io::socket& s, std::string_view room) { tell(name(s) + " leaves", room); });
    server.on("join", [](io::socket& s, const std::string& room) { s.join(room); });
    server.on("leave", [](io::socket& s, const std::string& room) { s.leave(room); });
    server.listen(port);
  }

  static std::string name(io::socket& s) {
    return std::string{s.handshake().auth()["name"].as_string().value_or("?")};
  }
  void tell(std::string what, std::string_view room) {
    told.push_back(what.append(" ").append(room));
  }
  story take() { return std::exchange(told, {}); }

  story told;
  io::memory::network network;
  io::server<io::memory> server;
  io::subscription created;
};

TEST_CASE("F319 rooms that come and go, and who is in them", "[server]") {
  world w;
  ws_client a{w.network}, b{w.network};
  a.join("/", R"({"name":"a"})");
  b.join("/", R"({"name":"b"})");
  CHECK(w.take().empty());  // the rooms of their own are not told of
  a.send(R"(42["join","r"])");
  CHECK(w.take() == story{"created r", "a joins r"});
  a.send(R"(42["join","r"])");  // nothing changes
  a.send(R"(42["leave","other"])");
  CHECK(w.take().empty());
  b.send(R"(42["join","r"])");
  b.send(R"(42["join","s"])");
  CHECK(w.take() == story{"b joins r", "created s", "b joins s"});
  a.send(R"(42["leave","r"])");
  CHECK(w.take() == story{"a leaves r"});
  b.send("41");
  CHECK(w.take() == story{"b leaves r", "deleted r", "b leaves s", "deleted s"});
  w.server.in("nobody").sockets_join("x");
  w.server.sockets_join("x");
  w.network.run();
  CHECK(w.take() == story{"created x", "a joins x"});
  w.server.off(w.created);
  a.peer.close();
  w.network.run();
  CHECK(w.take() == story{"a leaves x", "deleted x"});
}

TEST_CASE("F319 rooms joined while middlewares decide count from the connection on", "[server]") {
  world w;
  w.server.use([](io::socket& s) {
    s.join("early");
    return world::name(s) == "a" ? io::verdict{io::accept} : io::refuse("no");
  });
  ws_client a{w.network}, b{w.network};
  b.join("/", R"({"name":"b"})");
  CHECK(w.take().empty());
  a.join("/", R"({"name":"a"})");
  CHECK(w.take() == story{"created early", "a joins early"});
}

TEST_CASE("F319 callbacks may change who is in the room", "[server]") {
  world w;
  ws_client a{w.network}, b{w.network};
  a.join("/", R"({"name":"a"})");
  b.join("/", R"({"name":"b"})");
  a.send(R"(42["join","r"])");
  w.take();
  SECTION("who leaves is replaced") {
    w.server.on_leave([&](io::socket& s, std::string_view) {
      if (world::name(s) == "a") w.server.for_each([](io::socket& other) { other.join("r"); });
    });
    a.send("41");
    CHECK(w.take() == story{"a leaves r", "deleted r", "created r", "b joins r"});
    b.send("41");
    CHECK(w.take() == story{"b leaves r", "deleted r"});
  }
  SECTION("who joins leaves at once") {
    const auto once =
        w.server.on_join([&](io::socket& s, std::string_view room) { s.leave(room); });
    b.send(R"(42["join","s"])");
    CHECK(w.take() == story{"created s", "b joins s", "b leaves s", "deleted s"});
    w.server.off(once);
  }
  SECTION("who joins is disconnected by the first to hear of it") {
    w.server.on_room_created(
        [&](std::string_view) { w.server.for_each([](io::socket& each) { each.disconnect(); }); });
    b.send(R"(42["join","s"])");
    CHECK(w.take() ==
          story{"created s", "b joins s", "a leaves r", "deleted r", "b leaves s", "deleted s"});
  }
}

TEST_CASE("F319 who is told of, and when", "[server]") {
  world w;
  ws_client a{w.network}, b{w.network};
  SECTION("leaving while about to disconnect") {
    w.server.on_disconnecting([](io::socket& s, io::reason) { s.leave("r"); });
    a.join("/", R"({"name":"a"})");
    a.send(R"(42["join","r"])");
    a.send("41");
    CHECK(w.take() == story{"created r", "a joins r", "a leaves r", "deleted r"});
  }
  SECTION("sockets that are still connecting are nobody yet") {
    w.server.use([](io::socket& s, io::next) { s.join("r"); });
    w.server.of("/free").on_connection([](io::socket&) {});
    a.send(R"(40{"name":"a"})");
    w.network.run();
    CHECK(w.take().empty());
    const auto free = w.server.of("/free");
    free.on_room_created([&](std::string_view room) { w.tell("created", room); });
    b.join("/free");
    w.server.sockets_join("x");
    w.network.run();
    CHECK(w.take().empty());
  }
  SECTION("a callback fills and empties the room again") {
    w.server.on_leave([&](io::socket& s, std::string_view room) {
      if (world::name(s) != "a") return;
      w.server.for_each([&](io::socket& each) { each.join(room), each.leave(room); });
    });
    a.join("/", R"({"name":"a"})");
    b.join("/", R"({"name":"b"})");
    a.send(R"(42["join","r"])");
    a.send("41");
    CHECK(w.take() == story{"created r", "a joins r", "a leaves r", "deleted r", "created r",
                            "b joins r", "b leaves r", "deleted r"});
  }
  SECTION("rooms of the time before somebody asked are no new ones") {
    const auto late = w.server.of("/late");
    late.on("join", [](io::socket& s, const std::string& room) { s.join(room); });
    a.join("/late");
    b.join("/late");
    a.send(R"(42/late,["join","r"])");
    late.on_room_created([&](std::string_view room) { w.tell("created", room); });
    late.on_room_deleted([&](std::string_view room) { w.tell("deleted", room); });
    b.send(R"(42/late,["join","r"])");
    CHECK(w.take().empty());
    b.send(R"(42/late,["join","s"])");
    CHECK(w.take() == story{"created s"});
    a.send("41/late,");
    CHECK(w.take().empty());
    b.send("41/late,");
    CHECK(w.take() == story{"deleted r", "deleted s"});
  }
  SECTION("who hears of one room has the socket leave, and join, others") {
    w.server.use([](io::socket& s) {
      for (const char* const room : {"one", "two", "three"}) s.join(room);
      return io::accept;
    });
    w.server.on_join([](io::socket& s, std::string_view room) {
      if (room != "one") return;
      s.leave("two");
      s.leave("three");
      s.join("three");
    });
    std::vector<std::string> rooms;
    w.server.on_connection([&](io::socket& s) { rooms = s.rooms(); });
    a.join("/", R"({"name":"a"})");
    CHECK(w.take() == story{"created one", "a joins one", "created two", "a joins two",
                            "created three", "a joins three", "a leaves two", "deleted two",
                            "a leaves three", "deleted three", "created three", "a joins three"});
    CHECK(rooms.size() == 3);  // with its own
    a.send("41");
    CHECK(w.take() == story{"a leaves one", "deleted one", "a leaves three", "deleted three"});
  }
  SECTION("who is disconnected while joining the rooms of its middlewares") {
    w.server.use([](io::socket& s) {
      s.join("one");
      s.join("two");
      return io::accept;
    });
    a.join("/", R"({"name":"a"})");
    w.take();
    w.server.on_join([](io::socket& s, std::string_view room) {
      if (room == "one") s.disconnect();
    });
    b.join("/", R"({"name":"b"})");
    CHECK(w.take() == story{"b joins one", "b joins two", "b leaves one", "b leaves two"});
    a.send("41");
    CHECK(w.take() == story{"a leaves one", "deleted one", "a leaves two", "deleted two"});
  }
}

TEST_CASE("F319 a lost client has left; who comes back has joined again", "[server]") {
  io::options o;
  o.connection_state_recovery.emplace();
  world w{o};
  ws_client a{w.network};
  a.send(R"(40{"name":"a"})");
  const std::string pid = between(a.take().at(0), R"("pid":")", "\"");
  a.send(R"(42["join","r"])");
  w.take();
  a.peer.close();
  w.network.run();
  CHECK(w.take() == story{"a leaves r", "deleted r"});
  ws_client again{w.network};
  again.send(R"(40{"name":"a","pid":")" + pid + R"("})");
  CHECK(w.take() == story{"created r", "a joins r"});
  const std::string id = between(again.take().at(0), R"("sid":")", "\"");

  // A handle means the socket whatever rooms it is in, and nobody else: not who has joined a room
  // that bears its name.
  ws_client other{w.network};
  other.join("/", R"({"name":"other"})");
  other.send(R"(42["join",")" + id + R"("])");
  again.send(R"(42["leave",")" + id + R"("])");
  w.take();
  w.server.fetch_sockets([&](std::error_code, const std::vector<io::remote_socket>& all) {
    for (const auto& each : all) {
      if (each.id() == id) each.join("q"), each.disconnect();
    }
  });
  w.network.run();
  CHECK(w.take() ==
        story{"created q", "a joins q", "a leaves r", "deleted r", "a leaves q", "deleted q"});
  CHECK(other.take().empty());
}

}  // namespace
