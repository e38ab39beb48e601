#include "socketio/deflate.hpp"

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "socketio/options.hpp"
#include "socketio/proto/ws/encoder.hpp"
#include "support/catch.hpp"
#include "support/inflate.hpp"

namespace http = socketio::http;
namespace io = socketio;
namespace ws = socketio::ws;
using socketio::frame;
using namespace std::string_literals;

namespace {

http::request offering(std::string_view offers) {
  http::request r;
  r.headers = {{"Sec-WebSocket-Extensions", offers}};
  return r;
}

std::string answer(std::string_view offers, const io::deflate_settings& s = {}) {
  const auto a = ws::answer_deflate_offers(offering(offers), s);
  if (a.result == ws::deflate_answer::kind::malformed) return "malformed";
  return a.header;
}

constexpr std::string_view plain =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/// A codec, and the space that messages are inflated to.
struct side {
  explicit side(const io::deflate_settings& s = {}, std::string_view offer = "permessage-deflate",
                std::size_t limit = 100'000)
      : pool{s, limit}, codec{pool.negotiate(offering(offer)).codec} {}

  std::string inflate(std::string data, ws::event_kind kind = ws::event_kind::text) {
    const ws::event e = codec->inflate(
        {.kind = kind, .compressed = true, .data = data.data(), .size = data.size()}, space);
    if (e.kind == ws::event_kind::failed) {
      return "failed " + std::to_string(static_cast<int>(e.code));
    }
    e.data[e.size] = '\0';
    return std::string{e.text()};
  }

  ws::deflate_pool pool;
  std::unique_ptr<ws::message_codec> codec;
  std::string space;
};

frame packet(std::string_view text) {
  socketio::frame_builder b;
  b.append(text);
  return ws::seal(b, ws::opcode::text);
}

const std::string hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;

}  // namespace

TEST_CASE("R104 offers that are accepted", "[ws][deflate]") {
  CHECK(answer("permessage-deflate") == plain);
  CHECK(answer("permessage-deflate; client_max_window_bits") == plain);
  CHECK(answer("x-other, permessage-deflate;client_max_window_bits=15") == plain);
  CHECK(answer("permessage-deflate; server_max_window_bits=\"10\"") ==
        std::string{plain} + "; server_max_window_bits=10");
  CHECK(answer("permessage-deflate; x, permessage-deflate") == plain);
  const io::deflate_settings takeover{.server_context_takeover = true,
                                      .client_context_takeover = true};
  CHECK(answer("permessage-deflate", takeover) == "permessage-deflate");
  CHECK(answer("permessage-deflate; server_no_context_takeover", takeover) ==
        "permessage-deflate; server_no_context_takeover");
}

TEST_CASE("R88, R104 offers that are declined, and lines that are malformed", "[ws][deflate]") {
  for (const std::string_view bad :
       {"client_max_window_bits=16", "server_max_window_bits=7", "server_max_window_bits=8",
        "server_max_window_bits", "server_max_window_bits=015",
        "server_max_window_bits=10; server_max_window_bits=10", "server_no_context_takeover=1",
        "server_no_context_takeover; server_no_context_takeover", "unknown",
        "client_max_window_bits; client_max_window_bits"}) {
    INFO(bad);
    CHECK(answer(std::string{"permessage-deflate; "}.append(bad)).empty());
  }
  for (const std::string_view bad :
       {"permessage-deflate; a=\"b", "permessage-deflate;",
        "permessage-deflate; server_max_window_bits=\"\"",
        ",,,;;;===", "permessage-deflate permessage-deflate", "a=b", "permessage-deflate; a=b=c"}) {
    INFO(bad);
    CHECK(answer(bad) == "malformed");
  }
  CHECK(answer("").empty());
  CHECK(answer("x-webkit-deflate-frame").empty());
}

TEST_CASE("RFC 7692 section 7.2.3: the examples", "[ws][deflate]") {
  side s;
  CHECK(s.inflate(hello) == "Hello");
  CHECK(s.inflate("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s) == "Hello");
  CHECK(s.inflate("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s) == "Hello");
  CHECK(s.inflate("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s) == "Hello");
  CHECK(s.inflate("\x00"s) == "");
  CHECK(s.inflate("\xf2\x00\x11\x00\x00"s) == "failed 1007");
  side keeps{{.client_context_takeover = true}};
  CHECK(keeps.inflate(hello) == "Hello");
  CHECK(keeps.inflate("\xf2\x00\x11\x00\x00"s) == "Hello");
}

TEST_CASE("R103, R105 what must be refused while inflating, and stays so", "[ws][deflate]") {
  const auto deflated = [](const std::string& text) {
    side s;
    const frame f = s.codec->deflate(packet(text));
    return std::string{f.packet()};
  };
  {
    side s{{}, "permessage-deflate", 5};
    CHECK(s.inflate(hello) == "Hello");
  }
  for (const auto& [data, limit, expected] :
       std::vector<std::tuple<std::string, std::size_t, std::string>>{
           {hello, 4, "failed 1009"},
           {deflated(std::string(10'000'000, 'x')), 100'000, "failed 1009"},
           {"", 100, "failed 1007"},
           {"\xff\xff\xff", 100, "failed 1007"},
           {"\xf3\x48\xcd\xc9\xc9\x07\x00"s, 100, "failed 1007"},
           {hello + "\x00\x00\xff\xff"s, 100, "failed 1007"},
           {deflated(std::string(2000, '\xff')), 10'000, "failed 1007"}}) {
    side s{{}, "permessage-deflate", limit};
    CHECK(s.inflate(data) == expected);
    CHECK(s.space.size() <= limit + 2);
    CHECK(s.inflate(hello) == expected);
    const auto other = s.pool.negotiate(offering("permessage-deflate")).codec;
    std::string good{hello}, space;
    CHECK(other
              ->inflate({.kind = ws::event_kind::binary, .data = good.data(), .size = good.size()},
                        space)
              .kind == (limit < 5 ? ws::event_kind::failed : ws::event_kind::binary));
  }
}

TEST_CASE("a message that was cut short, by lack of memory, harms no other", "[ws][deflate]") {
  ws::detail::shared_streams shared{io::deflate_settings{}, 100'000};
  const ws::deflate_parameters forgets{.server_no_context_takeover = true,
                                       .client_no_context_takeover = true};
  ws::deflate_codec codec{shared, forgets};
  std::string space;
  std::size_t size = 0;
  shared.inflater().run(std::string_view{hello}.substr(0, 4), {}, 100, space, size);
  std::string data = hello;
  const ws::event whole = codec.inflate(
      {.kind = ws::event_kind::text, .compressed = true, .data = data.data(), .size = data.size()},
      space);
  CHECK(whole.text() == "Hello");

  shared.deflater(15).run("a secret of somebody else", Z_NO_FLUSH, space, 1000);
  const std::string text(3000, 'x');
  side peer{{.threshold = 0}};
  CHECK(peer.inflate(std::string{codec.deflate(packet(text)).packet()}) == text);
}

TEST_CASE("round trips, shared or in context, at every window", "[ws][deflate]") {
  std::mt19937 random{1};
  for (const bool takeover : {false, true}) {
    for (int bits = 9; bits <= 15; ++bits) {
      const io::deflate_settings s{.server_context_takeover = takeover,
                                   .client_context_takeover = takeover,
                                   .server_max_window_bits = bits};
      side here{s}, there{s};
      for (int i = 0; i < 30; ++i) {
        std::string text(random() % 5000, ' ');
        for (char& c : text) c = static_cast<char>('a' + random() % 4);
        const frame plain_frame = packet(text), f = here.codec->deflate(plain_frame);
        if (!ws::is_compressed(f)) continue;
        CHECK(there.inflate(std::string{f.packet()}) == text);
      }
    }
  }
}

TEST_CASE("a broadcast is deflated once, and what does not shrink never again", "[ws][deflate]") {
  side s;
  const auto other = s.pool.negotiate(offering("permessage-deflate")).codec;
  const frame f = packet(std::string(5000, 'x')), copy = f;
  CHECK(s.codec->deflate(f).wire().data() == other->deflate(copy).wire().data());
  const frame small = packet("ab");
  CHECK_FALSE(ws::is_compressed(s.codec->deflate(small)));
  CHECK(s.codec->deflate(small).wire().data() == small.wire().data());
}
