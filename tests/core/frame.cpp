#include "socketio/core/frame.hpp"

#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "socketio/core/frame_builder.hpp"
#include "support/catch.hpp"

using socketio::frame;
using socketio::frame_builder;

namespace {

frame sealed(std::string_view packet, std::string_view header = "") {
  frame_builder builder{0};
  builder.append(packet);
  return builder.seal(frame::kind::text, header);
}

}  // namespace

TEST_CASE("a frame holds a packet, and the header in front of it", "[frame]") {
  frame_builder builder;
  builder.append("42[").append("\"x\"", 3);
  builder.push_back(']');
  CHECK(builder.view() == "42[\"x\"]");
  CHECK(builder.size() == 7);
  const frame f = builder.seal(frame::kind::binary, "HD");
  CHECK(f);
  CHECK(f.type() == frame::kind::binary);
  CHECK(f.packet() == "42[\"x\"]");
  CHECK(f.wire() == "HD42[\"x\"]");
  CHECK(f.wire().data() + 2 == f.packet().data());
}

TEST_CASE("headers of every length fit into the head room", "[frame]") {
  const std::string longest = "0123456789abcdef";
  REQUIRE(longest.size() == frame::head_room);
  for (std::size_t size = 0; size <= longest.size(); ++size) {
    const frame f = sealed("packet", longest.substr(0, size));
    CHECK(f.packet() == "packet");
    CHECK(f.wire() == longest.substr(0, size) + "packet");
  }
}

TEST_CASE("an empty packet", "[frame]") {
  const frame f = sealed("", "H");
  CHECK(f.packet().empty());
  CHECK(f.wire() == "H");
  CHECK(f.type() == frame::kind::text);
}

TEST_CASE("a builder grows, and keeps what it has", "[frame]") {
  for (const std::size_t capacity : {0u, 1u, 7u, 240u}) {
    frame_builder builder{capacity};
    std::string expected;
    for (int i = 0; i < 2000; ++i) {
      const std::string piece(static_cast<std::size_t>(i) % 37, static_cast<char>('a' + i % 26));
      if (i % 3 == 0) {
        builder.push_back('.');
        expected += '.';
      }
      builder.append(piece);
      expected += piece;
    }
    CHECK(builder.view() == expected);
    const frame f = builder.seal(frame::kind::text, "header");
    CHECK(f.packet() == expected);
    CHECK(f.wire() == "header" + expected);
  }
}

TEST_CASE("prepare gives room to write into, commit takes what was written", "[frame]") {
  frame_builder builder{4};
  builder.append("ab");
  char* room = builder.prepare(1000);
  CHECK(builder.view() == "ab");
  std::string_view{"cdefg"}.copy(room, 5);
  room[999] = '!';
  builder.commit(3);
  CHECK(builder.view() == "abcde");
  builder.prepare(0);
  builder.commit(0);
  builder.append({});
  CHECK(builder.view() == "abcde");
}

TEST_CASE("a builder can be moved", "[frame]") {
  frame_builder builder;
  builder.append("abc");
  frame_builder moved = std::move(builder);
  moved.append("def");
  CHECK(moved.seal(frame::kind::text, "").packet() == "abcdef");
}

TEST_CASE("copies of a frame share its memory, the last one frees it", "[frame]") {
  frame first = sealed("packet", "H");
  const char* memory = first.packet().data();
  frame copy = first;
  const frame assigned = [&] {
    frame other = sealed("other");
    other = copy;
    return other;
  }();
  CHECK(copy.packet().data() == memory);
  frame moved = std::move(first);
  CHECK_FALSE(first);
  CHECK(moved.packet().data() == memory);
  const auto& itself = moved;
  moved = itself;
  CHECK(moved.packet() == "packet");
  moved = frame{};
  copy = frame{};
  CHECK_FALSE(moved);
  CHECK(assigned.wire() == "Hpacket");
}

TEST_CASE("an empty frame", "[frame]") {
  const frame none;
  CHECK_FALSE(none);
  const frame copy = none;
  CHECK_FALSE(copy);
}

TEST_CASE("frames may be held and dropped by any thread", "[frame]") {
  frame shared = sealed("packet");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([copy = shared] {
      for (int i = 0; i < 10'000; ++i) {
        const frame another = copy;
        if (another.packet() != "packet") std::abort();
      }
    });
  }
  shared = frame{};
  for (auto& each : threads) each.join();
}
