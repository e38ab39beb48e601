#include "socketio/core/value/reflect.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/json/parsed.hpp"
#include "support/catch.hpp"

namespace io = socketio;

struct global_pair {
  int left, right;
};

namespace {

template <class T>
std::string names() {
  std::string all;
  for (const std::string_view name : io::detail::member_names<T>) {
    all += std::string{name} + " ";
  }
  return all;
}

enum class colour { red };
struct empty {};

struct everything {
  bool a;
  char b;
  double c;
  colour d;
  const char* e;
  std::string f;
  std::string_view g;
  std::vector<int> h;
  std::map<std::string, int> i;
  std::optional<int> j;
  std::optional<std::vector<std::optional<std::string>>> k;
  std::variant<int, std::string, global_pair> l;
  std::unique_ptr<everything> m;
  std::array<int, 3> n;
  std::pair<int, std::string> o;
  std::span<const std::byte> p;
  global_pair q;
  std::vector<everything> r;
  io::value s;
  io::value_view t;
  std::vector<io::value> u;
  std::optional<io::value> v;
  io::bytes w;
  std::vector<std::unique_ptr<int>> x;
  std::tuple<int, io::value> y;
  empty z;
};

struct with_defaults {
  int number = 7;
  std::string text{"default"};
  std::vector<int> list = {1, 2};
};

struct with_arrays {
  global_pair before;
  int numbers[3];
  char text[8];
  double matrix[2][2];
  global_pair pairs[2];
  std::vector<int> after;
};

struct thirty_two {
  int a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E,
      F;
};
struct thirty_three {
  thirty_two most;
  int a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E,
      F;
};

struct base {
  int inherited;
};
struct derived : base {
  int own;
};
struct empty_base : empty {
  int own;
};
class with_private {
  [[maybe_unused]] int hidden = 0;
};

static_assert(io::detail::reflectable<everything> && io::detail::reflectable<empty>);
static_assert(!io::detail::reflectable<thirty_three>);
static_assert(!io::detail::reflectable<derived> && !io::detail::reflectable<empty_base>);
static_assert(!io::detail::reflectable<with_private> && !io::detail::reflectable<std::string>);
static_assert(
    std::is_same_v<io::detail::member_types<global_pair>, io::detail::type_list<int, int>>);

template <class T>
struct templated {
  T its_value;
  int _under_score, größe;
};

}  // namespace

TEST_CASE("the names of members are found out", "[value]") {
  CHECK(names<global_pair>() == "left right ");
  CHECK(names<everything>() == "a b c d e f g h i j k l m n o p q r s t u v w x y z ");
  CHECK(names<with_defaults>() == "number text list ");
  CHECK(names<with_arrays>() == "before numbers text matrix pairs after ");
  CHECK(names<thirty_two>() == "a b c d e f g h i j k l m n o p q r s t u v w x y z A B C D E F ");
  CHECK(names<empty>() == "");
  CHECK(names<templated<std::vector<std::string>>>() == "its_value _under_score größe ");
  struct local {
    int one;
    struct inner {
      int two;
    } in;
  };
  CHECK(names<local>() == "one in ");
  CHECK(names<local::inner>() == "two ");
}

namespace {

struct point {
  double x, y;
};
struct shape {
  std::string name;
  std::vector<point> points;
  std::optional<point> centre;
  std::map<std::string, point> named;
  int sizes[2];
};

}  // namespace

TEST_CASE("aggregates are objects", "[value]") {
  const std::string text =
      R"({"name":"s","points":[{"x":1,"y":2},{"x":0.5,"y":-1}],"centre":{"x":0,"y":0},)"
      R"("named":{"a":{"x":3,"y":4}},"sizes":[5,6]})";
  const auto s = parsed{text}.root().to<shape>();
  REQUIRE(s);
  CHECK(s->points[1].x == 0.5);
  CHECK(s->sizes[1] == 6);
  CHECK(io::to_json(*s) == text);
  CHECK(io::to_json(thirty_two{}).ends_with(R"("E":0,"F":0})"));
  CHECK(io::to_json(empty{}) == "{}");
  CHECK(io::from_json<empty>("{\"a\":1}"));
  CHECK_FALSE(io::from_json<empty>("[]"));
}

TEST_CASE("members: any order, none missing but optionals, others ignored", "[value]") {
  const auto x_of = [](std::string_view text) {
    const auto p = io::from_json<point>(text);
    return p ? std::to_string(static_cast<int>(p->x)) : "no";
  };
  CHECK(x_of(R"({"x":1,"y":2})") == "1");
  CHECK(x_of(R"({"y":2,"x":1})") == "1");
  CHECK(x_of(R"({"z":[{"x":5}],"y":2,"":null,"x":1,"xx":3})") == "1");
  CHECK(x_of(R"({"x":1})") == "no");
  CHECK(x_of(R"({"x":1,"Y":2})") == "no");
  CHECK(x_of(R"({"x":1,"y":null})") == "no");
  CHECK(x_of(R"({"x":"1","y":2})") == "no");
  CHECK(x_of("{}") == "no");
  CHECK(x_of("[1,2]") == "no");
  CHECK(x_of("null") == "no");

  // a default initialiser is no licence to leave the member out
  CHECK_FALSE(io::from_json<with_defaults>("{}"));
  const auto d = io::from_json<with_defaults>(R"({"number":1,"text":"t","list":[]})");
  REQUIRE(d);
  CHECK(d->list.empty());
}

TEST_CASE("R121 the last duplicate of a member counts, even for its type", "[value]") {
  const auto p = io::from_json<point>(R"({"x":"wrong","y":1,"x":2,"y":3})");
  REQUIRE(p);
  CHECK(p->x == 2);
  CHECK(p->y == 3);
  CHECK_FALSE(io::from_json<point>(R"({"x":2,"y":1,"x":"wrong"})"));
}

TEST_CASE("F238 an empty optional member is left out, as undefined is", "[value]") {
  struct sparse {
    std::optional<int> a, b, c;
    std::vector<std::optional<int>> list;
  };
  CHECK(io::to_json(sparse{{}, 2, {}, {1, {}}}) == R"({"b":2,"list":[1,null]})");
  const auto s = io::from_json<sparse>(R"({"a":null,"c":3,"list":[null]})");
  REQUIRE(s);
  CHECK_FALSE(s->a);
  CHECK_FALSE(s->b);
  CHECK(s->c == 3);

  sparse used{1, 2, 3, {}};
  const parsed p{R"({"list":[]})"};
  CHECK(io::from_value(p.root(), used));
  CHECK_FALSE(used.a);
}

TEST_CASE("structs may contain themselves", "[value]") {
  struct tree {
    std::string name;
    std::vector<tree> children;
    std::unique_ptr<tree> next;
  };
  const std::string text = R"({"name":"a","children":[{"name":"b","children":[],"next":null}],)"
                           R"("next":{"name":"c","children":[],"next":null}})";
  const auto t = io::from_json<tree>(text);
  REQUIRE(t);
  CHECK(io::to_json(*t) == text);
}
