// permessage-deflate (RFC 7692) in a whole server. The client deflates and inflates with zlib.
#include "socketio/deflate.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <asio/post.hpp>
#include <zlib.h>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/eio_client.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
namespace ws = io::ws;
using namespace std::string_literals;

constexpr std::string_view tail{"\x00\x00\xff\xff", 4};

/// zlib in the client's hand; both streams keep their context until they are restarted.
class zlib_end {
 public:
  zlib_end() {
    deflateInit2(&out_, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    inflateInit2(&in_, -15);
  }
  zlib_end(const zlib_end&) = delete;
  ~zlib_end() {
    deflateEnd(&out_);
    inflateEnd(&in_);
  }

  std::string deflate(std::string_view message) {
    std::string input{message}, result(deflateBound(&out_, input.size()) + 64, '\0');
    out_.next_in = reinterpret_cast<Bytef*>(input.data());
    out_.avail_in = static_cast<uInt>(input.size());
    out_.next_out = reinterpret_cast<Bytef*>(result.data());
    out_.avail_out = static_cast<uInt>(result.size());
    ::deflate(&out_, Z_SYNC_FLUSH);
    result.resize(result.size() - out_.avail_out - tail.size());
    return result;
  }

  std::string inflate(std::string_view message) {
    std::string input = std::string{message}.append(tail), result(4'000'000, '\0');
    in_.next_in = reinterpret_cast<Bytef*>(input.data());
    in_.avail_in = static_cast<uInt>(input.size());
    in_.next_out = reinterpret_cast<Bytef*>(result.data());
    in_.avail_out = static_cast<uInt>(result.size());
    if (::inflate(&in_, Z_SYNC_FLUSH) != Z_OK || in_.avail_in != 0) return "(bad)";
    result.resize(result.size() - in_.avail_out);
    return result;
  }

  void forget() {
    deflateReset(&out_);
    inflateReset(&in_);
  }

 private:
  z_stream out_{}, in_{};
};

/// A client that offers the extension. Without `keep` it forgets after each message, as it may.
class deflating_client {
 public:
  explicit deflating_client(io::memory::network& n, std::string_view offer = "permessage-deflate",
                            bool keep = false, std::string_view eio = "4")
      : keep_{keep}, network_{&n}, http_{n} {
    http_.send_get(std::string{"/socket.io/?transport=websocket&EIO="}.append(eio),
                   std::string{eio_client::upgrade_lines}
                       .append("Sec-WebSocket-Extensions: ")
                       .append(offer)
                       .append("\r\n"));
    const auto answer = http_.next();
    status = answer.status;
    extensions = answer.header("sec-websocket-extensions").value_or("");
  }

  io::memory::peer& peer() { return http_.peer; }

  void write(std::string_view bytes) { http_.send(bytes); }
  void send(std::string_view text) { write(text_frame(text)); }

  /// The frames of a compressed message.
  std::string deflated(std::string_view text, ws::opcode op = ws::opcode::text) {
    const std::string data = zlib_.deflate(text);
    if (!keep_) zlib_.forget();
    return client_frame{.op = op, .payload = data, .rsv = ws::head::rsv1}.bytes();
  }

  /// Text, "b:" and binary data, "close" and a code; "z:" in front of what was compressed.
  packets take() {
    network_->run();
    reader_.feed(http_.peer.take());
    packets all;
    while (const auto f = reader_.next()) {
      wire_size += f->payload.size();
      if (f->op == ws::opcode::close) {
        all.push_back("close " + std::to_string(f->close_code()));
      } else {
        const bool zipped = f->rsv == ws::head::rsv1;
        std::string text = zipped ? "z:" : "";
        if (f->op != ws::opcode::text) text += f->op == ws::opcode::binary ? "b:" : "c:";
        all.push_back(text + (zipped ? zlib_.inflate(f->payload) : f->payload));
        if (zipped && !keep_) zlib_.forget();
      }
    }
    return all;
  }

