#include "socketio/core/function.hpp"

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "support/catch.hpp"

using socketio::unique_function;

namespace {

/// Counts its living copies, in `Size` bytes, with or without a move that may throw.
template <std::size_t Size, bool NoexceptMove>
struct counting {
  explicit counting(int& count) : alive{&count} { ++*alive; }
  counting(counting&& other) noexcept(NoexceptMove) : alive{other.alive}, calls{other.calls} {
    ++*alive;
  }
  ~counting() { --*alive; }
  int operator()(int x) { return x + ++calls; }

  int* alive;
  int calls = 0;
  std::array<char, Size> ballast{};
};

int twice(int x) { return 2 * x; }

}  // namespace

TEST_CASE("an empty function", "[function]") {
  unique_function<void()> none;
  CHECK_FALSE(none);
  CHECK_FALSE(unique_function<void()>{nullptr});
  auto moved = std::move(none);
  CHECK_FALSE(moved);
  moved = nullptr;
  CHECK_FALSE(moved);
}

TEST_CASE("what can be called can be stored", "[function]") {
  unique_function<int(int)> f = twice;
  CHECK(f);
  CHECK(f(21) == 42);
  f = [n = 1](int x) mutable { return x + n++; };
  CHECK(f(1) == 2);
  CHECK(f(1) == 3);
  unique_function<void(int)> ignores_result = twice;
  ignores_result(1);
  unique_function<double()> converts = [] { return 1; };
  CHECK(converts() == 1.0);
  unique_function<std::string&(std::string&)> references = [](std::string& s) -> std::string& {
    return s;
  };
  std::string text;
  CHECK(&references(text) == &text);
}

TEST_CASE("what cannot be called cannot be stored", "[function]") {
  STATIC_REQUIRE_FALSE(std::is_constructible_v<unique_function<int(int)>, int>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<unique_function<int(int)>, std::string (*)(int)>);
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<unique_function<void()>>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<unique_function<void()>>);
}

TEST_CASE("captures and arguments that can only be moved", "[function]") {
  unique_function<int(std::unique_ptr<int>)> f =
      [base = std::make_unique<int>(40)](std::unique_ptr<int> x) { return *base + *x; };
  auto moved = std::move(f);
  CHECK_FALSE(f);
  CHECK(moved(std::make_unique<int>(2)) == 42);
}

TEMPLATE_TEST_CASE("each callable is destroyed once, wherever it is stored", "[function]",
                   (counting<1, true>), (counting<1, false>), (counting<200, true>)) {
  int alive = 0;
  {
    unique_function<int(int)> f{TestType{alive}};
    CHECK(alive == 1);
    CHECK(f(10) == 11);
    unique_function<int(int)> g = std::move(f);
    CHECK(alive == 1);
    CHECK(g(10) == 12);
    f = std::move(g);
    CHECK(f(10) == 13);
    g = TestType{alive};
    CHECK(alive == 2);
    g = std::move(f);
    CHECK(alive == 1);
    CHECK(g(10) == 14);
    auto& itself = g;
    g = std::move(itself);
    CHECK(g);
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("exceptions pass through, the function stays", "[function]") {
  int calls = 0;
  unique_function<void()> f = [&calls] {
    if (++calls == 1) throw std::runtime_error{"first"};
  };
  CHECK_THROWS_AS(f(), std::runtime_error);
  f();
  CHECK(calls == 2);
}

TEST_CASE("a callable whose copy throws leaves nothing behind", "[function]") {
  struct throws_on_copy {
    throws_on_copy() = default;
    throws_on_copy(const throws_on_copy&) { throw std::runtime_error{"copy"}; }
    void operator()() const {}
    std::array<char, 100> ballast{};
  };
  const throws_on_copy original;
  CHECK_THROWS_AS(unique_function<void()>{original}, std::runtime_error);
}

TEST_CASE("a function may replace itself with nothing while its callable is being destroyed",
          "[function]") {
  struct owner {
    unique_function<void()> f;
    int destroyed = 0;
  } o;
  struct on_destruction {
    owner* of;
    explicit on_destruction(owner& x) : of{&x} {}
    on_destruction(on_destruction&& other) noexcept : of{std::exchange(other.of, nullptr)} {}
    ~on_destruction() {
      if (!of) return;
      ++of->destroyed;
      CHECK_FALSE(of->f);
    }
    void operator()() {}
  };
  o.f = on_destruction{o};
  o.f = nullptr;
  CHECK(o.destroyed == 1);
}

TEST_CASE("a function has as many words inside as it is given", "[function]") {
  using small = unique_function<int(int), 1>;
  STATIC_REQUIRE(sizeof(small) == 2 * sizeof(void*));
  int alive = 0;
  {
    small f = [base = std::make_shared<int>(40)](int x) { return *base + x; };  // two words
    CHECK(f(2) == 42);
    f = counting<1, true>{alive};
    CHECK(f(1) == 2);
    small moved = std::move(f);
    CHECK(moved(1) == 3);
    CHECK(alive == 1);
    moved = [&](int x) { return x + alive; };
    CHECK(moved(1) == 1);
  }
  CHECK(alive == 0);
}
