#include "socketio/core/value/tape.hpp"

#include <string>

#include "socketio/json.hpp"
#include "support/catch.hpp"

namespace io = socketio;
using io::tape;
using io::value_type;

namespace {

std::string dump(const tape& t) { return io::to_json(t.root()); }

}  // namespace

TEST_CASE("a tape holds what is pushed", "[value]") {
  tape t;
  CHECK(t.root().is_null());
  CHECK(t.begin_array());
  CHECK(t.null());
  CHECK(t.boolean(true));
  CHECK(t.integer(-1));
  CHECK(t.unsigned_integer(1));
  CHECK(t.unsigned_integer(std::numeric_limits<std::uint64_t>::max()));
  CHECK(t.real(0.5));
  CHECK(t.string("text"));
  CHECK(t.binary(io::as_bytes("data")));
  CHECK(t.begin_object());
  CHECK(t.key("a"));
  CHECK(t.begin_array());
  CHECK(t.end_array());
  CHECK(t.key("b"));
  CHECK(t.integer(2));
  CHECK(t.end_object());
  CHECK(t.root().is_null());  // unfinished
  CHECK(t.end_array());
  CHECK_FALSE(t.failed());

  const io::value_view v = t.root();
  REQUIRE(v.size() == 9);
  CHECK(v[0].is_null());
  CHECK(v[1].as_bool() == true);
  CHECK(v[2].type() == value_type::integer);
  CHECK(v[3].type() == value_type::integer);
  CHECK(v[4].type() == value_type::unsigned_integer);
  CHECK(v[5].type() == value_type::real);
  CHECK(v[6].as_string() == "text");
  CHECK(io::as_text(v[7].as_binary().value()) == "data");
  CHECK(v[8].size() == 2);
  CHECK(dump(t) == R"([null,true,-1,1,18446744073709551615,0.5,"text",null,{"a":[],"b":2}])");
}

TEST_CASE("a tape is filled again after clear", "[value]") {
  tape t;
  for (const int n : {10, 100'000, 3, 5'000, 0}) {
    t.clear();
    CHECK(t.root().is_null());
    t.begin_array();
    for (int i = 0; i < n; ++i) t.integer(i);
    t.end_array();
    REQUIRE(t.root().size() == static_cast<std::size_t>(n));
    if (n != 0) CHECK(t.root()[static_cast<std::size_t>(n - 1)].as_int64() == n - 1);
  }
}

TEST_CASE("L20 a tape refuses depth 129 and stays failed until clear", "[value]") {
  const bool object = GENERATE(false, true);
  tape t;
  const auto begin = [&] {
    if (object && t.root().is_null()) t.key("k");
    return object ? t.begin_object() : t.begin_array();
  };
  CHECK((object ? t.begin_object() : t.begin_array()));
  for (int i = 1; i < 128; ++i) REQUIRE(begin());
  CHECK_FALSE(begin());
  CHECK(t.failure() == tape::fault::too_deep);
  CHECK_FALSE(t.integer(1));
  CHECK_FALSE(t.string("x"));
  CHECK_FALSE(t.key("x"));
  CHECK_FALSE(t.begin_array());
  CHECK_FALSE(t.end_array());
  CHECK_FALSE(t.end_object());
  CHECK(t.failure() == tape::fault::too_deep);
  CHECK(t.root().is_null());

  t.clear();
  CHECK_FALSE(t.failed());
  CHECK(t.begin_array());
  CHECK(t.end_array());
  CHECK(dump(t) == "[]");
}

TEST_CASE("the depth is that of open containers only", "[value]") {
  tape t{{.depth = 2}};
  t.begin_array();
  for (int i = 0; i < 5; ++i) {
    CHECK(t.begin_array());
    CHECK(t.end_array());
  }
  t.end_array();
  CHECK(dump(t) == "[[],[],[],[],[]]");
  tape none{{.depth = 0}};
  CHECK_FALSE(none.begin_object());
  none.clear();
  CHECK(none.integer(1));
}

TEST_CASE("L21 a tape refuses one node too many", "[value]") {
  for (const std::size_t limit :
       {std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{65}, std::size_t{1000}}) {
    tape t{{.nodes = limit}};
    for (int round = 0; round < 2; ++round) {
      t.begin_array();
      for (std::size_t i = 1; i < limit; ++i) REQUIRE(t.null());
      CHECK_FALSE(t.failed());
      CHECK_FALSE(t.null());
      CHECK(t.failure() == tape::fault::too_large);
      CHECK_FALSE(t.end_array());
      t.clear();
    }
  }
  CHECK_FALSE(tape{{.nodes = 0}}.null());
}

