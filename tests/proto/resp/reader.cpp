#include "socketio/proto/resp/reader.hpp"

#include <random>
#include <string>

#include "proto/resp/captured.hpp"
#include "proto/resp/show.hpp"
#include "socketio/proto/resp/writer.hpp"
#include "support/catch.hpp"

namespace resp = socketio::resp;
using socketio::test::read_replies;
using socketio::test::show;
using namespace std::string_literals;

namespace {

/// However the bytes are split, the same comes out.
std::string read(const std::string& bytes, resp::limits limits = {}) {
  const std::string whole = read_replies(bytes, limits, [] { return std::string::npos; });
  CHECK(read_replies(bytes, limits, [] { return std::size_t{1}; }) == whole);
  std::mt19937 random{1};
  for (int i = 0; i < 5; ++i) {
    CHECK(read_replies(bytes, limits, [&] { return std::size_t{1} + random() % 9; }) == whole);
  }
  return whole;
}

/// The one reply in `bytes`, of which no part is a reply.
std::string one(const std::string& bytes) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK(read_replies(bytes.substr(0, size), {}, [] { return std::string::npos; }).empty());
  }
  std::string shown = read(bytes);
  REQUIRE(!shown.empty());
  CHECK(shown.back() == '\n');
  shown.pop_back();
  return shown;
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string all;
  while (times-- != 0) all += text;
  return all;
}

}  // namespace

// RESP3.md, "Simple types": those of RESP2 first.
TEST_CASE("R149 RESP2 values", "[resp]") {
  CHECK(one("+OK\r\n") == "\"OK\"");
  CHECK(one("+\r\n") == "\"\"");
  CHECK(one("-WRONGPASS invalid username-password pair\r\n") ==
        "-WRONGPASS invalid username-password pair");
  CHECK(one(":0\r\n") == "0");
  CHECK(one(":+7\r\n") == "7");
  CHECK(one(":-9223372036854775808\r\n") == "-9223372036854775808");
  CHECK(one(":9223372036854775807\r\n") == "9223372036854775807");
  CHECK(one("$5\r\nhello\r\n") == "\"hello\"");
  CHECK(one("$0\r\n\r\n") == "\"\"");
  CHECK(one("$4\r\n\r\n\r\n\r\n") == "\"\r\n\r\n\"");
  CHECK(one("$-1\r\n") == "null");
  CHECK(one("*-1\r\n") == "null");
  CHECK(one("*0\r\n") == "[]");
  CHECK(one("*3\r\n:1\r\n*2\r\n$1\r\na\r\n*0\r\n+b\r\n") == "[1, [\"a\", []], \"b\"]");
  CHECK(read("+a\r\n:1\r\n$1\r\nb\r\n") == "\"a\"\n1\n\"b\"\n");
}

TEST_CASE("R149 RESP3 values", "[resp]") {
  CHECK(one("_\r\n") == "null");
  CHECK(one("#t\r\n") == "true");
  CHECK(one("#f\r\n") == "false");
  CHECK(one(",1.25\r\n") == "~1.250000");
  CHECK(one(",-3\r\n") == "~-3.000000");
  CHECK(one(",1e2\r\n") == "~100.000000");
  CHECK(one(",inf\r\n") == "~inf");
  CHECK(one(",-inf\r\n") == "~-inf");
  CHECK(one(",nan\r\n").ends_with("nan"));
  CHECK(one("(3492890328409238509324850943850943825024385\r\n") ==
        "(3492890328409238509324850943850943825024385)");
  CHECK(one("!9\r\nERR a\r\nbc\r\n") == "-ERR a\r\nbc");
  CHECK(one("=8\r\ntxt:some\r\n") == "\"some\"");
  CHECK(one("=4\r\ntxt:\r\n") == "\"\"");
  CHECK(one("%2\r\n+a\r\n:1\r\n:2\r\n%1\r\n_\r\n#t\r\n") == "{\"a\": 1, 2: {null: true}}");
  CHECK(one("~2\r\n+a\r\n~0\r\n") == "~[\"a\", ~[]]");
  CHECK(one(">2\r\n+invalidate\r\n*1\r\n+k\r\n") == ">[\"invalidate\", [\"k\"]]");
}

TEST_CASE("R149 attributes are read over, wherever they stand", "[resp]") {
  CHECK(one("|1\r\n+ttl\r\n:3\r\n+a\r\n") == "\"a\"");
  CHECK(
      one("|0\r\n|1\r\n+a\r\n*1\r\n:1\r\n*2\r\n|1\r\n+b\r\n|1\r\n+c\r\n:2\r\n:3\r\n:4\r\n:5\r\n") ==
      "[4, 5]");
  CHECK(one("%1\r\n+k\r\n|1\r\n+a\r\n+b\r\n*1\r\n|0\r\n_\r\n") == "{\"k\": [null]}");
}

