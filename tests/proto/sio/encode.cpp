#include "socketio/proto/sio/encode.hpp"

#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "socketio/core/json/reader.hpp"
#include "socketio/proto/sio/decoder.hpp"
#include "support/catch.hpp"

namespace sio = socketio::sio;
namespace json = socketio::json;
using socketio::bytes;
using socketio::bytes_view;
using socketio::frame;
using namespace std::string_literals;

namespace {

bytes to_bytes(std::string_view text) {
  const bytes_view view = socketio::as_bytes(text);
  return {view.begin(), view.end()};
}

/// The messages of a packet, the attachments as <their bytes>.
std::vector<std::string> messages(const sio::encoded& packet) {
  std::vector<std::string> list{std::string{packet.text.packet()}};
  CHECK(packet.text.type() == frame::kind::text);
  for (const frame& attachment : packet.attachments) {
    CHECK(attachment.type() == frame::kind::binary);
    list.push_back('<' + std::string{attachment.packet()} + '>');
  }
  return list;
}

using list = std::vector<std::string>;

/// A value that lives as long as this does.
struct parsed {
  explicit parsed(std::string json) : text{std::move(json)} {
    REQUIRE(json::read(text.data(), text.size(), tape) == json::status::ok);
  }
  socketio::value_view operator*() const { return tape.root(); }

  std::string text;
  socketio::tape tape;
};

struct message {
  std::string user;
  bytes picture;
};

}  // namespace

// Socket.IO protocol v5, "Packet encoding", behind the type digit of Engine.IO.
TEST_CASE("F221 an event is its name and arguments", "[sio]") {
  CHECK(messages(sio::encode_event("/", {}, "foo")) == list{R"(42["foo"])"});
  CHECK(messages(sio::encode_event("/admin", {}, "bar")) == list{R"(42/admin,["bar"])"});
  CHECK(messages(sio::encode_event("/", 12, "foo")) == list{R"(4212["foo"])"});
  CHECK(messages(sio::encode_event("/chat", 17, "name", "text", 1, 2.5, true, nullptr)) ==
        list{R"(42/chat,17["name","text",1,2.5,true,null])"});
  CHECK(messages(sio::encode_event("/", {}, "x", std::vector{1, 2},
                                   std::map<std::string, int>{{"a", 1}})) ==
        list{R"(42["x",[1,2],{"a":1}])"});
  CHECK(messages(sio::encode_event("/", {}, "quo\"te\n", "€ \x01")) ==
        list{R"(42["quo\"te\n","€ \u0001"])"});
  CHECK(messages(sio::encode_event("/", sio::max_ack_id, "x")) ==
        list{R"(429007199254740991["x"])"});
}

TEST_CASE("F221 F297 an ack is its id and arguments", "[sio]") {
  CHECK(messages(sio::encode_ack("/", 0)) == list{"430[]"});
  CHECK(messages(sio::encode_ack("/admin", 13, "bar", 1)) == list{R"(43/admin,13["bar",1])"});
}

// Socket.IO protocol v5, "Binary event" and "Binary ack".
TEST_CASE("F227 F229 binary values become attachments", "[sio]") {
  CHECK(messages(sio::encode_event("/", {}, "baz", to_bytes("\x01\x02"))) ==
        list{R"(451-["baz",{"_placeholder":true,"num":0}])", "<\x01\x02>"});
  CHECK(messages(sio::encode_event("/admin", 456, "x", 1, message{"ann", to_bytes("pic")},
                                   std::vector{to_bytes("a"), to_bytes("")})) ==
        list{R"(453-/admin,456["x",1,{"user":"ann","picture":{"_placeholder":true,"num":0}},)"
             R"([{"_placeholder":true,"num":1},{"_placeholder":true,"num":2}]])",
             "<pic>", "<a>", "<>"});
  CHECK(messages(sio::encode_ack("/admin", 456, to_bytes("\xff"))) ==
        list{R"(461-/admin,456[{"_placeholder":true,"num":0}])", "<\xff>"});
  CHECK(messages(sio::encode_ack("/", 1, bytes_view{})) ==
        list{R"(461-1[{"_placeholder":true,"num":0}])", "<>"});
}

TEST_CASE("F229 a packet is binary only if a binary value is really there", "[sio]") {
  const std::vector<bytes> none;
  CHECK(messages(sio::encode_event("/", {}, "x", none, std::optional<bytes>{})) ==
        list{R"(42["x",[],null])"});
  CHECK(messages(sio::encode_event("/", {}, "x", std::vector<unsigned char>{1, 2})) ==
        list{R"(42["x",[1,2]])"});
}

TEST_CASE("F227 any number of attachments is counted", "[sio]") {
  const std::vector<bytes> many(123, to_bytes("data"));
  const auto packet = sio::encode_event("/x", {}, "many", many);
  CHECK(packet.attachments.size() == 123);
  CHECK(packet.text.packet().starts_with(R"(45123-/x,["many",[{"_placeholder":true,"num":0},{)"));
  CHECK(packet.text.packet().ends_with(R"({"_placeholder":true,"num":122}]])"));
}

