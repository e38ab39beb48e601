#include "socketio/core/value/value.hpp"

#include <map>
#include <string>
#include <vector>

#include "core/json/parsed.hpp"
#include "support/catch.hpp"

namespace io = socketio;

TEST_CASE("a value outlives its message", "[value]") {
  io::value kept;
  const std::string text = R"(["a",{"b":["c",1,2.5,true,null,{}],"":"x"},[],""])";
  {
    const parsed p{text};
    kept = p.root()[1];
    const io::value whole{p.root()};
    CHECK(io::to_json(whole) == text);
  }
  CHECK(io::to_json(kept) == R"({"b":["c",1,2.5,true,null,{}],"":"x"})");
  CHECK(kept["b"][0].as_string() == "c");
}

TEST_CASE("values are copied and moved", "[value]") {
  io::value a{"text"};
  io::value b = a;
  CHECK(a.as_string() == "text");
  CHECK(b.as_string() == "text");
  CHECK(a.as_string()->data() != b.as_string()->data());

  io::value c = std::move(a);
  CHECK(a.is_null());  // NOLINT(bugprone-use-after-move)
  CHECK(c.as_string() == "text");
  c = c["x"];
  CHECK(c.is_null());
  c = b;
  b = io::value{1};
  CHECK(c.as_string() == "text");
  CHECK(b.as_int64() == 1);
  auto& same = c;
  c = same;
  CHECK(c.as_string() == "text");
  c = std::move(same);
  CHECK(c.as_string() == "text");

  std::vector<io::value> many(100, io::value{std::vector<int>{1, 2, 3}});
  many.erase(many.begin(), many.begin() + 50);
  many.insert(many.begin(), io::value{});
  CHECK(io::to_json(many.back()) == "[1,2,3]");
  CHECK(sizeof(io::value) == sizeof(void*));
}

TEST_CASE("nothing and an empty object need no memory", "[value]") {
  const io::value object{std::map<std::string, int>{}};
  io::value copy{object};
  CHECK(copy.is_object());
  CHECK(copy.size() == 0);
  CHECK(io::to_json(copy) == "{}");
  CHECK(copy.nodes() == object.nodes());
  CHECK(io::memory_of(copy) == 0);
  CHECK(io::memory_of(io::value{}) == 0);
  CHECK(io::memory_of(io::value{std::vector<int>{}}) != 0);
  copy = io::value{1};
  CHECK(io::to_json(object) == "{}");
  const parsed p{R"([{},{}])"};
  CHECK(io::to_json(io::value{p.root()}) == "[{},{}]");
  CHECK(io::to_json(io::value{p.root()[0]}) == "{}");
}

TEST_CASE("a value is made of any C++ value", "[value]") {
  struct point {
    int x;
    std::optional<std::string> name;
  };
  CHECK(io::to_json(io::value{nullptr}) == "null");
  CHECK(io::to_json(io::value{true}) == "true");
  CHECK(io::to_json(io::value{-1}) == "-1");
  CHECK(io::to_json(io::value{0.1}) == "0.1");
  CHECK(io::to_json(io::value{"literal"}) == "\"literal\"");
  CHECK(io::to_json(io::value{std::string(100, 'x')}) == "\"" + std::string(100, 'x') + "\"");
  CHECK(io::to_json(io::value{point{1, "n"}}) == R"({"x":1,"name":"n"})");
  CHECK(io::to_json(io::value{std::map<std::string, io::value>{
            {"a", 1}, {"b", "two"}, {"c", std::vector<io::value>{3, nullptr, point{4, {}}}}}}) ==
        R"({"a":1,"b":"two","c":[3,null,{"x":4}]})");
  CHECK(io::to_json(io::value{std::chrono::system_clock::time_point{}}) ==
        "\"1970-01-01T00:00:00.000Z\"");

  const io::value binary{io::bytes{std::byte{'a'}, std::byte{'b'}}};
  CHECK(io::as_text(binary.as_binary().value()) == "ab");
}

TEST_CASE("raw JSON in a value is read", "[value]") {
  const io::value v{std::vector<io::raw_json>{{R"({"a":[1,"\n"]})"}, {"2"}, {"not JSON"}, {"[1"}}};
  CHECK(io::to_json(v) == R"([{"a":[1,"\n"]},2,null,null])");
}

TEST_CASE("R122 a value deeper than 128 levels is null, and none is deep to destroy", "[value]") {
  io::value v{1};
  for (int depth = 1; depth <= 128; ++depth) {
    v = io::value{std::vector<io::value>{v}};
    REQUIRE(v.is_array());
  }
  const std::string text = io::to_json(v);
  CHECK(text == std::string(128, '[') + "1" + std::string(128, ']'));
  CHECK(io::value{std::vector<io::value>{v}}.is_null());
}

TEST_CASE("a view of a value is its beginning", "[value]") {
  const io::value v{std::vector<int>{1, 2}};
  const io::value_view view = v;
  CHECK(view.nodes() == v.nodes());
  std::vector<io::value_view> elements(view.elements().begin(), view.elements().end());
  CHECK(elements[1].as_int64() == 2);
}
