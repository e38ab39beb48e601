#include "socketio/proto/eio/jsonp.hpp"

#include <string>

#include "support/catch.hpp"

namespace eio = socketio::eio;

namespace {

std::string script(std::uint32_t callback, std::string_view payload) {
  std::string out;
  eio::write_script(out, callback, payload);
  return out;
}

std::string unescaped(std::string text) {
  eio::unescape_form_payload(text);
  return text;
}

}  // namespace

TEST_CASE("F099 a payload is handed to the callback as a string", "[jsonp]") {
  CHECK(script(0, "") == R"(___eio[0]("");)");
  CHECK(script(7, R"(42["a","\n"])") == R"(___eio[7]("42[\"a\",\"\\n\"]");)");
  CHECK(script(4'294'967'295, "6") == R"(___eio[4294967295]("6");)");
  CHECK(script(1,
               "2\x1e"
               "3") == R"(___eio[1]("2\u001e3");)");
  CHECK(script(1, "</script>\r\n\"\\") == R"(___eio[1]("</script>\r\n\"\\");)");
}

TEST_CASE("F099 R70 no line of a script ends inside the string", "[jsonp]") {
  CHECK(script(1, "\u2028") == R"(___eio[1]("\u2028");)");
  CHECK(script(1, "a\u2028\u2029b\u2028") == R"(___eio[1]("a\u2028\u2029b\u2028");)");
  CHECK(script(1, "\u2027\u202a\u2000\u203f€") == "___eio[1](\"\u2027\u202a\u2000\u203f€\");");
}

TEST_CASE("R70 a long payload of line separators takes linear time", "[jsonp]") {
  std::string payload;
  for (int i = 0; i < 300'000; ++i) payload += "\u2028";
  CHECK(script(1, payload).size() == std::string_view{"___eio[1](\"\");"}.size() + 300'000 * 6);
}

TEST_CASE("R70 what is no text does not leave the string", "[jsonp]") {
  CHECK(script(1, "\xe2\x80") == "___eio[1](\"\ufffd\");");
  CHECK(script(1, "\xff\"\xe2") == "___eio[1](\"\ufffd\\\"\ufffd\");");
}

TEST_CASE("F100 escaped line ends of a form field are undone", "[jsonp]") {
  CHECK(unescaped("").empty());
  CHECK(unescaped("4hello") == "4hello");
  CHECK(unescaped(R"(4a\nb)") == "4a\nb");
  CHECK(unescaped(R"(42["a\\nb"])") == R"(42["a\nb"])");
  CHECK(unescaped(R"(\\\n)") == R"(\\n)");
  CHECK(unescaped(R"(\\n\n\\n)") == "\\n\n\\n");
  CHECK(unescaped(R"(\)") == R"(\)");
  CHECK(unescaped(R"(\\)") == R"(\\)");
  CHECK(unescaped(R"(n\t\"\\)") == R"(n\t\"\\)");
}
