#include "socketio/core/release.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using socketio::release;

TEST_CASE("what is released owns no memory", "[core]") {
  std::vector<int> numbers(1000);
  release(numbers);
  CHECK(numbers.capacity() == 0);
  std::string text(1000, 'x');
  release(text);
  CHECK(text.empty());
  CHECK(text.capacity() == std::string{}.capacity());
}

TEST_CASE("a little may stay", "[core]") {
  std::vector<int> numbers(1000);
  release(numbers, 1000);
  CHECK(numbers.empty());
  CHECK(numbers.capacity() == 1000);
  release(numbers, 999);
  CHECK(numbers.capacity() == 0);
}
