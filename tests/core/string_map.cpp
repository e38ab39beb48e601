#include "socketio/core/string_map.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using socketio::seeded_hash;
using socketio::string_map;
using socketio::view_map;

namespace {

std::uint64_t hash_of(std::string_view text) {
  // An exact heap block, so that a sanitizer sees a byte too many being read.
  const std::unique_ptr<char[]> exact{new char[text.size()]};
  text.copy(exact.get(), text.size());
  return seeded_hash{}({exact.get(), text.size()});
}

}  // namespace

TEST_CASE("equal texts have equal hashes, wherever they lie", "[string_map]") {
  const std::string text = "0123456789abcdefghijklmnopqrstuvwxyz";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string_view part = std::string_view{text}.substr(0, size);
    CHECK(hash_of(part) == hash_of(std::string{part}));
    CHECK(seeded_hash{}((' ' + text).substr(1, size)) == hash_of(part));
  }
}

TEST_CASE("texts that differ little have different hashes", "[string_map]") {
  std::set<std::uint64_t> hashes;
  std::size_t count = 0;
  const auto add = [&](std::string_view text) {
    hashes.insert(hash_of(text));
    ++count;
  };
  SECTION("only in their length") {
    const char filling = GENERATE('\0', 'x');
    for (std::size_t size = 0; size < 100; ++size) add(std::string(size, filling));
  }
  SECTION("in one byte, at each place of texts of several lengths") {
    for (const std::size_t size : {1u, 7u, 8u, 9u, 16u, 23u, 40u}) {
      for (std::size_t at = 0; at < size; ++at) {
        for (int byte = 1; byte < 256; ++byte) {
          if (byte == 'x') continue;
          std::string text(size, 'x');
          text[at] = static_cast<char>(byte);
          add(text);
        }
      }
    }
  }
  CHECK(hashes.size() == count);
}

TEST_CASE("one bit of the text turns about half of the bits of the hash", "[string_map]") {
  for (const std::size_t size : {1u, 5u, 8u, 20u, 33u}) {
    std::string text(size, 'x');
    const std::uint64_t before = hash_of(text);
    double turned = 0;
    for (std::size_t bit = 0; bit < 8 * size; ++bit) {
      text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
      turned += std::popcount(before ^ hash_of(text));
      text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
    }
    const double average = turned / static_cast<double>(8 * size);
    CHECK(average > 20);
    CHECK(average < 44);
  }
}

TEST_CASE("names that count up spread over the buckets", "[string_map]") {
  for (const std::string prefix : {"room-", "", "a long prefix that all of the names share "}) {
    // By the lowest bits, and by a remainder, as containers choose buckets.
    std::array<int, 256> low{};
    std::array<int, 257> rest{};
    constexpr int names = 256 * 64;
    for (int i = 0; i < names; ++i) {
      const std::uint64_t hash = hash_of(prefix + std::to_string(i));
      ++low[hash % low.size()];
      ++rest[hash % rest.size()];
    }
    // 64 on average; nine standard deviations away is no coincidence, whatever the key.
    CHECK(*std::max_element(low.begin(), low.end()) < 64 + 72);
    CHECK(*std::max_element(rest.begin(), rest.end()) < 64 + 72);
    CHECK(*std::min_element(low.begin(), low.end()) > 0);
  }
}

TEST_CASE("maps look up by views", "[string_map]") {
  string_map<int> map;
  map["one"] = 1;
  map.emplace("", 0);
  map.emplace(std::string{"a\0b", 3}, 3);
  CHECK(map.find(std::string_view{"one"})->second == 1);
  CHECK(map.find(std::string_view{"a\0b", 3})->second == 3);
  CHECK(map.find(std::string_view{"a"}) == map.end());
  CHECK(map.count(std::string_view{}) == 1);

  struct named {
    std::string name;
  };
  const auto value = std::make_unique<named>(named{"key"});
  view_map<named*> views;
  views.emplace(value->name, value.get());
  CHECK(views.find("key")->second == value.get());
  CHECK(views.find("Key") == views.end());
}
