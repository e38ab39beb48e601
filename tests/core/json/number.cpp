#include "socketio/core/json/number.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>

#include "core/json/parsed.hpp"
#include "support/catch.hpp"

namespace {

template <class Float>
std::string print(Float value) {
  socketio::json::detail::number_text text;
  return std::string{socketio::json::detail::print(text, value)};
}

}  // namespace

TEST_CASE("numbers are written as JSON.stringify writes them", "[json]") {
  // Node.js 20
  const std::pair<double, const char*> vectors[] = {
      {0.0, "0"},
      {-0.0, "0"},
      {1.0, "1"},
      {-1.0, "-1"},
      {0.1, "0.1"},
      {0.2, "0.2"},
      {0.30000000000000004, "0.30000000000000004"},
      {0.3333333333333333, "0.3333333333333333"},
      {0.6666666666666666, "0.6666666666666666"},
      {0.000001, "0.000001"},
      {1e-7, "1e-7"},
      {1.5e-7, "1.5e-7"},
      {123456789.0, "123456789"},
      {100000000000000000000.0, "100000000000000000000"},
      {1e+21, "1e+21"},
      {1.5e+21, "1.5e+21"},
      {123456789012345680000.0, "123456789012345680000"},
      {1.2345678901234568e+21, "1.2345678901234568e+21"},
      {9007199254740991.0, "9007199254740991"},
      {9007199254740992.0, "9007199254740992"},
      {9007199254740992.0, "9007199254740992"},
      {-9007199254740992.0, "-9007199254740992"},
      {1000000000000000.0, "1000000000000000"},
      {10000000000000000.0, "10000000000000000"},
      {100000000000000000.0, "100000000000000000"},
      {1.7976931348623157e+308, "1.7976931348623157e+308"},
      {5e-324, "5e-324"},
      {2.2250738585072014e-308, "2.2250738585072014e-308"},
      {4.35, "4.35"},
      {0.000001234, "0.000001234"},
      {1.234e-7, "1.234e-7"},
      {100.0, "100"},
      {100.0, "100"},
      {0.0000125, "0.0000125"},
      {3.141592653589793, "3.141592653589793"},
      {1e+22, "1e+22"},
      {1e+23, "1e+23"},
      {8.41e+21, "8.41e+21"},
      {9007199254740992.0, "9007199254740992"},
      {9223372036854776000.0, "9223372036854776000"},
      {18446744073709552000.0, "18446744073709552000"},
      {-9223372036854776000.0, "-9223372036854776000"},
      {0.7999999999999999, "0.7999999999999999"},
      {1e-323, "1e-323"},
      {299792458.5, "299792458.5"},
      {1.23e-18, "1.23e-18"},
      {5e-7, "5e-7"},
      {0.5, "0.5"}};
  for (const auto& [value, text] : vectors) CHECK(print(value) == text);
}

