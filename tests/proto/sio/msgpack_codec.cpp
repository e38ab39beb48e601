#include "socketio/proto/sio/msgpack_codec.hpp"

#include <memory>
#include <string>
#include <vector>

#include "proto/msgpack/bytes.hpp"
#include "socketio/json.hpp"
#include "support/catch.hpp"

namespace io = socketio;
namespace sio = socketio::sio;
using namespace std::string_literals;

namespace {

const std::string type = str("type"), data = str("data"), id = str("id"), nsp = str("nsp");
const std::string root = str("/");  // in hexadecimal digits, like all bytes here

/// The packet in one line, its data as JSON in which binary is null.
std::string show(const sio::packet& p) {
  return std::string{sio::to_char(p.type)} + " " + std::string{p.nsp} + " " +
         (p.id ? std::to_string(*p.id) : "-") + " " + io::to_json(p.data);
}

std::string decoded(const std::string& hex) {
  const std::string bytes = from_hex(hex);
  const std::unique_ptr<char[]> block{new char[bytes.size()]};  // of exactly its size
  bytes.copy(block.get(), bytes.size());
  io::tape values;
  const auto packet = sio::decode_msgpack(io::as_bytes({block.get(), bytes.size()}), values);
  return packet ? show(*packet) : "error";
}

/// A packet of the main namespace.
std::string decoded(int number, const std::string& its_data, const std::string& its_id = "") {
  const int members = 2 + !its_data.empty() + !its_id.empty();
  return decoded(joined("8", std::to_string(members), type, "0", std::to_string(number),
                        its_data.empty() ? "" : data + its_data, its_id.empty() ? "" : id + its_id,
                        nsp, root));
}

std::string encoded_hex(const io::frame& f) {
  CHECK(f.type() == io::frame::kind::binary);
  return to_hex(f.packet());
}

}  // namespace

// The messages of socket.io-client 4.8.3 with socket.io-msgpack-parser 3.0.2.
TEST_CASE("msgpack packets of the JavaScript client", "[sio]") {
  const std::string undefined = "d40000", options = str("options") + "81" + str("compress") + "c3";
  CHECK(decoded("83" + type + "00" + data + undefined + nsp + root) == "0 / - null");
  CHECK(decoded("83" + type + "00" + data + "81" + str("token") + str("x") + nsp + root) ==
        R"(0 / - {"token":"x"})");
  CHECK(decoded("82" + type + "01" + nsp + str("/admin")) == "1 /admin - null");
  CHECK(decoded("84" + type + "02" + data + "92" + str("echo") + "01" + options + nsp + root) ==
        R"(2 / - ["echo",1])");
  CHECK(decoded("85" + type + "02" + data + "91" + str("ask") + options + id + "00" + nsp + root) ==
        R"(2 / 0 ["ask"])");
  CHECK(decoded("84" + type + "03" + id + "07" + data + "90" + nsp + root) == "3 / 7 []");
}

TEST_CASE("R134 msgpack packets of each type have the payload that belongs to it", "[sio]") {
  const std::string object = "80", array = "9101", event = "91a178", text = "a178", null = "c0";
  CHECK(decoded(0, "") == "0 / - null");
  CHECK(decoded(0, object) == "0 / - {}");
  CHECK(decoded(0, null) == "0 / - null");  // as clients in other languages write "nothing"
  CHECK(decoded(0, array) == "error");
  CHECK(decoded(0, text) == "error");
  CHECK(decoded(0, object, "01") == "error");

  CHECK(decoded(1, "") == "1 / - null");
  CHECK(decoded(1, null) == "1 / - null");
  CHECK(decoded(1, object) == "error");
  CHECK(decoded(1, array) == "error");

  CHECK(decoded(2, event) == R"(2 / - ["x"])");
  CHECK(decoded(2, event, "05") == R"(2 / 5 ["x"])");
  CHECK(decoded(2, event, null) == R"(2 / - ["x"])");
  CHECK(decoded(2, "") == "error");
  CHECK(decoded(2, null) == "error");
  CHECK(decoded(2, object) == "error");
  CHECK(decoded(2, "90") == "error");
  CHECK(decoded(2, array) == "error");

  CHECK(decoded(3, array, "05") == "3 / 5 [1]");
  CHECK(decoded(3, "90", "05") == "3 / 5 []");
  CHECK(decoded(3, array) == "3 / - [1]");
  CHECK(decoded(3, object, "05") == "error");
  CHECK(decoded(3, "", "05") == "error");

  CHECK(decoded(4, object) == "4 / - {}");
  CHECK(decoded(4, text) == R"(4 / - "x")");
  CHECK(decoded(4, array) == "error");
}

