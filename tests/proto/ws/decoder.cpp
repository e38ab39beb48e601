#include "socketio/proto/ws/decoder.hpp"

#include <string>
#include <string_view>

#include "proto/ws/decode.hpp"
#include "support/catch.hpp"
#include "support/ws_client.hpp"

using namespace socketio::test;
using namespace std::string_literals;
using namespace std::string_view_literals;
namespace ws = socketio::ws;
using ws::opcode;

namespace {

/// The same events whole and byte by byte: every rule below is checked in both ways.
void check(std::string_view wire, const events& expected, settings s = {}) {
  CHECK(decode(wire, s) == expected);
  CHECK(decode_in_pieces(wire, 1, s) == expected);
}

}  // namespace

TEST_CASE("ws decodes the client's examples of RFC 6455 §5.7", "[ws]") {
  check("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"sv, {text("Hello")});
  check("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"sv, {pong("Hello")});
  // The rest of §5.7 in a client's form, which is masked.
  check(fragmented(opcode::text, "Hello", 3), {text("Hello")});
  check(client_frame{.op = opcode::ping, .payload = "Hello"}.bytes(), {ping("Hello")});
  check(binary_frame(std::string(256, '\x7f')), {binary(std::string(256, '\x7f'))});
  check(binary_frame(std::string(65536, '\xff')), {binary(std::string(65536, '\xff'))});
}

TEST_CASE("R92 an unmasked frame is a protocol error", "[ws]") {
  check("\x81\x05Hello"sv, {failed(1002)});
  check("\x88\x00"sv, {failed(1002)});  // known before anything else has come
  check(text_frame("a") + "\x81\x01z", {text("a"), failed(1002)});
}

TEST_CASE("R93 reserved bits are protocol errors", "[ws]") {
  for (const unsigned bit : {ws::head::rsv1, ws::head::rsv2, ws::head::rsv3}) {
    CAPTURE(bit);
    for (const opcode op : {opcode::text, opcode::binary, opcode::ping, opcode::close}) {
      check(client_frame{.op = op, .rsv = bit}.bytes(), {failed(1002)});
    }
    check(client_frame{.payload = "a", .fin = false}.bytes() +
              client_frame{.op = opcode::continuation, .payload = "b", .rsv = bit}.bytes(),
          {failed(1002)});
  }
}

TEST_CASE("R93 RSV1 marks a compressed message where deflate was negotiated", "[ws]") {
  const settings deflate{.deflate = true};
  const auto with = [](opcode op, unsigned rsv, bool fin = true) {
    return client_frame{.op = op, .payload = "\xff\xfe", .fin = fin, .rsv = rsv}.bytes();
  };
  seen squeezed = text("\xff\xfe");  // deflated bytes, no text yet
  squeezed.compressed = true;
  check(with(opcode::text, ws::head::rsv1) + text_frame("plain"), {squeezed, text("plain")},
        deflate);
  seen twice = binary("\xff\xfe\xff\xfe");
  twice.compressed = true;
  check(with(opcode::binary, ws::head::rsv1, false) + with(opcode::ping, 0) +
            with(opcode::continuation, 0),
        {ping("\xff\xfe"), twice}, deflate);

  check(with(opcode::text, ws::head::rsv2), {failed(1002)}, deflate);
  check(with(opcode::ping, ws::head::rsv1), {failed(1002)}, deflate);
  check(with(opcode::binary, ws::head::rsv1, false) + with(opcode::continuation, ws::head::rsv1),
        {failed(1002)}, deflate);
}

TEST_CASE("R94 unknown opcodes are protocol errors", "[ws]") {
  for (const int op : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    CAPTURE(op);
    check(client_frame{.op = static_cast<opcode>(op)}.bytes(), {failed(1002)});
    check(client_frame{.op = static_cast<opcode>(op), .fin = false}.bytes(), {failed(1002)});
  }
}

TEST_CASE("R95 control frames are short and whole, messages do not overlap", "[ws]") {
  for (const opcode op : {opcode::ping, opcode::pong, opcode::close}) {
    check(client_frame{.op = op, .payload = std::string(126, 'x')}.bytes(), {failed(1002)});
    check(client_frame{.op = op, .payload = "x", .length_width = 8}.bytes(), {failed(1002)});
    check(client_frame{.op = op, .payload = "x", .fin = false}.bytes(), {failed(1002)});
  }
  const auto piece = [](opcode op, bool fin) {
    return client_frame{.op = op, .payload = "p", .fin = fin}.bytes();
  };
  check(piece(opcode::continuation, true), {failed(1002)});
  check(piece(opcode::continuation, false), {failed(1002)});
  check(text_frame("a") + piece(opcode::continuation, true), {text("a"), failed(1002)});
  check(piece(opcode::text, false) + piece(opcode::text, true), {failed(1002)});
  check(piece(opcode::text, false) + piece(opcode::binary, false), {failed(1002)});
  const std::string between = client_frame{.op = opcode::ping}.bytes();
  check(piece(opcode::text, false) + between + piece(opcode::text, true), {ping(""), failed(1002)});
  check(piece(opcode::binary, false) + between + between + piece(opcode::continuation, true),
        {ping(""), ping(""), binary("pp")});
  check(fragmented(opcode::text, "abc", 1) + piece(opcode::continuation, true),
        {text("abc"), failed(1002)});
}