TEST_CASE("L21 a reader gets room for a whole value, or does without", "[value]") {
  tape t{{.depth = 3, .nodes = 6}};
  const auto push_two = [&t] {
    if (t.depth_left() == 0) return false;
    socketio::detail::node* const nodes = t.prepare(3);
    if (!nodes) return false;
    nodes[0].become(value_type::array, 2).node_span = 3;
    nodes[1].become(value_type::string, 1).text = "a";
    nodes[2].become(value_type::string, 1).text = "b";
    t.commit(3);
    return true;
  };
  CHECK(t.begin_array());
  CHECK(push_two());
  CHECK(t.null());
  CHECK_FALSE(push_two());  // there is room for one node
  CHECK_FALSE(t.failed());
  CHECK(t.end_array());
  CHECK(dump(t) == R"([["a","b"],null])");
  t.clear();
  CHECK((t.begin_array() && t.begin_array() && t.begin_array()));
  CHECK_FALSE(push_two());
  CHECK_FALSE(t.failed());
  CHECK((t.end_array() && t.end_array() && t.end_array()));
  t.clear();
  for (int i = 0; i < 7; ++i) t.null();
  CHECK(t.failure() == tape::fault::too_large);
  CHECK_FALSE(push_two());
}

TEST_CASE("stored text stays until clear", "[value]") {
  tape t;
  for (int round = 0; round < 3; ++round) {
    t.begin_array();
    std::string expected = "[";
    for (std::size_t i = 0; i < 300; ++i) {
      const std::string text(i * 7 % 5000, static_cast<char>('a' + i % 26));
      t.string(t.store(text));
      expected += (i == 0 ? "\"" : ",\"") + text + "\"";
    }
    t.end_array();
    CHECK(dump(t) == expected + "]");
    t.clear();
  }
}

TEST_CASE("objects are found in the order of the text and replaced in place", "[value]") {
  std::string text =
      R"(["ev",{"_placeholder":true,"num":0},{"a":{"_placeholder":true,"num":1,"x":{"y":{}}},"b":[{}]},7])";
  tape t;
  REQUIRE(io::json::read(text.data(), text.size(), t) == io::json::status::ok);

  std::vector<std::string> found;
  for (std::size_t i = t.next_object(0); i != tape::npos; i = t.next_object(i + 1)) {
    found.push_back(io::to_json(t.at(i)));
    if (t.at(i).find("_placeholder")) t.replace_with_binary(i, io::as_bytes("data"));
  }
  CHECK(found ==
        std::vector<std::string>{R"({"_placeholder":true,"num":0})",
                                 R"({"a":{"_placeholder":true,"num":1,"x":{"y":{}}},"b":[{}]})",
                                 R"({"_placeholder":true,"num":1,"x":{"y":{}}})", "{}"});

  const io::value_view v = t.root();
  CHECK(v.size() == 4);
  CHECK(io::as_text(v[1].as_binary().value()) == "data");
  CHECK(io::as_text(v[2]["a"].as_binary().value()) == "data");
  CHECK(v[2]["b"].size() == 1);
  CHECK(v[3].as_int64() == 7);
  CHECK(io::count_binary(v) == 2);

  const io::value copy{v};
  t.clear();
  text.assign(text.size(), 'x');
  CHECK(io::to_json(copy) == R"(["ev",null,{"a":null,"b":[{}]},7])");
  CHECK(io::as_text(copy[2]["a"].as_binary().value()) == "data");
}

TEST_CASE("any value can be replaced, an empty one and the root too", "[value]") {
  for (std::string text : {"{}", "{\"a\":1}", "[]", "[1]", "1"}) {
    tape t;
    REQUIRE(io::json::read(text.data(), text.size(), t) == io::json::status::ok);
    t.replace_with_binary(0, io::as_bytes("abc"));
    CHECK(io::as_text(t.root().as_binary().value()) == "abc");
    CHECK(t.next_object(0) == tape::npos);
    CHECK(io::as_text(io::value{t.root()}.as_binary().value()) == "abc");
  }
}
