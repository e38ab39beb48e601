#include "socketio/proto/msgpack/writer.hpp"

#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "proto/msgpack/bytes.hpp"
#include "socketio/core/frame_builder.hpp"
#include "socketio/proto/msgpack/reader.hpp"
#include "support/catch.hpp"

namespace io = socketio;
using namespace std::string_literals;

namespace {

struct point {
  double x, y;
};
struct person {
  std::string name;
  std::optional<int> age;
  std::vector<point> path;
};

/// The bytes of a value, the same for both kinds of sink.
template <class T>
std::string written(const T& value) {
  std::string out;
  io::msgpack::writer<std::string> to_string{out};
  io::to_writer(to_string, value);
  io::frame_builder packet{0};
  io::msgpack::writer<io::frame_builder> to_packet{packet};
  io::to_writer(to_packet, value);
  CHECK(packet.view() == out);
  return out;
}

template <class T>
std::string hex(const T& value) {
  return to_hex(written(value));
}

std::string head(std::string_view bytes, std::size_t size) { return to_hex(bytes.substr(0, size)); }

constexpr auto infinity = std::numeric_limits<double>::infinity();

}  // namespace

// The bytes that notepack.io 2.2.0 and 3.0.1 write for the same values.
TEST_CASE("msgpack integers are as short as they can be", "[msgpack]") {
  CHECK(hex(nullptr) == "c0");
  CHECK(hex(false) == "c2");
  CHECK(hex(true) == "c3");
  CHECK(hex(0) == "00");
  CHECK(hex(1) == "01");
  CHECK(hex(127) == "7f");
  CHECK(hex(128) == "cc80");
  CHECK(hex(255) == "ccff");
  CHECK(hex(256) == "cd0100");
  CHECK(hex(65'535) == "cdffff");
  CHECK(hex(65'536) == "ce00010000");
  CHECK(hex(4'294'967'295) == "ceffffffff");
  CHECK(hex(4'294'967'296) == "cf0000000100000000");
  CHECK(hex(9'007'199'254'740'991) == "cf001fffffffffffff");
  CHECK(hex(std::uint64_t{1} << 63) == "cf8000000000000000");
  CHECK(hex(std::numeric_limits<std::uint64_t>::max()) == "cfffffffffffffffff");
  CHECK(hex(-1) == "ff");
  CHECK(hex(-32) == "e0");
  CHECK(hex(-33) == "d0df");
  CHECK(hex(-128) == "d080");
  CHECK(hex(-129) == "d1ff7f");
  CHECK(hex(-32'768) == "d18000");
  CHECK(hex(-32'769) == "d2ffff7fff");
  CHECK(hex(-2'147'483'648) == "d280000000");
  CHECK(hex(-2'147'483'649) == "d3ffffffff7fffffff");
  CHECK(hex(-9'007'199'254'740'991) == "d3ffe0000000000001");
  CHECK(hex(std::numeric_limits<std::int64_t>::min()) == "d38000000000000000");
}

TEST_CASE("msgpack doubles that are whole are integers", "[msgpack]") {
  CHECK(hex(2.0) == "02");
  CHECK(hex(-0.0) == "00");
  CHECK(hex(-33.0) == "d0df");
  CHECK(hex(0x1p53) == "cf0020000000000000");
  CHECK(hex(0x1p63) == "cf8000000000000000");
  CHECK(hex(-0x1p63) == "d38000000000000000");
  CHECK(hex(0.5) == "cb3fe0000000000000");
  CHECK(hex(0.1) == "cb3fb999999999999a");
  CHECK(hex(-0.1) == "cbbfb999999999999a");
  CHECK(hex(infinity) == "cb7ff0000000000000");
  CHECK(hex(-infinity) == "cbfff0000000000000");
  CHECK(hex(std::nan("")) == "cb7ff8000000000000");
  CHECK(hex(-std::nan("1")) == "cb7ff8000000000000");
  // No integer can be that large: notepack.io writes 0.
  CHECK(hex(0x1p64) == "cb43f0000000000000");
  CHECK(hex(-0x1.0000000000001p63) == "cbc3e0000000000001");
  CHECK(hex(1e300) == "cb7e37e43c8800759c");
}

TEST_CASE("msgpack floats keep their digits", "[msgpack]") {
  CHECK(hex(0.1f) == hex(0.1));
  CHECK(hex(1e-7f) == hex(1e-7));
  CHECK(hex(3.0f) == "03");
  CHECK(hex(-0.0f) == "00");
  CHECK(hex(1e10f) == hex(1e10));
  CHECK(hex(std::numeric_limits<float>::infinity()) == "cb7ff0000000000000");
  CHECK(hex(std::nanf("")) == "cb7ff8000000000000");
  CHECK(hex(std::vector{0.1f, 2.f}) == "92cb3fb999999999999a02");
}

TEST_CASE("msgpack strings and binary say their size in as few bytes as they can", "[msgpack]") {
  CHECK(hex("") == "a0");
  CHECK(hex("a") == "a161");
  CHECK(hex("é€😀") == "a9c3a9e282acf09f9880");
  const auto text = [](std::size_t size) { return written(std::string(size, 'a')); };
  CHECK(head(text(31), 2) == "bf61");
  CHECK(head(text(32), 3) == "d92061");
  CHECK(head(text(255), 3) == "d9ff61");
  CHECK(head(text(256), 4) == "da010061");
  CHECK(head(text(65'535), 4) == "daffff61");
  CHECK(head(text(65'536), 6) == "db0001000061");
  CHECK(text(65'536).size() == 65'541);

  CHECK(hex(io::bytes{}) == "c400");
  CHECK(hex(io::bytes{std::byte{1}, std::byte{2}, std::byte{255}}) == "c4030102ff");
  const auto binary = [](std::size_t size) { return written(io::bytes(size)); };
  CHECK(head(binary(255), 3) == "c4ff00");
  CHECK(head(binary(256), 4) == "c5010000");
  CHECK(head(binary(65'536), 6) == "c60001000000");
  CHECK(binary(65'536).size() == 65'541);
}

TEST_CASE("msgpack arrays and objects say their size in as few bytes as they can", "[msgpack]") {
  CHECK(hex(std::vector<int>{}) == "90");
  CHECK(hex(std::vector<int>(15)) == "9f000000000000000000000000000000");
  CHECK(hex(std::vector<int>(16)) == "dc001000000000000000000000000000000000");
  CHECK(head(written(std::vector<int>(65'535, 7)), 4) == "dcffff07");
  const std::string large = written(std::vector<int>(65'536, 7));
  CHECK(head(large, 6) == "dd0001000007");
  CHECK(large == from_hex("dd00010000") + std::string(65'536, 7));

  std::map<std::string, int> map;
  CHECK(hex(map) == "80");
  std::string members;
  for (int i = 10; i < 26; ++i) {
    const std::string key = joined("k", std::to_string(i));
    CHECK(hex(map) == to_hex(std::string(1, static_cast<char>(0x80 + i - 10))) + members);
    map.emplace(key, i);
    members += hex(key) + to_hex(std::string(1, static_cast<char>(i)));
  }
  CHECK(hex(map) == "de0010" + members);
}

TEST_CASE("msgpack containers of every size lie inside each other", "[msgpack]") {
  std::vector<std::vector<std::vector<int>>> nested;
  for (std::size_t i = 0; i < 20; ++i) {
    nested.emplace_back(i, std::vector<int>(i == 17 ? 300 : i, static_cast<int>(i)));
  }
  std::string expected = "dc0014"s;
  for (std::size_t i = 0; i < 20; ++i) {
    const auto list = [](std::size_t size, const std::string& element) {
      const std::string bytes = size < 16 ? std::string{static_cast<char>(0x90 + size)}
                                          : std::string{'\xdc', static_cast<char>(size >> 8),
                                                        static_cast<char>(size & 0xff)};
      std::string text = to_hex(bytes);
      for (std::size_t n = 0; n < size; ++n) text += element;
      return text;
    };
    const std::string number = to_hex(std::string(1, static_cast<char>(i)));
    expected += list(i, list(i == 17 ? 300 : i, number));
  }
  CHECK(hex(nested) == expected);
}

TEST_CASE("msgpack is written for every C++ type", "[msgpack]") {
  CHECK(hex(person{"Ada", {}, {{0, 0.5}}}) ==
        "82"
        "a46e616d65a3416461"
        "a47061746891"
        "82a17800a179cb3fe0000000000000");
  CHECK(hex(person{"Ada", 36, {}}) == "83a46e616d65a3416461a361676524a47061746890");
  CHECK(hex(std::tuple{1, "a", true}) == "9301a161c3");
  CHECK(hex(std::variant<int, std::string>{"a"}) == "a161");
  CHECK(hex(std::optional<int>{}) == "c0");
  CHECK(hex(io::raw_json{R"({"a":[1,2.5,"x",null]})"}) == "81a1619401cb4004000000000000a178c0");
  CHECK(hex(io::raw_json{"no JSON"}) == "c0");
  CHECK(hex(io::value{std::vector{1, 2}}) == "920102");
  using namespace std::chrono;
  CHECK(hex(sys_time<milliseconds>{1'700'000'000'123ms}) ==
        "b8" + to_hex("2023-11-14T22:13:20.123Z"));
}

TEST_CASE("the msgpack writer adds to what is there", "[msgpack]") {
  std::string out = "before";
  io::msgpack::writer<std::string> w{out};
  io::to_writer(w, std::vector<int>(16, 1));
  io::to_writer(w, "after");
  CHECK(out == "before" + from_hex("dc0010") + std::string(16, 1) + from_hex("a5") + "after");
}
