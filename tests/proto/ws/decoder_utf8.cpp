#include <string>
#include <string_view>

#include "proto/ws/decode.hpp"
#include "socketio/proto/ws/decoder.hpp"
#include "support/catch.hpp"
#include "support/ws_client.hpp"

using namespace socketio::test;
using namespace std::string_view_literals;
namespace ws = socketio::ws;
using ws::opcode;

namespace {

constexpr std::string_view valid_texts[] = {
    ""sv,
    "Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!"sv,
    "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5"sv,
    "\x00\x7f"sv,
    "\xc2\x80\xdf\xbf"sv,
    "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"sv,
    "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"sv,
    "\xef\xbf\xbe and \xef\xb7\x90, which are no characters and yet allowed"sv,
};

struct bad_text {
  std::string_view bytes;
  std::size_t bad;  ///< the index of the byte that shows it; the size when only the end does
};

constexpr bad_text bad_texts[] = {
    {"\x80"sv, 0},                                              // a tail without a head
    {"ab\xbf"sv, 2},                                            //
    {"\xc0\xaf"sv, 0},                                          // overlong forms
    {"\xe0\x80\xaf"sv, 1},                                      //
    {"\xf0\x80\x80\xaf"sv, 1},                                  //
    {"\xf8\x88\x80\x80\x80"sv, 0},                              // five bytes
    {"\xfe"sv, 0},                                              //
    {"\xff"sv, 0},                                              //
    {"\xed\xa0\x80"sv, 1},                                      // surrogates
    {"\xed\xbf\xbf"sv, 1},                                      //
    {"\xf4\x90\x80\x80"sv, 1},                                  // past U+10FFFF
    {"\xf5\x80\x80\x80"sv, 0},                                  //
    {"\xc3("sv, 1},                                             // a head without its tail
    {"\xe2\x82(more text)"sv, 2},                               //
    {"\xce\xba\xe1\xbd\xb9\xed\xa0\x80\x65\x64\x69\x74"sv, 6},  // surrogate behind good text
    {"\xce\xba\xe1\xbd\xb9\xf4\x90\x80\x80\x65\x64"sv, 6},      // Autobahn 6.4
    {"\xc3"sv, 1},                                              // cut inside a character
    {"text \xf0\x9f\x98"sv, 8},                                 //
};

events in_fragments_of(std::string_view payload, std::size_t size) {
  return decode(fragmented(opcode::text, payload, size));
}

}  // namespace

TEST_CASE("R108 valid text passes, however it is cut", "[ws]") {
  for (const std::string_view payload : valid_texts) {
    const events expected{text(payload)};
    CHECK(decode(text_frame(payload)) == expected);
    CHECK(decode_in_pieces(text_frame(payload), 1) == expected);
    for (const std::size_t size : {1u, 2u, 3u, 5u}) {
      CHECK(in_fragments_of(payload, size) == expected);
      CHECK(decode_in_pieces(fragmented(opcode::text, payload, size), 1) == expected);
    }
  }
}

TEST_CASE("R108 invalid text fails with 1007, however it is cut", "[ws]") {
  const events expected{failed(1007)};
  for (const auto& [payload, bad] : bad_texts) {
    CAPTURE(payload, bad);
    CHECK(decode(text_frame(payload)) == expected);
    CHECK(decode_in_pieces(text_frame(payload), 1) == expected);
    for (const std::size_t size : {1u, 2u, 3u, 5u}) {
      CHECK(in_fragments_of(payload, size) == expected);
      CHECK(decode_in_pieces(fragmented(opcode::text, payload, size), 1) == expected);
    }
    CHECK(decode(binary_frame(payload)) == events{binary(payload)});
  }
}

TEST_CASE("R108 invalid text fails at the bad byte, not at the end of anything", "[ws]") {
  for (const auto& [payload, bad] : bad_texts) {
    CAPTURE(payload, bad);
    if (bad == payload.size()) continue;
    // The frame goes on behind the bad byte, and so does the message; neither is waited for.
    for (const bool fin : {true, false}) {
      const std::string padded = std::string{payload} + std::string(1000, 'x');
      const std::string wire = client_frame{.payload = padded, .fin = fin}.bytes();
      const std::size_t head = wire.size() - padded.size();
      CHECK(decode(std::string_view{wire}.substr(0, head + bad)).empty());
      CHECK(decode(std::string_view{wire}.substr(0, head + bad + 1)) == events{failed(1007)});
      CHECK(decode_in_pieces(std::string_view{wire}.substr(0, head + bad), 1).empty());
      CHECK(decode_in_pieces(std::string_view{wire}.substr(0, head + bad + 1), 1) ==
            events{failed(1007)});
    }
  }
}

TEST_CASE("R108 the second of three fragments is bad", "[ws]") {
  const auto piece = [](opcode op, std::string_view payload, bool fin) {
    return client_frame{.op = op, .payload = payload, .fin = fin}.bytes();
  };
  const std::string first = piece(opcode::text, "\xce\xba\xe1", false);
  CHECK(decode(first + piece(opcode::continuation, "\xbd\xb9\xff", false)) == events{failed(1007)});
  CHECK(decode(first + piece(opcode::continuation, "plain", false)) == events{failed(1007)});
  CHECK(decode(first + client_frame{.op = opcode::ping, .payload = "\xff"}.bytes() +
               piece(opcode::continuation, "\xbd", false) + piece(opcode::continuation, "", false) +
               piece(opcode::continuation, "\xb9", true)) ==
        events{ping("\xff"), text("\xce\xba\xe1\xbd\xb9")});
  CHECK(decode(first + piece(opcode::continuation, "", true)) == events{failed(1007)});
}

TEST_CASE("R108 one bad byte is found at any place of a long text", "[ws]") {
  // Around the lengths where the decoder changes its way of going over the payload.
  for (const std::size_t size : {7u, 8u, 40u, 125u, 126u, 4095u, 4096u, 4097u, 9000u, 70000u}) {
    for (std::size_t i = 0; i < size; i += size / 7 + 1) {
      CAPTURE(size, i);
      std::string payload(size, 'a');
      payload[i] = '\xa0';
      CHECK(decode(text_frame(payload)) == events{failed(1007)});
    }
    std::string cut(size, 'a');
    cut.back() = '\xc3';
    CHECK(decode(text_frame(cut)) == events{failed(1007)});
  }
}

TEST_CASE("ws long text that is not ASCII passes over the steps it is checked in", "[ws]") {
  std::string payload;
  while (payload.size() < 20000) payload += "\xe2\x82\xac\xf0\x9f\x98\x80x";
  for (const std::size_t from : {0u, 1u}) {
    const std::string text_here = std::string(from, ' ') + payload;
    CHECK(decode(text_frame(text_here)) == events{text(text_here)});
    CHECK(decode_in_pieces(text_frame(text_here), 4099) == events{text(text_here)});
  }
}