TEST_CASE("R96 an impossible length is refused at the header, without memory", "[ws]") {
  const auto announce = [](std::uint64_t length, std::string_view payload = {}) {
    return client_frame{
        .op = opcode::binary, .payload = payload, .length_width = 8, .announced = length}
        .bytes();
  };
  check(announce(~std::uint64_t{0}), {failed(1002)});
  check(announce(std::uint64_t{1} << 63), {failed(1002)});
  check(announce((std::uint64_t{1} << 63) - 1), {failed(1009)});
  check(announce(std::uint64_t{1} << 53), {failed(1009)});
  check(announce(std::uint64_t{1} << 62, "0123456789"), {failed(1009)});
  check(announce(1'000'001), {failed(1009)});

  // The answer does not wait for the masking key.
  CHECK(decode(announce(1'000'001).substr(0, 10)) == events{failed(1009)});

  // What is allowed costs nothing either until it comes.
  ws::decoder decoder{~std::size_t{0}};
  events out;
  feed(decoder, announce(~std::uint32_t{0}, "0123456789"), out);
  CHECK(out.empty());
  CHECK(decoder.held() <= 20 + ws::decoder::slack);
}

TEST_CASE("R97 lengths not in their shortest form are protocol errors", "[ws]") {
  const auto sized = [](std::size_t size, int width) {
    const std::string payload(size, 'x');
    return client_frame{.payload = payload, .length_width = width}.bytes();
  };
  for (const std::size_t size : {0u, 5u, 125u}) {
    check(sized(size, 2), {failed(1002)});
    check(sized(size, 8), {failed(1002)});
  }
  check(sized(126, 8), {failed(1002)});
  check(sized(65535, 8), {failed(1002)});
  CHECK(decode(sized(126, 2)).size() == 1);
  CHECK(decode(sized(65536, 8)) == events{text(std::string(65536, 'x'))});
}

