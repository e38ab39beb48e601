#include "socketio/core/json/reader.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "core/json/parsed.hpp"
#include "support/catch.hpp"

using socketio::value_type;
using socketio::json::status;
using namespace std::string_literals;

namespace {

struct vector {
  std::string text;
  std::string dumped;
};

std::string repeat(std::string_view text, std::size_t times) {
  std::string all;
  while (times-- != 0) all += text;
  return all;
}

}  // namespace

TEST_CASE("json accepts what JSON.parse accepts, with the same meaning", "[json]") {
  // JSON.stringify(JSON.parse(text)) of Node.js 20
  const auto v = GENERATE(values<vector>({
      {"[]", "[]"},
      {"{}", "{}"},
      {"null", "null"},
      {"true", "true"},
      {"false", "false"},
      {R"("")", R"("")"},
      {R"( [ 1 , 2 ] )", "[1,2]"},
      {"\r\n\t [1]", "[1]"},
      {"[1]\n", "[1]"},
      {R"(["a",null,true,1.5,{"b":[{}]}])", R"(["a",null,true,1.5,{"b":[{}]}])"},
      {R"({"a":[],"b":{"c":[[],{}]},"d":-1})", R"({"a":[],"b":{"c":[[],{}]},"d":-1})"},
      {R"("\ud83d\ude00")", R"("😀")"},
      {R"("\uD83D\uDE00")", R"("😀")"},
      {R"("\\ud800")", R"("\\ud800")"},
      {R"("\u0000")", R"("\u0000")"},
      {R"("\"\\\/\b\f\n\r\t\u001f\u00e9\u20ac")", R"("\"\\/\b\f\n\r\t\u001fé€")"},
      {R"("é😀")", R"("é😀")"},
      {"\"\x7f\"", "\"\x7f\""},
      {"\"\u2028\u2029\"", "\"\u2028\u2029\""},
      {R"({"__proto__":{"x":1}})", R"({"__proto__":{"x":1}})"},
  }));
  CAPTURE(v.text);
  const parsed p{v.text};
  CHECK(p.dump() == v.dumped);
  CHECK(p.restored);
}

TEST_CASE("json refuses what JSON.parse refuses", "[json]") {
  for (const std::string_view text : {"",
                                      " ",
                                      "nul",
                                      "nulll",
                                      "tru",
                                      "True",
                                      "[1,]",
                                      "[,1]",
                                      "[1 2]",
                                      "[1",
                                      "]",
                                      "[",
                                      "{",
                                      "}",
                                      "{\"a\"",
                                      "{\"a\":",
                                      "{\"a\":1",
                                      "{\"a\":1,",
                                      "{\"a\":1,}",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{a:1}",
                                      "{\"a\" 1}",
                                      "{1:2}",
                                      "1 2",
                                      "[]x",
                                      "[]]",
                                      "/*c*/1",
                                      "1//c",
                                      "'a'",
                                      "\u00a01",
                                      "\ufeff1",
                                      "\v1",
                                      "\f1",
                                      "[1]\v",
                                      "\"",
                                      "\"\\\"",
                                      "\"abc",
                                      "\"\\a\"",
                                      "\"\\x41\"",
                                      "\"\\u12\"",
                                      "\"\\u12g4\"",
                                      "\"\\ud8zz\"",
                                      "\"\\udczz\"",
                                      "\"\\ud800",
                                      "\"\\ud800\\",
                                      "\"\\ud800\\u",
                                      "\"\\ud800\\udc",
                                      "\"\\ud8",
                                      "\"\\u",
                                      "\"\\",
                                      "\"a\tb\"",
                                      "\"a\nb\"",
                                      "\"a\x1f\"",
                                      "[\"a\n\"]"}) {
    CAPTURE(text);
    const parsed p{text};
    CHECK(p.status == status::malformed);
    CHECK(p.restored);
  }
}

