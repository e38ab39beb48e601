#include "socketio/core/value/convert.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "core/json/parsed.hpp"
#include "support/catch.hpp"

namespace io = socketio;

namespace {

enum class colour : std::uint8_t { red, green = 200 };
enum plain { first, second };
enum class truth : bool { no, yes };

/// The JSON of what the text is read as, or "no".
template <class T>
std::string through(std::string_view text) {
  const parsed p{text};
  if (!p.ok()) return "malformed";
  const std::optional<T> value = p.root().to<T>();
  return value ? io::to_json(*value) : "no";
}

template <class T>
bool round_trip(std::string_view text) {
  return through<T>(text) == text;
}

}  // namespace

TEST_CASE("numbers are read if they fit", "[value]") {
  CHECK(round_trip<int>("-7"));
  CHECK(through<int>("3.0") == "3");
  CHECK(through<int>("3.5") == "no");
  CHECK(through<int>("3e9") == "no");
  CHECK(through<int>("\"3\"") == "no");
  CHECK(through<int>("true") == "no");
  CHECK(through<int>("null") == "no");
  CHECK(through<int>("[3]") == "no");
  CHECK(round_trip<std::int8_t>("-128"));
  CHECK(round_trip<std::int8_t>("127"));
  CHECK(through<std::int8_t>("128") == "no");
  CHECK(through<std::int8_t>("-129") == "no");
  CHECK(round_trip<std::uint8_t>("255"));
  CHECK(through<std::uint8_t>("256") == "no");
  CHECK(through<std::uint8_t>("-1") == "no");
  CHECK(round_trip<std::uint16_t>("65535"));
  CHECK(through<std::uint16_t>("65536") == "no");
  CHECK(round_trip<std::uint32_t>("4294967295"));
  CHECK(through<std::uint32_t>("4294967296") == "no");
  CHECK(round_trip<std::int64_t>("-9223372036854775808"));
  CHECK(through<std::int64_t>("9223372036854775808") == "no");
  CHECK(round_trip<std::uint64_t>("18446744073709551615"));
  CHECK(through<std::uint64_t>("18446744073709551616") == "no");
  CHECK(round_trip<long long>("-1"));
  CHECK(round_trip<unsigned long>("1"));

  CHECK(round_trip<double>("0.1"));
  CHECK(round_trip<double>("-3"));
  CHECK(through<double>("1e400") == "null");
  CHECK(through<double>("null") == "no");
  CHECK(round_trip<float>("0.1"));
  CHECK(through<float>("1e39") == "no");
  CHECK(through<float>("1e400") == "null");
  CHECK(through<long double>("0.5") == "0.5");
}

TEST_CASE("booleans, null and enums", "[value]") {
  CHECK(round_trip<bool>("true"));
  CHECK(round_trip<bool>("false"));
  CHECK(through<bool>("1") == "no");
  CHECK(through<bool>("null") == "no");
  CHECK(round_trip<std::nullptr_t>("null"));
  CHECK(round_trip<std::monostate>("null"));
  CHECK(through<std::monostate>("0") == "no");
  CHECK(io::to_json(std::nullopt) == "null");

  CHECK(round_trip<colour>("200"));
  CHECK(through<colour>("256") == "no");
  CHECK(through<colour>("\"red\"") == "no");
  CHECK(round_trip<plain>("1"));
  CHECK(round_trip<truth>("1"));
  CHECK(through<truth>("2") == "no");
}

TEST_CASE("text", "[value]") {
  CHECK(round_trip<std::string>(R"("aé\n😀")"));
  CHECK(round_trip<std::string_view>(R"("a\u0000b")"));
  CHECK(through<std::string>("1") == "no");
  CHECK(through<std::string>("null") == "no");
  CHECK(through<std::string_view>("[]") == "no");

  const char* null = nullptr;
  char buffer[8] = "ab";
  struct text_type {
    operator std::string_view() const { return "converted"; }
  };
  CHECK(io::to_json("literal") == "\"literal\"");
  CHECK(io::to_json(static_cast<const char*>("pointer")) == "\"pointer\"");
  CHECK(io::to_json(null) == "null");
  CHECK(io::to_json(buffer) == "\"ab\"");
  CHECK(io::to_json(text_type{}) == "\"converted\"");
  CHECK(io::to_json(std::vector<const char*>{"a", "b"}) == R"(["a","b"])");
}

