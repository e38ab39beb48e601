// The codecs alone, over messages as they come: ns and bytes per second for each.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "socketio/core/json/reader.hpp"
#include "socketio/core/json/writer.hpp"
#include "socketio/core/value/convert.hpp"
#include "socketio/core/value/tape.hpp"
#include "socketio/proto/eio/payload.hpp"
#include "socketio/proto/http/request_parser.hpp"
#include "socketio/proto/sio/decoder.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/proto/ws/decoder.hpp"
#include "socketio/proto/ws/encoder.hpp"

namespace {

namespace sio = socketio::sio;

constexpr std::string_view request_text =
    "POST /socket.io/?EIO=4&transport=polling&sid=AbCdEfGhIjKlMnOpQrSt HTTP/1.1\r\n"
    "Host: chat.example.org\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: */*\r\n"
    "Accept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Content-Type: text/plain;charset=UTF-8\r\n"
    "Content-Length: 20\r\n"
    "Origin: https://chat.example.org\r\n"
    "Connection: keep-alive\r\n"
    "Cookie: session=0123456789abcdef0123456789abcdef\r\n"
    "\r\n"
    "42[\"say\",\"how nice\"]";

constexpr std::string_view quote_json =
    R"({"seq":10000001,"sym":"ABCDEFGH","bid":101.25,"ask":101.5,"vol":123456,)"
    R"("note":"abcdefghijklmnopqrstuvwxyz","tags":["a","b",null,true],"nested":{"x":1,"y":-2}})";

constexpr std::string_view event_text =
    R"(2["bcast",{"seq":10000001,"sym":"ABCDEFGH","bid":101.25,"ask":101.5,"vol":123456,)"
    R"("note":"abcdefghijklmnopqrstuvwxyz"}])";

constexpr std::string_view echo_text = R"(2["echo","abcdefghijklmnopqrstuvwxyz012345"])";

struct quote {
  int seq = 10000001;
  std::string_view sym = "ABCDEFGH";
  double bid = 101.25, ask = 101.5;
  int vol = 123456;
  std::string_view note = "abcdefghijklmnopqrstuvwxyz";
};

// Parsers work in place, so each round starts from a fresh copy; what copying costs is part of the
// figure, and the same for all. Behind the message is the byte that the parsers may write to.
class message {
 public:
  explicit message(std::string_view original) : original_{original}, copy_(original.size() + 1) {}

  std::span<char> fresh() {
    original_.copy(copy_.data(), original_.size());
    return {copy_.data(), original_.size()};
  }

 private:
  std::string original_;
  std::vector<char> copy_;
};

void count(benchmark::State& state, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

std::string masked_frame(unsigned opcode, std::string_view payload) {
  constexpr std::array<char, 4> key{0x37, 0x7a, 0x21, 0x3d};
  std::string out;
  out += static_cast<char>(0x80 | opcode);
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 0xff);
  }
  out.append(key.data(), key.size());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(payload[i] ^ key[i % key.size()]);
  }
  return out;
}

void http_request(benchmark::State& state) {
  socketio::http::request_parser parser;
  for (auto _ : state) {
    std::string_view rest = request_text;
    rest.remove_prefix(parser.feed(rest));  // the head
    rest.remove_prefix(parser.feed(rest));  // and the body
    if (parser.state() != socketio::http::parse_state::complete) state.SkipWithError("refused");
    parser.next();
  }
  count(state, request_text.size());
}
BENCHMARK(http_request);

void ws_decode(benchmark::State& state) {
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  message frame{masked_frame(1, payload)};
  socketio::ws::decoder decoder{1'000'000};
  for (auto _ : state) {
    std::span<char> input = frame.fresh();
    const auto event = decoder.next(input);
    if (event.kind != socketio::ws::event_kind::text) state.SkipWithError("refused");
    benchmark::DoNotOptimize(event.data);
  }
  count(state, payload.size());
}
BENCHMARK(ws_decode)->Arg(32)->Arg(512)->Arg(4096)->Arg(65535);

