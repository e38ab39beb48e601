// Reading and writing small messages allocates nothing once the buffers have their size.
#include <cstdlib>
#include <new>

#include "core/json/parsed.hpp"
#include "socketio/core/frame_builder.hpp"
#include "support/catch.hpp"

namespace {

thread_local std::size_t allocations = 0;

}  // namespace

// All forms that end in the one `operator delete`, because sanitizers have their own of each.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace io = socketio;

TEST_CASE("a small message is read and its arguments are converted without allocations", "[json]") {
  struct point {
    int x;
    std::optional<double> y;
  };
  const std::string text =
      R"(["move",{"x":1,"y":2.5},"0123456789abcdef0123456789abcdef\n",[1,[2,[3]]],1e400,-7])";
  io::tape values;
  std::string out;
  const auto once = [&] {
    char block[128];
    text.copy(block, text.size());
    values.clear();
    if (io::json::read(block, text.size(), values) != io::json::status::ok) return false;
    const io::args arguments{values.root(), 1};
    point p{};
    std::string_view s;
    std::tuple<int, io::value_view> nested;
    double d = 0;
    int i = 0;
    const bool converted = io::from_value(arguments[0], p) && io::from_value(arguments[1], s) &&
                           io::from_value(arguments[2], nested) &&
                           io::from_value(arguments[3], d) && io::from_value(arguments[4], i);
    out.clear();
    io::json::writer<std::string> w{out};
    io::to_writer(w, values.root());
    return converted && p.x == 1 && p.y == 2.5 && s.size() == 33 && i == -7;
  };

  REQUIRE(once());
  const std::size_t before = allocations;
  for (int n = 0; n < 10; ++n) REQUIRE(once());
  CHECK(allocations == before);
}

TEST_CASE("a value is one allocation, a null none", "[value]") {
  const parsed p{R"({"a":["b",{"c":[1,2,3]}]})"};
  const std::size_t before = allocations;
  const io::value copy{p.root()};
  CHECK(allocations == before + 1);
  const io::value null{p.root()["missing"]}, nothing;
  CHECK(allocations == before + 1);
}