TEST_CASE("optional and unique_ptr", "[value]") {
  CHECK(round_trip<std::optional<int>>("1"));
  CHECK(round_trip<std::optional<int>>("null"));
  CHECK(through<std::optional<int>>("\"\"") == "no");
  CHECK(round_trip<std::unique_ptr<std::string>>("\"a\""));
  CHECK(round_trip<std::unique_ptr<std::string>>("null"));
  CHECK(through<std::unique_ptr<std::string>>("1") == "no");
  CHECK(round_trip<std::vector<std::optional<int>>>("[1,null,2]"));
}

TEST_CASE("a variant takes the first alternative that fits, exact numbers first", "[value]") {
  using number = std::variant<double, int>;
  CHECK(parsed{"3"}.root().to<number>()->index() == 1);
  CHECK(parsed{"3.5"}.root().to<number>()->index() == 0);
  CHECK(parsed{"3000000000"}.root().to<number>()->index() == 0);
  CHECK(parsed{"3.0"}.root().to<std::variant<int, double>>()->index() == 1);
  CHECK(parsed{"3.0"}.root().to<std::variant<int, std::string>>()->index() == 0);
  CHECK(parsed{"300"}.root().to<std::variant<std::int8_t, int>>()->index() == 1);
  CHECK(parsed{"7"}.root().to<std::variant<std::string, double>>()->index() == 1);

  using any =
      std::variant<std::monostate, bool, std::string, std::vector<int>, std::map<std::string, int>>;
  for (const char* text : {"null", "true", "\"a\"", "[1,2]", R"({"a":1})"}) {
    CHECK(round_trip<any>(text));
  }
  CHECK(through<any>("1") == "no");
  CHECK(through<any>("[\"a\"]") == "no");
}

TEST_CASE("pairs and tuples are arrays of their length", "[value]") {
  using triple = std::tuple<int, std::string, std::optional<bool>>;
  CHECK(round_trip<triple>(R"([1,"a",true])"));
  CHECK(round_trip<triple>(R"([1,"a",null])"));
  CHECK(through<triple>(R"([1,"a"])") == R"([1,"a",null])");
  CHECK(through<triple>("[1]") == "no");
  CHECK(through<triple>(R"([1,"a",true,4])") == "no");
  CHECK(through<triple>("{}") == "no");
  CHECK(round_trip<std::pair<int, std::string>>(R"([1,"a"])"));
  CHECK(round_trip<std::tuple<>>("[]"));

  CHECK(round_trip<std::array<int, 3>>("[1,2,3]"));
  CHECK(through<std::array<int, 3>>("[1,2]") == "no");
  CHECK(through<std::array<int, 3>>("[1,2,3,4]") == "no");
  CHECK(round_trip<std::array<int, 0>>("[]"));
  const int numbers[2][2] = {{1, 2}, {3, 4}};
  CHECK(io::to_json(numbers) == "[[1,2],[3,4]]");
}

TEST_CASE("containers are arrays", "[value]") {
  CHECK(round_trip<std::vector<int>>("[1,2,3]"));
  CHECK(round_trip<std::vector<bool>>("[true,false]"));
  CHECK(round_trip<std::vector<std::vector<std::string>>>(R"([["a"],[],["b","c"]])"));
  CHECK(round_trip<std::list<double>>("[1.5,2]"));
  CHECK(round_trip<std::deque<int>>("[1]"));
  CHECK(through<std::set<int>>("[3,1,2,1]") == "[1,2,3]");
  CHECK(through<std::multiset<int>>("[2,1,2]") == "[1,2,2]");
  CHECK(through<std::unordered_set<std::string>>(R"(["a","a"])") == R"(["a"])");
  CHECK(round_trip<std::vector<unsigned char>>("[1,255]"));
  CHECK(round_trip<std::vector<std::pair<int, int>>>("[[1,2],[3,4]]"));
  CHECK(through<std::vector<int>>("[1,\"2\"]") == "no");
  CHECK(through<std::vector<int>>("{}") == "no");
  CHECK(through<std::vector<int>>("null") == "no");

  std::vector<int> used{7, 8, 9};
  CHECK(io::from_value(parsed{"[1]"}.root(), used));
  CHECK(used == std::vector<int>{1});

  const int numbers[] = {1, 2};
  CHECK(io::to_json(std::span<const int>{numbers}) == "[1,2]");
}