TEST_CASE("R149 what is no RESP fails, and stays failed", "[resp]") {
  for (const char* bytes :
       {"*-2\r\n", "$-2\r\n", "!-1\r\n", "=-1\r\n", "%-1\r\n", "~-1\r\n", ">-1\r\n", "|-1\r\n",
        ":abc\r\n", ":\r\n", ":1a\r\n", ":+-1\r\n", ":--1\r\n", ": 1\r\n",
        ":9223372036854775808\r\n", ",\r\n", ",1.2.3\r\n", ",infinity\r\n", ",1,5\r\n", "#\r\n",
        "#true\r\n", "_x\r\n", "(\r\n", "(-\r\n", "(1x\r\n", "$\r\n", "$x\r\n", "*\r\n", "*1x\r\n",
        "=3\r\nabc\r\n", "=5\r\nabcde\r\n", "x\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "+a\n",
        "+a\rb\r\n", "\n", "$1\r\nabc", "$1\r\na\n\n", "$1\r\na\rx", "$99999999999999999999\r\n",
        // streamed strings and aggregates
        "$?\r\n", "*?\r\n", ".\r\n", ";1\r\n",
        // a push in the middle of a reply, and one of nothing
        "*1\r\n>1\r\n", "|1\r\n>1\r\n", ">0\r\n"}) {
    CAPTURE(bytes);
    CHECK(read(bytes) == "malformed");
    CHECK(read("+before\r\n"s + bytes + "+after\r\n") == "\"before\"\nmalformed");
  }
}

TEST_CASE("R149 limits of one reply, on both sides", "[resp]") {
  const resp::limits limits{.depth = 3, .elements = 6, .bulk = 10, .line = 8, .bytes = 2000};
  CHECK(read("*1\r\n*1\r\n*1\r\n:1\r\n", limits) == "[[[1]]]\n");
  CHECK(read("*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", limits) == "too deep");
  CHECK(read("*1\r\n%1\r\n|1\r\n~0\r\n", limits) == "too deep");

  CHECK(read("*6\r\n" + repeat(":1\r\n", 6), limits) == "[1, 1, 1, 1, 1, 1]\n");
  CHECK(read("*7\r\n", limits) == "too large");
  CHECK(read("%3\r\n" + repeat("_\r\n", 6), limits).starts_with("{"));
  CHECK(read("%4\r\n", limits) == "too large");
  CHECK(read("*3\r\n*3\r\n:1\r\n:1\r\n:1\r\n:2\r\n:2\r\n", limits) == "[[1, 1, 1], 2, 2]\n");
  CHECK(read("*3\r\n*3\r\n:1\r\n:1\r\n:1\r\n*1\r\n", limits) == "too large");
  CHECK(read("|3\r\n" + repeat("_\r\n", 6) + "*1\r\n", limits) == "too large");
  // Each reply has its own.
  CHECK(read(repeat("*6\r\n" + repeat(":1\r\n", 6), 2), limits).ends_with("]\n"));

  CHECK(read("$10\r\n0123456789\r\n", limits) == "\"0123456789\"\n");
  CHECK(read("$11\r\n", limits) == "too large");
  CHECK(read("!11\r\n", limits) == "too large");

  CHECK(read("+12345678\r\n", limits) == "\"12345678\"\n");
  CHECK(read("+123456789\r\n", limits) == "too large");
  CHECK(read("+123456789", limits) == "");
  CHECK(read("+1234567890", limits) == "too large");

  const std::string ten = "$10\r\n0123456789\r\n";
  const resp::limits few_bytes{.bytes = 1024};
  CHECK(read("*2\r\n$1012\r\n" + repeat("x", 1012), few_bytes) == "too large");
  CHECK(read("$1016\r\n" + repeat("x", 1016) + "\r\n", few_bytes) == "too large");
  CHECK(read("$1015\r\n" + repeat("x", 1015) + "\r\n", few_bytes).size() == 1018);
  CHECK(read("*70\r\n" + repeat(ten, 60), few_bytes) == "too large");
  CHECK(read(repeat(ten, 100), few_bytes).ends_with("\n"));
}

