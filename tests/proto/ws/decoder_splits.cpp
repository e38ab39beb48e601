#include <random>
#include <string>
#include <string_view>

#include "proto/ws/decode.hpp"
#include "socketio/proto/ws/decoder.hpp"
#include "support/catch.hpp"
#include "support/ws_client.hpp"

using namespace socketio::test;
namespace ws = socketio::ws;
using ws::opcode;

namespace {

std::string sample(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>(' ' + i * 31 % 95));
  return out;
}

/// Decodes one frame that begins `offset` bytes behind an aligned address.
seen decode_at(std::string_view wire, std::size_t offset) {
  std::vector<std::max_align_t> memory((offset + wire.size()) / sizeof(std::max_align_t) + 2);
  char* const place = reinterpret_cast<char*>(memory.data()) + offset;
  wire.copy(place, wire.size());
  std::span<char> input{place, wire.size()};
  ws::decoder decoder{default_limit};
  const ws::event e = decoder.next(input);
  REQUIRE(e.data == place + wire.size() - e.size);
  REQUIRE(input.empty());
  return {e.kind, std::string{e.text()}, e.code};
}

/// A stream of frames as a client might send them, and sometimes as it must not.
std::string random_stream(std::mt19937& random) {
  const auto mask = [&] { return big_endian(random(), 4); };
  std::string wire;
  const std::size_t frames = 1 + random() % 12;
  for (std::size_t i = 0; i < frames; ++i) {
    const std::size_t sizes[] = {0, random() % 8, random() % 200, 100 + random() % 60,
                                 random() % 9000};
    const std::string payload = random() % 4 != 0 ? sample(sizes[random() % 5])
                                                  : "\xe2\x82\xac and \xf0\x9f\x98\x80, \xc3\xa9";
    const std::string key = mask();
    switch (random() % 8) {
      case 0:
      case 1:
        wire += client_frame{.payload = payload, .mask = key}.bytes();
        break;
      case 2:
        wire += client_frame{.op = opcode::binary, .payload = payload, .mask = key}.bytes();
        break;
      case 3:
        wire += client_frame{.op = opcode::ping,
                             .payload = std::string_view{payload}.substr(0, 125),
                             .mask = key}
                    .bytes();
        break;
      case 4:
      case 5:
        wire += fragmented(random() % 2 == 0 ? opcode::text : opcode::binary, payload,
                           1 + random() % (payload.size() / 3 + 1));
        break;
      case 6: {
        const std::string control = client_frame{.op = opcode::pong, .payload = "between"}.bytes();
        wire += client_frame{.payload = payload, .fin = false, .mask = key}.bytes() + control +
                client_frame{.op = opcode::continuation, .payload = "tail"}.bytes();
        break;
      }
      default:
        if (random() % 10 == 0) {
          wire += random() % 2 == 0 ? client_close(1000, "bye") : big_endian(random(), 4);
        }
    }
  }
  if (random() % 5 == 0 && !wire.empty()) {
    wire[random() % wire.size()] ^= static_cast<char>(1 << random() % 8);
  }
  return wire;
}

}  // namespace

TEST_CASE("R97 every length at every alignment, in place", "[ws]") {
  const auto all_alignments = [](std::size_t size) {
    const std::string payload = sample(size);
    const std::string as_text = text_frame(payload);
    const std::string as_binary = binary_frame(payload);
    for (std::size_t offset = 0; offset < 16; ++offset) {
      if (decode_at(as_text, offset) != text(payload)) FAIL(size << " at " << offset);
      if (decode_at(as_binary, offset) != binary(payload)) FAIL(size << " at " << offset);
    }
  };
  for (std::size_t size = 0; size <= 300; ++size) all_alignments(size);
  for (std::size_t size = 4090; size <= 4100; ++size) all_alignments(size);
  for (std::size_t size = 65530; size <= 65540; ++size) all_alignments(size);
}

TEST_CASE("ws every length from exact blocks, whole and cut once", "[ws]") {
  for (std::size_t size = 0; size <= 300; ++size) {
    const std::string payload = sample(size);
    const std::string wire = text_frame(payload);
    REQUIRE(decode(wire) == events{text(payload)});
    for (std::size_t cut = 0; cut <= wire.size(); cut += 1 + cut / 20) {
      ws::decoder decoder{default_limit};
      events out;
      feed(decoder, std::string_view{wire}.substr(0, cut), out);
      REQUIRE(decoder.in_message() == (cut != 0 && cut != wire.size()));
      feed(decoder, std::string_view{wire}.substr(cut), out);
      REQUIRE(out == events{text(payload)});
      REQUIRE_FALSE(decoder.in_message());
      REQUIRE(decoder.held() == 0);
    }
  }
}

