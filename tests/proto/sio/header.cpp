#include "socketio/proto/sio/header.hpp"

#include <memory>
#include <string>

#include "support/catch.hpp"

namespace sio = socketio::sio;
using namespace std::string_literals;

namespace {

/// The header of a text in a block of exactly its size.
std::optional<sio::header> read(std::string_view text, std::size_t max_attachments = 10) {
  static std::unique_ptr<char[]> block;
  block.reset(new char[text.size()]);
  text.copy(block.get(), text.size());
  return sio::read_header({block.get(), text.size()}, max_attachments);
}

/// The header in one line: type, attachments, namespace, id, size.
std::string show(std::string_view text) {
  const auto h = read(text);
  if (!h) return "error";
  return std::string{sio::to_char(h->type)} + " " + std::to_string(h->attachments) + " " +
         std::string{h->nsp} + " " + (h->id ? std::to_string(*h->id) : "-") + " " +
         std::to_string(h->size);
}

}  // namespace

// Socket.IO protocol v5, "Packet encoding", and the samples of that section.
TEST_CASE("F221 the parts of a header", "[sio]") {
  CHECK(show(R"(0{"token":"123"})") == "0 0 / - 1");
  CHECK(show(R"(0/admin,{"token":"123"})") == "0 0 /admin - 8");
  CHECK(show("1/admin,") == "1 0 /admin - 8");
  CHECK(show(R"(2["foo"])") == "2 0 / - 1");
  CHECK(show(R"(2/admin,["bar"])") == "2 0 /admin - 8");
  CHECK(show(R"(212["foo"])") == "2 0 / 12 3");
  CHECK(show(R"(3/admin,13["bar"])") == "3 0 /admin 13 10");
  CHECK(show(R"(4{"message":"Not authorized"})") == "4 0 / - 1");
  CHECK(show(R"(51-["baz",{"_placeholder":true,"num":0}])") == "5 1 / - 3");
  CHECK(show(R"(52-/admin,["baz"])") == "5 2 /admin - 10");
  CHECK(show("61-15[]") == "6 1 / 15 5");
  CHECK(show("61-/admin,1[]") == "6 1 /admin 1 11");
}

TEST_CASE("F222 the comma behind a namespace may be missing at the end, or follow the slash",
          "[sio]") {
  CHECK(show("0/foo") == "0 0 /foo - 5");
  CHECK(show("0/foo,") == "0 0 /foo - 6");
  CHECK(show("0/,") == "0 0 / - 3");
  CHECK(show("0/") == "0 0 / - 2");
  CHECK(show(R"(2/,["x"])") == "2 0 / - 3");
  CHECK(show(R"(2/foo["x"])") == R"(2 0 /foo["x"] - 10)");  // and then a payload is missing
}

TEST_CASE("F352 R115 a namespace is any text up to the comma", "[sio]") {
  CHECK(show("0/admin?token=1&x=%2c,") == "0 0 /admin?token=1&x=%2c - 22");
  CHECK(show("0/a\0b\r\n\"'{}[],{}"s) == "0 0 /a\0b\r\n\"'{}[] - 14"s);
}

TEST_CASE("L22 a namespace has at most 1 KiB", "[sio]") {
  const std::string longest = "/" + std::string(1023, 'n');
  CHECK(show("0" + longest) == "0 0 " + longest + " - 1025");
  CHECK(show("0" + longest + ",{}") == "0 0 " + longest + " - 1026");
  CHECK(show("0" + longest + "n") == "error");
  CHECK(show("0" + longest + "n,{}") == "error");
  CHECK(show("0/" + std::string(900'000, 'n')) == "error");

  // and clients 2.x a query of 8 KiB behind it
  const std::string queried = longest + "?" + std::string(8192, 'q');
  CHECK(show("0" + queried + ",") == "0 0 " + queried + " - 9219");
  CHECK(show("0" + queried + "q,") == "error");
  CHECK(show("0" + longest + "n?q,") == "error");
}

TEST_CASE("R112 unknown types", "[sio]") {
  CHECK(show("") == "error");
  for (int c = 0; c < 256; ++c) {
    const char text[] = {static_cast<char>(c), '0', '[', ']'};  // 5 and 6 lack their count here
    CHECK(read({text, 4}).has_value() == (c == '2' || c == '3'));
  }
}

TEST_CASE("L24 R124 an ack id has at most 16 digits and is below 2^53", "[sio]") {
  CHECK(show(R"(20["x"])") == "2 0 / 0 2");
  CHECK(show("3007[]") == "3 0 / 7 4");
  CHECK(show("39007199254740991[]") == "3 0 / 9007199254740991 17");
  CHECK(show("30000000000000001[]") == "3 0 / 1 17");
  CHECK(show("39007199254740992[]") == "error");
  CHECK(show("39999999999999999[]") == "error");
  CHECK(show("300000000000000001[]") == "error");
  CHECK(show("3" + std::string(30, '9') + "[]") == "error");
  CHECK(show("3" + std::string(400, '1') + "[]") == "error");
  CHECK(show("2" + std::string(1'000'000, '1') + R"(["x"])") == "error");  // R113
}

// Node ignores an id in the packets that no ack can answer; no client sends one.
TEST_CASE("R125 only events and acks may have an id", "[sio]") {
  CHECK(show("3[]") == "3 0 / - 1");
  CHECK(show("3/x,[]") == "3 0 /x - 4");
  CHECK(show("61-[]") == "6 1 / - 3");
  CHECK(show("01{}") == "error");
  CHECK(show("11") == "error");
  CHECK(show("1/x,1") == "error");
  CHECK(show("41{}") == "error");
  CHECK(show("51-3[]") == "5 1 / 3 4");
}

TEST_CASE("R126 L19 the attachments have a limit", "[sio]") {
  CHECK(show("510-[]") == "5 10 / - 4");
  CHECK(show("511-[]") == "error");
  CHECK(show("599999999-") == "error");
  CHECK(show("5" + std::string(1'000'000, '1')) == "error");  // R113
  CHECK(show("5" + std::string(1'000'000, '0') + "1-[]") == "error");
  CHECK(read("511-[]", 11).has_value());
  CHECK_FALSE(read("512-[]", 11).has_value());
  CHECK_FALSE(read("51-[]", 0).has_value());
}

TEST_CASE("F230 R127 R129 the number of attachments is digits, then a hyphen, and not 0", "[sio]") {
  CHECK(show("501-[]") == "5 1 / - 4");
  for (const auto* text : {"50-[]", "500-[]", "51e1-[]", "5 1-[]", "51 -[]", "50x1-[]", "5-1-[]",
                           "51.5-[]", "5+1-[]", "51[]", "5-[]", "5[]", "5", "51", "6/x,1[]"}) {
    CHECK(show(text) == "error");
  }
}

TEST_CASE("every beginning of a header is read without looking past its end", "[sio]") {
  for (const std::string text : {"512-/admin?a=b,9007199254740991[", "0/foo,{", "2[", "39[", "1"}) {
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const auto h = read(std::string_view{text}.substr(0, size), 12);
      if (h) CHECK(h->size <= size);
    }
  }
}
