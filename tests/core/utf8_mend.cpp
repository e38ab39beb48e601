#include "socketio/core/utf8_mend.hpp"

#include "socketio/core/utf8.hpp"
#include "support/catch.hpp"

using socketio::mend_utf8;

namespace {

const std::string mark = "\xef\xbf\xbd";

std::string marks(int count) { return count == 0 ? "" : mark + marks(count - 1); }

}  // namespace

TEST_CASE("mending leaves UTF-8 alone", "[utf8]") {
  for (const std::string text : {"", "a", "é€😀", "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"}) {
    CHECK(mend_utf8(text) == text);
  }
  CHECK(mend_utf8({"\0a\0", 3}) == std::string_view{"\0a\0", 3});
}

// Unicode 15 §3.9, tables 3-8 to 3-11; all of them checked with Buffer.toString of Node.js 20.
TEST_CASE("mending replaces each maximal part of a character by one mark", "[utf8]") {
  CHECK(mend_utf8("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41") == marks(8) + "A");
  CHECK(mend_utf8("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41") == marks(8) + "A");
  CHECK(mend_utf8("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42") == marks(5) + "A" + marks(2) + "B");
  CHECK(mend_utf8("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41") == marks(4) + "A");
}

TEST_CASE("mending replaces what the text ends in the middle of", "[utf8]") {
  CHECK(mend_utf8("a\xf0\x9f\x98") == "a" + mark);
  CHECK(mend_utf8("a\xe2") == "a" + mark);
  CHECK(mend_utf8("\x80") == mark);
}

TEST_CASE("mending begins anew with the byte that did not fit", "[utf8]") {
  CHECK(mend_utf8("\xe2\x82\xc3\xa9") == mark + "é");
  CHECK(mend_utf8("\xf0\x9f\xe2\x82\xac") == mark + "€");
}

TEST_CASE("what was mended is UTF-8", "[utf8]") {
  std::uint32_t random = 1;
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) {
      random = random * 1664525 + 1013904223;
      // Few bytes other than those of characters of several bytes.
      text.push_back(static_cast<char>(random >> 29 == 0 ? 'a' : 0x80 | random >> 24));
    }
    const std::string mended = mend_utf8(text);
    CHECK(socketio::is_utf8(mended));
    CHECK(mended.size() <= 3 * text.size());
    if (socketio::is_utf8(text)) CHECK(mended == text);
  }
}