  deflating_client& join() {
    send("40");
    take();
    wire_size = 0;
    return *this;
  }

  std::string extensions;
  unsigned status = 0;
  std::size_t wire_size = 0;  ///< bytes of payload that have come

 private:
  bool keep_;
  io::memory::network* network_;
  eio_client http_;
  zlib_end zlib_;
  server_frame_reader reader_;
};

io::options with_deflate(const io::deflate_settings& settings = {}) {
  io::options o;
  o.per_message_deflate = io::deflate(settings);
  return o;
}

struct world {
  explicit world(const io::options& o = with_deflate()) : server{network, o} {
    server.on("echo", [](io::socket& s, io::args x) { s.emit("echo", x); });
    server.on("size", [this](std::string_view text) { sizes.push_back(text.size()); });
    server.on("shout", [this](std::string_view text) { server.emit("heard", text); });
    server.listen(port);
  }

  std::vector<std::size_t> sizes;
  io::memory::network network;
  io::server<io::memory> server{network};
};

const io::deflate_settings takeover{
    .threshold = 1, .server_context_takeover = true, .client_context_takeover = true};

std::string event(std::string_view name, std::string_view text) {
  return std::string{"42[\""}.append(name).append("\",\"").append(text).append("\"]");
}

/// A pong overtakes what waits for the flush.
packets sorted(packets all) {
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("F112 messages from the threshold on are compressed, shorter ones are not",
          "[server][deflate]") {
  world w;
  deflating_client client{w.network};
  CHECK(client.extensions ==
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  client.join();
  const std::size_t around = event("echo", "").size();
  for (const std::size_t size :
       {std::size_t{1}, 1023 - around, 1024 - around, std::size_t{90'000}}) {
    const std::string packet = event("echo", std::string(size, 'x'));
    client.write(client.deflated(packet));
    const std::string mark = packet.size() < 1024 ? "" : "z:";
    CHECK(client.take() == packets{mark + packet});
    client.send(packet);  // a client need not compress
    CHECK(client.take() == packets{mark + packet});
  }
}

TEST_CASE("F112 binary attachments are compressed too", "[server][deflate]") {
  world w;
  deflating_client client{w.network};
  client.join();
  const std::string data(3000, 'b'), head = R"(451-["echo",{"_placeholder":true,"num":0}])";
  client.send(head);
  client.write(client.deflated(data, ws::opcode::binary));
  CHECK(client.take() == packets{head, "z:b:" + data});
}

TEST_CASE("nothing is negotiated without the option, or without an offer", "[server][deflate]") {
  world without{io::options{}};
  deflating_client one{without.network};
  CHECK(one.extensions.empty());
  world w;
  deflating_client two{w.network, "x-webkit-deflate-frame"};
  CHECK(two.extensions.empty());
  for (auto* const client : {&one, &two}) {
    client->join();
    client->send(event("echo", std::string(5000, 'x')));
    CHECK(client->take() == packets{event("echo", std::string(5000, 'x'))});
    client->write(client->deflated(event("echo", "y")));  // R93
    CHECK(client->take() == packets{"close 1002"});
  }
}

TEST_CASE("R88, F058 a malformed offer is refused", "[server][deflate]") {
  world w;
  CHECK(deflating_client{w.network, "permessage-deflate; a=\"b"}.status == 400);
  CHECK(deflating_client{w.network, "permessage-deflate; server_max_window_bits=7"}.status == 101);
  std::string many;
  for (int i = 0; i < 300; ++i) many += "x; a=1,";
  const deflating_client last{w.network, many + "permessage-deflate"};
  CHECK(last.extensions.starts_with("permessage-deflate"));
}

TEST_CASE("a compressed message in any fragments and reads", "[server][deflate]") {
  world w;
  deflating_client client{w.network};
  client.join();
  const std::string packet = event("echo", std::string(2000, 'x') + "ü€");
  const std::string wire = client.deflated(packet);
  zlib_end zlib;
  const std::string data = zlib.deflate(packet);
  std::string fragments =
      client_frame{.payload = data.substr(0, 1), .fin = false, .rsv = ws::head::rsv1}.bytes();
  fragments += client_frame{.op = ws::opcode::ping}.bytes();
  for (std::size_t i = 1; i < data.size(); ++i) {
    fragments += client_frame{.op = ws::opcode::continuation,
                              .payload = std::string_view{data}.substr(i, 1),
                              .fin = i + 1 == data.size()}
                     .bytes();
  }
  client.write(wire + fragments);
  CHECK(sorted(client.take()) == packets{"c:", "z:" + packet, "z:" + packet});
  for (const char c : wire + fragments) client.write({&c, 1});
  CHECK(sorted(client.take()) == packets{"c:", "z:" + packet, "z:" + packet});
}

TEST_CASE("R103 what would become too large is refused", "[server][deflate]") {
  io::options o = with_deflate();
  o.max_payload = 10'000;
  world w{o};
  deflating_client client{w.network};
  client.join();
  client.write(client.deflated(event("size", std::string(9'000, 'x'))));
  CHECK(w.sizes == std::vector<std::size_t>{9'000});
  client.write(client.deflated(event("size", std::string(3'000'000, 'x'))));
  CHECK(client.take() == packets{"close 1009"});
  CHECK(w.sizes.size() == 1);
  CHECK(w.server.size() == 0);
}

TEST_CASE("R105 what is not deflated data ends the connection", "[server][deflate]") {
  for (const std::string& bad : {"\xff\xff\xff"s, ""s, "\x06"s, "\xf2\x48"s}) {
    world w;
    deflating_client client{w.network};
    client.join();
    client.write(client_frame{.payload = bad, .rsv = ws::head::rsv1}.bytes() +
                 client.deflated(event("size", "after")));
    CHECK(client.take() == packets{"close 1007"});
    CHECK(w.sizes.empty());
  }
  world w;
  deflating_client client{w.network};
  client.join();
  client.write(client.deflated(event("size", "\xff\xfe")));  // no UTF-8 once it is inflated
  CHECK(client.take() == packets{"close 1007"});
}

TEST_CASE("R93 RSV1 on continuations and control frames", "[server][deflate]") {
  for (const auto op : {ws::opcode::continuation, ws::opcode::ping, ws::opcode::close}) {
    world w;
    deflating_client client{w.network};
    client.join();
    if (op == ws::opcode::continuation) client.write(client_frame{.fin = false}.bytes());
    client.write(client_frame{.op = op, .rsv = ws::head::rsv1}.bytes());
    CHECK(client.take() == packets{"close 1002"});
  }
}

TEST_CASE("R103 many that become large do not keep the loop from others", "[server][deflate]") {
  world w;
  deflating_client client{w.network};
  client.join();
  constexpr std::size_t count = 20;
  std::vector<std::size_t> between;  // what has been handled whenever others had their turn
  w.server.on("size", [&](std::string_view) {
    asio::post(w.network.get_executor(), [&] { between.push_back(w.sizes.size()); });
  });
  std::string all;
  std::vector<std::size_t> expected;
  for (std::size_t i = 0; i < count; ++i) {
    all += client.deflated(event("size", std::string(400'000 + i, 'x')));
    expected.push_back(i + 1);
  }
  client.write(all);  // of which one read takes everything
  CHECK(between == expected);
  CHECK(std::is_sorted(w.sizes.begin(), w.sizes.end()));
}

TEST_CASE("input that waits for its turn is dropped with its connection", "[server][deflate]") {
  world w;
  w.server.on("leave", [](io::socket& s) { s.disconnect(true); });
  deflating_client client{w.network};
  client.join();
  client.write(client.deflated(event("size", std::string(400'000, 'x'))) +
               text_frame(R"(42["leave"])") + text_frame(event("size", "")));
  CHECK(client.take() == packets{"41", "close 1005"});
  CHECK(w.sizes.size() == 1);
}

TEST_CASE("a slow reader gets everything, compressed in order", "[server][deflate]") {
  for (const bool keep : {false, true}) {
    world w{with_deflate(keep ? takeover : io::deflate_settings{})};
    deflating_client client{w.network, "permessage-deflate", keep};
    client.join();
    client.peer().stop_reading(100);
    packets expected;
    for (int i = 0; i < 200; ++i) {
      const std::string packet = event("echo", std::to_string(i) + std::string(2000, 'x'));
      client.send(packet);
      expected.push_back("z:" + packet);
    }
    client.send("42[\"echo\",1]");
    expected.push_back(keep ? "z:42[\"echo\",1]" : "42[\"echo\",1]");
    client.peer().resume_reading();
    CHECK(client.take() == expected);
  }
}

TEST_CASE("with context takeover later messages refer to earlier ones", "[server][deflate]") {
  std::string text;
  for (int i = 0; text.size() < 3000; ++i) text += std::to_string(i * i);
  std::size_t with = 0, without = 0;
  for (const bool keep : {false, true}) {
    world w{with_deflate(keep ? takeover : io::deflate_settings{})};
    deflating_client client{w.network, "permessage-deflate", keep};
    client.join();
    for (int i = 0; i < 10; ++i) {
      client.write(client.deflated(event("echo", text)));
      CHECK(client.take() == packets{"z:" + event("echo", text)});
    }
    (keep ? with : without) = client.wire_size;
  }
  CHECK(with < without / 5);
}

TEST_CASE("so many connections keep a context, the rest goes without", "[server][deflate]") {
  io::deflate_settings s = takeover;
  s.max_contexts = 1;
  world w{with_deflate(s)};
  std::optional<deflating_client> first{std::in_place, w.network};
  CHECK(first->extensions == "permessage-deflate");
  constexpr std::string_view without =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  CHECK(deflating_client{w.network}.extensions == without);
  first.reset();
  w.network.run();
  CHECK(deflating_client{w.network}.extensions == "permessage-deflate");
}

TEST_CASE("F113 a broadcast reaches those who inflate, those who do not, and every window",
          "[server][deflate]") {
  world w;
  deflating_client plain{w.network, "none"};
  plain.join();
  deflating_client one{w.network};
  one.join();
  deflating_client two{w.network, "permessage-deflate; server_max_window_bits=9"};
  two.join();
  polling_client polls{w.network};
  polls.join();
  const std::string packet = event("heard", std::string(4000, 'x'));
  plain.send(event("shout", std::string(4000, 'x')));
  CHECK(plain.take() == packets{packet});
  CHECK(one.take() == packets{"z:" + packet});
  CHECK(two.take() == packets{"z:" + packet});
  CHECK(polls.take() == packets{packet});
}

TEST_CASE("F312 what is not to be compressed is not, to nobody", "[server][deflate]") {
  world w;
  deflating_client client{w.network};
  client.join();
  deflating_client other{w.network};
  other.join();
  const std::string x(4000, 'x'), packet = event("heard", x);
  const auto on_first = [&](auto act) {
    bool done = false;
    w.server.for_each([&](io::socket& s) {
      if (!std::exchange(done, true)) act(s);
    });
    return sorted([&] {
      packets all = client.take();
      for (auto& each : other.take()) all.push_back(std::move(each));
      return all;
    }());
  };

  CHECK(on_first([&](io::socket& s) { s.compress(false).emit("heard", x); }) == packets{packet});
  CHECK(on_first([&](io::socket& s) { s.compress(true).emit("heard", x); }) ==
        packets{"z:" + packet});
  CHECK(on_first([&](io::socket& s) {
          s.compress(false).lossy().timeout(std::chrono::seconds{1}).broadcast().emit("heard", x);
        }) == packets{packet});
  CHECK(on_first([&](io::socket& s) { s.compress(false).compress(true).emit("heard", x); }) ==
        packets{"z:" + packet});

  // Each packet for itself.
  w.server.compress(false).emit("heard", x);
  w.server.emit("heard", x);
  w.server.compress(false).emit("data", io::bytes_view{io::as_bytes(std::string_view{x})});
  const std::string head = R"(451-["data",{"_placeholder":true,"num":0}])";
  CHECK(client.take() == packets{packet, "z:" + packet, head, "b:" + x});
  CHECK(other.take() == packets{packet, "z:" + packet, head, "b:" + x});
  // With an acknowledgement, too.
  const std::string asked = R"(420["heard",")" + x + R"("])";
  const auto ignore = [](std::error_code, int) {};
  CHECK(on_first([&](io::socket& s) { s.compress(false).emit("heard", x, ignore); }) ==
        packets{asked});
}

TEST_CASE("F312 what is not to be compressed is not, for clients that speak MessagePack either",
          "[server][deflate]") {
  world w;
  deflating_client client{w.network};
  const std::string connect =
      "\x83\xa4type\x00\xa3nsp\xa1/\xa4"
      "data\xc0"s;
  client.write(binary_frame(connect));
  REQUIRE(client.take().size() == 2);
  const std::string x(4000, 'x');
  w.server.compress(false).emit("heard", x);
  w.server.emit("heard", x);
  const packets came = client.take();
  REQUIRE(came.size() == 2);
  CHECK(came[0].starts_with("b:"));
  CHECK(came[1] == "z:" + came[0]);
}

TEST_CASE("F112 an upgrade negotiates, and what waited is compressed", "[server][deflate]") {
  world w;
  polling_client polls{w.network};
  polls.join();
  eio_client http{w.network};
  auto socket = http.websocket(eio_path("websocket", polls.sid),
                               "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  REQUIRE(http.upgrade_answer.status == 101);
  CHECK(http.upgrade_answer.header("sec-websocket-extensions"));
  zlib_end zlib;
  const std::string probe = zlib.deflate("2probe");
  socket.send(client_frame{.payload = probe, .rsv = ws::head::rsv1}.bytes());
  CHECK(socket.next() == "3probe");
  const std::string packet = event("heard", std::string(4000, 'x'));
  w.server.emit("heard", std::string(4000, 'x'));
  socket.send_text("5");
  const auto frame = socket.next_frame();
  REQUIRE(frame);
  CHECK(frame->rsv == ws::head::rsv1);
  CHECK(zlib.inflate(frame->payload) == packet);
}

TEST_CASE("clients of revision 3 get text compressed, and binary with its type as it is",
          "[server][deflate]") {
  io::options o = with_deflate();
  o.allow_eio3 = true;
  world w{o};
  deflating_client client{w.network, "permessage-deflate", false, "3"};
  CHECK(client.take().size() == 2);
  const std::string data(3000, 'b');
  const std::string head =
      R"(451-["echo",{"_placeholder":true,"num":0},")" + std::string(2000, 'x') + "\"]";
  client.send(head);
  client.write(client.deflated("\x04" + data, ws::opcode::binary));
  CHECK(client.take() == packets{"z:" + head, "b:\x04", "c:" + data});
}

TEST_CASE("a server refuses impossible settings of deflate", "[server][deflate]") {
  io::memory::network network;
  for (const io::deflate_settings& s :
       {io::deflate_settings{.level = 0}, io::deflate_settings{.server_max_window_bits = 8},
        io::deflate_settings{.client_max_window_bits = 16},
        io::deflate_settings{.memory_level = 0}}) {
    CHECK_THROWS_AS((io::server<io::memory>{network, with_deflate(s)}), std::invalid_argument);
  }
}
