#include "socketio/proto/sio/decoder.hpp"

#include <memory>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace sio = socketio::sio;
using socketio::value_view;
using namespace std::string_literals;
using status = sio::decoder::status;

namespace {

/// A decoder with its workspace, fed with messages in blocks of exactly their size (and the one
/// byte behind a text that the decoder is promised).
class connection {
 public:
  explicit connection(sio::decoder_limits limits = {}) : space{limits} {}

  status text(std::string_view message) {
    message_.reset(new char[message.size() + 1]);
    message.copy(message_.get(), message.size());
    return decoder.text(message_.get(), message.size(), space);
  }

  status binary(std::string_view message) {
    message_.reset(new char[message.size()]);
    message.copy(message_.get(), message.size());
    return decoder.binary(socketio::as_bytes({message_.get(), message.size()}), space);
  }

  const sio::packet& packet() const { return space.current; }

  sio::decoder decoder;
  sio::workspace space;

 private:
  std::unique_ptr<char[]> message_;
};

/// Binary is shown as <its bytes>.
std::string show(value_view value) {
  if (value.is_null()) return "null";
  if (const auto b = value.as_bool()) return *b ? "true" : "false";
  if (const auto i = value.as_int64()) return std::to_string(*i);
  if (const auto s = value.as_string()) return '"' + std::string{*s} + '"';
  if (const auto b = value.as_binary()) return '<' + std::string{socketio::as_text(*b)} + '>';
  std::string text;
  if (value.is_array()) {
    for (const value_view element : value.elements()) text += show(element) + ",";
    return '[' + text + ']';
  }
  for (const auto& [key, member] : value.members())
    text += std::string{key} + ':' + show(member) + ",";
  return '{' + text + '}';
}

/// The packet in one line: type, namespace, id, data.
std::string show(const sio::packet& p) {
  return std::string{sio::to_char(p.type)} + " " + std::string{p.nsp} + " " +
         (p.id ? std::to_string(*p.id) : "-") + " " + show(p.data);
}

/// What becomes of one text message on a fresh connection.
std::string decoded(std::string_view message) {
  connection c;
  switch (c.text(message)) {
    case status::packet:
      CHECK(c.decoder.held() == 0);
      return show(c.packet());
    case status::need_attachments:
      return "needs attachments";
    case status::error:
      CHECK(c.text(R"(2["x"])") == status::error);  // it stays failed
      CHECK(c.binary("") == status::error);
      CHECK(c.decoder.held() == 0);
      return "error";
  }
  return "";
}

/// What becomes of a binary packet whose attachments are "a", "b", ...; it must come to an end with
/// the last of them at the latest.
std::string decoded(std::string_view message, int attachments) {
  connection c;
  status s = c.text(message);
  for (int i = 0; i < attachments && s == status::need_attachments; ++i) {
    s = c.binary(std::string(1, static_cast<char>('a' + i)));
  }
  CHECK(s != status::need_attachments);
  return s == status::packet ? show(c.packet()) : "error";
}

std::string placeholder(std::string_view num) {
  return R"({"_placeholder":true,"num":)" + std::string{num} + "}";
}

std::string nested(int depth) {
  return R"(2["x",)" + std::string(static_cast<std::size_t>(depth - 1), '[') +
         std::string(static_cast<std::size_t>(depth - 1), ']') + "]";
}

const std::string p0 = placeholder("0"), p1 = placeholder("1");

}  // namespace