TEST_CASE("R149 nothing is allocated because it was announced", "[resp]") {
  for (const char* bytes :
       {"$60000000\r\n", "*900000\r\n", "%450000\r\n*2\r\n", "=60000000\r\ntx"}) {
    resp::reader reader;
    const std::span<char> room = reader.prepare();
    reader.commit(std::string_view{bytes}.copy(room.data(), room.size()));
    CHECK(!reader.next());
    CHECK(!reader.failed());
    CHECK(reader.held() < 100'000);
  }
  CHECK(read("$99999999999\r\n") == "too large");
  CHECK(read("*2147483647\r\n") == "too large");
  CHECK(read(repeat("*1\r\n", 33)) == "too deep");
  CHECK(read(repeat("*1\r\n", 100'000)) == "too deep");
}

TEST_CASE("R149 a long string costs its size, and is let go", "[resp]") {
  resp::reader reader;
  const std::string text(3'000'000, 'x');
  const std::string bytes = ":1\r\n$3000000\r\n" + text + "\r\n:2\r\n";
  std::vector<std::string> seen;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::span<char> room = reader.prepare();
    const std::size_t size = rest.copy(room.data(), std::min<std::size_t>(room.size(), 50'000));
    rest.remove_prefix(size);
    reader.commit(size);
    while (const auto reply = reader.next()) seen.push_back(show(*reply));
    CHECK(reader.held() < 2 * text.size() + 200'000);
  }
  REQUIRE(seen.size() == 3);
  CHECK(seen[1].size() == text.size() + 2);
  CHECK(seen[2] == "2");
  static_cast<void>(reader.prepare());
  CHECK(reader.held() < 200'000);
}

TEST_CASE("RESP: replies are asked for what they are, and kept", "[resp]") {
  resp::reader reader;
  const std::string bytes =
      "*6\r\n+name\r\n$3\r\nabc\r\n+n\r\n:5\r\n+list\r\n*2\r\n_\r\n-MOVED 7 127.0.0.1:1\r\n";
  reader.commit(bytes.copy(reader.prepare().data(), bytes.size()));
  const auto reply = reader.next();
  REQUIRE(reply);
  const resp::reply kept{*reply};
  const resp::reply inner{(*reply)["list"]};
  static_cast<void>(reader.prepare());
  const resp::reply_view v = kept.view();
  CHECK(v.size() == 6);
  CHECK(v["name"].as_string() == "abc");
  CHECK(v["n"].as_integer() == 5);
  CHECK(v["n"].as_double() == 5.0);
  CHECK(v["abc"].is_null());
  CHECK(v["none"].is_null());
  CHECK(v[5][1].is_error());
  CHECK(v[5][1].error_word() == "MOVED");
  CHECK(v[6].is_null());
  CHECK(v[0].size() == 0);
  CHECK(!v[0].as_integer());
  CHECK(!v.as_string());
  CHECK(v.text().empty());
  CHECK(show(inner.view()) == "[null, -MOVED 7 127.0.0.1:1]");
  CHECK(show(resp::reply{}.view()) == "null");
}

TEST_CASE("R149 every captured answer of Redis", "[resp]") {
  for (const auto& frame : socketio::test::captured_frames) {
    CAPTURE(frame.id, frame.protocol);
    const std::string shown = read(std::string{frame.server_sends});
    CHECK(!shown.empty());
    CHECK(shown.ends_with("\n"));
    // In RESP3, only what nobody has asked for at that moment is a push.
    const bool push = frame.id.find("subscribe") + 1 + frame.id.find("message") + 1 != 0 &&
                      frame.id.find("d") != 0 && frame.id != "ping-subscribed" &&
                      frame.id != "numsub-while-subscribed" && frame.protocol == 3;
    CHECK(shown.starts_with(">") == push);
  }
}

// What the official adapters' client has sent.
TEST_CASE("RESP: commands are written as they were captured", "[resp]") {
  for (const auto& frame : socketio::test::captured_frames) {
    // Commands are RESP themselves: what was captured is read, and written again.
    resp::reader reader;
    reader.commit(frame.client_sends.copy(reader.prepare().data(), frame.client_sends.size()));
    std::string again;
    while (const auto command = reader.next()) {
      std::vector<std::string_view> arguments;
      for (const resp::reply_view each : *command) arguments.push_back(each.text());
      resp::writer{again}.command(std::span<const std::string_view>{arguments});
    }
    CHECK(again == frame.client_sends);
  }
  std::string out;
  resp::writer w{out};
  w.command("SET", "a\r\nb"s, ""s, -5, std::uint64_t{18446744073709551615u});
  CHECK(out ==
        "*5\r\n$3\r\nSET\r\n$4\r\na\r\nb\r\n$0\r\n\r\n$2\r\n-5\r\n$20\r\n18446744073709551615\r\n");
  CHECK(read(out) == "[\"SET\", \"a\r\nb\", \"\", \"-5\", \"18446744073709551615\"]\n");
}
