#include "socketio/proto/msgpack/reader.hpp"

#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "proto/msgpack/bytes.hpp"
#include "socketio/json.hpp"
#include "support/catch.hpp"

namespace io = socketio;
namespace msgpack = socketio::msgpack;
using msgpack::status;
using namespace std::string_literals;

namespace {

/// MessagePack in a block of exactly its size, and the tape that was read from it.
struct message {
  explicit message(std::string_view bytes, io::tape_limits limits = {})
      : block{new char[bytes.size()]}, values{limits} {
    bytes.copy(block.get(), bytes.size());
    result = msgpack::read(io::as_bytes({block.get(), bytes.size()}), values);
  }

  io::value_view root() const { return values.root(); }

  std::unique_ptr<char[]> block;
  io::tape values;
  status result;
};

/// As JSON, with binary as "<its bytes in hexadecimal digits>".
std::string show(io::value_view v) {
  if (const auto data = v.as_binary()) return joined("<", to_hex(io::as_text(*data)), ">");
  if (!v.is_array() && !v.is_object()) return io::to_json(v);
  std::string text, comma;
  for (const io::value_view element : v.elements()) {
    text += joined(std::exchange(comma, ","), show(element));
  }
  for (const auto& [key, member] : v.members()) {
    text += joined(std::exchange(comma, ","), io::to_json(key), ":", show(member));
  }
  return v.is_array() ? joined("[", text, "]") : joined("{", text, "}");
}

std::string bytes_read(const std::string& bytes) {
  const message m{bytes};
  switch (m.result) {
    case status::ok:
      return show(m.root());
    case status::malformed:
      return "malformed";
    case status::too_deep:
      return "too deep";
    default:
      return "too large";
  }
}

std::string read(std::string_view hex) {
  const std::string bytes = from_hex(hex);
  // Each value ends where it ends: one byte less or more is refused.
  if (bytes_read(bytes) != "malformed") {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const message cut{bytes.substr(0, size)};
      CHECK(cut.result == status::malformed);
    }
    CHECK(message{bytes + '\xc0'}.result == status::malformed);
  }
  return bytes_read(bytes);
}

}  // namespace

// MessagePack specification, "Formats".
TEST_CASE("R133 msgpack numbers of every width", "[msgpack]") {
  CHECK(read("c0") == "null");
  CHECK(read("c2") == "false");
  CHECK(read("c3") == "true");
  CHECK(read("00") == "0");
  CHECK(read("7f") == "127");
  CHECK(read("ff") == "-1");
  CHECK(read("e0") == "-32");
  CHECK(read("cc00") == "0");
  CHECK(read("ccff") == "255");
  CHECK(read("cdffff") == "65535");
  CHECK(read("ceffffffff") == "4294967295");
  CHECK(read("cfffffffffffffffff") == "18446744073709551615");
  CHECK(read("cf7fffffffffffffff") == "9223372036854775807");
  CHECK(read("d0ff") == "-1");
  CHECK(read("d07f") == "127");
  CHECK(read("d18000") == "-32768");
  CHECK(read("d280000000") == "-2147483648");
  CHECK(read("d38000000000000000") == "-9223372036854775808");
  CHECK(read("d30000000000000001") == "1");
  CHECK(read("ca3fc00000") == "1.5");
  CHECK(read("ca3dcccccd") == "0.10000000149011612");
  CHECK(read("cb3fb999999999999a") == "0.1");
  CHECK(read("cb8000000000000000") == "0");
  CHECK(read("cb4008000000000000") == "3");
}

TEST_CASE("R133 msgpack numbers that are not finite", "[msgpack]") {
  CHECK(std::isnan(*message{from_hex("cb7ff8000000000000")}.root().as_double()));
  CHECK(std::isnan(*message{from_hex("ca7fc00000")}.root().as_double()));
  CHECK(std::isinf(*message{from_hex("cbfff0000000000000")}.root().as_double()));
  CHECK(message{from_hex("cb7ff8000000000000")}.root().as_int64() == std::nullopt);
  CHECK(read("92cb7ff800000000000001") == "[null,1]");
}