// Socket.IO protocol v5, "Packet encoding", and the samples of that section.
TEST_CASE("F220 F221 packets without attachments", "[sio]") {
  CHECK(decoded("0") == "0 / - null");
  CHECK(decoded(R"(0{"token":"123"})") == R"(0 / - {token:"123",})");
  CHECK(decoded(R"(0/admin,{"token":"123"})") == R"(0 /admin - {token:"123",})");
  CHECK(decoded("1/admin,") == "1 /admin - null");
  CHECK(decoded(R"(2["foo"])") == R"(2 / - ["foo",])");
  CHECK(decoded(R"(2/admin,["bar"])") == R"(2 /admin - ["bar",])");
  CHECK(decoded(R"(212["foo"])") == R"(2 / 12 ["foo",])");
  CHECK(decoded(R"(3/admin,13["bar"])") == R"(3 /admin 13 ["bar",])");
  CHECK(decoded("3/admin,13[]") == "3 /admin 13 []");
  CHECK(decoded(R"(4{"message":"Not authorized"})") == R"(4 / - {message:"Not authorized",})");
  CHECK(decoded("2[\"x\", null, true, -1, {\"a\": [1, {}]}, \"\\u00e9\\n\"]") ==
        "2 / - [\"x\",null,true,-1,{a:[1,{},],},\"é\n\",]");
}

TEST_CASE("F222 a comma may be missing or stand alone", "[sio]") {
  CHECK(decoded("0/foo") == "0 /foo - null");
  CHECK(decoded(R"(0/,{"a":1})") == "0 / - {a:1,}");
  CHECK(decoded(R"(2/foo["x"])") == "error");
}

TEST_CASE("an event gives its name and its arguments, an ack its arguments", "[sio]") {
  connection c;
  REQUIRE(c.text(R"(2["say","hello",42])") == status::packet);
  CHECK(c.packet().event() == "say");
  REQUIRE(c.packet().arguments().size() == 2);
  CHECK(c.packet().arguments()[0].as_string() == "hello");
  CHECK(c.packet().arguments()[1].as_int64() == 42);
  REQUIRE(c.text(R"(31["yes"])") == status::packet);
  REQUIRE(c.packet().arguments().size() == 1);
  CHECK(c.packet().arguments()[0].as_string() == "yes");
}

TEST_CASE("R116 F224 reserved event names, however they are spelled", "[sio]") {
  for (const std::string name : {"connect", "connect_error", "disconnect", "disconnecting",
                                 "newListener", "removeListener", "\\u0063onnect"}) {
    CHECK(decoded(R"(2[")" + name + R"(",1])") == "error");
    CHECK(decoded(R"(2/x,1[")" + name + R"("])") == "error");
    CHECK(decoded(R"(51-[")" + name + R"(",)" + p0 + "]") == "error");
  }
  CHECK(decoded(R"(2["error"])") == R"(2 / - ["error",])");
  CHECK(decoded(R"(31["connect"])") == R"(3 / 1 ["connect",])");
}

TEST_CASE("R117 F225 F226 an event is an array that begins with a name", "[sio]") {
  for (const auto* payload :
       {"[]",        "[{}]",       "[null]", "[true]", "[[]]",       "[1]",       R"({"a":1})",
        R"("a")",    "1",          "null",   "[",      R"(["a")",    R"(["a"]])", R"(["a",])",
        R"(["a"],)", R"(["a" 1])", "x",      " ",      "[\"\x01\"]", "['a']"}) {
    CHECK(decoded("2" + std::string{payload}) == "error");
    CHECK(decoded("2/x,1" + std::string{payload}) == "error");
  }
  CHECK(decoded(R"(2[""])") == R"(2 / - ["",])");
  for (const std::string space : {" ", "\t", "\n", "\r"}) {
    CHECK(decoded("2" + space + "[\"a\"]") == "error");  // F381
    CHECK(decoded("2/x," + space + "[\"a\"]") == "error");
    CHECK(decoded("2[" + space + "\"a\"" + space + "]" + space) == "2 / - [\"a\",]");
  }
}

TEST_CASE("L22 an event name has at most 256 bytes, counted without escapes", "[sio]") {
  const std::string longest(256, 'n');
  CHECK(decoded(R"(2[")" + longest + R"("])") == R"(2 / - [")" + longest + R"(",])");
  CHECK(decoded(R"(2[")" + longest + R"(n"])") == "error");
  std::string escaped;
  for (int i = 0; i < 256; ++i) escaped += "\\u006e";
  CHECK(decoded(R"(2[")" + escaped + R"("])") == R"(2 / - [")" + longest + R"(",])");
  CHECK(decoded(R"(2[")" + escaped + R"(n"])") == "error");
}

