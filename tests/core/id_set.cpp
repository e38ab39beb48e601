#include "socketio/core/id_set.hpp"

#include <functional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace {

int alive = 0;

class object : public socketio::counted<object> {
 public:
  explicit object(std::string id) : id_{std::move(id)} { ++alive; }
  ~object() {
    --alive;
    if (when_gone) when_gone();
  }
  std::string_view id() const noexcept { return id_; }

  std::function<void()> when_gone;

 private:
  std::string id_;
};

using objects = socketio::id_set<object>;
using socketio::ref;

ref<object> make(std::string id) { return ref<object>{new object{std::move(id)}}; }

std::multiset<std::string> ids(const objects& all) {
  std::multiset<std::string> found;
  for (const auto& each : all) found.insert(std::string{each->id()});
  return found;
}

}  // namespace

TEST_CASE("an empty set has nobody", "[id_set]") {
  objects all;
  CHECK(all.empty());
  CHECK(all.find("a") == nullptr);
  CHECK(all.begin() == all.end());
  CHECK_FALSE(all.remove(*make("a")));
  all.clear();
  CHECK(all.find("") == nullptr);
}

TEST_CASE("objects are found by their ids, and kept", "[id_set]") {
  {
    objects all;
    object& a = *new object{"a"};
    all.add(a);
    all.add(*new object{"b"});
    all.add(*new object{""});
    CHECK(all.find("a") == &a);
    CHECK(all.find("") != nullptr);
    CHECK(all.find("c") == nullptr);
    CHECK(ids(all) == std::multiset<std::string>{"", "a", "b"});
    CHECK(alive == 3);

    const ref<object> same_id = make("a");
    CHECK_FALSE(all.remove(*same_id));
    CHECK(all.find("a") == &a);
    CHECK(all.remove(a));
    CHECK(alive == 3);  // "", "b" and the other one
    CHECK(all.find("a") == nullptr);
    all.clear();
    CHECK(all.empty());
    CHECK(all.find("b") == nullptr);
    CHECK(alive == 1);
    all.add(*same_id);
    CHECK(all.find("a") == same_id.get());
  }
  CHECK(alive == 0);
}

TEST_CASE("a set does what a map does, however it grows and shrinks", "[id_set]") {
  std::mt19937 random{20261127};
  for (const unsigned most : {1u, 5u, 12u, 13u, 100u, 3000u}) {
    CAPTURE(most);
    objects all;
    std::unordered_map<std::string, ref<object>> expected;
    // Waves: now it mostly grows, now it mostly shrinks.
    for (unsigned step = 0; step < 20 * most + 200; ++step) {
      const bool growing = step / (2 * most + 20) % 2 == 0;
      const std::string id = std::to_string(random() % most);
      const auto there = expected.find(id);
      REQUIRE(all.find(id) == (there == expected.end() ? nullptr : there->second.get()));
      if (there != expected.end()) {
        if (growing && random() % 4 != 0) continue;
        REQUIRE(all.remove(*there->second));
        expected.erase(there);
      } else if (growing || random() % 4 == 0) {
        const ref<object> fresh = make(id);
        all.add(*fresh);
        expected.emplace(id, fresh);
      }
      REQUIRE(all.size() == expected.size());
    }
    for (unsigned n = 0; n < most; ++n) {
      const auto there = expected.find(std::to_string(n));
      REQUIRE(all.find(std::to_string(n)) ==
              (there == expected.end() ? nullptr : there->second.get()));
    }
    std::multiset<std::string> keys;
    for (const auto& [id, each] : expected) keys.insert(id);
    REQUIRE(ids(all) == keys);
    for (const auto& [id, each] : expected) REQUIRE(all.remove(*each));
    REQUIRE(all.empty());
  }
  CHECK(alive == 0);
}

TEST_CASE("whoever goes is destroyed when the set is whole again", "[id_set]") {
  objects all;
  int seen = 0;
  for (int n = 0; n < 30; ++n) {
    const std::string id = std::to_string(n);
    object& each = *new object{id};
    each.when_gone = [&all, &seen, id] {
      CHECK(all.find(id) == nullptr);
      seen += static_cast<int>(all.size());
    };
    all.add(each);
  }
  for (int n = 0; n < 20; ++n) CHECK(all.remove(*all.find(std::to_string(n))));
  CHECK(seen == (29 + 10) * 20 / 2);
  all.clear();
  CHECK(seen == (29 + 10) * 20 / 2);
  CHECK(alive == 0);
}
