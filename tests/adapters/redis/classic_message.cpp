// The messages of the classic adapter: byte for byte what the official one writes, and nothing
// worse than silence for what nobody writes.
#include "socketio/adapters/redis/classic_message.hpp"

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/bytes_of.hpp"
#include "adapters/redis/classic_vectors.hpp"
#include "socketio.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio;
using namespace std::string_view_literals;
namespace classic = socketio::redis::classic;

std::string_view namespace_of(std::string_view channel) {
  channel.remove_prefix(channel.find('#') + 1);
  return channel.substr(0, channel.find('#'));
}

/// What is read of a message, written again; nothing if it is none.
std::optional<std::string> again(std::string bytes, std::string_view channel) {
  const std::string_view name = namespace_of(channel);
  if (channel.find("-request#") != channel.npos) {
    const auto read = classic::decode_request(std::move(bytes), name);
    if (!read) return {};
    const auto* const m = std::get_if<cluster::message>(&*read);
    return m ? classic::encode(*m) : "old";
  }
  const bool answer = channel.find("-response#") != channel.npos;
  const auto read = answer ? classic::decode_answer(std::move(bytes), name)
                           : classic::decode_broadcast(std::move(bytes), name);
  if (!read) return {};
  return classic::encode(*read);
}

/// What JavaScript adds for its own use, only its old versions write, or does wrong: of 1e300 it
/// makes a wide 0.
bool reads_only(std::string_view name) {
  for (const auto each : {"classic/remotesocket/emit"sv, "classic/remotesocket/emit-ack.1"sv,
                          "classic/broadcast/numeric-and-rich-types"sv, "classic/allRooms.2"sv,
                          "classic/allRooms.3"sv}) {
    if (name == each) return true;
  }
  return name.starts_with("classic-7.2");
}

}  // namespace

TEST_CASE("F366 classic messages are read and written as the official adapter and emitter do",
          "[adapters]") {
  for (const auto& each : test::classic_vectors) {
    INFO(each.name);
    const std::string bytes = test::bytes_of(each.text);
    const auto written = again(bytes, each.channel);
    REQUIRE(written);
    if (reads_only(each.name)) continue;
    // Emitters leave out their name where nobody answers; what is read has none to write.
    CHECK(*written == bytes);
  }
}

TEST_CASE("what older servers ask and are answered", "[adapters]") {
  const auto read = [](const char* text) {
    auto r = classic::decode_request(text, "/");
    REQUIRE(r);
    REQUIRE(std::holds_alternative<classic::old_request>(*r));
    return std::get<classic::old_request>(std::move(*r));
  };
  const std::vector<std::string> names{"a", "b"};
  CHECK(classic::encode_answer(read(R"({"uid":"u","requestId":"r","type":0,"rooms":[]})"), names) ==
        R"({"requestId":"r","sockets":["a","b"]})");
  CHECK(classic::encode_answer(read(R"({"uid":"u","requestId":"r","type":1})"), names) ==
        R"({"requestId":"r","rooms":["a","b"]})");
  const auto join = read(R"({"uid":"u","requestId":"r","type":2,"sid":"s","room":"z"})");
  CHECK(join.sid == "s");
  CHECK(join.room == "z");
  CHECK(classic::encode_answer(join, {}) == R"({"requestId":"r"})");
  CHECK(read(R"({"uid":"u","requestId":"r","type":4,"sid":"s","close":true})").close);
}

TEST_CASE("dates become texts, and the older ones are understood, too", "[adapters]") {
  const auto text = [](std::string_view digits) {
    const auto m = classic::decode_broadcast(test::bytes_of(digits), "/");
    return m ? std::string{m->packet.text.packet()} : "";
  };
  CHECK(text("93a6344c784a422d83a47479706502a46461746193a164d6ff6553f100d7ff1d5353006553f100a36e737"
             "0a12f83a5726f6f6d7390a665786365707490a5666c61677380") ==
        R"(42["d","2023-11-14T22:13:20.000Z","2023-11-14T22:13:20.123Z"])");
}

TEST_CASE("binary in JSON is what JavaScript makes of a Buffer", "[adapters]") {
  const std::string data{"\x01\xff", 2};
  cluster::message m{.type = cluster::message_type::server_side_emit, .uid = "u", .nsp = "/"};
  m.data = value{std::make_tuple("sse", as_bytes(data))};
  CHECK(classic::encode(m) ==
        R"({"uid":"u","type":6,"data":["sse",{"type":"Buffer","data":[1,255]}]})");
}

TEST_CASE("R148 what is no classic message is nothing", "[adapters]") {
  const char* const requests[] = {
      "",
      "{",
      "[]",
      "{}",
      "null",
      "\xc0",
      "\x84",
      R"({"type":8,"requestId":"r"})",
      R"({"type":"5","requestId":"r","opts":{}})",
      R"({"uid":"u","type":0})",
      R"({"uid":"u","type":1})",
      R"({"uid":"u","type":2,"rooms":["a"]})",
      R"({"uid":"u","type":2,"opts":1,"rooms":["a"]})",
      R"({"uid":"u","type":4,"close":true})",
      R"({"uid":"u","type":5,"requestId":"r"})",
      R"({"uid":"u","type":5,"opts":{}})",
      R"({"uid":"u","type":6,"data":[]})",
      R"({"uid":"u","type":6})",
      R"({"uid":"u","type":7,"requestId":"r","packet":{"data":["a"]}})",
      R"({"uid":"u","type":7,"requestId":"r","opts":{}})",
      R"({"uid":"u","type":7,"packet":{"data":["a"]},"opts":{}})",
  };
  for (const char* each : requests) {
    INFO(each);
    CHECK_FALSE(classic::decode_request(each, "/"));
  }
  const char* const answers[] = {"",
                                 "{}",
                                 "\xc0",
                                 R"({"type":8,"requestId":"r"})",
                                 R"({"type":7,"requestId":"r"})",
                                 R"({"sockets":[]})"};
  for (const char* each : answers) {
    INFO(each);
    CHECK_FALSE(classic::decode_answer(each, "/"));
  }
  const std::string good = test::bytes_of(test::classic_vectors[0].text);
  CHECK(classic::decode_broadcast(good, "/"));
  CHECK_FALSE(classic::decode_broadcast(good, "/other"));
  CHECK_FALSE(classic::decode_broadcast(good + "x", "/"));
  CHECK_FALSE(classic::decode_broadcast(std::string(100'000, '\x91'), "/"));
  CHECK_FALSE(classic::decode_broadcast("\x91\xa1u", "/"));
  CHECK_FALSE(classic::decode_broadcast("{}", "/"));
}

TEST_CASE("R148 classic messages cut short or with bytes changed never harm", "[adapters]") {
  std::minstd_rand random{1};
  for (const auto& each : test::classic_vectors) {
    const std::string bytes = test::bytes_of(each.text);
    for (std::size_t size = 0; size < bytes.size(); size += 1 + size / 8) {
      CHECK_FALSE(again(bytes.substr(0, size), each.channel));
    }
    for (int i = 0; i < 100; ++i) {
      std::string changed = bytes;
      changed[random() % changed.size()] = static_cast<char>(random());
      const auto written = again(changed, each.channel);
      if (!written || *written == "old") continue;
      INFO(each.name << ": " << changed << " became " << *written);
      CHECK(again(*written, each.channel));
    }
  }
}