TEST_CASE("ws whole, bytewise and random splits give the same events", "[ws]") {
  std::mt19937 random{20260822};
  std::size_t messages = 0, failures = 0;
  for (int round = 0; round < 600; ++round) {
    const std::string wire = random_stream(random);
    const settings s{.limit = random() % 4 == 0 ? 3000 : default_limit,
                     .deflate = random() % 4 == 0};
    const events whole = decode(wire, s);
    CAPTURE(round);
    REQUIRE(decode_in_pieces(wire, 1, s) == whole);
    REQUIRE(decode_in_pieces(wire, 7, s) == whole);
    for (int i = 0; i < 4; ++i) REQUIRE(decode_at_random(wire, random, s) == whole);
    messages += whole.size();
    failures += !whole.empty() && whole.back().kind == ws::event_kind::failed ? 1 : 0;
  }
  CHECK(messages > 1000);
  CHECK(failures > 50);
  CHECK(failures < 300);
}

TEST_CASE("ws a whole message is returned where it lies", "[ws]") {
  ws::decoder decoder{default_limit};
  for (const std::size_t size : {0u, 5u, 126u, 5000u, 70000u}) {
    const std::string payload = sample(size);
    std::string wire = text_frame(payload) + binary_frame(payload) +
                       client_frame{.op = opcode::ping, .payload = "still"}.bytes() + '\0';
    char* const begin = wire.data();
    const std::size_t frame = text_frame(payload).size();
    std::span<char> input{begin, wire.size() - 1};
    CHECK(decoder.next(input).data == begin + frame - size);
    CHECK(decoder.next(input).data == begin + 2 * frame - size);
    CHECK(decoder.next(input).data == begin + 2 * frame + 6);
    CHECK(input.empty());
    CHECK(decoder.next(input).kind == ws::event_kind::need_data);
    CHECK(decoder.held() == 0);
  }
  CHECK(sizeof(ws::decoder) <= 16);
}

TEST_CASE("R100 memory is bounded by the bytes that came", "[ws]") {
  constexpr std::size_t slack = ws::decoder::slack;
  SECTION("fragments of one byte, for ever") {
    ws::decoder decoder{default_limit};
    events out;
    feed(decoder, client_frame{.op = opcode::binary, .payload = "a", .fin = false}.bytes(), out);
    const std::string more =
        client_frame{.op = opcode::continuation, .payload = "b", .fin = false}.bytes();
    bool bounded = true;
    for (std::size_t received = 2; received <= default_limit; ++received) {
      feed(decoder, more, out);
      bounded = bounded && decoder.held() <= received + slack;
    }
    CHECK(bounded);
    CHECK(out.empty());
    feed(decoder, more, out);
    CHECK(out == events{failed(1009)});
    CHECK(decoder.held() == 0);
  }
  SECTION("one long frame, in reads of many sizes") {
    const std::string payload(default_limit, 'x');
    const std::string wire = binary_frame(payload);
    for (const std::size_t piece : {1000u, 1460u, 65536u, 500'000u}) {
      ws::decoder decoder{default_limit};
      events out;
      bool bounded = true;
      for (std::size_t at = 0; at < wire.size(); at += piece) {
        feed(decoder, std::string_view{wire}.substr(at, piece), out);
        bounded = bounded && decoder.held() <= 2 * (at + piece) + slack;
        bounded = bounded && decoder.held() <= payload.size() + slack;
      }
      CHECK(bounded);
      CHECK(out == events{binary(payload)});
      CHECK(decoder.held() == 0);
    }
  }
  SECTION("control frames cut between fragments") {
    ws::decoder decoder{default_limit};
    events out;
    feed(decoder, client_frame{.payload = "begun ", .fin = false}.bytes(), out);
    const std::string control =
        client_frame{.op = opcode::ping, .payload = std::string(125, 'p')}.bytes();
    bool bounded = true;
    for (int i = 0; i < 1000; ++i) {
      const std::size_t cut = 1 + static_cast<std::size_t>(i) % (control.size() - 1);
      feed(decoder, std::string_view{control}.substr(0, cut), out);
      feed(decoder, std::string_view{control}.substr(cut), out);
      bounded = bounded && decoder.held() <= 6 + 125 + slack;
    }
    CHECK(bounded);
    CHECK(out == events(1000, ping(std::string(125, 'p'))));
    out.clear();
    feed(decoder, client_frame{.op = opcode::continuation, .payload = "done"}.bytes(), out);
    CHECK(out == events{text("begun done")});
    CHECK(decoder.held() == 0);
  }
}

TEST_CASE("ws a decoder in the middle of a message can be moved", "[ws]") {
  const std::string wire = fragmented(opcode::text, sample(5000), 1700);
  ws::decoder first{default_limit};
  events out;
  feed(first, std::string_view{wire}.substr(0, 3000), out);
  ws::decoder second{std::move(first)};
  feed(second, std::string_view{wire}.substr(3000), out);
  CHECK(out == events{text(sample(5000))});
}