TEST_CASE("random doubles are written as JSON.stringify writes them", "[json]") {
  // Node.js 20
  const std::pair<std::uint64_t, const char*> vectors[] = {
      {0x1c8ab765d115e5f8, "3.456609903648406e-171"},
      {0xe313a4c3055a2f90, "-1.8533552810703984e+169"},
      {0x5242789ffdcc4a9d, "1.8372305250455797e+88"},
      {0xcbf287d4c38451dc, "-7.269900020168396e+57"},
      {0xd0cfcf8590fda270, "-1.8859107928896516e+81"},
      {0xfc87016c55033e7b, "-7.174284769876405e+291"},
      {0x28c79b231d4313e6, "3.0674261280665503e-112"},
      {0x7af1472eb4bfb7cf, "1.6057976283580228e+284"},
      {0xa99147b889467b9a, "-1.8394556347606248e-108"},
      {0x61349cf90bd619a0, "1.811267539151793e+160"},
      {0x75fb19ff9beaed2, "3.661667511394452e-273"},
      {0x39d1113ea6e8043d, "3.365943707248796e-30"},
      {0xa6e3480326de1b4e, "-2.3333937219678696e-121"},
      {0xda3042f7c69c1e46, "-2.7519547611851647e+126"},
      {0x4be6111dd9fa03ef, "4.328623005266473e+57"},
      {0xf3206df2a0d9b7f0, "-3.589801012930116e+246"},
      {0xd566232fd7551ec, "2.0488647110898596e-244"},
      {0xc3f1fb6fecda8dbb, "-20732038093901378000"},
      {0x7c3677244205aa6e, "2.189323481716675e+290"},
      {0x2f118ada16aac04a, "5.779229706027927e-82"},
      {0xd7ca48f7896b955c, "-8.091271883835078e+114"},
      {0x2a1e2165b90b0ced, "8.210834041674522e-106"},
      {0xcc2a82aa8efea59f, "-8.320428605542546e+58"},
      {0xda334f001425fcdd, "-3.267599856965264e+126"},
      {0x85e93e278f91867e, "-3.476573533273914e-280"},
      {0xeaf91066f8abe1ba, "-2.0117251717401684e+207"},
      {0x3669f1f7ba0d58b2, "1.4201933462272546e-46"},
      {0x597ea5fb62f76f5b, "1.2662678755238931e+123"},
      {0x7b564f45b24da92a, "1.3269935011812214e+286"},
      {0x52b7daad5577ba08, "3.036992411812324e+90"},
      {0x28e20d0366be3cd7, "9.382290360450495e-112"},
      {0xe802ac29b21cbed6, "-1.0649027956696365e+193"},
      {0x8a5068d66e2bfc30, "-5.336292992204863e-259"},
      {0x83aeb76135e48d05, "-6.1560690838957194e-291"},
      {0x184b325b5af484de, "1.1921999101142638e-191"},
      {0xf88f6f6274623120, "-5.3142365849781033e+272"},
      {0xdcf067f56f3a7a28, "-4.884308230862181e+139"},
      {0x67c713c60d455b7c, "8.225667240858725e+191"},
      {0xe73c3b2eb03b4617, "-1.96537914430328e+189"},
      {0x9da0b1db13ff5410, "-5.662292430068174e-166"},
      {0x3e9eea1f19d5fce8, "4.606625e-7"},
      {0x4230914ded000000, "71157280000"},
      {0x3ee80aa75dd39933, "0.000011463936"},
      {0x43a7d6ff784a87e0, "858920600000000000"},
      {0x42e2ad5956c16000, "164285900000000"},
      {0x448b7804e16557f9, "1.6214732e+22"},
      {0x443540ab3320074e, "392041500000000000000"},
      {0x3e4e1fd1cc76159c, "1.4027718000000001e-8"},
      {0x3f530b91f34bd65c, "0.0011624265"},
      {0x43477b9e950c3700, "13219691000000000"},
      {0x430d924e16122001, "1040454800000000.1"},
      {0x3f1f0afd49135cbb, "0.00011841937"},
      {0x42a7b8f858f20000, "13041604000000"},
      {0x43c43d0cdd8b2a00, "2916672000000000000"},
      {0x41a358e540000000, "162296480"},
      {0x3e010d96c3f9c845, "4.9631e-10"},
      {0x42c74fd81351c000, "51263390000000"},
      {0x42734e999d4e0000, "1326769100000"},
      {0x3fb6b709c1f5ae42, "0.08873044"},
      {0x3ed76202c47f4cfa, "0.000005574907000000001"},
      {0x3f0b617dc6f1c0c9, "0.00005222478"},
      {0x41d56d6586000000, "1437963800"},
      {0x4123517b99999999, "633021.7999999999"},
      {0x3f2405378ec2ea0b, "0.00015274337"},
      {0x43480861c7eb6b00, "13529231000000000"},
      {0x4126d04400000000, "747554"},
      {0x431794f455fe3800, "1659425400000000"},
      {0x3ea12934fa25e053, "5.114366e-7"},
      {0x41612fb6a0000000, "9010613"},
      {0x4235d6ae24500000, "93796050000"}};
  for (const auto& [bits, text] : vectors) CHECK(print(std::bit_cast<double>(bits)) == text);
}

