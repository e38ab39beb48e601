#include "socketio/core/value/view.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/json/parsed.hpp"
#include "support/catch.hpp"

namespace io = socketio;
using io::value_type;
using io::value_view;

TEST_CASE("a view answers only as what it is", "[value]") {
  const parsed p{R"([null,true,1,1.5,"1",[1],{"1":1}])"};
  REQUIRE(p.ok());
  const value_view v = p.root();
  const value_type types[] = {value_type::null,  value_type::boolean, value_type::integer,
                              value_type::real,  value_type::string,  value_type::array,
                              value_type::object};
  for (std::size_t i = 0; i < 7; ++i) {
    CAPTURE(i);
    CHECK(v[i].type() == types[i]);
    CHECK(v[i].is_null() == (i == 0));
    CHECK(v[i].is_bool() == (i == 1));
    CHECK(v[i].is_number() == (i == 2 || i == 3));
    CHECK(v[i].is_string() == (i == 4));
    CHECK(v[i].is_array() == (i == 5));
    CHECK(v[i].is_object() == (i == 6));
    CHECK_FALSE(v[i].is_binary());
    CHECK(v[i].as_bool().has_value() == (i == 1));
    CHECK(v[i].as_int64().has_value() == (i == 2));
    CHECK(v[i].as_uint64().has_value() == (i == 2));
    CHECK(v[i].as_double().has_value() == (i == 2 || i == 3));
    CHECK(v[i].as_string().has_value() == (i == 4));
    CHECK_FALSE(v[i].as_binary());
    CHECK(v[i].size() == (i < 5 ? 0 : 1));
    CHECK(v[i][0].is_null() == (i != 5));
    CHECK(v[i]["1"].is_null() == (i != 6));
    CHECK(v[i].elements().size() == (i == 5));
    CHECK(v[i].members().size() == (i == 6));
  }
  CHECK(value_view{}.is_null());
  CHECK(v[7].is_null());
  CHECK(v["a"].is_null());
}

TEST_CASE("whole numbers convert when they fit", "[value]") {
  const auto signed_of = [](const char* text) { return parsed{text}.root().as_int64(); };
  const auto unsigned_of = [](const char* text) { return parsed{text}.root().as_uint64(); };
  CHECK(signed_of("3.0") == 3);
  CHECK(signed_of("-3e2") == -300);
  CHECK(signed_of("-0") == 0);
  CHECK_FALSE(signed_of("3.5"));
  CHECK_FALSE(signed_of("1e400"));
  CHECK(signed_of("9223372036854774784.0") == 9223372036854774784);
  CHECK_FALSE(signed_of("9223372036854775808.0"));
  CHECK_FALSE(signed_of("9223372036854775808"));
  CHECK(signed_of("-9223372036854775808.0") == std::numeric_limits<std::int64_t>::min());
  CHECK_FALSE(signed_of("-9223372036854777856.0"));

  CHECK(unsigned_of("3.0") == 3);
  CHECK_FALSE(unsigned_of("-1"));
  CHECK_FALSE(unsigned_of("-1.0"));
  CHECK(unsigned_of("-0.0") == 0);
  CHECK_FALSE(unsigned_of("0.5"));
  CHECK(unsigned_of("9223372036854775808") == 9223372036854775808u);
  CHECK(unsigned_of("9223372036854775808.0") == 9223372036854775808u);
  CHECK(unsigned_of("18446744073709549568.0") == 18446744073709549568u);
  CHECK_FALSE(unsigned_of("18446744073709551616"));
  CHECK_FALSE(unsigned_of("1e400"));

  CHECK(parsed{"18446744073709551615"}.root().as_double() == 18446744073709551616.0);
  CHECK(parsed{"9007199254740993"}.root().as_double() == 9007199254740992.0);
}

TEST_CASE("elements and members are visited in order, without what is below them", "[value]") {
  const parsed p{R"([[1,[2,[3]]],{"a":{"b":{"c":1}}},"x",{"k":1,"l":[[],[]],"m":{}},[]])"};
  REQUIRE(p.ok());
  std::vector<std::string> elements;
  for (const value_view e : p.root().elements()) elements.push_back(io::to_json(e));
  CHECK(elements == std::vector<std::string>{"[1,[2,[3]]]", R"({"a":{"b":{"c":1}}})", "\"x\"",
                                             R"({"k":1,"l":[[],[]],"m":{}})", "[]"});
  std::string members;
  for (const auto& [key, value] : p.root()[3].members()) {
    members += std::string{key} + "=" + io::to_json(value) + ";";
  }
  CHECK(members == "k=1;l=[[],[]];m={};");

  const auto range = p.root().elements();
  CHECK(std::count_if(range.begin(), range.end(), [](value_view e) { return e.is_array(); }) == 2);
  auto it = range.begin();
  CHECK((*it++).is_array());
  CHECK((*it).is_object());
  CHECK(value_view{}.elements().begin() == value_view{}.elements().end());
}

TEST_CASE("args are the elements of an array from some place on", "[value]") {
  const parsed p{R"(["ev",1,"two",[3]])"};
  REQUIRE(p.ok());
  const io::args all{p.root(), 1};
  CHECK(all.size() == 3);
  CHECK(all[0].as_int64() == 1);
  CHECK(all[1].as_string() == "two");
  CHECK(all[2][0].as_int64() == 3);
  CHECK(all[3].is_null());
  std::string text;
  for (const value_view argument : all) text += io::to_json(argument);
  CHECK(text == "1\"two\"[3]");

  CHECK(io::args{p.root()}.size() == 4);
  CHECK(io::args(p.root(), 4).empty());
  CHECK(io::args(p.root(), 9).empty());
  CHECK(io::args{}.empty());
  CHECK(io::args{value_view{}}.empty());
  CHECK(io::to_json(all) == R"([1,"two",[3]])");
}
