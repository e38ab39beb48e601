#include "socketio/core/intrusive.hpp"

#include <memory>
#include <string>
#include <utility>

#include "support/catch.hpp"

using socketio::counted;
using socketio::list;
using socketio::local_count;
using socketio::ref;
using socketio::shared_count;

namespace {

template <class Count>
struct thing : counted<thing<Count>, Count> {
  explicit thing(int& alive_count) : alive{alive_count} { ++alive; }
  ~thing() { --alive; }
  int& alive;
};

struct by_age {};
struct by_name {};

struct person : socketio::link<by_age>, socketio::link<by_name> {
  explicit person(char n) : name{n} {}
  char name;
};

template <class Tag>
std::string names(list<person, Tag>& people) {
  std::string all;
  list<person, Tag> seen;
  while (!people.empty()) {
    person& each = people.pop_front();
    all += each.name;
    seen.push_back(each);
  }
  people.splice(seen);
  return all;
}

}  // namespace

TEMPLATE_TEST_CASE("the last reference deletes", "[intrusive]", local_count, shared_count) {
  using object = thing<TestType>;
  int alive = 0;
  ref<object> first{new object{alive}};
  CHECK(alive == 1);
  CHECK(first);
  {
    const ref<object> copy = first;
    CHECK(copy == first);
    CHECK(copy.get() == &*first);
    CHECK(&copy->alive == &alive);
    const ref<const object> read_only = copy;
    CHECK(read_only.get() == copy.get());
  }
  CHECK(alive == 1);
  ref<object> moved = std::move(first);
  CHECK_FALSE(first);
  CHECK(alive == 1);

  SECTION("by assigning nothing") {
    moved = nullptr;
    CHECK_FALSE(moved);
    CHECK(alive == 0);
  }
  SECTION("by assigning another") {
    moved = ref{new object{alive}};
    CHECK(alive == 1);
  }
  SECTION("not by assigning itself") {
    const auto& itself = moved;
    moved = itself;
    CHECK(alive == 1);
  }
  SECTION("not while made anew from the object itself") {
    const ref again{moved.get()};
    moved = nullptr;
    CHECK(alive == 1);
  }
}

TEST_CASE("a reference to nothing", "[intrusive]") {
  const ref<thing<local_count>> nothing;
  CHECK_FALSE(nothing);
  CHECK(nothing == ref<thing<local_count>>{nullptr});
  const auto copy = nothing;
  CHECK_FALSE(copy);
}

TEST_CASE("a list keeps the order and its objects find their way out", "[intrusive]") {
  person a{'a'}, b{'b'}, c{'c'};
  list<person, by_age> people;
  CHECK(people.empty());
  people.push_back(a);
  people.push_back(b);
  people.push_back(c);
  CHECK(names(people) == "abc");
  CHECK(people.front().name == 'a');

  SECTION("push_back moves to the end") {
    people.push_back(a);
    CHECK(names(people) == "bca");
    people.push_back(a);
    CHECK(names(people) == "bca");
  }
  SECTION("unlink, twice") {
    static_cast<socketio::link<by_age>&>(b).unlink();
    static_cast<socketio::link<by_age>&>(b).unlink();
    CHECK_FALSE(static_cast<socketio::link<by_age>&>(b).linked());
    CHECK(names(people) == "ac");
  }
  SECTION("an object of another list leaves that one") {
    list<person, by_age> others;
    others.push_back(b);
    CHECK(names(people) == "ac");
    CHECK(names(others) == "b");
  }
  SECTION("splice takes all, to the end") {
    person d{'d'};
    list<person, by_age> others;
    others.push_back(d);
    others.splice(people);
    CHECK(people.empty());
    CHECK(names(others) == "dabc");
    others.splice(people);
    CHECK(names(others) == "dabc");
    people.splice(others);
  }
  SECTION("pop_front empties it") {
    CHECK(&people.pop_front() == &a);
    CHECK_FALSE(static_cast<socketio::link<by_age>&>(a).linked());
    people.pop_front();
    people.pop_front();
    CHECK(people.empty());
  }
}

TEST_CASE("an object leaves its lists when it is destroyed", "[intrusive]") {
  list<person, by_age> ages;
  list<person, by_name> all_names;
  person a{'a'}, c{'c'};
  ages.push_back(a);
  all_names.push_back(c);
  {
    person b{'b'};
    ages.push_back(b);
    all_names.push_back(b);
    ages.push_back(c);
    all_names.push_back(a);
    CHECK(names(ages) == "abc");
    CHECK(names(all_names) == "cba");
  }
  CHECK(names(ages) == "ac");
  CHECK(names(all_names) == "ca");
}

TEST_CASE("a list that is destroyed lets its objects go", "[intrusive]") {
  person a{'a'}, b{'b'};
  {
    list<person, by_age> people;
    people.push_back(a);
    people.push_back(b);
  }
  // What remains linked to each other must still be able to leave.
  static_cast<socketio::link<by_age>&>(a).unlink();
  CHECK_FALSE(static_cast<socketio::link<by_age>&>(a).linked());
  CHECK_FALSE(static_cast<socketio::link<by_age>&>(b).linked());
}

TEST_CASE("visiting while others leave: move aside and pop", "[intrusive]") {
  auto a = std::make_unique<person>('a');
  auto b = std::make_unique<person>('b');
  auto c = std::make_unique<person>('c');
  list<person, by_age> people, aside;
  for (auto* each : {&a, &b, &c}) people.push_back(**each);
  aside.splice(people);
  std::string visited;
  while (!aside.empty()) {
    person& each = aside.pop_front();
    visited += each.name;
    people.push_back(each);
    if (each.name == 'a') b.reset();
  }
  CHECK(visited == "ac");
  CHECK(names(people) == "ac");
}