TEST_CASE("containers with text as keys are objects", "[value]") {
  CHECK(round_trip<std::map<std::string, int>>(R"({"a":1,"b":2})"));
  CHECK(round_trip<std::unordered_map<std::string, std::vector<int>>>(R"({"a":[1]})"));
  CHECK(round_trip<std::map<std::string, std::map<std::string, bool>>>(R"({"a":{"b":true}})"));
  CHECK(through<std::map<std::string, int>>(R"({"a":"1"})") == "no");
  CHECK(through<std::map<std::string, int>>("[]") == "no");
  CHECK(io::to_json(std::map<const char*, int>{{"a\"", 1}}) == R"({"a\"":1})");

  const parsed p{R"({"b":1,"a":2})"};
  const auto views = p.root().to<std::map<std::string_view, io::value_view>>();
  REQUIRE(views);
  CHECK(views->at("a").as_int64() == 2);
}

TEST_CASE("R121 of duplicate keys the last one is read", "[value]") {
  CHECK(through<std::map<std::string, int>>(R"({"a":1,"b":3,"a":2})") == R"({"a":2,"b":3})");
  CHECK(through<std::unordered_map<std::string, int>>(R"({"a":1,"a":2})") == R"({"a":2})");
}

TEST_CASE("binary", "[value]") {
  io::tape t;
  t.binary(io::as_bytes("data"));
  const auto owned = t.root().to<io::bytes>();
  REQUIRE(owned);
  CHECK(io::as_text(*owned) == "data");
  CHECK(io::as_text(t.root().to<io::bytes_view>().value()) == "data");
  CHECK_FALSE(t.root().to<std::string>());
  CHECK_FALSE(parsed{"\"data\""}.root().to<io::bytes>());
  CHECK_FALSE(parsed{"[1,2]"}.root().to<io::bytes>());
  CHECK_FALSE(parsed{"null"}.root().to<io::bytes_view>());

  struct blob {
    std::string name;
    io::bytes data;
    std::optional<io::bytes> more;
    std::vector<io::bytes_view> views;
  };
  const blob b{"n", *owned, *owned, {*owned, *owned, *owned}};
  CHECK(io::count_binary(b) == 5);
  CHECK(io::count_binary(std::array<std::byte, 2>{}) == 1);
  std::string out, attached;
  const auto attach = [&](io::bytes_view data) { attached += io::as_text(data); };
  io::json::writer<std::string, decltype(attach)> w{out, attach};
  io::to_writer(w, b);
  CHECK(w.attachments() == 5);
  CHECK(attached == "datadatadatadatadata");
  CHECK(out.ends_with(R"("num":4}]})"));
  static_assert(io::count_binary(7) == 0);
}

TEST_CASE("values, views and JSON text pass through", "[value]") {
  const std::string text = R"({"a":[1,2.5,"x",null,true,{"b":[]}]})";
  CHECK(round_trip<io::value>(text));
  CHECK(round_trip<io::value_view>(text));
  CHECK(round_trip<std::vector<io::value>>("[1,[2]]"));
  CHECK(io::to_json(io::raw_json{"[1, 2]"}) == "[1, 2]");
  CHECK(io::to_json(std::vector<io::raw_json>{{"1"}, {"{}"}}) == "[1,{}]");
}

// Types that are made known by specialising io::convert

namespace {

class money {
 public:
  money() = default;
  explicit money(std::int64_t cents) : cents_{cents} {}
  bool operator==(const money&) const = default;

 private:
  friend io::convert<money>;
  std::int64_t cents_ = 0;
};

template <class T>
struct wrapped {
  T inner;
};

struct shout {  // an aggregate that is to look different
  std::string text;
};

struct window {
  std::string_view text;
};

}  // namespace

template <>
struct io::convert<money> {
  static constexpr bool may_hold_binary = false;
  static bool from(io::value_view v, money& m) { return io::from_value(v, m.cents_); }
  template <class Writer>
  static void to(Writer& w, const money& m) {
    w.integer(m.cents_);
  }
};