TEST_CASE("msgpack strings and binary", "[msgpack]") {
  CHECK(read("a0") == R"("")");
  CHECK(read("a9c3a9e282acf09f9880") == R"("é€😀")");
  CHECK(read("d903616263") == R"("abc")");
  CHECK(read("da0003616263") == R"("abc")");
  CHECK(read("db00000003616263") == R"("abc")");
  CHECK(read("a3610062") == R"("a\u0000b")");
  CHECK(bytes_read('\xbf' + std::string(31, 'x')) == '"' + std::string(31, 'x') + '"');
  CHECK(read("c400") == "<>");
  CHECK(read("c4030102ff") == "<0102ff>");
  CHECK(read("c500020102") == "<0102>");
  CHECK(read("c6000000020102") == "<0102>");
}

TEST_CASE("msgpack strings and binary are views into the message", "[msgpack]") {
  const message m{from_hex("92a3616263c4020102")};
  CHECK(m.root()[0].as_string()->data() == m.block.get() + 2);
  CHECK(io::as_text(*m.root()[1].as_binary()).data() == m.block.get() + 7);
}

TEST_CASE("msgpack arrays and objects", "[msgpack]") {
  CHECK(read("90") == "[]");
  CHECK(read("9301a16190") == R"([1,"a",[]])");
  CHECK(read("dc00020102") == "[1,2]");
  CHECK(read("dd000000020102") == "[1,2]");
  CHECK(read("80") == "{}");
  CHECK(read("82a16101a16280") == R"({"a":1,"b":{}})");
  CHECK(read("de0001d90161c3") == R"({"a":true})");
  CHECK(read("df00000001da00016190") == R"({"a":[]})");
  CHECK(read("82a16101a16102") == R"({"a":1,"a":2})");
  CHECK(message{from_hex("82a16101a16102")}.root()["a"].as_int64() == 2);
}

TEST_CASE("R133 msgpack objects have strings as keys", "[msgpack]") {
  CHECK(read("810101") == "malformed");
  CHECK(read("81c001") == "malformed");
  CHECK(read("81ff01") == "malformed");
  CHECK(read("81c4016101") == "malformed");
  CHECK(read("81919001") == "malformed");
  CHECK(read("81cb3ff000000000000001") == "malformed");
  CHECK(read("81d4000001") == "malformed");
}

TEST_CASE("msgpack undefined as notepack.io 2 writes it", "[msgpack]") {
  CHECK(read("d40000") == "null");
  CHECK(read("93d4000001d40000") == "[null,1,null]");
  CHECK(read("82a161d40000a16201") == R"({"b":1})");
  CHECK(read("81a161d40000") == "{}");
  CHECK(read("81a161d40061") == "{}");
  CHECK(read("81a161d400") == "malformed");
}

TEST_CASE("R133 msgpack dates are the text of their ISO form", "[msgpack]") {
  // notepack.io 3 and @msgpack/msgpack: timestamps of 32, 64 and 96 bits
  CHECK(read("d6ff6553f100") == R"("2023-11-14T22:13:20.000Z")");
  CHECK(read("d7ff1d5353006553f100") == R"("2023-11-14T22:13:20.123Z")");
  CHECK(read("c70cff00000000ffffffffffffffff") == R"("1969-12-31T23:59:59.000Z")");
  CHECK(read("c70cff0000000000000004a0fe7280") == R"("2600-01-01T00:00:00.000Z")");
  CHECK(read("c70cff3b9ac9ffffffffffffffffff") == R"("1969-12-31T23:59:59.999Z")");
  CHECK(read("d7ffee6b27fc00000000") == R"("1970-01-01T00:00:00.999Z")");
  // notepack.io 2: milliseconds
  CHECK(read("d7000000018bcfe5687b") == R"("2023-11-14T22:13:20.123Z")");
  CHECK(read("d700ffffffffffffffff") == R"("1969-12-31T23:59:59.999Z")");
  // no Date can be that far away
  CHECK(read("d7007fffffffffffffff") == "null");
  CHECK(read("d7008000000000000000") == "null");
  CHECK(read("c70cff000000007fffffffffffffff") == "null");
  CHECK(read("c70cff000000008000000000000000") == "null");
  // 1,000,000,000 nanoseconds; sizes that a timestamp never has
  CHECK(read("d7ffee6b280000000000") == "malformed");
  CHECK(read("c70cff3b9aca000000000000000000") == "malformed");
  CHECK(read("d4ff00") == "malformed");
  CHECK(read("c700ff") == "malformed");
  CHECK(read("d8ff00000000000000000000000000000000") == "malformed");
}

