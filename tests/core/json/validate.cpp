// What `read` accepts is compared in parsed.hpp, for the texts of all tests of JSON.
#include "socketio/core/json/validate.hpp"

#include <array>
#include <random>
#include <string>
#include <string_view>

#include "core/json/parsed.hpp"
#include "support/catch.hpp"

using socketio::json::end_of_value;
using socketio::json::is_valid;
using socketio::json::nowhere;

TEST_CASE("json: where a value ends", "[json]") {
  CHECK(end_of_value(R"(1,2)", 0, 128) == 1);
  CHECK(end_of_value(R"(1,2)", 2, 128) == 3);
  CHECK(end_of_value(R"( {"a":[1,{}]} ,2)", 0, 128) == 13);
  CHECK(end_of_value(R"("a\"b",2)", 0, 128) == 6);
  CHECK(end_of_value("-0.5e+7]", 0, 128) == 7);
  CHECK(end_of_value("", 0, 128) == nowhere);
  CHECK(end_of_value("[1", 0, 128) == nowhere);
  CHECK(end_of_value(",", 0, 128) == nowhere);
}

TEST_CASE("json: numbers are validated as RFC 8259, section 6, has them", "[json]") {
  for (const char* const right :
       {"0", "-0", "10", "1.0", "0.1e5", "1E-2", "123456789012345678901"}) {
    CHECK(parsed{right}.ok());
  }
  for (const char* const wrong : {"-", "01", "+1", "1.", ".1", "1e", "1e+", "--1", "0x1", "1.e1"}) {
    CHECK(!parsed{wrong}.ok());
  }
}

TEST_CASE("R121 json: nesting is limited on both sides", "[json]") {
  const auto nested = [](std::size_t depth, std::string_view open, std::string_view close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += "1";
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  for (const std::uint32_t depth : {1u, 63u, 64u, 65u, 128u, 511u, 512u}) {
    CHECK(is_valid(nested(depth, "[", "]"), depth));
    CHECK(!is_valid(nested(depth + 1, "[", "]"), depth));
    CHECK(is_valid(nested(depth, R"({"a":)", "}"), depth));
    CHECK(!is_valid(nested(depth + 1, R"({"a":)", "}"), depth));
  }
  CHECK(is_valid(nested(256, R"([{"a":)", "}]"), 512));
  CHECK(!is_valid(nested(513, "[", "]"), 0xffff'ffff));
}

TEST_CASE("json: validating and reading agree on whatever is changed in a text", "[json]") {
  constexpr std::string_view text =
      R"(["e",{"a":[1,-2.5e3,true,false,null],"b\u00e9":"\"\\\n\ud83d"},{},[], "é"])";
  constexpr std::string_view bytes = "\"\\[]{},:0159.-+eEtfnlu a\n\t\x1f\x7f";
  std::mt19937 random{11};
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(random);
  };
  for (int i = 0; i < 30'000; ++i) {
    std::string changed{text};
    for (std::size_t changes = 1 + below(3); changes != 0 && !changed.empty(); --changes) {
      const std::size_t at = below(changed.size());
      switch (below(3)) {
        case 0:
          changed[at] = bytes[below(bytes.size())];
          break;
        case 1:
          changed.erase(at, 1 + below(4));
          break;
        default:
          changed.insert(at, 1, bytes[below(bytes.size())]);
      }
    }
    CAPTURE(changed);
    CHECK_NOTHROW(parsed{changed});
  }
}
