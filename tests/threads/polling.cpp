// Requests of one session that come in over any loop, while other threads speak to it.
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;

namespace {

constexpr int clients = 3;
constexpr int messages = 60;

template <class Loops>
struct hosted {
  hosted() {
    server.emplace(loops.host());
    server->on_disconnect([this](io::socket&, io::reason) { ++disconnected; });
    server->on("echo", [](io::socket& s, int n) { s.emit("echo", n); });
    server->listen("127.0.0.1", 0);
    port = server->port();
    loops.start();
  }
  ~hosted() {
    if (server) loops.end(server);
  }

  std::atomic<int> disconnected{0};
  Loops loops;
  std::optional<typename Loops::server_type> server;
  std::uint16_t port = 0;
};

/// Whether `packets` are 42["name",0], 42["name",1] … `count` of them, among others.
bool complete(const std::vector<std::string>& packets, const std::string& name, int count) {
  int next = 0;
  for (const auto& each : packets) {
    if (each.find('"' + name + '"') == each.npos) continue;
    if (each != R"(42[")" + name + "\"," + std::to_string(next++) + "]") return false;
  }
  return next == count;
}

bool has(const std::vector<std::string>& packets, const std::string& name, int count) {
  int found = 0;
  for (const auto& each : packets) found += each.find('"' + name + '"') != each.npos ? 1 : 0;
  return found >= count;
}

}  // namespace

TEMPLATE_TEST_CASE("a polling session's requests come over any loop", "[threads]", one_loop,
                   several_loops) {
  hosted<TestType> h;
  std::atomic<int> ready{0}, good{0};
  const auto nsp = h.server->of("/");
  crew sessions{clients, [&](int) {
                  tcp_poller client{h.port};
                  if (client.post("40") != "ok") return;
                  std::vector<std::string> all = client.packets();
                  ++ready;
                  for (int n = 0; n < messages; ++n) {
                    if (client.post(R"(42["echo",)" + std::to_string(n) + "]") != "ok") return;
                    if (n % 4 != 0) continue;
                    for (auto& each : client.packets()) all.push_back(std::move(each));
                  }
                  while (!has(all, "news", messages) || !has(all, "echo", messages)) {
                    for (auto& each : client.packets()) all.push_back(std::move(each));
                  }
                  if (complete(all, "news", messages) && complete(all, "echo", messages)) ++good;
                  client.post("1");
                }};
  crew speaker{1, [&](int) {
                 while (ready < clients) std::this_thread::yield();
                 for (int n = 0; n < messages; ++n) nsp.emit("news", n);
               }};
  sessions.join();
  speaker.join();
  CHECK(good == clients);
  h.loops.end(h.server);
  CHECK(h.disconnected == clients);
}

TEMPLATE_TEST_CASE("a polling session upgrades over any loop, and loses nothing", "[threads]",
                   one_loop, several_loops) {
  hosted<TestType> h;
  std::atomic<int> ready{0}, good{0};
  const auto nsp = h.server->of("/");
  crew sessions{clients, [&](int) {
                  tcp_poller polling{h.port};
                  polling.post("40");
                  std::vector<std::string> all = polling.packets();
                  ++ready;
                  while (!has(all, "news", 1)) {
                    for (auto& each : polling.packets()) all.push_back(std::move(each));
                  }
                  tcp_client socket{h.port, polling.sid};
                  socket.send("2probe");
                  if (socket.next() != "3probe") return;
                  // The GET that the server lets go now.
                  for (bool released = false; !released;) {
                    for (auto& each : polling.packets()) {
                      released = released || each == "6";
                      all.push_back(std::move(each));
                    }
                  }
                  socket.send("5");
                  socket.send(R"(42["echo",0])");
                  while (!has(all, "news", messages) || !has(all, "echo", 1)) {
                    auto packet = socket.next();
                    if (!packet) return;
                    all.push_back(*std::move(packet));
                  }
                  if (complete(all, "news", messages)) ++good;
                }};
  crew speaker{1, [&](int) {
                 while (ready < clients) std::this_thread::yield();
                 for (int n = 0; n < messages; ++n) {
                   nsp.emit("news", n);
                   std::this_thread::sleep_for(std::chrono::milliseconds{2});
                 }
               }};
  sessions.join();
  speaker.join();
  CHECK(good == clients);
}