void ws_encode(benchmark::State& state) {
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    socketio::frame_builder packet{payload.size()};
    packet.append(payload);
    benchmark::DoNotOptimize(socketio::ws::seal(packet, socketio::ws::opcode::text).wire());
  }
  count(state, payload.size());
}
BENCHMARK(ws_encode)->Arg(32)->Arg(4096);

void json_read(benchmark::State& state) {
  message text{quote_json};
  socketio::tape values;
  for (auto _ : state) {
    values.clear();
    const std::span<char> input = text.fresh();
    const auto result = socketio::json::read(input.data(), input.size(), values);
    if (result != socketio::json::status::ok) state.SkipWithError("refused");
    benchmark::DoNotOptimize(values.root());
  }
  count(state, quote_json.size());
}
BENCHMARK(json_read);

void json_write(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    socketio::json::writer<std::string> writer{out};
    socketio::to_writer(writer, quote{});
    benchmark::DoNotOptimize(out.data());
  }
  count(state, out.size());
}
BENCHMARK(json_write);

void eio_read_payload(benchmark::State& state) {
  std::string body{"4"};
  body.append(echo_text)
      .append(
          "\x1e"
          "4")
      .append(event_text)
      .append(
          "\x1e"
          "bAAECAwQFBgcICQ==");
  message text{body};
  for (auto _ : state) {
    const std::span<char> input = text.fresh();
    socketio::eio::payload_reader reader{input.data(), input.size()};
    socketio::eio::packet packet;
    int packets = 0;
    while (reader.next(packet) == socketio::eio::payload_reader::status::packet) ++packets;
    if (packets != 3) state.SkipWithError("refused");
  }
  count(state, body.size());
}
BENCHMARK(eio_read_payload);

void eio_write_payload(benchmark::State& state) {
  const std::string attachment(300, '\x7f');
  const sio::encoded event =
      sio::encode_event("/", {}, "bin", quote{}, socketio::as_bytes(attachment));
  const std::vector<socketio::frame> frames{event.text, event.attachments.front()};
  std::string out;
  for (auto _ : state) {
    out.clear();
    socketio::eio::write_payload(out, frames);
    benchmark::DoNotOptimize(out.data());
  }
  count(state, out.size());
}
BENCHMARK(eio_write_payload);

void sio_decode(benchmark::State& state, std::string_view packet) {
  message text{packet};
  sio::decoder decoder;
  sio::workspace space;
  for (auto _ : state) {
    const std::span<char> input = text.fresh();
    const auto result = decoder.text(input.data(), input.size(), space);
    if (result != sio::decoder::status::packet) state.SkipWithError("refused");
    benchmark::DoNotOptimize(space.current.event());
  }
  count(state, packet.size());
}
BENCHMARK_CAPTURE(sio_decode, echo, echo_text);
BENCHMARK_CAPTURE(sio_decode, object, event_text);

void sio_decode_binary(benchmark::State& state) {
  message text{R"(51-["bin",{"_placeholder":true,"num":0}])"};
  const std::string attachment(4096, '\x7f');
  sio::decoder decoder;
  sio::workspace space;
  for (auto _ : state) {
    const std::span<char> input = text.fresh();
    decoder.text(input.data(), input.size(), space);
    const auto result = decoder.binary(socketio::as_bytes(attachment), space);
    if (result != sio::decoder::status::packet) state.SkipWithError("refused");
  }
  count(state, attachment.size());
}
BENCHMARK(sio_decode_binary);

void sio_encode_string(benchmark::State& state) {
  const std::string text(32, 'x');
  std::size_t size = 0;
  for (auto _ : state) {
    const sio::encoded event = sio::encode_event("/", {}, "echo", text);
    size = event.text.wire().size();
    benchmark::DoNotOptimize(size);
  }
  count(state, size);
}
BENCHMARK(sio_encode_string);

void sio_encode_object(benchmark::State& state) {
  std::size_t size = 0;
  for (auto _ : state) {
    const sio::encoded event = sio::encode_event("/", {}, "bcast", quote{});
    size = event.text.wire().size();
    benchmark::DoNotOptimize(size);
  }
  count(state, size);
}
BENCHMARK(sio_encode_object);

}  // namespace
