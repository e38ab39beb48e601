#include "socketio/engine/outbox.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/session_fixture.hpp"
#include "support/catch.hpp"
#include "support/ws_client.hpp"

using socketio::frame;
using socketio::frame_builder;
using socketio::engine::outbox;
using socketio::test::packet_frame;
using socketio::test::packets_of;
using packets = std::vector<std::string>;
namespace ws = socketio::ws;

namespace {

using pieces = std::vector<std::string_view>;

pieces gathered(const outbox& queued, std::size_t room, std::size_t most) {
  pieces all(room);
  all.resize(queued.gather(std::span{all}, most));
  return all;
}

/// What remains to be written.
std::string remaining(const outbox& queued) {
  std::string wire;
  for (const auto piece : gathered(queued, 1000, 1000)) wire += piece;
  return wire;
}

frame binary_frame(std::string_view bytes) {
  frame_builder message{bytes.size()};
  message.append(bytes);
  return ws::seal(message, ws::opcode::binary);
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

TEST_CASE("no more is gathered than there is room for, and is wanted", "[outbox]") {
  outbox queued;
  CHECK(gathered(queued, 4, 4).empty());
  for (const char* each : {"4a", "4b", "4c"}) queued.push(packet_frame(each));
  CHECK(gathered(queued, 2, 9) == pieces{"\x81\x02"
                                         "4a",
                                         "\x81\x02"
                                         "4b"});
  CHECK(gathered(queued, 9, 1) == pieces{"\x81\x02"
                                         "4a"});
  queued.wrote(3);
  CHECK(gathered(queued, 9, 9) == pieces{"a",
                                         "\x81\x02"
                                         "4b",
                                         "\x81\x02"
                                         "4c"});
}

// Engine.IO protocol v3, "Packet"; RFC 6455 §5.4.
TEST_CASE("F155 revision 3 has a fragment with the type in front of a binary message", "[outbox]") {
  const frame shared = binary_frame("\1\2\3");
  outbox v4, v3{true};
  for (outbox* each : {&v4, &v3}) {
    each->push(packet_frame("4a"));
    each->push(shared);
    each->push(packet_frame("4b"));
  }
  const std::string before =
                        "\x81\x02"
                        "4a",
                    after =
                        "\x81\x02"
                        "4b";
  CHECK(remaining(v4) == before + "\x82\x03\1\2\3" + after);
  CHECK(remaining(v3) == before +
                             "\x02\x01\x04"
                             "\x80\x03\1\2\3" +
                             after);
  CHECK(v3.bytes() == v4.bytes() + 3);

  // The bytes of the message are the shared ones, and none of its pieces comes alone.
  CHECK(gathered(v3, 9, 2).back().data() == shared.wire().data() + 1);
  CHECK(gathered(v3, 2, 9) == pieces{before});
  CHECK(gathered(v3, 3, 9).size() == 3);
  CHECK(gathered(v3, 9, 2).size() == 3);

  SECTION("which may be cut anywhere") {
    const std::string all = remaining(v3);
    for (std::size_t i = 1; i <= all.size(); ++i) {
      v3.wrote(1);
      CHECK(remaining(v3) == all.substr(i));
      CHECK(v3.bytes() == all.size() - i);
    }
    CHECK(v3.empty());
  }
  SECTION("also of a large message") {
    v3.clear();
    v3.push(binary_frame(std::string(100'000, 'x')));
    const std::string header =
        "\x02\x01\x04"
        "\x80\x7f" +
        socketio::test::big_endian(100'000, 8);
    CHECK(remaining(v3) == header + std::string(100'000, 'x'));
  }
}

TEST_CASE("whatever the sizes of the writes, the same bytes come out", "[outbox]") {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random{seed};
    const bool typed = seed % 2 == 0;
    outbox queued{typed};
    std::string pushed, written;
    for (int step = 0; step < 100; ++step) {
      if (random() % 2 == 0) {
        const std::string packet(random() % 300, static_cast<char>('a' + step % 26));
        const bool binary = random() % 2 == 0;
        const auto f = binary ? binary_frame(packet) : packet_frame(packet);
        pushed += binary && typed ? "\2\1\4\x80" : "";
        pushed += f.wire().substr(binary && typed ? 1 : 0);
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

namespace {

/// What an outbox should hold, in the simplest form.
struct message_model {
  std::vector<std::string> frames;
  bool droppable = false;
  std::size_t key = 0;  // 0: none
  bool touched = false;
};

}  // namespace

TEST_CASE("an outbox gives the memory of a burst back", "[outbox]") {
  outbox queued;
  const std::size_t its_own = queued.capacity();
  const frame f = packet_frame("x");
  for (int i = 0; i < 1000; ++i) queued.push(f);
  CHECK(queued.capacity() >= 1000);
  queued.wrote(queued.bytes());
  CHECK(queued.capacity() == its_own);

  for (int i = 0; i < 4; ++i) queued.push(f);
  const std::size_t for_a_few = queued.capacity();
  queued.release_spare();
  CHECK(queued.capacity() == for_a_few);
  queued.wrote(queued.bytes());
  CHECK(queued.capacity() == for_a_few);  // a talkative session does not allocate
  queued.release_spare();
  CHECK(queued.capacity() == its_own);
}

TEST_CASE("an outbox that is never empty does not grow", "[outbox]") {
  const socketio::ref<const socketio::engine::latest_key> key{
      new socketio::engine::latest_key{"value"}};
  const frame f = packet_frame("x"), two[] = {f, f};
  const auto capacity_after = [&](int rounds) {
    outbox queued;
    queued.push(f);
    for (int i = 0; i < rounds; ++i) {
      queued.push_latest({&f, 1}, key);
      REQUIRE(queued.replace_latest(two, key));
      REQUIRE(queued.replace_latest({&f, 1}, key));
      REQUIRE(queued.replace_latest(two, key));
      queued.wrote(2 * queued.wire_size(f));
    }
    return queued.capacity();
  };
  CHECK(capacity_after(10'000) == capacity_after(10));
}

TEST_CASE("nothing is dropped from behind a thousand others", "[outbox]") {
  outbox queued;
  const frame kept = packet_frame("kept"), may_go = packet_frame("may go");
  for (std::size_t i = 0; i < outbox::most_moved; ++i) queued.push(kept);
  queued.push_droppable({&may_go, 1});
  CHECK(queued.drop_oldest());
  queued.push(kept);
  queued.push_droppable({&may_go, 1});
  CHECK_FALSE(queued.drop_oldest());
  queued.wrote(queued.wire_size(kept));
  CHECK(queued.drop_oldest());
  CHECK(queued.bytes() == outbox::most_moved * queued.wire_size(kept));
}

TEST_CASE("whatever is dropped and replaced, messages stay whole and in order",
          "[outbox][queues]") {
  using key_ref = socketio::ref<const socketio::engine::latest_key>;
  std::vector<key_ref> keys;
  for (const char* name : {"", "a", "b", "c"}) {
    keys.emplace_back(new socketio::engine::latest_key{name});
  }
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    std::mt19937 random{seed};
    outbox queued;
    std::vector<message_model> model;
    std::size_t offset = 0;  // bytes of the first frame that are written
    const auto flat = [&] {
      std::string all;
      for (const auto& m : model) {
        for (const auto& f : m.frames) all += f;
      }
      return all.substr(offset);
    };
    for (int step = 0; step < 150; ++step) {
      std::vector<frame> message;
      message_model fresh;
      for (std::size_t i = 0; i < 1 + random() % 3; ++i) {
        const std::string text(random() % 40, static_cast<char>('a' + step % 26));
        message.push_back(i == 0 ? packet_frame(text) : binary_frame(text));
        fresh.frames.emplace_back(message.back().wire());
      }
      switch (random() % 6) {
        case 0:
          queued.push(message);
          model.push_back(fresh);
          break;
        case 1:
          queued.push_droppable(message);
          fresh.droppable = true;
          model.push_back(fresh);
          break;
        case 2: {
          fresh.key = 1 + random() % 3;
          const auto old = std::find_if(model.rbegin(), model.rend(), [&](const auto& each) {
            return each.key == fresh.key && !each.touched;
          });
          const bool replaced = queued.replace_latest(message, keys[fresh.key]);
          REQUIRE(replaced == (old != model.rend()));
          if (!replaced) queued.push_latest(message, keys[fresh.key]);
          replaced ? void(*old = fresh) : model.push_back(fresh);
          break;
        }
        case 3: {
          const auto oldest = std::find_if(model.begin(), model.end(), [](const auto& each) {
            return each.droppable && !each.touched;
          });
          REQUIRE(queued.drop_oldest() == (oldest != model.end()));
          if (oldest != model.end()) model.erase(oldest);
          break;
        }
        case 4: {  // a frame is compressed
          const std::size_t first = offset == 0 ? 0 : 1, size = queued.frames().size();
          if (size <= first || random() % 4 != 0) break;
          std::size_t place = first + random() % (size - first);
          queued.replace(place, packet_frame("z"));
          for (auto& each : model) {
            each.touched = true;
            if (place < each.frames.size()) {
              each.frames[place] = packet_frame("z").wire();
              break;
            }
            place -= each.frames.size();
          }
          break;
        }
        default: {
          const std::string rest = flat();
          std::size_t count = random() % (rest.size() + 1);
          queued.wrote(count);
          offset += count;
          while (!model.empty() && offset >= model.front().frames.front().size()) {
            offset -= model.front().frames.front().size();
            model.front().frames.erase(model.front().frames.begin());
            model.front().touched = true;
            if (model.front().frames.empty()) model.erase(model.begin());
          }
          if (offset != 0) model.front().touched = true;
        }
      }
      REQUIRE(remaining(queued) == flat());
      REQUIRE(queued.bytes() == flat().size());
    }
  }
}
