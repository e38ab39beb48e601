#include "socketio/hub/room_table.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>

#include "support/catch.hpp"

namespace {

using socketio::detail::memberships;
using socketio::detail::room_slice;
using socketio::detail::room_table;
using socketio::detail::socket_core;

/// The table only passes pointers to sockets on, so any address will do.
struct member {
  memberships links;
  socket_core& who() { return *reinterpret_cast<socket_core*>(this); }

  std::set<std::string> rooms() const {
    std::set<std::string> names;
    for (const auto& each : links.entries()) names.insert(each.room->name);
    CHECK(names.size() == links.entries().size());
    return names;
  }
};

std::set<const socket_core*> members_of(const room_table& table, std::string_view name) {
  std::set<const socket_core*> all;
  const room_slice* const room = table.find(name);
  if (!room) return all;
  for (const auto& each : room->members) all.insert(each.who);
  CHECK(all.size() == room->members.size());
  return all;
}

TEST_CASE("a room exists while it has members", "[hub]") {
  room_table table;
  member a, b;
  CHECK(table.find("x") == nullptr);
  CHECK(table.join(a.who(), a.links, "x"));
  CHECK_FALSE(table.join(a.who(), a.links, "x"));
  CHECK(table.join(b.who(), b.links, "x"));
  CHECK(members_of(table, "x") == std::set<const socket_core*>{&a.who(), &b.who()});
  CHECK(table.leave(a.links, "x"));
  CHECK_FALSE(table.leave(a.links, "x"));
  CHECK_FALSE(table.leave(a.links, "y"));
  CHECK(table.size() == 1);
  CHECK(table.leave(b.links, "x"));
  CHECK(table.size() == 0);
  CHECK(table.find("x") == nullptr);
}

TEST_CASE("room names are bytes, the empty one and embedded zeros included", "[hub]") {
  using namespace std::string_view_literals;
  room_table table;
  member a;
  for (const auto name : {""sv, "\0"sv, "\0\0"sv, "a\0b"sv, "%s%n"sv}) {
    CHECK(table.join(a.who(), a.links, name));
  }
  CHECK(table.size() == 5);
  CHECK(a.rooms().size() == 5);
  table.leave_all(a.links);
  CHECK(table.size() == 0);
  CHECK(a.links.entries().empty());
}

TEST_CASE("joins and leaves do what sets do, on both sides of the index", "[hub]") {
  constexpr std::size_t sockets = 12, rooms = 40;
  std::mt19937 random{7};
  room_table table;
  std::array<member, sockets> all;
  std::array<std::set<std::string>, sockets> model;
  const auto pick = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>{0, below - 1}(random);
  };

  std::size_t most = 0;
  for (int step = 0; step < 20'000; ++step) {
    const std::size_t who = pick(sockets);
    const std::string room = "room" + std::to_string(pick(rooms));
    member& one = all[who];
    switch (pick(step / 2'000 % 2 == 0 ? 3 : 5)) {
      case 0:
      case 1:
        REQUIRE(table.join(one.who(), one.links, room) == model[who].insert(room).second);
        break;
      case 2:
      case 3:
        REQUIRE(table.leave(one.links, room) == (model[who].erase(room) != 0));
        break;
      default:
        if (pick(50) == 0) {
          table.leave_all(one.links);
          model[who].clear();
        }
    }
    most = std::max(most, model[who].size());
    if (step % 97 != 0) continue;

    std::map<std::string, std::set<const socket_core*>> by_room;
    for (std::size_t i = 0; i < sockets; ++i) {
      REQUIRE(all[i].rooms() == model[i]);
      for (const auto& name : model[i]) by_room[name].insert(&all[i].who());
    }
    REQUIRE(table.size() == by_room.size());
    for (const auto& [name, members] : by_room) REQUIRE(members_of(table, name) == members);
    std::size_t visited = 0;
    table.for_each([&](const room_slice& each) { visited += by_room.count(each.name); });
    REQUIRE(visited == by_room.size());
  }
  CHECK(most > 16);  // the index was in use
}

TEST_CASE(
    "R136 50,000 rooms of one socket, and 50,000 sockets in one room, are left in linear time",
    "[hub]") {
  constexpr std::size_t many = 50'000;
  room_table table;
  member one;
  for (std::size_t i = 0; i < many; ++i) table.join(one.who(), one.links, std::to_string(i));
  CHECK(table.size() == many);
  for (std::size_t i = 0; i < many; i += 2) CHECK(table.leave(one.links, std::to_string(i)));
  table.leave_all(one.links);
  CHECK(table.size() == 0);

  std::vector<member> crowd(many);
  for (auto& each : crowd) table.join(each.who(), each.links, "lobby");
  CHECK(table.find("lobby")->members.size() == many);
  for (auto& each : crowd) table.leave(each.links, "lobby");  // those in front first
  CHECK(table.size() == 0);
}

TEST_CASE("R137 joining and leaving again and again leaves nothing behind", "[hub]") {
  room_table table;
  member one;
  for (int i = 0; i < 1'000'000; ++i) {
    table.join(one.who(), one.links, "x");
    table.leave(one.links, "x");
  }
  CHECK(table.size() == 0);
  CHECK(one.links.entries().capacity() <= 1);
}

}  // namespace
