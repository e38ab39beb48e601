// Servers with several loops each, whose clients send each request to another of them.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "socketio.hpp"
#include "socketio/cluster/memory_relay.hpp"
#include "socketio/transport/relayed.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;

namespace {

/// A server on two loops. Those of one test end together.
struct relaying_server {
  explicit relaying_server(io::memory_relay& between) {
    server.emplace(loops);
    server->relay(between.join());
    server->engine().use([this](const io::http::request& asked) {
      if (asked.method == io::http::method::get) ++gets;
      return true;
    });
    server->on("echo", [](io::socket& s, int n) { s.emit("echo", n); });
    server->on_disconnect([this](io::socket&, io::reason) { ++disconnected; });
    server->listen("127.0.0.1", 0);
    thread = std::thread{[this] { loops.run(); }};
  }
  relaying_server(const relaying_server&) = delete;
  ~relaying_server() { end(); }

  void end() {
    loops.stop();
    if (thread.joinable()) thread.join();
    server.reset();
  }

  std::atomic<int> disconnected{0};
  std::atomic<int> gets{0};  ///< of its sessions, and of those to come
  io::shards loops{2};
  std::optional<io::server<io::relayed<io::tcp>>> server;
  std::thread thread;
};

}  // namespace

TEST_CASE("F369 F372 requests come over any loop of any server, and sessions upgrade there",
          "[threads]") {
  constexpr int clients = 6;
  constexpr int messages = 30;
  io::memory_relay between;
  std::vector<std::unique_ptr<relaying_server>> servers;
  std::vector<std::uint16_t> ports;
  for (int i = 0; i < 3; ++i) {
    servers.push_back(std::make_unique<relaying_server>(between));
    ports.push_back(servers.back()->server->port());
  }
  std::atomic<int> good{0};
  crew sessions{clients, [&](int number) {
                  std::vector<std::uint16_t> turn = ports;
                  std::rotate(turn.begin(), turn.begin() + number % 3, turn.end());
                  tcp_poller client{turn};
                  if (client.sid.size() != 29 || client.post("40") != "ok") return;
                  std::vector<std::string> all = client.packets();
                  int heard = 0;
                  const auto note = [&](const std::string& packet) {
                    if (packet == R"(42["echo",)" + std::to_string(heard) + "]") ++heard;
                  };
                  for (int n = 0; n < messages; ++n) {
                    if (client.post(R"(42["echo",)" + std::to_string(n) + "]") != "ok") return;
                    for (const auto& each : client.packets()) note(each);
                  }
                  if (heard != messages) return;
                  tcp_client socket{turn[static_cast<std::size_t>(number + 1) % 3], client.sid};
                  socket.send("2probe");
                  if (socket.next() != "3probe") return;
                  socket.send("5");
                  for (int n = messages; n < 2 * messages; ++n) {
                    socket.send(R"(42["echo",)" + std::to_string(n) + "]");
                    while (heard <= n) {
                      const auto packet = socket.next();
                      if (!packet) return;
                      note(*packet);
                    }
                  }
                  ++good;
                }};
  sessions.join();
  CHECK(good == clients);
  eventually([&] {
    int gone = 0;
    for (const auto& each : servers) gone += each->disconnected;
    return gone == clients;
  });
  SECTION("they end politely") {
    for (auto& each : servers) each->server->close();
    for (auto& each : servers) each->thread.join();
  }
  SECTION("they end while requests are held") {
    tcp_poller held{ports};
    const auto gets = [&] {
      int all = 0;
      for (const auto& each : servers) all += each->gets;
      return all;
    };
    const int before = gets();
    std::thread waiting{[&] {
      try {
        held.post("40");
        for (int i = 0; i < 4; ++i) held.packets();
      } catch (const std::exception&) {
        // There is nobody any more.
      }
    }};
    eventually([&] { return gets() >= before + 2; });  // the second has nothing to fetch
    for (auto& each : servers) each->end();
    waiting.join();
  }
}
