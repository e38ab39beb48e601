#include "socketio/proto/sio/transcoder.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "proto/msgpack/bytes.hpp"
#include "socketio/core/value/value.hpp"
#include "support/catch.hpp"

namespace io = socketio;
namespace sio = socketio::sio;

namespace {

// In hexadecimal digits, like all bytes here.
const std::string type = str("type"), data = str("data"), id = str("id"), nsp = str("nsp");
const std::string root = str("/");

std::string transcoded(const sio::encoded& packet) {
  sio::transcoder transcode;
  const io::frame& message = transcode(packet);
  CHECK(message.type() == io::frame::kind::binary);
  return to_hex(message.packet());
}

}  // namespace

TEST_CASE("encoded packets are transcoded to msgpack", "[sio]") {
  CHECK(transcoded(sio::encode_event("/", {}, "echo", 1, 2.5, "ü", nullptr)) ==
        "83" + type + "02" + data + "95" + str("echo") + "01" + "cb4004000000000000" + str("ü") +
            "c0" + nsp + root);
  CHECK(transcoded(sio::encode_event("/a", 7, "x")) ==
        "84" + type + "02" + data + "91a178" + id + "07" + nsp + str("/a"));
  CHECK(transcoded(sio::encode_ack("/", 12, "ok")) ==
        "84" + type + "03" + data + "91" + str("ok") + id + "0c" + nsp + root);
  CHECK(transcoded({sio::encode_connect("/a", "S")}) ==
        "83" + type + "00" + data + "81" + str("sid") + str("S") + nsp + str("/a"));
  CHECK(transcoded({sio::encode_connect_error("/", "no", 42)}) ==
        "83" + type + "04" + data + "82" + str("message") + str("no") + str("data") + "2a" + nsp +
            root);
  CHECK(transcoded({sio::encode_disconnect("/a")}) == "82" + type + "01" + nsp + str("/a"));
  CHECK(transcoded({sio::encode_disconnect("/")}) == "82" + type + "01" + nsp + root);
}

TEST_CASE("attachments take their places in msgpack", "[sio]") {
  const io::bytes a{std::byte{'a'}}, b{std::byte{'b'}, std::byte{0}};
  const std::string in_a = "c40161", in_b = "c4026200";
  CHECK(transcoded(sio::encode_event("/", {}, "x", a, "between", std::vector{b, a})) ==
        "83" + type + "02" + data + "94a178" + in_a + str("between") + "92" + in_b + in_a + nsp +
            root);
  CHECK(transcoded(sio::encode_ack("/n", 1, b)) ==
        "84" + type + "03" + data + "91" + in_b + id + "01" + nsp + str("/n"));

  // More than a client may send.
  const std::vector<io::bytes> many(1'500, a);
  std::string expected = "83" + type + "02" + data + "92a178" + "dc05dc";
  for (std::size_t i = 0; i < many.size(); ++i) expected += in_a;
  CHECK(transcoded(sio::encode_event("/", {}, "x", many)) == expected + nsp + root);
}

TEST_CASE("what only looks like a placeholder stays what it is in msgpack", "[sio]") {
  struct impostor {
    bool _placeholder;
    int num;
  };
  const std::string same = "82" + str("_placeholder") + "c3" + str("num") + "05";
  CHECK(transcoded(sio::encode_event("/", {}, "x", impostor{true, 5})) ==
        "83" + type + "02" + data + "92a178" + same + nsp + root);
  CHECK(transcoded(sio::encode_event("/", {}, "x", io::bytes{}, impostor{true, 5})) ==
        "83" + type + "02" + data + "93a178" + "c400" + same + nsp + root);
}

TEST_CASE("R131 a client's own placeholders do not multiply an attachment", "[sio]") {
  const io::bytes a(1000, std::byte{'a'});
  const std::map<std::string, io::value> said{{"_placeholder", true}, {"num", 0}};
  const std::vector<std::map<std::string, io::value>> often(100, said);
  CHECK(transcoded(sio::encode_event("/", {}, "x", often, a)).size() < 20'000);
}

TEST_CASE("numbers keep their value from JSON to msgpack", "[sio]") {
  CHECK(transcoded(sio::encode_event("/", {}, "x", std::numeric_limits<std::int64_t>::min(),
                                     std::numeric_limits<std::uint64_t>::max(), 0.1, 0.1f, -0.0,
                                     5e-324, 1e300, std::nan(""))) ==
        "83" + type + "02" + data + "99a178" + "d38000000000000000" + "cfffffffffffffffff" +
            "cb3fb999999999999a" + "cb3fb999999999999a" + "00" + "cb0000000000000001" +
            "cb7e37e43c8800759c" + "c0" + nsp + root);
}

TEST_CASE("JSON of the program's own that is broken becomes no msgpack", "[sio]") {
  sio::transcoder transcode;
  CHECK_FALSE(transcode(sio::encode_event("/", {}, "x", io::raw_json{"{"})));
  const auto nested = [](std::size_t depth) {
    return io::raw_json{std::string(depth, '[') + std::string(depth, ']')};
  };
  CHECK(transcode(sio::encode_event("/", {}, "x", nested(900))));
  CHECK_FALSE(transcode(sio::encode_event("/", {}, "x", nested(100'000))));
  CHECK(transcode(sio::encode_event("/", {}, "x", 1)));  // the next packet is not affected
}

TEST_CASE("a packet is transcoded once, and its copies after that are too", "[sio]") {
  sio::transcoder transcode;
  const sio::encoded packet = sio::encode_event("/", {}, "x", 1);
  const sio::encoded before = packet;
  const char* const bytes = transcode(packet).packet().data();
  CHECK(transcode(packet).packet().data() == bytes);
  const sio::encoded after = packet;
  CHECK(transcode(after).packet().data() == bytes);
  CHECK(transcode(before).packet().data() != bytes);
  CHECK(transcode(before).packet() == transcode(packet).packet());
}

TEST_CASE("the transcoder is used for packets of every size", "[sio]") {
  sio::transcoder transcode;
  for (const std::size_t size : {10u, 1'000'000u, 10u, 70'000u, 70'000u}) {
    const std::string text(size, 'x');
    const auto message = transcode(sio::encode_event("/", {}, "x", text));
    CHECK(message.packet().find(text) != std::string_view::npos);
    CHECK(message.packet().size() < size + 40);
  }
}
