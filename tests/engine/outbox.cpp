#include "socketio/engine/outbox.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "engine/session_fixture.hpp"
#include "support/catch.hpp"

using socketio::engine::outbox;
using socketio::test::packet_frame;
using socketio::test::packets_of;
using packets = std::vector<std::string>;

namespace {

/// What remains to be written, from the wire forms and the offset.
std::string remaining(const outbox& queued) {
  std::string wire;
  for (const auto& each : queued.frames()) wire += each.wire();
  return wire.substr(queued.offset());
}

}  // namespace

TEST_CASE("an outbox keeps order and counts wire bytes", "[outbox]") {
  outbox queued;
  CHECK(queued.empty());
  CHECK(queued.bytes() == 0);
  queued.push(packet_frame("4a"));
  queued.push(packet_frame("4bc"));
  CHECK_FALSE(queued.empty());
  CHECK(queued.bytes() == 4 + 5);
  CHECK(packets_of(queued) == packets{"4a", "4bc"});
  CHECK(queued.offset() == 0);
}

TEST_CASE("partial writes take off whole frames and remember the rest", "[outbox]") {
  outbox queued;
  for (const char* each : {"4a", "4b", "4c"}) queued.push(packet_frame(each));
  const std::string all = remaining(queued);

  SECTION("nothing") {
    queued.wrote(0);
    CHECK(remaining(queued) == all);
  }
  SECTION("within the first frame, twice") {
    queued.wrote(1);
    queued.wrote(2);
    CHECK(queued.offset() == 3);
    CHECK(packets_of(queued) == packets{"4a", "4b", "4c"});
    CHECK(remaining(queued) == all.substr(3));
  }
  SECTION("exactly one frame") {
    queued.wrote(4);
    CHECK(queued.offset() == 0);
    CHECK(packets_of(queued) == packets{"4b", "4c"});
  }
  SECTION("into the last frame") {
    queued.wrote(9);
    CHECK(packets_of(queued) == packets{"4c"});
    CHECK(queued.offset() == 1);
    CHECK(queued.bytes() == 3);
  }
  SECTION("everything, and it is as new") {
    queued.wrote(12);
    CHECK(queued.empty());
    CHECK(queued.bytes() == 0);
    CHECK(queued.frames().empty());
    queued.push(packet_frame("4d"));
    CHECK(packets_of(queued) == packets{"4d"});
  }
  SECTION("with pushes between") {
    queued.wrote(6);
    queued.push(packet_frame("4d"));
    CHECK(packets_of(queued) == packets{"4b", "4c", "4d"});
    CHECK(queued.bytes() == 10);
    CHECK(remaining(queued).substr(0, 2) == "4b");
  }
}

TEST_CASE("clear forgets a half-written frame too", "[outbox]") {
  outbox queued;
  const int many = GENERATE(2, 20);
  for (int i = 0; i < many; ++i) queued.push(packet_frame("4a"));
  queued.wrote(5);
  queued.clear();
  CHECK(queued.empty());
  CHECK(queued.bytes() == 0);
  CHECK(queued.offset() == 0);
  queued.push(packet_frame("4b"));
  CHECK(packets_of(queued) == packets{"4b"});
}

TEST_CASE("whatever the sizes of the writes, the same bytes come out", "[outbox]") {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random{seed};
    outbox queued;
    std::string pushed, written;
    for (int step = 0; step < 100; ++step) {
      if (random() % 2 == 0) {
        const auto f =
            packet_frame(std::string(random() % 300, static_cast<char>('a' + step % 26)));
        pushed += f.wire();
        queued.push(f);
      } else {
        const std::string rest = remaining(queued);
        const std::size_t count = random() % (rest.size() + 1);
        written += rest.substr(0, count);
        queued.wrote(count);
      }
      REQUIRE(queued.bytes() == pushed.size() - written.size());
      REQUIRE(queued.empty() == (queued.bytes() == 0));
    }
    written += remaining(queued);
    CHECK(written == pushed);
  }
}
