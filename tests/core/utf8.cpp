#include "socketio/core/utf8.hpp"

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace {

std::string encode(std::uint32_t point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xc0 | point >> 6), byte(0x80 | (point & 63))};
  if (point < 0x10000) {
    return {byte(0xe0 | point >> 12), byte(0x80 | (point >> 6 & 63)), byte(0x80 | (point & 63))};
  }
  return {byte(0xf0 | point >> 18), byte(0x80 | (point >> 12 & 63)), byte(0x80 | (point >> 6 & 63)),
          byte(0x80 | (point & 63))};
}

/// The index of the byte at which the validator fails, fed one byte at a time; -1 for never.
int failing_byte(std::string_view text) {
  socketio::utf8_validator validator;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!validator.feed(text.substr(i, 1))) return static_cast<int>(i);
  }
  return -1;
}

/// Validates from a block of exactly the size of the text.
bool valid(std::string_view text) {
  const auto block = std::make_unique<char[]>(text.size());
  text.copy(block.get(), text.size());
  return socketio::is_utf8({block.get(), text.size()});
}

}  // namespace

TEST_CASE("utf8 accepts exactly the scalar values", "[utf8]") {
  bool exact = true;
  for (std::uint32_t point = 0; point < 0x200000; ++point) {
    const bool scalar = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    exact = exact && socketio::is_utf8(encode(point)) == scalar;
  }
  CHECK(exact);
}

TEST_CASE("utf8 fails at the first byte that cannot be right", "[utf8]") {
  CHECK(failing_byte("\x80") == 0);
  CHECK(failing_byte("\xc0\xaf") == 0);
  CHECK(failing_byte("\xc1") == 0);
  CHECK(failing_byte("\xc3\x28") == 1);
  CHECK(failing_byte("\xe0\x9f\xbf") == 1);
  CHECK(failing_byte("\xed\xa0\x80") == 1);
  CHECK(failing_byte("\xe2\x82\x28") == 2);
  CHECK(failing_byte("\xf0\x8f\xbf\xbf") == 1);
  CHECK(failing_byte("\xf4\x90\x80\x80") == 1);
  CHECK(failing_byte("\xf5") == 0);
  CHECK(failing_byte("\xff") == 0);
  // RFC 6455 test case 6.4 of the Autobahn suite: the surrogate is known before the text ends.
  CHECK(failing_byte("\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80\x65\x64") == 12);
}

TEST_CASE("utf8 gives one answer at every cut", "[utf8]") {
  const std::string good =
      "plain text, sixteen and more; \xce\xba\xe1\xbd\xb9 \xf0\x9f\x98\x80 and on";
  const std::string bad = good + std::string(40, 'x') + "\xf0\x9f\x98.";
  for (std::size_t cut = 0; cut <= bad.size(); ++cut) {
    socketio::utf8_validator validator;
    const bool first = validator.feed(std::string_view{bad}.substr(0, cut));
    CHECK(first == (cut < bad.size()));
    CHECK_FALSE(validator.feed(std::string_view{bad}.substr(cut)));
  }
  for (std::size_t cut = 0; cut <= good.size(); ++cut) {
    socketio::utf8_validator validator;
    CHECK(validator.feed(std::string_view{good}.substr(0, cut)));
    CHECK(validator.feed(std::string_view{good}.substr(cut)));
    CHECK(validator.complete());
  }
}

TEST_CASE("utf8 finds one bad byte at every place of a long text", "[utf8]") {
  for (std::size_t size = 1; size < 70; ++size) {
    CHECK(valid(std::string(size, 'a')));
    for (std::size_t place = 0; place < size; ++place) {
      std::string text(size, 'a');
      text[place] = '\xff';
      CHECK_FALSE(valid(text));
    }
  }
}

TEST_CASE("utf8 is incomplete inside a character and stays failed until reset", "[utf8]") {
  socketio::utf8_validator validator;
  CHECK(validator.complete());
  CHECK(validator.feed("\xf0\x9f"));
  CHECK_FALSE(validator.complete());
  CHECK_FALSE(socketio::is_utf8("\xf0\x9f"));
  CHECK_FALSE(validator.feed("a"));
  CHECK_FALSE(validator.feed("a"));
  CHECK_FALSE(validator.feed(""));
  CHECK_FALSE(validator.complete());
  validator.reset();
  CHECK(validator.feed("a"));
  CHECK(validator.complete());
}

TEST_CASE("F149 text is counted in UTF-16 code units", "[utf8]") {
  CHECK(socketio::utf16_size("") == 0);
  CHECK(socketio::utf16_size("abc") == 3);
  CHECK(socketio::utf16_size("äöü") == 3);
  CHECK(socketio::utf16_size("€") == 1);
  CHECK(socketio::utf16_size("a😀b") == 4);
  for (std::uint32_t point : {0x7fu, 0x80u, 0x7ffu, 0x800u, 0xffffu}) {
    CHECK(socketio::utf16_size(encode(point)) == 1);
  }
  CHECK(socketio::utf16_size(encode(0x10000)) == 2);
  CHECK(socketio::utf16_size(encode(0x10ffff)) == 2);
}

TEST_CASE("F149 a number of UTF-16 code units is cut off between characters", "[utf8]") {
  using socketio::utf16_prefix;
  CHECK(utf16_prefix("", 0) == 0);
  CHECK_FALSE(utf16_prefix("", 1));
  CHECK(utf16_prefix("a😀b", 0) == 0);
  CHECK(utf16_prefix("a😀b", 1) == 1);
  CHECK_FALSE(utf16_prefix("a😀b", 2));  // half of a surrogate pair
  CHECK(utf16_prefix("a😀b", 3) == 5);
  CHECK(utf16_prefix("a😀b", 4) == 6);
  CHECK_FALSE(utf16_prefix("a😀b", 5));

  // Every prefix of a long text, with characters of every size at every place of a block.
  std::string text;
  std::vector<std::pair<std::size_t, std::size_t>> ends{{0, 0}};  // units, bytes
  for (std::uint32_t i = 0; i < 300; ++i) {
    const std::uint32_t points[] = {0x61, 0x7a, 0x20ac, 0x31, 0x1f600, 0x62, 0xe4, 0x63};
    const std::uint32_t point = i < 100 ? 0x61 : points[(i * i + i / 7) % 8];
    text += encode(point);
    ends.emplace_back(ends.back().first + (point > 0xffff ? 2 : 1), text.size());
  }
  for (const auto& [units, bytes] : ends) CHECK(utf16_prefix(text, units) == bytes);
  CHECK(socketio::utf16_size(text) == ends.back().first);
  CHECK_FALSE(utf16_prefix(text, ends.back().first + 1));
  CHECK_FALSE(utf16_prefix(text, std::numeric_limits<std::size_t>::max()));
}
