#include "socketio/proto/http/query.hpp"

#include <vector>

#include "support/catch.hpp"

using socketio::http::query;

namespace {

std::vector<std::string> pairs_of(std::string_view text) {
  std::vector<std::string> pairs;
  for (const auto& [name, value] : query{text}) {
    pairs.push_back(std::string{name} + "|" + std::string{value});
  }
  return pairs;
}

bool conflicts(std::string_view text, std::string_view key) {
  const auto result = query{text}.find(key);
  CHECK_FALSE((result.conflict && result.value));
  return result.conflict;
}

}  // namespace

TEST_CASE("a query is its pairs in order, undecoded", "[http][query]") {
  using list = std::vector<std::string>;
  CHECK(pairs_of("") == list{});
  CHECK(pairs_of("a=1&b=%20&a=2") == list{"a|1", "b|%20", "a|2"});
  CHECK(pairs_of("a&b=&=c&=") == list{"a|", "b|", "|c", "|"});
  CHECK(pairs_of("&&a=b=c&") == list{"a|b=c"});
  CHECK(pairs_of("&") == list{});
}

TEST_CASE("values are decoded once", "[http][query]") {
  const query sent{"EIO=4&transport=polling&name=J%C3%BCrgen+%2541&flag&empty="};
  CHECK(sent.find("EIO").value == "4");
  CHECK(sent.find("transport").value == "polling");
  CHECK(sent.find("name").value == "J\xc3\xbcrgen %41");
  CHECK(sent.find("flag").value == "");
  CHECK(sent.find("empty").value == "");
  CHECK(sent.find("missing").value == std::nullopt);
  CHECK_FALSE(sent.find("missing").conflict);
  CHECK(query{""}.find("").value == std::nullopt);
}

TEST_CASE("keys are compared decoded", "[http][query]") {
  CHECK(query{"%45IO=4"}.find("EIO").value == "4");
  CHECK(query{"a+b=1"}.find("a b").value == "1");
  CHECK(query{"a+b=1"}.find("a+b").value == std::nullopt);
  CHECK(query{"a%2Bb=1"}.find("a+b").value == "1");
  CHECK(query{"eio=4"}.find("EIO").value == std::nullopt);
}

TEST_CASE("R27 a key with two different values is a conflict, with two equal ones not",
          "[http][query]") {
  CHECK(conflicts("EIO=4&EIO=3", "EIO"));
  CHECK(conflicts("EIO=4&%45IO=3", "EIO"));
  CHECK(conflicts("transport=polling&a=b&transport=websocket", "transport"));
  CHECK(conflicts("sid=a&sid=b", "sid"));
  CHECK(conflicts("sid=a&sid", "sid"));
  CHECK(query{"sid=a&sid=%61"}.find("sid").value == "a");
  CHECK(query{"sid=a&a=x&a=y"}.find("sid").value == "a");
  // Another key, and another number: for the engine to refuse.
  CHECK(query{"EIO[]=4"}.find("EIO").value == std::nullopt);
  CHECK(query{"EIO=04"}.find("EIO").value == "04");
}

TEST_CASE("R25 values that are not UTF-8 in percent-encoding are refused", "[http][query]") {
  for (const std::string_view text : {"a=%zz", "a=%", "a=%4", "a=%c0%af", "a=%ff", "a=\xff",
                                      "a=%ed%a0%80", "a=1&a=%zz", "a=%zz&a=%zz"}) {
    INFO(text);
    CHECK(conflicts(text, "a"));
    CHECK_FALSE(conflicts(text, "b"));
  }
  CHECK(query{"a=%00%0d%0a"}.find("a").value == std::string("\0\r\n", 3));
}