TEST_CASE("msgpack ArrayBuffers, and extensions that are not known", "[msgpack]") {
  CHECK(read("c70200aabb") == "<aabb>");
  CHECK(read("c70100aa") == "<aa>");
  CHECK(read("c708000000018bcfe5687b") == "<0000018bcfe5687b>");
  CHECK(read("c8000200aabb") == "<aabb>");
  CHECK(read("c90000000200aabb") == "<aabb>");
  CHECK(read("c70000") == "<>");
  // notepack.io: [type, data]
  CHECK(read("d405aa") == "[5,<aa>]");
  CHECK(read("d5feaabb") == "[-2,<aabb>]");
  CHECK(read("d600aabbccdd") == "[0,<aabbccdd>]");
  CHECK(read("c70180aa") == "[-128,<aa>]");
}

TEST_CASE("R133 msgpack text that is no UTF-8 is mended", "[msgpack]") {
  CHECK(read("a161") == R"("a")");
  CHECK(bytes_read("\xa2\xc3\x28") == "\"\xef\xbf\xbd(\"");
  CHECK(bytes_read("\xa3\xed\xa0\x80") == "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(bytes_read("\x81\xa1\xff\x01") == "{\"\xef\xbf\xbd\":1}");
}

TEST_CASE("R133 msgpack that announces more than there is", "[msgpack]") {
  for (const char* hex :
       {"ddffffffff", "dfffffffff", "c6ffffffff", "dbffffffff", "c9ffffffff00", "dcffff", "deffff",
        "c5ffff", "daffff", "c8ffff00", "c7ff00", "c4ff", "d9ff", "9f", "8f", "bf", "d8"}) {
    CHECK(read(hex) == "malformed");
    CHECK(read("91"s + hex) == "malformed");
    CHECK(read("81a161"s + hex) == "malformed");
  }
  CHECK(bytes_read(from_hex("ddffffffff") + std::string(1000, '\0')) == "malformed");
  CHECK(bytes_read(from_hex("dc03e9") + std::string(1000, '\0')) == "malformed");
  CHECK(bytes_read(from_hex("dc03e8") + std::string(1000, '\0')) != "malformed");
}

TEST_CASE("R133 msgpack that is none", "[msgpack]") {
  CHECK(read("") == "malformed");
  CHECK(read("c1") == "malformed");
  CHECK(read("91c1") == "malformed");
  CHECK(read("81a161c1") == "malformed");
  CHECK(read("c0c0") == "malformed");
  CHECK(read("a16100") == "malformed");
}

TEST_CASE("R133 msgpack that is too deep or too large", "[msgpack]") {
  const auto arrays = [](std::size_t depth) { return std::string(depth - 1, '\x91') + '\x90'; };
  const auto objects = [](std::size_t depth) {
    std::string bytes;
    for (std::size_t i = 1; i < depth; ++i) bytes += "\x81\xa1k";
    return bytes + '\x80';
  };
  CHECK(message{arrays(128)}.result == status::ok);
  CHECK(message{arrays(129)}.result == status::too_deep);
  CHECK(message{arrays(100'000)}.result == status::too_deep);
  CHECK(message{std::string(100'000, '\x91')}.result == status::too_deep);
  CHECK(message{objects(128)}.result == status::ok);
  CHECK(message{objects(129)}.result == status::too_deep);
  CHECK(message{objects(100'000)}.result == status::too_deep);

  const std::string six_nodes = from_hex("9281a161019102");
  CHECK(message{six_nodes, {.nodes = 6}}.result == status::ok);
  CHECK(message{six_nodes, {.nodes = 5}}.result == status::too_large);
  // An extension of two nodes more than its size promises is counted as well.
  CHECK(message{from_hex("d405aa"), {.nodes = 3}}.result == status::ok);
  CHECK(message{from_hex("d405aa"), {.nodes = 2}}.result == status::too_large);
  CHECK(message{from_hex("d405aa"), {.depth = 0}}.result == status::too_deep);
}

TEST_CASE("a tape is used again after msgpack that failed", "[msgpack]") {
  io::tape values;
  const std::string wrong = from_hex("9201c1"), right = from_hex("9101");
  CHECK(msgpack::read(io::as_bytes(wrong), values) == status::malformed);
  values.clear();
  CHECK(msgpack::read(io::as_bytes(right), values) == status::ok);
  CHECK(show(values.root()) == "[1]");
}