template <class T>
struct io::convert<wrapped<T>> {
  static bool from(io::value_view v, wrapped<T>& x) { return io::from_value(v["inner"], x.inner); }
  template <class Writer>
  static void to(Writer& w, const wrapped<T>& x) {
    w.begin_object();
    w.key("inner");
    io::to_writer(w, x.inner);
    w.end_object();
  }
};

template <>
struct io::convert<shout> {
  template <class Writer>
  static void to(Writer& w, const shout& x) {
    w.string(x.text + "!");
  }
};

template <>
struct io::convert<window> {
  static constexpr bool holds_view = true;
  static bool from(io::value_view v, window& x) { return io::from_value(v, x.text); }
};

TEST_CASE("io::convert makes any type known", "[value]") {
  CHECK(round_trip<money>("250"));
  CHECK(round_trip<std::vector<money>>("[1,2]"));
  CHECK(through<money>("\"1\"") == "no");
  CHECK(round_trip<wrapped<std::string>>(R"({"inner":"a"})"));
  CHECK(round_trip<std::map<std::string, wrapped<money>>>(R"({"a":{"inner":1}})"));
  CHECK(io::to_json(shout{"hey"}) == "\"hey!\"");
  CHECK(parsed{"\"a\""}.root().to<window>()->text == "a");
  CHECK(io::count_binary(wrapped<io::bytes>{}) == 1);
}

// What the concepts and traits say

namespace {

struct unknown {
  unknown(int);
};
struct with_unknown {
  std::vector<unknown> list;
};
struct node {
  int value;
  std::vector<node> children;
  std::map<std::string, node> named;
};
struct viewing_node {
  std::vector<viewing_node> children;
  std::optional<std::string_view> text;
};
struct blob_node {
  std::vector<blob_node> children;
  io::bytes data;
};

template <class T>
constexpr bool neither = !io::readable<T> && !io::writable<T>;
template <class T>
constexpr bool both = io::readable<T> && io::writable<T>;
template <class T>
constexpr bool only_writable = !io::readable<T> && io::writable<T>;

static_assert(both<int> && both<bool> && both<std::string> && both<std::string_view>);
static_assert(both<node> && both<io::value> && both<io::value_view> && both<money>);
static_assert(both<std::variant<int, std::string>> && both<std::tuple<int, io::bytes>>);
static_assert(neither<char> && neither<wchar_t> && neither<char8_t> && neither<std::byte>);
static_assert(neither<int*> && neither<void*> && neither<unknown> && neither<with_unknown>);
static_assert(neither<std::map<int, int>> && neither<std::vector<char>>);
static_assert(neither<std::optional<unknown>> && neither<std::pair<int, char>>);
static_assert(only_writable<const char*> && only_writable<char[3]> && only_writable<io::raw_json>);
static_assert(only_writable<std::chrono::system_clock::time_point> && only_writable<shout>);
static_assert(only_writable<std::span<const int>> && only_writable<std::vector<const char*>>);
static_assert(!io::writable<window> && io::readable<window>);

static_assert(io::holds_view_v<std::string_view> && io::holds_view_v<io::bytes_view>);
static_assert(io::holds_view_v<io::value_view> && io::holds_view_v<io::args>);
static_assert(io::holds_view_v<std::map<std::string, std::vector<std::string_view>>>);
static_assert(io::holds_view_v<std::optional<std::tuple<int, io::value_view>>>);
static_assert(io::holds_view_v<viewing_node> && io::holds_view_v<std::vector<window>>);
static_assert(io::holds_view_v<const std::string_view&>);
static_assert(!io::holds_view_v<node> && !io::holds_view_v<io::value> && !io::holds_view_v<money>);
static_assert(!io::holds_view_v<io::bytes> && !io::holds_view_v<std::variant<int, std::string>>);

static_assert(io::may_hold_binary_v<io::bytes> && io::may_hold_binary_v<blob_node>);
static_assert(io::may_hold_binary_v<io::value> && io::may_hold_binary_v<std::vector<io::value>>);
static_assert(io::may_hold_binary_v<wrapped<int>>);  // nobody knows what its `to` writes
static_assert(!io::may_hold_binary_v<node> && !io::may_hold_binary_v<std::string>);
static_assert(!io::may_hold_binary_v<money> && !io::may_hold_binary_v<io::raw_json>);

}  // namespace
