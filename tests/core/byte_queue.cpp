#include "socketio/core/byte_queue.hpp"

#include <string>

#include "support/catch.hpp"

using socketio::byte_queue;

TEST_CASE("byte_queue: first in, first out", "[byte_queue]") {
  byte_queue queue;
  queue.push("one");
  queue.push("two");
  queue.pop(2);
  CHECK(queue.view() == "etwo");
  queue.pop(1);
  queue.push("three");
  CHECK(queue.view() == "twothree");
  CHECK(queue.size() == 8);
  queue.pop(8);
  CHECK(queue.view().empty());
  queue.push("four");
  CHECK(queue.view() == "four");
}

TEST_CASE("byte_queue: empty, it holds little memory", "[byte_queue]") {
  byte_queue queue;
  const std::string large(100'000, 'x');
  queue.push(large);
  queue.pop(60'000);
  CHECK(queue.size() == 40'000);
  queue.pop(40'000);
  CHECK(queue.capacity() < 2000);
  queue.push(large);
  queue.clear();
  CHECK(queue.capacity() < 2000);
  CHECK(queue.size() == 0);
}