TEST_CASE("frames are WebSocket messages too", "[sio]") {
  const auto packet = sio::encode_event("/", {}, "x", to_bytes("data"));
  const std::string text = R"(451-["x",{"_placeholder":true,"num":0}])";
  CHECK(packet.text.wire() == "\x81" + std::string(1, static_cast<char>(text.size())) + text);
  CHECK(packet.attachments[0].wire() ==
        "\x82\x04"
        "data");
  CHECK(sio::encode_disconnect("/").wire() ==
        "\x81\x02"
        "41");
}

TEST_CASE("received arguments are passed on as so many arguments", "[sio]") {
  const parsed data{R"(["say","hello",{"a":[1,2.5,null]}])"};
  const socketio::args arguments{*data, 1};
  CHECK(messages(sio::encode_event("/", {}, "said", arguments)) ==
        list{R"(42["said","hello",{"a":[1,2.5,null]}])"});
  CHECK(messages(sio::encode_event("/", {}, "said", "ann", arguments, 7)) ==
        list{R"(42["said","ann","hello",{"a":[1,2.5,null]},7])"});
  CHECK(messages(sio::encode_ack("/", 1, arguments)) == list{R"(431["hello",{"a":[1,2.5,null]}])"});
  CHECK(messages(sio::encode_event("/", {}, "said", arguments[1])) ==
        list{R"(42["said",{"a":[1,2.5,null]}])"});
  CHECK(messages(sio::encode_event("/", {}, "said", socketio::args{})) == list{R"(42["said"])"});
  CHECK(messages(sio::encode_data(sio::packet_type::event, "/x", 3, *data)) ==
        list{R"(42/x,3["say","hello",{"a":[1,2.5,null]}])"});
}

TEST_CASE("a received packet with attachments is passed on with them", "[sio]") {
  std::string text =
      R"(52-/x,7["x",{"a":{"_placeholder":true,"num":1}},{"_placeholder":true,"num":0}])";
  sio::workspace space;
  sio::decoder decoder;
  const std::string first = "first", second = "second";
  REQUIRE(decoder.text(text.data(), text.size(), space) == sio::decoder::status::need_attachments);
  REQUIRE(decoder.binary(socketio::as_bytes(first), space) ==
          sio::decoder::status::need_attachments);
  REQUIRE(decoder.binary(socketio::as_bytes(second), space) == sio::decoder::status::packet);
  const sio::packet& p = space.current;
  CHECK(messages(sio::encode_data(p.type, p.nsp, p.id, p.data)) ==
        list{R"(452-/x,7["x",{"a":{"_placeholder":true,"num":0}},{"_placeholder":true,"num":1}])",
             "<second>", "<first>"});
}

// Socket.IO protocol v5, "Connection to a namespace".
TEST_CASE("F240 F241 the answer to a CONNECT", "[sio]") {
  CHECK(sio::encode_connect("/", "oSO0OpakMV_3jnilAAAA").packet() ==
        R"(40{"sid":"oSO0OpakMV_3jnilAAAA"})");
  CHECK(sio::encode_connect("/admin", "a").packet() == R"(40/admin,{"sid":"a"})");
  CHECK(sio::encode_connect("/", "a", "b").packet() == R"(40{"sid":"a","pid":"b"})");
}

TEST_CASE("F243 F244 the refusal of a CONNECT", "[sio]") {
  CHECK(sio::encode_connect_error("/", "Not authorized").packet() ==
        R"(44{"message":"Not authorized"})");
  CHECK(sio::encode_connect_error("/nope", "Invalid namespace").packet() ==
        R"(44/nope,{"message":"Invalid namespace"})");
  CHECK(sio::encode_connect_error("/x", "no \"entry\"", std::map<std::string, int>{{"code", 1}})
            .packet() == R"(44/x,{"message":"no \"entry\"","data":{"code":1}})");
  CHECK(sio::encode_connect_error("/", "no", to_bytes("binary has no place here")).packet() ==
        R"(44{"message":"no","data":null})");
}

// Socket.IO protocol v4, "CONNECT" and "ERROR".
TEST_CASE("F353 F354 the answers to a CONNECT of clients 2.x", "[sio]") {
  CHECK(sio::encode_bare_connect("/").packet() == "40");
  CHECK(sio::encode_bare_connect("/admin").packet() == "40/admin,");
  CHECK(sio::encode_error("/", "Not \"you\"").packet() == R"(44"Not \"you\"")");
  CHECK(sio::encode_error("/x", std::map<std::string, int>{{"code", 1}}).packet() ==
        R"(44/x,{"code":1})");
}

TEST_CASE("F283 a DISCONNECT has no payload", "[sio]") {
  CHECK(sio::encode_disconnect("/").packet() == "41");
  CHECK(sio::encode_disconnect("/admin").packet() == "41/admin,");
}

TEST_CASE("long text and deep nesting", "[sio]") {
  const std::string text(1'000'000, 'a');
  CHECK((sio::encode_event("/", {}, "x", text).text.packet() == "42[\"x\",\"" + text + "\"]"));
  const std::string controls(10'000, '\x01');
  const auto packet = sio::encode_event("/", {}, "x", controls);
  CHECK(packet.text.packet().size() == R"(42["x",""])"s.size() + 6 * controls.size());
}