TEST_CASE("json takes a NUL for no end", "[json]") {
  const std::string text =
      GENERATE(values<std::string>({"\0"s, "1\0"s, "[]\0"s, "[]\0[]"s, "\0[]"s, "[\0]"s,
                                    "\"a\0b\""s, "\"\0\""s, "12\0003"s, "nu\0l"s}));
  CHECK(parsed{text}.status == status::malformed);
}

TEST_CASE("R121 duplicate keys: the last one wins", "[json]") {
  const parsed p{R"({"a":1,"b":2,"a":{"c":3},"__proto__":4})"};
  REQUIRE(p.ok());
  CHECK(p.root()["a"]["c"].as_int64() == 3);
  CHECK(p.root()["b"].as_int64() == 2);
  CHECK(p.root()["__proto__"].as_int64() == 4);
  CHECK_FALSE(p.root().find("constructor"));
}

TEST_CASE("R121 a key of a megabyte and NULs in strings are plain data", "[json]") {
  const std::string key(1'000'000, 'k');
  const parsed p{"{\"" + key + "\":\"a\\u0000b\"}"};
  REQUIRE(p.ok());
  CHECK(p.root()[key].as_string() == "a\0b"s);
}

TEST_CASE("R122 L20 depth 128 is read, 129 is not", "[json]") {
  const auto [begin, end] = GENERATE(table<std::string, std::string>(
      {{"[", "]"}, {"{\"a\":", "}"}, {"[{\"a\":", "}]"}, {"[0,{\"b\":0,\"a\":", "}]"}}));
  const bool pair = begin[0] == '[' && begin.size() > 1;
  const std::size_t levels = pair ? 64 : 128;
  const parsed fits{repeat(begin, levels) + "1" + repeat(end, levels)};
  CHECK(fits.status == status::ok);
  CHECK(socketio::to_json(fits.root()).size() == levels * (begin.size() + end.size()) + 1);
  CHECK(parsed{repeat(begin, levels) + "[]" + repeat(end, levels)}.status == status::too_deep);
  CHECK(parsed{repeat(begin, levels + 1) + "1" + repeat(end, levels + 1)}.status ==
        status::too_deep);
}

