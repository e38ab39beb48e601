#include "socketio/hub/event_table.hpp"

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "socketio.hpp"
#include "support/catch.hpp"

namespace {

using socketio::ref;
using socketio::detail::callback_list;
using socketio::detail::event_table;
using socketio::detail::handler;
using socketio::detail::invocation;

struct logging_handler final : handler {
  logging_handler(std::string& l, char n) : log{l}, name{n} {}
  void run(const invocation&) override {
    log.push_back(name);
    if (also) also();
  }
  std::string& log;
  char name;
  std::function<void()> also;
};

/// Handlers that look at nothing of the invocation may get one without a socket.
bool run(event_table& table, std::string_view event) {
  alignas(void*) static char nobody[8];
  return table.run({*reinterpret_cast<socketio::detail::socket_core*>(nobody), event, {}, {}});
}

TEST_CASE("handlers of an event run in the order in which they were added", "[hub]") {
  event_table table;
  std::string log;
  for (const char name : {'a', 'b', 'c'}) {
    table.add("x", ref<handler>{new logging_handler{log, name}});
  }
  table.add("y", ref<handler>{new logging_handler{log, 'y'}});
  CHECK(run(table, "x"));
  CHECK(log == "abc");
  CHECK_FALSE(run(table, "z"));
}

TEST_CASE("a handler may add handlers, of its event and of others, while it runs", "[hub]") {
  event_table table;
  std::string log;
  auto* const first = new logging_handler{log, 'a'};
  table.add("x", ref<handler>{first});
  first->also = [&] {
    for (int i = 0; i < 100; ++i) {
      table.add("x", ref<handler>{new logging_handler{log, 'n'}});
      table.add("e" + std::to_string(i), ref<handler>{new logging_handler{log, 'e'}});
    }
    first->also = nullptr;
  };
  table.add("x", ref<handler>{new logging_handler{log, 'b'}});
  run(table, "x");
  CHECK(log == "ab");  // those added meanwhile are for the next time
  log.clear();
  run(table, "x");
  CHECK(log == "ab" + std::string(100, 'n'));
}

TEST_CASE("a handler may remove itself and others, which then are not called any more", "[hub]") {
  event_table table;
  std::string log;
  std::vector<ref<handler>> all;
  for (const char name : {'a', 'b', 'c', 'd'}) {
    all.push_back(ref<handler>{new logging_handler{log, name}});
    table.add("x", all.back());
  }
  static_cast<logging_handler&>(*all[1]).also = [&] {
    CHECK(table.remove(all[1]->number));  // itself
    CHECK(table.remove(all[0]->number));  // was called already
    CHECK(table.remove(all[2]->number));
    CHECK_FALSE(table.remove(all[2]->number));
  };
  run(table, "x");
  CHECK(log == "abd");
  log.clear();
  run(table, "x");
  CHECK(log == "d");
}

TEST_CASE("the last handler of an event may remove itself, and others may follow", "[hub]") {
  event_table table;
  std::string log;
  auto* const only = new logging_handler{log, 'a'};
  table.add("x", ref<handler>{only});
  only->also = [&, big = std::string(100, 'o')] {
    table.remove(only->number);  // keeps its memory for as long as it runs
    CHECK(big == std::string(100, 'o'));
  };
  CHECK(run(table, "x"));
  CHECK_FALSE(run(table, "x"));
  table.add("x", ref<handler>{new logging_handler{log, 'b'}});
  CHECK(run(table, "x"));
  CHECK(log == "ab");
  table.remove("x");
  table.remove("never added");
  CHECK_FALSE(run(table, "x"));
}

TEST_CASE("a handler may run its event again, and remove itself there", "[hub]") {
  event_table table;
  std::string log;
  auto* const first = new logging_handler{log, 'a'};
  table.add("x", ref<handler>{first});
  table.add("x", ref<handler>{new logging_handler{log, 'b'}});
  first->also = [&, depth = 0]() mutable {
    if (++depth == 1) run(table, "x");
    if (depth == 2) table.remove(first->number), ++depth;
  };
  run(table, "x");
  CHECK(log == "aabb");
  log.clear();
  run(table, "x");
  CHECK(log == "b");
}

TEST_CASE("a table may be emptied by a handler that it runs", "[hub]") {
  event_table table;
  std::string log;
  auto* const first = new logging_handler{log, 'a'};
  table.add("x", ref<handler>{first});
  table.add("x", ref<handler>{new logging_handler{log, 'b'}});
  table.add("y", ref<handler>{new logging_handler{log, 'y'}});
  first->also = [&] { table.clear(); };
  run(table, "x");
  CHECK(log == "a");
  CHECK_FALSE(run(table, "x"));
  CHECK_FALSE(run(table, "y"));
}

using entry = socketio::detail::callback<int>;
void add(callback_list<int>& list, socketio::unique_function<void(int)> f) {
  list.add(ref<entry>{new entry{std::move(f)}});
}

TEST_CASE("callbacks run in order, whatever one of them throws", "[hub]") {
  callback_list<int> list;
  CHECK(list.empty());
  std::string log;
  add(list, [&](int i) { log += "a" + std::to_string(i); });
  add(list, [](int) { throw std::runtime_error{"oops"}; });
  add(list, [&](int) {
    log += "b";
    add(list, [&](int) { log += "c"; });
  });
  int thrown = 0;
  list.call([&](std::exception_ptr) { ++thrown; }, 1);
  CHECK(log == "a1b");
  CHECK(thrown == 1);
  log.clear();
  list.call([&](std::exception_ptr) { ++thrown; }, 2);
  CHECK(log == "a2bc");
}

TEST_CASE("a callback list may be emptied by a callback", "[hub]") {
  callback_list<int> list;
  std::string log;
  add(list, [&](int) {
    CHECK(list.take_all().size() == 2);
    log += "a";
  });
  add(list, [&](int) { log += "b"; });
  list.call([](std::exception_ptr) {}, 1);
  CHECK(log == "a");
  CHECK(list.empty());
}

TEST_CASE("what is put first while others run is called the next time, and nothing twice",
          "[hub]") {
  callback_list<int> list;
  std::string log;
  add(list, [&](int) { log += "a"; });
  add(list, [&](int i) {
    log += "b";
    if (i == 1) list.add_first(ref<entry>{new entry{[&](int) { log += "f"; }}});
  });
  add(list, [&](int) { log += "c"; });
  list.call([](std::exception_ptr) {}, 1);
  CHECK(log == "abc");
  list.call([](std::exception_ptr) {}, 2);
  CHECK(log == "abcfabc");
}

}  // namespace
