#include "socketio/proto/http/text.hpp"

#include "support/catch.hpp"

using namespace socketio::http;

TEST_CASE("equal_ignoring_case folds ASCII letters only", "[http][text]") {
  CHECK(equal_ignoring_case("", ""));
  CHECK(equal_ignoring_case("Content-Length", "cONTENT-lENGTH"));
  CHECK_FALSE(equal_ignoring_case("a", "ab"));
  CHECK_FALSE(equal_ignoring_case("@", "`"));
  CHECK_FALSE(equal_ignoring_case("[", "{"));
  CHECK_FALSE(equal_ignoring_case("\r", "-"));
  CHECK_FALSE(equal_ignoring_case("\xc9", "\xe9"));
}

TEST_CASE("has_token finds whole elements of a list", "[http][text]") {
  CHECK(has_token("upgrade", "Upgrade"));
  CHECK(has_token("keep-alive, Upgrade", "upgrade"));
  CHECK(has_token(" ,\t upgrade\t,,x", "upgrade"));
  CHECK_FALSE(has_token("", "upgrade"));
  CHECK_FALSE(has_token("upgrades", "upgrade"));
  CHECK_FALSE(has_token("up, grade", "upgrade"));
  CHECK_FALSE(has_token("\"upgrade\"", "upgrade"));
  CHECK_FALSE(has_token("upgrade x", "upgrade"));
}

TEST_CASE("trim removes spaces and tabs at both ends", "[http][text]") {
  CHECK(trim("") == "");
  CHECK(trim(" \t ") == "");
  CHECK(trim("\ta b\t ") == "a b");
  CHECK(trim("\x0b") == "\x0b");
}

TEST_CASE("a token has none of the separators of RFC 9110 section 5.6.2", "[http][text]") {
  CHECK(is_token("!#$%&'*+-.^_`|~09azAZ"));
  CHECK_FALSE(is_token(""));
  for (int c = 0; c < 256; ++c) {
    const char text[] = {static_cast<char>(c)};
    const bool separator =
        c <= 0x20 || c >= 0x7f ||
        std::string_view{"\"(),/:;<=>?@[\\]{}"}.find(text[0]) != std::string_view::npos;
    CHECK(is_token({text, 1}) == !separator);
  }
}