TEST_CASE("R122 no depth overflows the stack", "[json]") {
  const std::string begin = GENERATE(values<std::string>({"[", "{\"a\":", "[{\"a\":", "[0,"}));
  const std::size_t levels = GENERATE(values<std::size_t>({1'000, 100'000, 500'000}));
  CHECK(parsed{repeat(begin, levels)}.status == status::too_deep);
}

TEST_CASE("L21 a text cannot fill more nodes than allowed", "[json]") {
  const auto limited = [](std::string_view text) { return parsed{text, {.nodes = 100}}.status; };
  CHECK(limited("[" + repeat("0,", 98) + "0]") == status::ok);
  CHECK(limited("[" + repeat("0,", 99) + "0]") == status::too_large);
  CHECK(limited("[" + repeat("[],", 98) + "[]]") == status::ok);
  CHECK(limited("[" + repeat("[],", 99) + "[]]") == status::too_large);
  CHECK(limited("{" + repeat("\"\":\"\",", 48) + "\"\":1}") == status::ok);
  CHECK(limited("{" + repeat("\"\":\"\",", 49) + "\"\":1}") == status::too_large);
  CHECK(parsed{"[" + repeat("0,", 499'999) + "0]"}.ok());  // a packet of the default size
}

TEST_CASE("json: after a failure the tape has no root, and can be used again", "[json]") {
  socketio::tape values;
  for (const std::string_view bad : {"[1,", "[[[\"a\"]", "{\"a\":[1,2}", ""}) {
    std::string text{bad};
    CHECK(socketio::json::read(text.data(), text.size(), values) == status::malformed);
    values.clear();
    text = "[7]";
    CHECK(socketio::json::read(text.data(), text.size(), values) == status::ok);
    CHECK(values.root()[0].as_int64() == 7);
    values.clear();
  }
}

TEST_CASE("R123 numbers have the value that JSON.parse gives them", "[json]") {
  const double inf = std::numeric_limits<double>::infinity();
  const auto [text, value] = GENERATE_COPY(table<std::string, double>({
      {"1e400", inf},
      {"-1e400", -inf},
      {"1E+400", inf},
      {"1e99999999999999999999", inf},
      {"1E-999", 0.0},
      {"-1E-999", -0.0},
      {"1e-99999999999999999999", 0.0},
      {"0e999999999999", 0.0},
      {"0.0e400", 0.0},
      {"-0", -0.0},
      {"-0.0", -0.0},
      {"-0e5", -0.0},
      {"1e5", 1e5},
      {"1E5", 1e5},
      {"1e-5", 1e-5},
      {"0.1e1", 1.0},
      {"0.30000000000000004", 0.30000000000000004},
      {"0.184467440737095516159", 0.184467440737095516159},
      {"123456789012345678901234567890", 1.2345678901234568e29},
      {"2.2250738585072011e-308", 2.2250738585072011e-308},
      {"1.7976931348623158e308", 1.7976931348623158e308},
      {"1.7976931348623159e308", inf},
      {"5e-324", 5e-324},
      {"2e-324", 0.0},
      {"3e-324", 5e-324},
      {std::string(400, '9'), inf},
      {"-" + std::string(400, '9'), -inf},
      {"0." + std::string(400, '0') + "1", 0.0},
      {"0." + std::string(400, '0') + "1e401", 1.0},
      {std::string(1, '1') + std::string(400, '0') + "e-400", 1.0},
      {std::string(1'000'000, '7'), inf},
      {"0." + std::string(1'000'000, '3'), 1.0 / 3},
      {"1" + std::string(1'000'000, '0') + "e-1000000", 1.0},
      {"0." + std::string(1'000'000, '0') + "1", 0.0},
  }));
  CAPTURE(text.substr(0, 50));
  const parsed p{text};
  REQUIRE(p.ok());
  const double read = p.root().as_double().value();
  CHECK(read == value);
  CHECK(std::signbit(read) == std::signbit(value));
}

TEST_CASE("R123 whole numbers keep all their bits", "[json]") {
  const auto [text, value] = GENERATE(table<std::string, std::int64_t>({
      {"0", 0},
      {"7", 7},
      {"-7", -7},
      {"9007199254740993", 9007199254740993},
      {"999999999999999999", 999999999999999999},
      {"-999999999999999999", -999999999999999999},
      {"1000000000000000000", 1000000000000000000},
      {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
      {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
  }));
  const parsed p{text};
  REQUIRE(p.ok());
  CHECK(p.root().type() == value_type::integer);
  CHECK(p.root().as_int64() == value);
  CHECK(p.dump() == text);

  const parsed above{"9223372036854775808"};
  CHECK(above.root().type() == value_type::unsigned_integer);
  CHECK(above.root().as_uint64() == 9223372036854775808u);
  CHECK(parsed{"18446744073709551615"}.root().as_uint64() == 18446744073709551615u);
  for (const char* real : {"18446744073709551616", "-9223372036854775809", "1.0", "1e0", "-0"}) {
    CHECK(parsed{real}.root().type() == value_type::real);
  }
}

TEST_CASE("R123 refused numbers", "[json]") {
  for (const std::string text :
       {"01",  "-01",  "00",   "+1",    ".5",    "-.5", "1.",  "1.e5",     "1e",
        "1e+", "1e-",  "1e.5", "-",     "--1",   "NaN", "nan", "Infinity", "-Infinity",
        "inf", "0x10", "1_0",  "1e5.5", "1.2.3", "1,",  "١",   "1e400x",   "-a"}) {
    CAPTURE(text);
    CHECK(parsed{text}.status == status::malformed);
    CHECK(parsed{"[" + text + "]"}.status == status::malformed);
  }
}

TEST_CASE("R123 half a surrogate pair becomes U+FFFD", "[json]") {
  // Node.js keeps the half in its UTF-16 string, and writes U+FFFD when it sends that.
  const auto [text, value] = GENERATE(table<std::string, std::string>({
      {R"("\ud800")", "\ufffd"},
      {R"("\uDBFF")", "\ufffd"},
      {R"("\udc00")", "\ufffd"},
      {R"("\uDFFFx")", "\ufffdx"},
      {R"("x\ud800x")", "x\ufffdx"},
      {R"("\ud800\ud800")", "\ufffd\ufffd"},
      {R"("\ud800\ud83d\ude00")", "\ufffd😀"},
      {R"("\ud83d\ude00\ude00")", "😀\ufffd"},
      {R"("\ud83d\u0041")", "\ufffdA"},
      {R"("\ud83d\n")", "\ufffd\n"},
      {R"("\ud83d\"")", "\ufffd\""},
      {R"("\\\ud83d\\")", "\\\ufffd\\"},
      {R"("\\ud83d\\\\udc00")", R"(\ud83d\\udc00)"},
      {R"("\ud7ff\ue000")", "\ud7ff\ue000"},
      {R"("\ud83d😀\ude00")", "\ufffd😀\ufffd"},
  }));
  CAPTURE(text);
  const parsed p{text};
  REQUIRE(p.ok());
  CHECK(p.root().as_string() == value);
  const parsed nested{"{" + text + ":[" + text + "]}"};
  REQUIRE(nested.ok());
  CHECK(nested.root()[value][0].as_string() == value);
}

TEST_CASE("json strings of all lengths, with an escape at each place", "[json]") {
  for (std::size_t size = 0; size < 40; ++size) {
    std::string plain;
    for (std::size_t i = 0; i < size; ++i) plain.push_back(static_cast<char>('a' + i % 26));
    CHECK(parsed{"\"" + plain + "\""}.root().as_string() == plain);
    for (std::size_t at = 0; at <= size; ++at) {
      std::string text = plain.substr(0, at) + "\\n" + plain.substr(at);
      const std::string value = plain.substr(0, at) + "\n" + plain.substr(at);
      const parsed p{"[\"" + text + "\",\"" + text + "\"]"};
      REQUIRE(p.ok());
      CHECK(p.root()[0].as_string() == value);
      CHECK(p.root()[1].as_string() == value);
      text[at] = '\x01';
      CHECK_FALSE(parsed{"\"" + text + "\""}.ok());
    }
  }
}

namespace {

bool short_way_is_as_the_long(const std::string& text) {
  const parsed fast{text}, slow{" " + text};  // white space is left to the long way
  return fast.status == slow.status && fast.dump() == slow.dump();
}

}  // namespace

TEST_CASE("json: arrays of strings are read the short way as they are the long way", "[json]") {
  const auto same = short_way_is_as_the_long;
  for (std::size_t strings = 0; strings <= 6; ++strings) {
    for (const std::size_t size : {0U, 1U, 3U, 4U, 7U, 8U, 15U, 16U, 17U, 33U}) {
      std::string text = "[";
      for (std::size_t i = 0; i < strings; ++i) {
        text.append(i == 0 ? "" : ",").append("\"").append(size, 'x').append("\"");
      }
      text += "]";
      CHECK(parsed{text}.dump() == text);
      for (std::size_t at = 0; at < text.size(); ++at) {
        CAPTURE(text, at);
        for (const char c : "\"\\[],: x0\x01\x1f"s) {  // its end, a NUL, is one of them
          std::string changed = text;
          changed[at] = c;
          CHECK(same(changed));
        }
        CHECK(same(text.substr(0, at)));
        CHECK(same(text.substr(0, at) + "," + text.substr(at)));
      }
      CHECK(same(text + "]"));
    }
  }
  CHECK(parsed{R"(["a","b"])", {.depth = 0}}.status == status::too_deep);
  CHECK(parsed{R"(["a","b"])", {.nodes = 2}}.status == status::too_large);
  CHECK(parsed{R"(["a","b"])", {.nodes = 3}}.ok());
}

TEST_CASE("F227 json: placeholders are read the short way as they are the long way", "[json]") {
  const std::string place = R"({"_placeholder":true,"num":0})";
  for (const std::string& text : {"[" + place + "]", R"(["bin",)" + place + "]",
                                  R"(["a",)" + place + "," + place + R"(,"b"])",
                                  "[" + place + "," + place + "," + place + "," + place + "]"}) {
    CHECK(parsed{text}.dump() == text);
    for (std::size_t at = 0; at <= text.size(); ++at) {
      CAPTURE(text, at);
      for (const char c : "\"\\[]{},: 1e-x0\x01"s) {  // its end, a NUL, is one of them
        std::string changed = text, longer = text;
        if (at < text.size()) changed[at] = c;
        longer.insert(at, 1, c);
        CHECK(short_way_is_as_the_long(changed));
        CHECK(short_way_is_as_the_long(longer));
      }
      CHECK(short_way_is_as_the_long(text.substr(0, at)));
    }
  }
  const parsed one{"[" + place + "]"};
  CHECK(one.root()[0]["_placeholder"].as_bool() == true);
  CHECK(one.root()[0]["num"].as_uint64() == 0);
  CHECK(parsed{"[" + place + "]", {.depth = 1}}.status == status::too_deep);
  CHECK(parsed{"[" + place + "]", {.depth = 2}}.ok());
  CHECK(parsed{"[" + place + "]", {.nodes = 5}}.status == status::too_large);
  CHECK(parsed{"[" + place + "]", {.nodes = 6}}.ok());
}

namespace {

/// Random JSON in the form in which it is dumped.
class generator {
 public:
  explicit generator(unsigned seed) : random_{seed} {}

  std::string value(int depth) {
    switch (pick(depth == 0 ? 5 : 7)) {
      case 0:
        return "null";
      case 1:
        return pick(2) ? "true" : "false";
      case 2:
        return std::to_string(static_cast<std::int64_t>(random_()) >> pick(63));
      case 3:
        return std::to_string(pick(1000)) + "." + std::to_string(pick(1000)) + "5";
      case 4:
        return string();
      case 5:
        return list('[', ']', depth, [&] { return value(depth - 1); });
      default:
        return list('{', '}', depth, [&] { return string() + ":" + value(depth - 1); });
    }
  }

  std::size_t pick(std::size_t n) { return random_() % n; }

 private:
  template <class Item>
  std::string list(char begin, char end, int, Item item) {
    std::string text{begin};
    for (std::size_t n = pick(5); n != 0; --n) {
      if (text.size() > 1) text += ',';
      text += item();
    }
    return text + end;
  }

  std::string string() {
    static const char* const pieces[] = {"a", "\\n", "\\\"",    "\\\\", "é",
                                         "€", "😀",  "\\u0001", " ",    "some longer text here",
                                         "/", "b",   "\x7f",    "c",    "\\t"};
    std::string text = "\"";
    for (std::size_t n = pick(6); n != 0; --n) text += pieces[pick(std::size(pieces))];
    return text + "\"";
  }

  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("json round trips: dump(read(text)) is text", "[json]") {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const std::string text = generator{seed}.value(5);
    CAPTURE(seed);
    REQUIRE(parsed{text}.dump() == text);
  }
}

TEST_CASE("json: no cut of a text is a value, no changed byte an accident", "[json]") {
  for (unsigned seed = 0; seed < 200; ++seed) {
    generator g{seed};
    const std::string text = "[" + g.value(4) + "]";
    for (std::size_t size = 0; size < text.size(); ++size) {
      REQUIRE_FALSE(parsed{text.substr(0, size)}.ok());
    }
    for (int i = 0; i < 50; ++i) {
      std::string changed = text;
      changed[g.pick(text.size())] = "\\\"[]{},:0-.eu\0d8"[g.pick(17)];
      const parsed p{changed};
      if (p.ok()) {
        const std::string once = p.dump();
        REQUIRE(parsed{once}.dump() == once);
      }
    }
  }
}
