#include "socketio/core/percent.hpp"

#include "support/catch.hpp"

using socketio::form_decode;
using socketio::percent_decode;

TEST_CASE("percent_decode undoes every escape", "[percent]") {
  CHECK(percent_decode("") == "");
  CHECK(percent_decode("plain") == "plain");
  CHECK(percent_decode("%41%4a%4A%e2%82%AC") == "AJJ\xe2\x82\xac");
  CHECK(percent_decode("a%00b") == std::string("a\0b", 3));
  CHECK(percent_decode("%2541") == "%41");  // once, never twice
}

TEST_CASE("R25 a bad escape is refused", "[percent]") {
  for (const std::string_view text : {"%", "%4", "a%", "a%4", "%zz", "%4g", "%g4", "%%41", "%+1",
                                      "% 1", "%0x", "%-1", "%\xff\xff"}) {
    INFO(text);
    CHECK_FALSE(percent_decode(text));
    CHECK_FALSE(form_decode(text));
  }
}

TEST_CASE("a plus is a space in forms only", "[percent]") {
  CHECK(percent_decode("a+b%2B") == "a+b+");
  CHECK(form_decode("a+b%2B") == "a b+");
}