TEST_CASE("R123 inf and nan are never written", "[json]") {
  CHECK(print(std::numeric_limits<double>::infinity()) == "null");
  CHECK(print(-std::numeric_limits<double>::infinity()) == "null");
  CHECK(print(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(print(std::numeric_limits<float>::infinity()) == "null");
  CHECK(socketio::to_json(parsed{"[1e400,-1e400]"}.root()) == "[null,null]");
}

TEST_CASE("floats are written with the digits of a float", "[json]") {
  CHECK(print(0.1f) == "0.1");
  CHECK(print(21.3f) == "21.3");
  CHECK(print(16777216.0f) == "16777216");
  CHECK(print(1e10f) == "10000000000");
  CHECK(print(1e-7f) == "1e-7");
  CHECK(print(std::numeric_limits<float>::max()) == "3.4028235e+38");
  CHECK(print(std::numeric_limits<float>::denorm_min()) == "1e-45");
  CHECK(print(-0.0f) == "0");
}

TEST_CASE("every double survives being written and read", "[json]") {
  std::mt19937_64 random{1};
  for (int i = 0; i < 20'000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!(std::abs(value) <= std::numeric_limits<double>::max())) continue;
    const std::string text = print(value);
    REQUIRE(text.size() <= std::tuple_size_v<socketio::json::detail::number_text>);
    const parsed p{text};
    REQUIRE(p.ok());
    REQUIRE(p.root().as_double() == value);
    REQUIRE(print(*p.root().as_double()) == text);
  }
}

TEST_CASE("a fraction of few digits is read and written as one of many", "[json]") {
  std::mt19937_64 random{1};
  for (int i = 0; i < 20'000; ++i) {
    const int places = static_cast<int>(random() % 17);
    std::string text =
        std::to_string(random() % static_cast<std::uint64_t>(std::pow(10, random() % 18)));
    text.insert(
        0, static_cast<std::size_t>(std::max(0, places + 1 - static_cast<int>(text.size()))), '0');
    text.insert(text.size() - static_cast<std::size_t>(places), places == 0 ? "" : ".");
    double nearest = 0;
    std::from_chars(text.data(), text.data() + text.size(), nearest);
    const parsed p{text};
    INFO(text);
    REQUIRE(p.ok());
    REQUIRE(p.root().as_double() == nearest);

    std::array<char, 64> shortest;
    const char* const end = std::to_chars(shortest.data(), shortest.data() + shortest.size(),
                                          nearest, std::chars_format::fixed)
                                .ptr;
    if (nearest >= 1e-6 && nearest < 0x1p53) {
      REQUIRE(print(nearest) ==
              std::string_view(shortest.data(), static_cast<std::size_t>(end - shortest.data())));
      REQUIRE(print(-nearest) == '-' + print(nearest));
    }
  }
}

TEST_CASE("both sides of where fractions are short", "[json]") {
  // Node.js 20
  const std::pair<double, const char*> vectors[] = {{0.000001, "0.000001"},
                                                    {0.0000015, "0.0000015"},
                                                    {0.00000099, "9.9e-7"},
                                                    {999999.999999999, "999999.999999999"},
                                                    {1000000.000000001, "1000000.000000001"},
                                                    {999999999.999999, "999999999.999999"},
                                                    {1000000000.0000001, "1000000000.0000001"},
                                                    {999999999999.999, "999999999999.999"},
                                                    {1000000000000.25, "1000000000000.25"},
                                                    {0.1 + 0.2, "0.30000000000000004"},
                                                    {101.25, "101.25"},
                                                    {-0.5, "-0.5"}};
  for (const auto& [value, text] : vectors) {
    CHECK(print(value) == text);
    CHECK(parsed{text}.root().as_double() == value);
  }
}
