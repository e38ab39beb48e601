#include "socketio/hub/audience.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using socketio::name_list;

std::vector<std::string> names_of(const name_list& list) {
  std::vector<std::string> all;
  list.for_each([&](std::string_view each) { all.emplace_back(each); });
  return all;
}

TEST_CASE("a list of names keeps them in order", "[hub]") {
  name_list list;
  CHECK(list.empty());
  list.add("");
  list.add(std::vector<std::string>{"b", "c"});
  list.add(std::array<std::string_view, 1>{"b"});
  CHECK(list.size() == 4);
  CHECK(names_of(list) == std::vector<std::string>{"", "b", "c", "b"});
  const name_list copy = list;
  CHECK(names_of(copy) == names_of(list));
}

/// Clients in rooms at random, and what broadcasts to rooms at random should reach.
struct crowd {
  static constexpr std::size_t size = 9, room_count = 6;

  crowd() {
    server.on("join", [](io::socket& s, std::string room) { s.join(room); });
    server.on("leave", [](io::socket& s, std::string room) { s.leave(room); });
    server.listen(port);
    for (std::size_t i = 0; i < size; ++i) {
      clients.emplace_back(network);
      ids.push_back(clients.back().join());
      rooms.push_back({ids.back()});
    }
  }

  std::string some_room(std::mt19937& random) const {
    const std::size_t n = random() % (room_count + 3);
    if (n < room_count) return "r" + std::to_string(n);
    return n == room_count ? "nobody's" : ids[random() % size];
  }

  std::vector<std::string> some_rooms(std::mt19937& random, std::size_t most) const {
    std::vector<std::string> names(random() % (most + 1));
    for (auto& each : names) each = some_room(random);
    return names;
  }

  bool in_any(std::size_t client, const std::vector<std::string>& names) const {
    return std::any_of(names.begin(), names.end(),
                       [&](const auto& each) { return rooms[client].count(each) != 0; });
  }

  io::memory::network network;
  io::server<io::memory> server{network};
  std::vector<ws_client> clients;
  std::vector<std::string> ids;
  std::vector<std::set<std::string>> rooms;
};

TEST_CASE("F321 a broadcast reaches each socket of its audience once, and no other", "[hub]") {
  crowd c;
  std::mt19937 random{11};
  for (int round = 0; round < 300; ++round) {
    for (int i = 0; i < 3; ++i) {
      const std::size_t who = random() % crowd::size;
      const std::string room = c.some_room(random);
      const bool joins = random() % 3 != 0;
      c.clients[who].send((joins ? R"(42["join",")" : R"(42["leave",")") + room + "\"]");
      joins ? (void)c.rooms[who].insert(room) : (void)c.rooms[who].erase(room);
    }
    const auto to = c.some_rooms(random, 4), except = c.some_rooms(random, 3);
    c.server.to(to).except(except).emit("x", round);
    for (std::size_t i = 0; i < crowd::size; ++i) {
      const bool meant = (to.empty() || c.in_any(i, to)) && !c.in_any(i, except);
      CAPTURE(round, i, to, except);
      REQUIRE(c.clients[i].take() ==
              (meant ? packets{"42[\"x\"," + std::to_string(round) + "]"} : packets{}));
    }
  }
}

TEST_CASE("F259 F318 a room shows who is in it now", "[hub]") {
  crowd c;
  c.clients[0].send(R"(42["join","a"])");
  c.clients[1].send(R"(42["join","a"])");
  const auto room = c.server.room("a");
  CHECK(room.name() == "a");
  CHECK(room.size() == 2);
  CHECK(c.server.room(c.ids[3]).size() == 1);
  CHECK(c.server.room("b").empty());
  CHECK(c.server.rooms() == std::vector<std::string>{"a"});
  CHECK(c.server.size() == crowd::size);

  std::set<std::string> seen;
  room.for_each([&](io::socket& s) {
    seen.insert(s.id());
    s.leave("a");  // the visit may change what is visited
    s.join("b");
  });
  CHECK(seen == std::set<std::string>{c.ids[0], c.ids[1]});
  CHECK(room.empty());
  CHECK(c.server.rooms() == std::vector<std::string>{"b"});

  c.server.room("b").emit("hi");
  CHECK(c.clients[0].take() == packets{R"(42["hi"])"});
  CHECK(c.clients[2].take().empty());

  std::size_t visited = 0;
  c.server.for_each([&](io::socket& s) {
    ++visited;
    c.server.disconnect_sockets();  // posted: nobody goes during the visit
    s.disconnect();
  });
  CHECK(visited == crowd::size);
  CHECK(c.server.size() == 0);
}

TEST_CASE("F260 F331 sockets join, leave and are disconnected by the audience", "[hub]") {
  crowd c;
  c.server.to(c.ids[0]).to(c.ids[1]).sockets_join("a");
  c.network.run();
  CHECK(c.server.room("a").size() == 2);
  c.server.to("a").except(c.ids[1]).sockets_leave("a");
  c.network.run();
  CHECK(c.server.room("a").size() == 1);
  c.server.in("a").emit("last");
  c.server.in("a").disconnect_sockets();
  CHECK(c.clients[1].take() == packets{R"(42["last"])", "41"});
  CHECK(c.server.size() == crowd::size - 1);
  c.server.disconnect_sockets(true);
  CHECK(c.clients[2].take() == packets{"41", "close 1005", "end"});
  CHECK(c.server.size() == 0);
}

TEST_CASE("a socket's broadcasts leave it out, also when it is in the room", "[hub]") {
  crowd c;
  c.server.on("tell", [](io::socket& s, std::string room) {
    s.join(room);
    s.to(room).emit("told");
  });
  c.server.on("tell all", [](io::socket& s) { s.broadcast().emit("told all"); });
  c.clients[1].send(R"(42["join","a"])");
  c.clients[0].send(R"(42["tell","a"])");
  c.clients[0].send(R"(42["tell all"])");
  CHECK(c.clients[0].take().empty());
  CHECK(c.clients[1].take() == packets{R"(42["told"])", R"(42["told all"])"});
  CHECK(c.clients[2].take() == packets{R"(42["told all"])"});
}

TEST_CASE("R137 a room is joined and left inside a broadcast to it", "[hub]") {
  crowd c;
  c.server.on("spin", [&](io::socket& s) {
    for (int i = 0; i < 1'000; ++i) {
      s.join("a");
      c.server.to("a").emit("x");
      s.leave("a");
      c.server.to("a").emit("y");
      c.server.to("a").sockets_join("b");
    }
  });
  c.clients[0].send(R"(42["join","a"])");
  c.clients[1].send(R"(42["spin"])");
  CHECK(c.clients[1].take() == packets(1'000, R"(42["x"])"));
  CHECK(c.clients[0].take().size() == 2'000);
  CHECK(c.server.room("a").size() == 1);
  CHECK(c.server.room("b").size() == 1);
}

}  // namespace
