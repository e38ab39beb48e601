#include "socketio/core/json/writer.hpp"

#include <limits>
#include <string>
#include <vector>

#include "core/json/parsed.hpp"
#include "socketio/core/frame_builder.hpp"
#include "support/catch.hpp"

namespace io = socketio;
using namespace std::string_literals;

namespace {

std::string quoted(std::string_view text) {
  const std::unique_ptr<char[]> block{new char[text.size()]};  // of exactly its size
  text.copy(block.get(), text.size());
  std::string out;
  io::json::writer<std::string>{out}.string({block.get(), text.size()});
  io::frame_builder packet{0};
  io::json::writer<io::frame_builder>{packet}.string({block.get(), text.size()});
  CHECK(packet.view() == out);
  return out;
}

}  // namespace

TEST_CASE("the writer puts commas where they belong", "[json]") {
  std::string out;
  io::json::writer<std::string> w{out};
  w.begin_array();
  w.begin_array();
  w.end_array();
  w.begin_object();
  w.end_object();
  w.null();
  w.begin_array();
  w.boolean(true);
  w.boolean(false);
  w.end_array();
  w.begin_object();
  w.key("a");
  w.integer(-1);
  w.key("b");
  w.begin_array();
  w.real(1.5);
  w.string("");
  w.end_array();
  w.key("c");
  w.begin_object();
  w.key("d");
  w.begin_array();
  w.end_array();
  w.end_object();
  w.end_object();
  w.unsigned_integer(std::numeric_limits<std::uint64_t>::max());
  w.integer(std::numeric_limits<std::int64_t>::min());
  w.raw("{\"x\": [1, 2]}");
  w.end_array();
  CHECK(out == R"([[],{},null,[true,false],{"a":-1,"b":[1.5,""],"c":{"d":[]}},)"
               R"(18446744073709551615,-9223372036854775808,{"x": [1, 2]}])");
}

TEST_CASE("the writer adds to what is there", "[json]") {
  std::string out = "42";
  io::json::writer<std::string> w{out};
  w.begin_array();
  w.string("a");
  w.end_array();
  CHECK(out == "42[\"a\"]");
}

TEST_CASE("strings are escaped as JSON.stringify does", "[json]") {
  // Node.js 20, all of ASCII
  std::string ascii;
  for (char c = 0; c >= 0; ++c) {
    ascii += c;
    if (c == 127) break;
  }
  CHECK(quoted(ascii) ==
        R"("\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f)"
        R"(\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d)"
        R"(\u001e\u001f !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`)"
        "abcdefghijklmnopqrstuvwxyz{|}~\x7f\"");
  CHECK(quoted("é€😀\u2028\u2029\ufeff\U0010ffff") == "\"é€😀\u2028\u2029\ufeff\U0010ffff\"");
  CHECK(quoted("") == "\"\"");
}

TEST_CASE("a character that needs care is found at every place", "[json]") {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string plain(size, 'x');
    CHECK(quoted(plain) == "\"" + plain + "\"");
    for (std::size_t at = 0; at < size; ++at) {
      for (const auto& [raw, written] : {std::pair{"\"", "\\\""},
                                         {"\\", "\\\\"},
                                         {"\x1f", "\\u001f"},
                                         {"é", "é"},
                                         {"\x80", "\ufffd"},
                                         {"\xff", "\ufffd"}}) {
        const std::string before(at, 'x'), after(size - at - 1, 'x');
        REQUIRE(quoted(before + raw + after) == "\"" + before + written + after + "\"");
      }
    }
  }
}

TEST_CASE("what is not UTF-8 becomes U+FFFD where a browser puts it", "[json]") {
  // JSON.stringify(new TextDecoder().decode(bytes)) of Node.js 20
  const std::pair<std::string, std::string> vectors[] = {
      {"\x80", "\ufffd"},
      {"a\xff"s + "b", "a\ufffd"s + "b"},
      {"\xc0\x80", "\ufffd\ufffd"},
      {"\xc1\xbf", "\ufffd\ufffd"},
      {"\xc3", "\ufffd"},
      {"\xc3\"", "\ufffd\\\""},
      {"\xc3\n", "\ufffd\\n"},
      {"\xc3\xc3\xa9", "\ufffdé"},
      {"\xe0\x80\x80", "\ufffd\ufffd\ufffd"},
      {"\xe0\xa0", "\ufffd"},
      {"\xe2\x82", "\ufffd"},
      {"\xe2\x82x", "\ufffdx"},
      {"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
      {"\xed\x9f\xbf", "\ud7ff"},
      {"\xf0\x80\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
      {"\xf0\x9f\x98", "\ufffd"},
      {"\xf0\x9f\x98x", "\ufffdx"},
      {"\xf0\x9f\x98\xf0\x9f\x98\x80", "\ufffd😀"},
      {"\xf4\x8f\xbf\xbf", "\U0010ffff"},
      {"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
      {"\xf5\x80", "\ufffd\ufffd"},
      {"\xf8\x88\x80\x80\x80", "\ufffd\ufffd\ufffd\ufffd\ufffd"},
      {"é\x80é", "é\ufffdé"},
  };
  for (const auto& [raw, written] : vectors) {
    CHECK(quoted(raw) == "\"" + written + "\"");
    CHECK(quoted("some text before " + raw + " and after") ==
          "\"some text before " + written + " and after\"");
  }
}

TEST_CASE("binary becomes a placeholder and is handed out in order", "[json]") {
  std::vector<std::string> attached;
  const auto attach = [&](io::bytes_view data) { attached.emplace_back(io::as_text(data)); };
  std::string out;
  io::json::writer<std::string, decltype(attach)> w{out, attach};
  w.begin_array();
  w.string("ev");
  w.binary(io::as_bytes("one"));
  w.begin_object();
  w.key("b");
  w.binary(io::as_bytes("two"));
  w.key("c");
  w.binary({});
  w.end_object();
  w.end_array();
  CHECK(out == R"(["ev",{"_placeholder":true,"num":0},{"b":{"_placeholder":true,"num":1},)"
               R"("c":{"_placeholder":true,"num":2}}])");
  CHECK(attached == std::vector<std::string>{"one", "two", ""});
  CHECK(w.attachments() == 3);
}

TEST_CASE("without attachments binary becomes null", "[json]") {
  CHECK(io::to_json(std::vector<io::bytes>{{}, {std::byte{1}}}) == "[null,null]");
}

TEST_CASE("R122 a value of depth 128 is written", "[json]") {
  const std::string text = std::string(128, '[') + std::string(128, ']');
  CHECK(parsed{text}.dump() == text);
}
