#include "socketio/proto/http/cookie.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace socketio::http;

TEST_CASE("cookies are found by name, the first of several", "[http][cookie]") {
  const cookies sent{"io=abc; theme=dark;io=later;quoted=\"a b\"; empty=; =nameless; bare; a=b=c"};
  CHECK(sent.find("io") == "abc");
  CHECK(sent.find("theme") == "dark");
  CHECK(sent.find("quoted") == "a b");
  CHECK(sent.find("empty") == "");
  CHECK(sent.find("bare") == "");
  CHECK(sent.find("a") == "b=c");
  CHECK(sent.find("IO") == std::nullopt);
  CHECK(sent.find("o") == std::nullopt);
  CHECK(cookies{""}.find("io") == std::nullopt);
  CHECK(cookies{"a=\""}.find("a") == "\"");
}

TEST_CASE("cookies are iterated in order", "[http][cookie]") {
  std::vector<std::string> found;
  for (const auto& [name, value] : cookies{" a = 1 ;; b=\"2\" ;\tc"}) {
    found.push_back(std::string{name} + "|" + std::string{value});
  }
  CHECK(found == std::vector<std::string>{"a|1", "b|\"2\"", "c|"});
}

TEST_CASE("R69 a cookie is closed to scripts and to other sites unless told otherwise",
          "[http][cookie]") {
  set_cookie cookie;
  cookie.name = "io";
  cookie.value = "abc-_123";
  CHECK(to_header(cookie) == "io=abc-_123; Path=/; HttpOnly; SameSite=Lax");
  cookie.path = "";
  CHECK(to_header(cookie) == "io=abc-_123; HttpOnly; SameSite=Lax");
  cookie.path = "/socket.io/";
  cookie.domain = ".example.com";
  cookie.max_age = std::chrono::hours{1};
  cookie.secure = true;
  cookie.same_site = same_site::none;
  CHECK(to_header(cookie) ==
        "io=abc-_123; Max-Age=3600; Domain=.example.com; Path=/socket.io/; HttpOnly; Secure; "
        "SameSite=None");
  cookie.http_only = false;
  cookie.same_site = same_site::strict;
  CHECK(
      to_header(cookie) ==
      "io=abc-_123; Max-Age=3600; Domain=.example.com; Path=/socket.io/; Secure; SameSite=Strict");
  cookie.same_site = same_site::unspecified;
  cookie.max_age = std::chrono::seconds{-1};
  cookie.value = "";
  CHECK(to_header(cookie) == "io=; Max-Age=-1; Domain=.example.com; Path=/socket.io/; Secure");
}

TEST_CASE("R69 no part of a cookie can break out of its place", "[http][cookie]") {
  const auto accepted = [](auto member, std::string_view text) {
    set_cookie cookie;
    cookie.name = "io";
    cookie.*member = text;
    return to_header(cookie).has_value();
  };
  for (const std::string_view text :
       {"", "a b", "a=b", "a;b", "a\r\nb", "a,b", "\"a\"", "\xc3\xa9"}) {
    INFO(text);
    CHECK_FALSE(accepted(&set_cookie::name, text));
  }
  for (const std::string_view text :
       {"a b", "a;b", "a\r\nb", "a\nb", "a,b", "\"a\"", "a\\b", "\x7f", "\xc3\xa9"}) {
    INFO(text);
    CHECK_FALSE(accepted(&set_cookie::value, text));
  }
  CHECK_FALSE(accepted(&set_cookie::value, std::string_view{"a\0b", 3}));
  CHECK(accepted(&set_cookie::value, "a=b!#$%&'()*+-./:<>?@[]^_`{|}~"));
  for (const std::string_view text : {"a", "/a;HttpOnly", "/\r\n", "/\x7f", "/\xc3\xa9"}) {
    INFO(text);
    CHECK_FALSE(accepted(&set_cookie::path, text));
  }
  for (const std::string_view text : {"a;b", "a b", "a\r\n", "a/b", ".", "a:1", "\xc3\xa9.org"}) {
    INFO(text);
    CHECK_FALSE(accepted(&set_cookie::domain, text));
  }
  set_cookie cross_site;
  cross_site.name = "io";
  cross_site.same_site = same_site::none;
  CHECK_FALSE(to_header(cross_site));  // without Secure browsers drop it
}
