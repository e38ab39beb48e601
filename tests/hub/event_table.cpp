#include "socketio/hub/event_table.hpp"

#include <stdexcept>
#include <string>
#include <utility>

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

TEST_CASE("a table may be emptied by a handler that it runs", "[hub]") {
  event_table table, aside;
  std::string log;
  auto* const first = new logging_handler{log, 'a'};
  table.add("x", ref<handler>{first});
  table.add("x", ref<handler>{new logging_handler{log, 'b'}});
  first->also = [&] { aside = std::exchange(table, {}); };
  run(table, "x");
  CHECK(log.starts_with('a'));
  CHECK_FALSE(run(table, "x"));
}

TEST_CASE("callbacks run in order, whatever one of them throws", "[hub]") {
  callback_list<int> list;
  CHECK(list.empty());
  std::string log;
  list.add([&](int i) { log += "a" + std::to_string(i); });
  list.add([](int) { throw std::runtime_error{"oops"}; });
  list.add([&](int) {
    log += "b";
    list.add([&](int) { log += "c"; });
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
  callback_list<int> list, aside;
  std::string log;
  list.add([&](int) {
    aside = std::exchange(list, {});  // what runs must stay somewhere
    log += "a";
  });
  list.add([&](int) { log += "b"; });
  list.call([](std::exception_ptr) {}, 1);
  CHECK(log == "a");
}

}  // namespace