TEST_CASE("R98 L7 a message may have the limit's size and no byte more, whole or not", "[ws]") {
  const std::string fits(default_limit, 'm');
  const std::string exceeds(default_limit + 1, 'm');
  CHECK(decode(text_frame(fits)) == events{text(fits)});
  CHECK(decode(text_frame(exceeds)) == events{failed(1009)});
  for (const std::size_t piece : {1000u, 65536u, 999'999u}) {
    CHECK(decode(fragmented(opcode::binary, fits, piece)) == events{binary(fits)});
    CHECK(decode(fragmented(opcode::binary, exceeds, piece)) == events{failed(1009)});
  }
  // The limit is each message's own, and control frames do not count.
  const settings ten{.limit = 10};
  const std::string control = client_frame{.op = opcode::ping, .payload = "0123456789ab"}.bytes();
  check(text_frame("0123456789") + control + text_frame("0123456789") + text_frame("0123456789a"),
        {text("0123456789"), ping("0123456789ab"), text("0123456789"), failed(1009)}, ten);
  check(client_frame{.payload = "01234", .fin = false}.bytes() + control +
            client_frame{.op = opcode::continuation, .payload = "56789"}.bytes(),
        {ping("0123456789ab"), text("0123456789")}, ten);
  check(text_frame("") + text_frame("a"), {text(""), failed(1009)}, {.limit = 0});
}

TEST_CASE("R99 control frames come out whole, also between fragments", "[ws]") {
  for (const std::size_t size : {0u, 1u, 124u, 125u}) {
    const std::string payload(size, 'p');
    const std::string wire = client_frame{.op = opcode::ping, .payload = payload}.bytes();
    check(wire, {ping(payload)});
    check(client_frame{.payload = "a", .fin = false}.bytes() + wire +
              client_frame{.op = opcode::continuation, .payload = "b", .fin = false}.bytes() +
              wire + wire + client_frame{.op = opcode::continuation, .payload = "c"}.bytes() +
              text_frame("next"),
          {ping(payload), ping(payload), ping(payload), text("abc"), text("next")});
  }
}

TEST_CASE("ws a deadline can see that something is unfinished", "[ws]") {
  ws::decoder decoder{default_limit};
  events out;
  const auto unfinished_after = [&](std::string_view piece) {
    feed(decoder, piece, out);
    return decoder.in_message();
  };
  const std::string control = client_frame{.op = opcode::ping, .payload = "ping"}.bytes();
  CHECK_FALSE(decoder.in_message());
  CHECK(unfinished_after(control.substr(0, 1)));  // half a header
  CHECK(unfinished_after(control.substr(1, 8)));  // half a control frame
  CHECK_FALSE(unfinished_after(control.substr(9)));
  CHECK(unfinished_after(client_frame{.fin = false}.bytes()));
  CHECK(unfinished_after(control));
  CHECK_FALSE(unfinished_after(client_frame{.op = opcode::continuation}.bytes()));
  CHECK(out == events{ping("ping"), ping("ping"), text("")});
}

TEST_CASE("R101 a thousand empty fragments in a row are enough", "[ws]") {
  const auto message = [](int empty, std::string_view end) {
    std::string wire = client_frame{.payload = "a", .fin = false}.bytes();
    for (int i = 0; i < empty; ++i) {
      wire += client_frame{.op = opcode::continuation, .fin = false}.bytes();
    }
    return wire + client_frame{.op = opcode::continuation, .payload = end, .fin = false}.bytes();
  };
  const std::string last = client_frame{.op = opcode::continuation, .payload = "c"}.bytes();
  check(message(1000, "b") + last, {text("abc")});
  check(message(1001, "b") + last, {failed(1008)});
  check(message(1000, ""), {failed(1008)});

  // Each message is counted on its own.
  std::string many;
  for (int i = 0; i < 1001; ++i) {
    many += client_frame{.payload = "a", .fin = false}.bytes() +
            client_frame{.op = opcode::continuation}.bytes();
  }
  check(many, events(1001, text("a")));

  // A ping in between is not progress of the message, a byte is.
  std::string pinged = client_frame{.payload = "a", .fin = false}.bytes();
  std::string moving = pinged;
  events pings;
  for (int i = 0; i < 1001; ++i) {
    const std::string empty = client_frame{.op = opcode::continuation, .fin = false}.bytes();
    pinged += empty + client_frame{.op = opcode::ping}.bytes();
    moving += empty + client_frame{.op = opcode::continuation, .payload = "", .fin = false}.bytes();
    moving += client_frame{.op = opcode::continuation, .payload = "b", .fin = false}.bytes();
    if (i < 1000) pings.push_back(ping(""));
  }
  pings.push_back(failed(1008));
  check(pinged, pings);
  check(moving + last, {text("a" + std::string(1001, 'b') + "c")});
}

TEST_CASE("R106 close frames with and without code and reason", "[ws]") {
  check(client_frame{.op = opcode::close}.bytes(), {closed(1005)});
  check(client_frame{.op = opcode::close, .payload = "\x03"}.bytes(), {failed(1002)});
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
                         3000, 3999, 4000, 4999}) {
    CAPTURE(code);
    check(client_close(static_cast<std::uint16_t>(code), "why"), {closed(code, "why")});
  }
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535}) {
    CAPTURE(code);
    check(client_close(static_cast<std::uint16_t>(code)), {failed(1002)});
  }
  check(client_close(1000, std::string(123, 'r')), {closed(1000, std::string(123, 'r'))});
  check(client_close(1000, std::string(124, 'r')), {failed(1002)});
  check(client_close(1000, "\xce\xba\xe1\xbd\xb9"), {closed(1000, "\xce\xba\xe1\xbd\xb9")});
  check(client_close(1000, "\xce\xba\xed\xa0\x80"), {failed(1007)});
  check(client_close(1000, "cut \xe2\x82"), {failed(1007)});
  check(client_close(999, "\xff"), {failed(1002)});
}

TEST_CASE("R109 what comes after a close frame is ignored", "[ws]") {
  for (const std::string& after : {text_frame("late"), client_close(1001), "\xff\xff\xff"s}) {
    check(client_close(1000, "bye") + after, {closed(1000, "bye")});
    ws::decoder decoder{default_limit};
    events out;
    feed(decoder, client_close(1000), out);
    for (int i = 0; i < 3; ++i) feed(decoder, after, out);
    CHECK(out == events{closed(1000)});
    CHECK_FALSE(decoder.in_message());
  }
  ws::decoder decoder{default_limit};
  events out;
  feed(decoder, client_frame{.payload = "half of a mess", .fin = false}.bytes(), out);
  feed(decoder, client_close(1000), out);
  CHECK(out == events{closed(1000)});
  CHECK(decoder.held() == 0);
}

TEST_CASE("ws a failed decoder stays failed and consumes what comes", "[ws]") {
  ws::decoder decoder{default_limit};
  events out;
  feed(decoder, client_frame{.payload = "part", .fin = false}.bytes() + "\x81\x00"s, out);
  CHECK(out == events{failed(1002)});
  CHECK(decoder.held() == 0);
  CHECK_FALSE(decoder.in_message());
  std::string good = text_frame("good") + '\0';
  for (int i = 0; i < 3; ++i) {
    std::span<char> input{good.data(), good.size() - 1};
    const ws::event e = decoder.next(input);
    CHECK(e.kind == ws::event_kind::failed);
    CHECK(e.code == ws::close_code::protocol_error);
    CHECK(input.empty());
  }
}
