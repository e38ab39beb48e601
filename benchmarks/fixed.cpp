// Fixed workloads over the memory transport: nothing of the system's is in the way, so that the
// instructions of a run are the same each time. benchmarks/runner/fixed.py counts them.
//
//     bench_fixed WORKLOAD COUNT

#include <charconv>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketio.hpp>
#include <socketio/transport/memory.hpp>

namespace {

constexpr std::uint16_t port = 80;
constexpr std::string_view open_websocket =
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A masked frame (RFC 6455 §5.2) of less than 64 KiB.
std::string frame(char opcode, std::string_view payload) {
  constexpr std::string_view mask = "\x37\xfa\x21\x3d";
  std::string out{static_cast<char>(0x80 | opcode)};
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(0x80 | payload.size()));
  } else {
    out.push_back(static_cast<char>(0x80 | 126));
    out.push_back(static_cast<char>(payload.size() >> 8));
    out.push_back(static_cast<char>(payload.size()));
  }
  out.append(mask);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
  }
  return out;
}
std::string text(std::string_view payload) { return frame(1, payload); }

struct world {
  world() : server{network} {
    server.on("echo", [](io::socket& s, std::string_view text) { s.emit("echo", text); });
    server.on("ack", [](std::string_view text) { return text; });
    server.on("bin", [](io::socket& s, io::bytes_view data) { s.emit("bin", data); });
    server.on("bcast", [this](io::value_view data) { server.to("r").emit("bcast", data); });
    server.on_connection([](io::socket& s) { s.join("r"); });
    server.listen(port);
  }

  io::memory::peer connect() {
    auto peer = network.connect(port);
    peer.write(open_websocket);
    peer.write(text("40"));
    network.run();
    check(peer.take());
    return peer;
  }

  /// Writes `message` `count` times, many at once so that the network itself counts little, and
  /// takes the answers.
  void repeat(io::memory::peer& peer, std::string_view message, std::size_t count) {
    const std::size_t at_once = message.size() < 1000 ? 20 : 5;
    std::string messages;
    for (std::size_t i = 0; i < at_once; ++i) messages += message;
    for (std::size_t i = 0; i < count / at_once; ++i) {
      peer.write(messages);
      network.run();
      check(peer.take());
    }
  }

  /// What does not answer is not measured.
  static void check(const std::string& answer) {
    if (answer.empty()) std::abort();
  }

  io::memory::network network;
  io::server<io::memory> server;
};

void run(std::string_view workload, std::size_t count) {
  world w;
  const std::string payload(32, 'p');
  if (workload == "echo") {
    auto peer = w.connect();
    w.repeat(peer, text(R"(42["echo",")" + payload + R"("])"), count);
  } else if (workload == "ack") {
    auto peer = w.connect();
    w.repeat(peer, text(R"(427["ack",")" + payload + R"("])"), count);
  } else if (workload == "binary") {
    auto peer = w.connect();
    const std::string head = text(R"(451-["bin",{"_placeholder":true,"num":0}])");
    w.repeat(peer, head + frame(2, std::string(4096, '\7')), count);
  } else if (workload == "broadcast") {  // to 100 members, counted for each of them
    std::vector<io::memory::peer> members;
    for (int i = 0; i < 100; ++i) members.push_back(w.connect());
    const std::string message = text(R"(42["bcast",{"n":1,"t":"text"}])");
    for (std::size_t i = 0; i < count / 100; ++i) {
      members.front().write(message);
      w.network.run();
      for (auto& each : members) world::check(each.take());
    }
  } else if (workload == "connect") {
    for (std::size_t i = 0; i < count; ++i) {
      w.connect().close();
      w.network.run();
    }
  } else {
    std::fputs("echo, ack, binary, broadcast or connect\n", stderr);
    std::exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 1000;
  const std::string_view words = argc > 2 ? argv[2] : "";
  std::from_chars(words.data(), words.data() + words.size(), count);
  run(argc > 1 ? argv[1] : "", count);
}