TEST_CASE("R112 R118 a missing type or payload", "[sio]") {
  for (const auto* message :
       {"", "7", "9", "x", "2", "2/x,", "2/x", "21", "31", "3/x,1", "51-", "61-1"}) {
    CHECK(decoded(message) == "error");
  }
}

TEST_CASE("R119 F225 the payload of CONNECT is an object or absent", "[sio]") {
  for (const auto* payload : {"[1]", R"("a")", "null", "true", "{", "{}}", R"({"a"})", " "}) {
    CHECK(decoded("0" + std::string{payload}) == "error");
    CHECK(decoded("0/x," + std::string{payload}) == "error");
  }
  CHECK(decoded("0{}") == "0 / - {}");
}

TEST_CASE("F225 DISCONNECT has no payload, CONNECT_ERROR a string or an object", "[sio]") {
  CHECK(decoded("1") == "1 / - null");
  CHECK(decoded("1{}") == "error");
  CHECK(decoded("1/x,null") == "error");
  CHECK(decoded("4") == "4 / - null");
  CHECK(decoded(R"(4/x,"no")") == R"(4 /x - "no")");
  CHECK(decoded("4[]") == "error");
  CHECK(decoded("4/x,null") == "error");
}

TEST_CASE("R121 strange keys are plain data", "[sio]") {
  connection c;
  REQUIRE(c.text("2[\"x\",{\"__proto__\":{\"a\":1},\"a\":1,\"a\":2,\"\\u0000\":3}]") ==
          status::packet);
  const value_view object = c.packet().arguments()[0];
  CHECK(object["__proto__"]["a"].as_int64() == 1);
  CHECK(object["a"].as_int64() == 2);
  CHECK(object["\0"s].as_int64() == 3);
  const std::string key(1'000'000, 'k');
  REQUIRE(c.text(R"(2["x",{")" + key + R"(":1}])") == status::packet);
  CHECK(c.packet().arguments()[0][key].as_int64() == 1);
}

