// The short way must say what the long way says, or nothing.
#include "socketio/core/json/plain_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "socketio/core/json/reader.hpp"
#include "socketio/json.hpp"
#include "support/catch.hpp"

namespace {

using socketio::tape;
using socketio::tape_limits;

constexpr std::string_view refused = "refused";

/// What the short way reads; if it refuses, the tape holds what it did before.
std::string read_shortly(std::string_view text, tape_limits limits = {}) {
  const std::unique_ptr<char[]> block{new char[text.size() + 1]};
  text.copy(block.get(), text.size());
  block[text.size()] = '\0';
  tape values{limits};
  if (socketio::json::detail::read_plain(block.get(), block.get() + text.size(), values)) {
    return socketio::to_json(values.root());
  }
  CHECK_FALSE(values.failed());
  CHECK(values.root().is_null());
  return std::string{refused};
}

/// What the long way reads, which is taken because of the blank in front.
std::string read_at_length(std::string_view text) {
  std::string block = " " + std::string{text} + "x";
  tape values;
  using socketio::json::status;
  const status result = socketio::json::read(block.data(), block.size() - 1, values);
  return result == status::ok ? socketio::to_json(values.root()) : std::string{refused};
}

/// A document as JSON.stringify writes it, without anything to be decoded.
class documents {
 public:
  explicit documents(std::uint32_t seed) : random_{seed} {}

  std::size_t below(std::size_t n) { return random_() % n; }

  std::string value(int depth) {
    static constexpr std::string_view leaves[] = {"0",
                                                  "-1",
                                                  "12345678901234567890",
                                                  "9223372036854775807",
                                                  "-9223372036854775808",
                                                  "1.5",
                                                  "1e21",
                                                  "-0.25",
                                                  "1e-7",
                                                  "123456789012345678",
                                                  "true",
                                                  "null",
                                                  "false",
                                                  "\"\"",
                                                  "\"a\"",
                                                  "\"é\"",
                                                  "-0",
                                                  "99999999999999999999999"};
    switch (depth == 0 ? below(2) : below(5)) {
      case 0:
        return std::string{leaves[below(std::size(leaves))]};
      case 1:
        return '"' + std::string(below(40), 'x') + '"';
      case 2:
        return list('[', ']', [&] { return value(depth - 1); });
      default:
        return list('{', '}',
                    [&] { return '"' + std::string(below(20), 'k') + "\":" + value(depth - 1); });
    }
  }

  /// The root of a message.
  std::string message(int depth) {
    return list('[', ']', [&] { return value(depth); });
  }

 private:
  template <class Item>
  std::string list(char begin, char end, Item item) {
    std::string text{begin};
    for (std::size_t n = below(4); n != 0; --n) text += item() + (n == 1 ? "" : ",");
    return text + end;
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("the short way reads what JSON.stringify writes", "[json]") {
  const auto seed = GENERATE(range(0u, 20u));
  CAPTURE(seed);
  documents some{seed};
  for (int i = 0; i < 200; ++i) {
    const std::string text = some.message(5);
    CAPTURE(text);
    const std::string expected = read_at_length(text);
    REQUIRE(expected != refused);
    REQUIRE(read_shortly(text) == expected);
  }
}

TEST_CASE("the short way refuses what is left to the long way", "[json]") {
  const auto* const text =
      GENERATE("", " []", "[] ", "1", "\"a\"", "null", "[1 ]", "[ 1]", "[1,]", "[,1]", "[,]", "[1",
               "[", "{", "[}", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{1:1}", "[tru]",
               "[nul", "[f", "[truee]", "[01]", "[1.]", "[-]", "[\"a\\n\"]", "[\"\t\"]", "[\"a]",
               "[]]", "[[]", "{}}", "{\"a\\\"\":1}", "{\"a\":1 }", "[1]1", "[+1]", "[.5]", "[1e]");
  CAPTURE(text);
  CHECK(read_shortly(text) == refused);
}

TEST_CASE("the short way is never wrong", "[json]") {
  const auto seed = GENERATE(range(0u, 20u));
  CAPTURE(seed);
  documents some{seed};
  static constexpr char bytes[] = "[]{},:\"\\ 0123456789-.eEtrufalsn\x01\xc3";
  for (int i = 0; i < 500; ++i) {
    std::string text = some.message(3);
    for (std::size_t n = some.below(4); n != 0; --n) {
      const std::size_t at = some.below(text.size());
      const char c = bytes[some.below(sizeof bytes)];
      switch (some.below(4)) {
        case 0:
          text[at] = c;
          break;
        case 1:
          text.insert(at, 1, c);
          break;
        case 2:
          text.erase(at, 1);
          break;
        default:
          text.resize(at);
      }
      if (text.empty()) text = "[";
    }
    CAPTURE(text);
    const std::string found = read_shortly(text);
    if (found != refused) REQUIRE(found == read_at_length(text));
  }
}

TEST_CASE("L21 the short way keeps to the limits", "[json]") {
  const std::string nested = "[{\"a\":[[]]}]";
  CHECK(read_shortly(nested, {.depth = 4}) == nested);
  CHECK(read_shortly(nested, {.depth = 3}) == refused);
  CHECK(read_shortly("[]", {.depth = 0}) == refused);
  CHECK(read_shortly("[1,2,3]", {.nodes = 3}) == refused);

  // More values than it is for, and as many as it takes.
  for (const std::size_t count : {std::size_t{4'000}, std::size_t{4'094}, std::size_t{5'000}}) {
    std::string many = "[";
    for (std::size_t i = 0; i < count; ++i) many += i == 0 ? "1" : ",1";
    many += ']';
    const std::string found = read_shortly(many);
    CHECK(found == (count < 4'095 ? many : refused));
    CHECK(read_at_length(many) == many);
  }
}
