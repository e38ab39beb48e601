#include "socketio/core/few.hpp"

#include <memory>
#include <vector>

#include "support/catch.hpp"

namespace {

using number = std::shared_ptr<int>;
using numbers = socketio::few<number>;

number make(int n) { return std::make_shared<int>(n); }

std::vector<int> contents(const numbers& of) {
  std::vector<int> all;
  for (const number& each : of) all.push_back(*each);
  return all;
}

bool remove(numbers& from, int n) {
  const std::size_t before = from.size();
  from.erase_if([&](const number& each) { return *each == n; });
  return from.size() != before;
}

}  // namespace

TEST_CASE("a list of a few keeps its order, however many there are", "[few]") {
  numbers all;
  CHECK(all.empty());
  CHECK(contents(all).empty());
  std::vector<int> expected;
  for (int n = 1; n <= 5; ++n) {
    all.push_back(make(n));
    expected.push_back(n);
    CHECK(contents(all) == expected);
    CHECK(*all.front() == 1);
    CHECK(*all.back() == n);
  }
  CHECK(remove(all, 3));
  CHECK_FALSE(remove(all, 3));
  CHECK(contents(all) == std::vector<int>{1, 2, 4, 5});
}

TEST_CASE("a list of a few may become empty and begin anew", "[few]") {
  for (const int most : {1, 2, 3}) {
    numbers all;
    for (int round = 0; round < 2; ++round) {
      for (int n = 0; n < most; ++n) all.push_back(make(n));
      CHECK(all.size() == static_cast<std::size_t>(most));
      for (int n = 0; n < most; ++n) CHECK(remove(all, n));
      CHECK(all.empty());
    }
  }
}

TEST_CASE("a copy of a list of a few is another list, of the same objects", "[few]") {
  for (const int most : {0, 1, 2}) {
    numbers all;
    for (int n = 0; n < most; ++n) all.push_back(make(n));
    const numbers copy = all;
    all.erase_if([](const number&) { return true; });
    CHECK(all.empty());
    CHECK(copy.size() == static_cast<std::size_t>(most));
    for (const number& each : copy) CHECK(each.use_count() == 1);
  }
}

TEST_CASE("a list of one owns no memory besides its object", "[few]") {
  CHECK(sizeof(socketio::few<std::unique_ptr<int>>) == 2 * sizeof(void*));
  numbers all;
  all.push_back(make(1));
  const auto* const inside = reinterpret_cast<const char*>(all.begin());
  CHECK(inside >= reinterpret_cast<const char*>(&all));
  CHECK(inside < reinterpret_cast<const char*>(&all + 1));
}