TEST_CASE("R120 R122 L20 at most 128 levels", "[sio]") {
  CHECK(decoded(nested(128)) != "error");
  CHECK(decoded(nested(129)) == "error");
  CHECK(decoded(R"(2["x",)" + std::string(500'000, '[')) == "error");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
  CHECK(decoded(R"(2["x",)" + objects) == "error");
  CHECK(decoded("0" + objects) == "error");
}

TEST_CASE("R125 the payload of an ack is an array", "[sio]") {
  CHECK(decoded(R"(31{"a":1})") == "error");
  CHECK(decoded(R"(31"a")") == "error");
  CHECK(decoded("3{}") == "error");
}

// Socket.IO protocol v5, "Binary event" and "Binary ack".
TEST_CASE("F227 binary values come in messages of their own", "[sio]") {
  connection c;
  REQUIRE(c.text(R"(52-/admin,13["baz",{"a":[)" + p0 + R"(,1]},"b",)" + p1 + "]") ==
          status::need_attachments);
  REQUIRE(c.binary("first") == status::need_attachments);
  REQUIRE(c.binary("second") == status::packet);
  CHECK(show(c.packet()) == R"(2 /admin 13 ["baz",{a:[<first>,1,],},"b",<second>,])");
  CHECK(c.packet().attachments == 2);

  REQUIRE(c.text("61-7[" + p0 + "]") == status::need_attachments);
  REQUIRE(c.binary("\0\xff"s) == status::packet);
  CHECK(show(c.packet()) == "3 / 7 [<\0\xff>,]"s);

  REQUIRE(c.text(R"(2["plain"])") == status::packet);
  CHECK(c.packet().attachments == 0);
  CHECK(c.decoder.held() == 0);
}

TEST_CASE("F227 attachments may be empty, and in any order", "[sio]") {
  CHECK(decoded(R"(52-["x",)" + p1 + "," + p0 + "]", 2) == R"(2 / - ["x",<b>,<a>,])");
  connection c;
  REQUIRE(c.text(R"(52-["x",)" + p0 + "," + p1 + "]") == status::need_attachments);
  REQUIRE(c.binary("") == status::need_attachments);
  REQUIRE(c.binary("") == status::packet);
  CHECK(show(c.packet()) == R"(2 / - ["x",<>,<>,])");
}

TEST_CASE("F234 a placeholder in a plain event is plain data", "[sio]") {
  CHECK(decoded(R"(2["x",)" + p0 + "]") == R"(2 / - ["x",{_placeholder:true,num:0,},])");
}

TEST_CASE("R126 R127 a wrong number of attachments is an error at once", "[sio]") {
  CHECK(decoded(R"(50-["x"])") == "error");
  CHECK(decoded(R"(511-["x"])") == "error");
  std::string ten = R"(510-["x")";
  for (int i = 0; i < 10; ++i) ten += "," + placeholder(std::to_string(i));
  CHECK(decoded(ten + "]", 10) == R"(2 / - ["x",<a>,<b>,<c>,<d>,<e>,<f>,<g>,<h>,<i>,<j>,])");
}

TEST_CASE("R130 F233 the number of a placeholder is that of an attachment", "[sio]") {
  for (const auto* num : {"1", "-1", "0.5", "1.5", R"("0")", R"("__proto__")", "null", "true",
                          "[0]", "{}", "1e400", "-1e400", "99999999999", "18446744073709551615",
                          "18446744073709551616", "64", "4294967296"}) {
    CHECK(decoded(R"(51-["x",)" + placeholder(num) + "]") == "error");
  }
  CHECK(decoded(R"(51-["x",{"_placeholder":true}])") == "error");
  CHECK(decoded(R"(52-["x",)" + placeholder("0.0") + "," + placeholder("1e0") + "]", 2) ==
        R"(2 / - ["x",<a>,<b>,])");
}

TEST_CASE("R131 every attachment has a placeholder, and may have several", "[sio]") {
  CHECK(decoded(R"(51-["x",)" + p0 + "," + p0 + "]", 1) == R"(2 / - ["x",<a>,<a>,])");
  CHECK(decoded(R"(52-["x",)" + p0 + "]") == "error");
  CHECK(decoded(R"(52-["x",)" + p0 + "," + p0 + "]") == "error");
  CHECK(decoded(R"(51-["x"])") == "error");
  CHECK(decoded(R"(51-["x",)" + p0 + "," + p1 + "]") == "error");
}

// Whoever sends the values on sends the attachment once for each place.
TEST_CASE("R131 there are no more places than a packet may have attachments", "[sio]") {
  std::string places = R"(51-["x")";
  for (int i = 0; i < 10; ++i) places += "," + p0;
  CHECK(decoded(places + "]", 1) == R"(2 / - ["x",<a>,<a>,<a>,<a>,<a>,<a>,<a>,<a>,<a>,<a>,])");
  CHECK(decoded(places + "," + p0 + "]") == "error");
}

TEST_CASE("R131 what is and what is not a placeholder", "[sio]") {
  CHECK(decoded("51-[" + p0 + "]") == "error");
  CHECK(decoded("51-" + p0) == "error");
  CHECK(decoded(R"(51-["x",{"num":0,"a":[1,{}],"_placeholder":true}])", 1) ==
        R"(2 / - ["x",<a>,])");
  CHECK(decoded(R"(51-["x",{"_placeholder":false,"num":0},{"_placeholder":"true","num":0},)"
                R"({"_placeholder":1},{"num":0},{"a":)" +
                    p0 + "}]",
                1) ==
        R"(2 / - ["x",{_placeholder:false,num:0,},{_placeholder:"true",num:0,},{_placeholder:1,},)"
        "{num:0,},{a:<a>,},]");
  // Of equal keys the last counts, and a placeholder hides what is in it.
  CHECK(decoded(R"(52-["x",{"_placeholder":true,"num":0,"num":1},)" + p0 + "]", 2) ==
        R"(2 / - ["x",<b>,<a>,])");
  CHECK(decoded(R"(51-["x",{"_placeholder":true,"num":0,"a":)" + p0 + "}]", 1) ==
        R"(2 / - ["x",<a>,])");
  CHECK(decoded(R"(52-["x",{"_placeholder":true,"num":0,"a":)" + p1 + "}]") == "error");
}

TEST_CASE("R132 F232 text while attachments are awaited, binary while none is", "[sio]") {
  CHECK(decoded(R"(51-["x",)" + p0 + "]") == "needs attachments");
  for (const std::string text : {R"(2["x"])", R"(51-["x"])", "0", ""}) {
    connection c;
    REQUIRE(c.text(R"(52-["x",)" + p0 + "," + p1 + "]") == status::need_attachments);
    REQUIRE(c.binary("a") == status::need_attachments);
    CHECK(c.text(text) == status::error);
    CHECK(c.decoder.held() == 0);
    CHECK(c.binary("b") == status::error);
  }
  connection fresh;
  CHECK(fresh.binary("") == status::error);
  connection after;
  REQUIRE(after.text(R"(51-["x",)" + p0 + "]") == status::need_attachments);
  REQUIRE(after.binary("a") == status::packet);
  CHECK(after.binary("b") == status::error);
  CHECK(after.decoder.held() == 0);
}

TEST_CASE("what the text alone gives away as wrong holds nothing", "[sio]") {
  for (const std::string& text :
       std::vector<std::string>{"51-[null," + p0 + "]", R"(51-{"a":)" + p0 + "}",
                                R"(51-["x",)" + p1 + "]", R"(51-["x",)", "61-1{}", "51-/x,[]"}) {
    connection c;
    CHECK(c.text(text) == status::error);
    CHECK(c.decoder.held() == 0);
  }
}

TEST_CASE("R128 L18 the bytes of a packet with attachments are limited", "[sio]") {
  const std::string text = R"(53-["x",)" + p0 + "," + p1 + "," + placeholder("2") + "]";
  const std::size_t limit = text.size() + 30;

  connection c{{.attachments = 10, .held_bytes = limit}};
  REQUIRE(c.text(text) == status::need_attachments);
  CHECK(c.decoder.held() == text.size());
  REQUIRE(c.binary("0123456789") == status::need_attachments);
  CHECK(c.decoder.held() == text.size() + 10);
  REQUIRE(c.binary("0123456789") == status::need_attachments);
  REQUIRE(c.binary("0123456789") == status::packet);
  CHECK(c.decoder.held() == 0);

  SECTION("one byte too many in the middle") {
    REQUIRE(c.text(text) == status::need_attachments);
    CHECK(c.binary(std::string(31, 'a')) == status::error);
    CHECK(c.decoder.held() == 0);
  }
  SECTION("one byte too many at the end") {
    REQUIRE(c.text(text) == status::need_attachments);
    REQUIRE(c.binary(std::string(30, 'a')) == status::need_attachments);
    REQUIRE(c.binary("") == status::need_attachments);
    CHECK(c.binary("a") == status::error);
    CHECK(c.decoder.held() == 0);
  }
  SECTION("the text alone") {
    connection small{{.attachments = 10, .held_bytes = text.size() - 1}};
    CHECK(small.text(text) == status::error);
    CHECK(small.text(R"(2["x"])") == status::error);
  }
}

TEST_CASE("L19 a larger limit is possible, up to 64", "[sio]") {
  std::string text = R"(564-["x")";
  for (int i = 0; i < 64; ++i) text += "," + placeholder(std::to_string(i));
  connection c{{.attachments = 64}};
  REQUIRE(c.text(text + "]") == status::need_attachments);
  for (int i = 0; i < 63; ++i) REQUIRE(c.binary(std::to_string(i)) == status::need_attachments);
  REQUIRE(c.binary("63") == status::packet);
  CHECK(show(c.packet().arguments()[62]) == "<62>");
  CHECK(show(c.packet().arguments()[63]) == "<63>");
  connection more{{.attachments = 1000}};
  CHECK(more.text(R"(565-["x"])") == status::error);
}

TEST_CASE("F236 a decoder that was reset begins anew", "[sio]") {
  connection c;
  REQUIRE(c.text(R"(51-["x",)" + p0 + "]") == status::need_attachments);
  c.decoder.reset();
  CHECK(c.decoder.held() == 0);
  REQUIRE(c.text(R"(2["y"])") == status::packet);
  REQUIRE(c.text("nonsense") == status::error);
  c.decoder.reset();
  REQUIRE(c.text(R"(2["z"])") == status::packet);
  CHECK(c.packet().event() == "z");
}

TEST_CASE("a packet without attachments has views into its message", "[sio]") {
  std::string message = R"(2/chat,["name","text"])";
  sio::workspace space;
  sio::decoder decoder;
  REQUIRE(decoder.text(message.data(), message.size(), space) == status::packet);
  const auto within = [&](std::string_view view) {
    return view.data() >= message.data() &&
           view.data() + view.size() <= message.data() + message.size();
  };
  CHECK(within(space.current.nsp));
  CHECK(within(space.current.event()));
  CHECK(within(*space.current.arguments()[0].as_string()));
}

TEST_CASE("the last attachment is not copied, the text and the others are", "[sio]") {
  sio::workspace space;
  sio::decoder decoder;
  std::string last = "last";
  {
    std::string text = "52-/chat,[\"name\"," + p0 + "," + p1 + "]", first = "first";
    REQUIRE(decoder.text(text.data(), text.size(), space) == status::need_attachments);
    REQUIRE(decoder.binary(socketio::as_bytes(first), space) == status::need_attachments);
  }
  space.values.clear();  // other connections use the same one in between
  space.values.null();
  space.current = {};
  REQUIRE(decoder.binary(socketio::as_bytes(last), space) == status::packet);
  CHECK(show(space.current) == "2 /chat - [\"name\",<first>,<last>,]");
  CHECK(socketio::as_text(*space.current.arguments()[1].as_binary()).data() == last.data());
}

TEST_CASE("R139 a packet outlives its decoder", "[sio]") {
  connection c;
  REQUIRE(c.text("52-/chat,[\"name\"," + p0 + "," + p1 + "]") == status::need_attachments);
  REQUIRE(c.binary("first") == status::need_attachments);
  REQUIRE(c.binary("second") == status::packet);
  const sio::packet p = c.packet();
  c.decoder = sio::decoder{};
  CHECK(show(p) == "2 /chat - [\"name\",<first>,<second>,]");
}

TEST_CASE("R131 an attachment is stored once, however many placeholders name it", "[sio]") {
  std::string text = "52-[\"x\"," + p1;
  for (int i = 0; i < 9; ++i) text += "," + p0;
  connection c;
  REQUIRE(c.text(text + "]") == status::need_attachments);
  REQUIRE(c.binary(std::string(1'000'000, 'a')) == status::need_attachments);
  REQUIRE(c.binary("b") == status::packet);
  const auto arguments = c.packet().arguments();
  REQUIRE(arguments.size() == 10);
  CHECK(arguments[1].as_binary()->data() == arguments[9].as_binary()->data());
}

TEST_CASE("a decoder can move while attachments are awaited", "[sio]") {
  connection c;
  REQUIRE(c.text(R"(51-["x",)" + p0 + "]") == status::need_attachments);
  sio::decoder moved{std::move(c.decoder)};
  const std::string data = "data";
  REQUIRE(moved.binary(socketio::as_bytes(data), c.space) == status::packet);
  CHECK(show(c.packet()) == R"(2 / - ["x",<data>,])");
}

TEST_CASE("an idle decoder is small", "[sio]") { CHECK(sizeof(sio::decoder) <= 16); }
