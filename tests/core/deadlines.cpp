#include "socketio/core/deadlines.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using socketio::deadline;
using socketio::deadlines;
using socketio::time_point;

namespace {

constexpr time_point start = time_point{} + 1h;

struct bell : deadline {
  explicit bell(std::function<void(bell&)> rings)
      : deadline{[](deadline& d) {
          auto& self = static_cast<bell&>(d);
          const auto ring = self.on_ring;  // a copy: ringing may destroy the bell
          ring(self);
        }},
        on_ring{std::move(rings)} {}

  std::function<void(bell&)> on_ring;
};

auto note(std::string& log, char name) {
  return [&log, name](bell&) { log += name; };
}

}  // namespace

TEST_CASE("nothing is armed at first", "[deadlines]") {
  deadlines all;
  CHECK_FALSE(all.next());
  all.expire(start);
  bell b{[](bell&) { FAIL(); }};
  CHECK_FALSE(b.armed());
  b.disarm();
}

TEST_CASE("deadlines expire when due, not before, and once", "[deadlines]") {
  deadlines all;
  std::string log;
  bell a{note(log, 'a')};
  all.arm(a, start, 10s);
  CHECK(a.armed());
  CHECK(a.due() == start + 10s);
  CHECK(all.next() == start + 10s);
  all.expire(start + 10s - 1ns);
  CHECK(log.empty());
  all.expire(start + 10s);
  CHECK(log == "a");
  CHECK_FALSE(a.armed());
  CHECK_FALSE(all.next());
  all.expire(start + 1h);
  CHECK(log == "a");
}

TEST_CASE("of different lengths, the earliest comes first", "[deadlines]") {
  deadlines all;
  std::string log;
  bell a{note(log, 'a')}, b{note(log, 'b')}, c{note(log, 'c')}, d{note(log, 'd')};
  all.arm(a, start, 25s);
  all.arm(b, start, 10s);
  all.arm(c, start + 5s, 10s);
  all.arm(d, start + 5s, 1s);
  CHECK(all.next() == start + 6s);
  all.expire(start + 10s);
  CHECK(log == "db");
  CHECK(all.next() == start + 15s);
  all.expire(start + 1h);
  CHECK(log == "dbca");
}

TEST_CASE("of the same length, the first armed comes first", "[deadlines]") {
  deadlines all;
  std::string log;
  bell a{note(log, 'a')}, b{note(log, 'b')}, c{note(log, 'c')};
  for (bell* each : {&c, &a, &b}) all.arm(*each, start, 1s);
  all.expire(start + 1s);
  CHECK(log == "cab");
}

TEST_CASE("arming again postpones, disarming forgets", "[deadlines]") {
  deadlines all;
  std::string log;
  bell a{note(log, 'a')}, b{note(log, 'b')};
  all.arm(a, start, 10s);
  all.arm(b, start, 10s);
  all.arm(a, start + 5s, GENERATE(10s, 20s));
  CHECK(all.next() == start + 10s);
  b.disarm();
  CHECK_FALSE(b.armed());
  CHECK(all.next() == a.due());
  all.expire(start + 1h);
  CHECK(log == "a");
}

TEST_CASE("destruction disarms", "[deadlines]") {
  deadlines all;
  {
    bell a{[](bell&) { FAIL(); }};
    all.arm(a, start, 1s);
  }
  CHECK_FALSE(all.next());
  all.expire(start + 1h);
}