TEST_CASE("R134 msgpack packets have a known type", "[sio]") {
  const std::string rest = data + "91a178" + id + "01" + nsp + root;
  CHECK(decoded("84" + type + "02" + rest) == R"(2 / 1 ["x"])");
  CHECK(decoded("84" + type + "cd0002" + rest) == R"(2 / 1 ["x"])");
  CHECK(decoded("84" + type + "cb4000000000000000" + rest) == R"(2 / 1 ["x"])");
  for (const char* wrong : {"05", "06", "07", "ff", "cf0000000100000002", "cb4004000000000000",
                            "cb7ff8000000000000", "a132", "c0", "c3", "9102", "d40000"}) {
    CHECK(decoded("84" + type + wrong + rest) == "error");
  }
  CHECK(decoded("83" + rest) == "error");
}

TEST_CASE("R134 msgpack packets have the name of a namespace", "[sio]") {
  const auto with = [](const std::string& name) {
    return decoded("82" + type + "00" + nsp + name);
  };
  CHECK(with(str("/admin")) == "0 /admin - null");
  CHECK(with(str("/ü?a=1")) == "0 /ü?a=1 - null");
  const std::string null = "c0", number = "01", array = "90", undefined = "d40000",
                    binary = "c4012f";
  for (const std::string& wrong :
       {str(""), str("admin"), str("/a,b"), null, number, array, undefined, binary}) {
    CHECK(with(wrong) == "error");
  }
  CHECK(decoded("81" + type + "00") == "error");
  CHECK(with(joined("da0400", to_hex(joined("/", std::string(1023, 'n'))))) != "error");
  CHECK(with(joined("da0401", to_hex(joined("/", std::string(1024, 'n'))))) == "error");
}

TEST_CASE("R134 msgpack packets have ids that JavaScript can count", "[sio]") {
  CHECK(decoded(2, "91a178", "cf001fffffffffffff") == R"(2 / 9007199254740991 ["x"])");
  for (const char* wrong : {"cf0020000000000000", "ff", "cb3fe0000000000000", "a131", "c2", "90"}) {
    CHECK(decoded(2, "91a178", wrong) == "error");
  }
}

TEST_CASE("R134 msgpack events have the names that clients may use", "[sio]") {
  const auto with = [](const std::string& name) { return decoded(2, "91" + name); };
  CHECK(with(str("")) == R"(2 / - [""])");
  CHECK(with(str("connect")) == "error");
  CHECK(with(str("disconnecting")) == "error");
  CHECK(with(joined("da0100", to_hex(std::string(256, 'n')))) != "error");
  CHECK(with(joined("da0101", to_hex(std::string(257, 'n')))) == "error");
  for (const char* wrong : {"01", "c0", "c3", "90", "c40178"}) CHECK(with(wrong) == "error");
}

TEST_CASE("R134 msgpack packets may have members that mean nothing", "[sio]") {
  CHECK(decoded("84" + str("a") + "01" + type + "00" + nsp + root + str("attachments") + "09") ==
        "0 / - null");
  CHECK(decoded("84" + type + "09" + nsp + root + type + "00" + data + "80") == "0 / - {}");
}

TEST_CASE("R134 msgpack messages that are no packets", "[sio]") {
  CHECK(decoded("") == "error");
  CHECK(decoded("c0") == "error");
  CHECK(decoded("02") == "error");
  CHECK(decoded("80") == "error");
  CHECK(decoded("90") == "error");
  CHECK(decoded("82" + type + "00" + nsp + root + "00") == "error");
  CHECK(decoded(to_hex("0{}")) == "error");
}

TEST_CASE("msgpack packets are encoded as Node's server does", "[sio]") {
  const io::value event{std::vector<std::string>{"x", "y"}};
  sio::packet p{sio::packet_type::event, 0, "/", {}, event};
  CHECK(encoded_hex(sio::encode_msgpack(p)) ==
        "83" + type + "02" + data + "92a178a179" + nsp + root);
  p.id = 300;
  p.nsp = "/chat";
  CHECK(encoded_hex(sio::encode_msgpack(p)) ==
        "84" + type + "02" + data + "92a178a179" + id + "cd012c" + nsp + str("/chat"));
}