TEST_CASE("an expired deadline may do anything to itself and the others", "[deadlines]") {
  deadlines all;
  std::string log;

  SECTION("arm itself") {
    int rings = 0;
    bell a{[&](bell& self) {
      CHECK_FALSE(self.armed());
      if (++rings < 3) all.arm(self, start + rings * 10s, 1s);
    }};
    all.arm(a, start, 1s);
    all.expire(start + 10s);
    CHECK(rings == 1);
    CHECK(all.next() == start + 11s);
    all.expire(start + 11s);
    CHECK(rings == 2);
  }
  SECTION("arm others that are due at once") {
    bell b{note(log, 'b')};
    bell a{[&](bell&) {
      log += 'a';
      all.arm(b, start, 2s);
    }};
    all.arm(a, start, 1s);
    all.expire(start + 10s);
    CHECK(log == "ab");
  }
  SECTION("disarm others that are due too") {
    bell b{note(log, 'b')}, c{note(log, 'c')};
    bell a{[&](bell&) {
      log += 'a';
      b.disarm();
    }};
    all.arm(a, start, 1s);
    all.arm(b, start, 1s);
    all.arm(c, start, 2s);
    all.expire(start + 10s);
    CHECK(log == "ac");
  }
  SECTION("destroy itself and others") {
    auto b = std::make_unique<bell>(note(log, 'b'));
    auto c = std::make_unique<bell>(note(log, 'c'));
    std::unique_ptr<bell> a;
    a = std::make_unique<bell>([&](bell&) {
      log += 'a';
      b.reset();
      a.reset();
    });
    all.arm(*a, start, 1s);
    all.arm(*b, start, 1s);
    all.arm(*c, start, 1s);
    all.expire(start + 10s);
    CHECK(log == "ac");
  }
  SECTION("with lengths never used before, many of them") {
    std::vector<std::unique_ptr<bell>> others;
    bell a{[&](bell&) {
      for (int i = 1; i <= 100; ++i) {
        others.push_back(std::make_unique<bell>(note(log, '.')));
        all.arm(*others.back(), start + 10s, std::chrono::seconds{i});
      }
    }};
    all.arm(a, start, 1s);
    all.expire(start + 10s);
    CHECK(log.empty());
    all.expire(start + 60s);
    CHECK(log.size() == 50);
    all.expire(start + 110s);
    CHECK(log.size() == 100);
    CHECK_FALSE(all.next());
  }
}

TEST_CASE("lengths made up per call do not harm those still waiting", "[deadlines]") {
  deadlines all;
  std::string log;
  bell steady{note(log, 's')};
  all.arm(steady, start, 1h);
  for (int i = 1; i <= 1000; ++i) {
    bell once{[](bell&) {}};
    all.arm(once, start, std::chrono::milliseconds{i});
    all.expire(start + std::chrono::milliseconds{i});
    CHECK_FALSE(once.armed());
  }
  CHECK(all.next() == start + 1h);
  all.expire(start + 1h);
  CHECK(log == "s");
}

TEST_CASE("random arming and disarming agrees with a sorted list", "[deadlines]") {
  std::mt19937 random{1};
  deadlines all;
  time_point now = start;
  std::vector<std::unique_ptr<bell>> bells;
  std::vector<std::optional<time_point>> expected(50);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    bells.push_back(std::make_unique<bell>([&expected, &now, i](bell& self) {
      REQUIRE(expected[i] == self.due());
      REQUIRE(self.due() <= now);
      // Nobody who was due earlier is still waiting.
      for (const auto& each : expected) REQUIRE((!each || *each >= self.due()));
      expected[i].reset();
    }));
  }
  for (int step = 0; step < 20'000; ++step) {
    const std::size_t i = random() % bells.size();
    switch (random() % 4) {
      case 0:
      case 1: {
        const std::chrono::milliseconds after{100 * (1 + random() % 30)};
        all.arm(*bells[i], now, after);
        expected[i] = now + after;
        break;
      }
      case 2:
        bells[i]->disarm();
        expected[i].reset();
        break;
      default:
        now += std::chrono::milliseconds{random() % 300};
        all.expire(now);
        break;
    }
    std::optional<time_point> earliest;
    for (const auto& each : expected) {
      if (each && (!earliest || *each < *earliest)) earliest = each;
    }
    REQUIRE(all.next() == earliest);
  }
}
