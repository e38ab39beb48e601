// What a message costs in heap memory, from the socket's readiness to the write: counted in the
// thread of the loop, with all that Asio does there, after a warm-up.
#include "support/count_allocations.hpp"

#ifdef COUNTS_ALLOCATIONS

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"

using namespace socketio::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t members = 20;

/// A server, its loop in a thread, and clients that are all in one room.
struct world {
  template <class Install>
  explicit world(Install&& install, const io::options& o = {}) : server{context, o} {
    install(server);
    server.on_connection([](io::socket& s) { s.join("room"); });
    // How many allocations there were between two of these, less nothing: it takes none itself.
    server.on("mark", [this] {
      marks[marked++ % 2] = allocations;
      return "done";
    });
    server.listen("127.0.0.1", 0);
    const auto port = server.port();
    loop = std::thread{[this] { context.run(); }};
    for (std::size_t i = 0; i < members; ++i) {
      peers.push_back(std::make_unique<tcp_client>(port));
      REQUIRE(peers.back()->join().starts_with("40"));
    }
  }

  ~world() {
    peers.clear();
    server.close(0s);
    loop.join();
  }

  /// The allocations that `count` packets cause: after as many that were not counted.
  template <class Drain>
  std::size_t cost(std::string_view packet, std::size_t count, Drain&& drain) {
    for (int round = 0; round < 2; ++round) {
      peers[0]->send(R"(42["mark"])");
      for (std::size_t i = 0; i < count; ++i) {
        peers[0]->send(packet);
        drain();
      }
      peers[0]->send(R"(421["mark"])");
      while (*peers[0]->next() != R"(431["done"])") {
      }
    }
    return marks[1] - marks[0];
  }

  std::size_t cost(std::string_view packet, std::size_t count) {
    return cost(packet, count, [] {});
  }

  std::array<std::size_t, 2> marks{};
  std::size_t marked = 0;
  asio::io_context context{1};
  io::server<io::tcp> server;
  std::thread loop;
  std::vector<std::unique_ptr<tcp_client>> peers;
};

constexpr std::size_t count = 200;
constexpr std::string_view long_text = "a text that is too long for std::string to keep it inside";

std::string event(std::string_view name) {
  return std::string{R"(42[")"}.append(name).append("\",\"").append(long_text).append("\"]");
}

}  // namespace

TEST_CASE("the counting counts", "[allocations]") {
  const std::size_t before = allocations;
  const std::vector<int> some(100);
  CHECK(allocations == before + some.size() / 100);
}

TEST_CASE("a text event into a handler with views allocates nothing", "[allocations]") {
  std::atomic<std::size_t> read = 0;
  world w{[&](auto& server) {
    server.on("view", [&](io::socket& s, std::string_view text, io::value_view v, int n) {
      read += text.size() + v.size() + static_cast<std::size_t>(n) + (s.connected() ? 1 : 0);
    });
    server.on("args", [&](io::args all) { read += all.size(); });
  }};
  CHECK(w.cost(R"(42["view","some text, longer than a string keeps inside",[1,{"a":2}],3])",
               count) == 0);
  CHECK(w.cost(R"(42["args","some text, longer than a string keeps inside",[1,{"a":2}],3])",
               count) == 0);
  CHECK(w.cost(R"(42["nobody listens","text"])", count) == 0);
  CHECK(read != 0);
}

// Small packets take blocks that the thread has kept; larger ones take one allocation each.
TEST_CASE("an emit allocates nothing for a small packet, and once for a large one",
          "[allocations]") {
  world w{[](auto& server) {
    server.on("echo",
              [](io::socket& s, std::string_view text) { s.emit("echo", text, 1, 2.5, true); });
    server.on("ref", [](io::socket& s, std::string_view text) { s.ref().emit("ref", text); });
    server.on("thrice", [](io::socket& s, std::string_view text) {
      for (int i = 0; i < 3; ++i) s.emit("one of three", text);
    });
  }};
  const auto drain = [&] { w.peers[0]->next(); };
  CHECK(w.cost(event("echo"), count, drain) == 0);
  CHECK(w.cost(event("ref"), count, drain) == 0);
  CHECK(w.cost(event("thrice"), count, [&] { drain(), drain(), drain(); }) == 0);
  const std::string large = R"(42["echo",")" + std::string(1000, 'x') + R"("])";
  CHECK(w.cost(large, count, drain) == count);
}

TEST_CASE("an answer allocates nothing", "[allocations]") {
  world w{[](auto& server) {
    server.on("returned", [](int n) { return n + 1; });
    server.on("called", [](std::string_view text, io::ack ack) { ack(text); });
  }};
  const auto drain = [&] { w.peers[0]->next(); };
  CHECK(w.cost(R"(427["returned",1])", count, drain) == 0);
  CHECK(w.cost(R"(427["called","some text, longer than a string keeps inside"])", count, drain) ==
        0);
}

TEST_CASE("F323 a broadcast allocates nothing, whoever receives it", "[allocations]") {
  world w{[](auto& server) {
    server.on("room", [&](std::string_view text) { server.to("room").emit("news", text); });
    server.on("all", [&](std::string_view text) { server.emit("news", text); });
    server.on("others",
              [](io::socket& s, std::string_view text) { s.broadcast().emit("news", text); });
    server.on("except", [](io::socket& s, std::string_view text) {
      s.to("room").except("another room").emit("news", text);
    });
    server.on("id",
              [&](io::socket& s, std::string_view text) { server.to(s.id()).emit("news", text); });
  }};
  const auto drain_from = [&](std::size_t first, std::size_t end) {
    return [&w, first, end] {
      for (std::size_t i = first; i < end; ++i) w.peers[i]->next();
    };
  };
  CHECK(w.cost(event("room"), count, drain_from(0, members)) == 0);
  CHECK(w.cost(event("all"), count, drain_from(0, members)) == 0);
  CHECK(w.cost(event("others"), count, drain_from(1, members)) == 0);
  CHECK(w.cost(event("except"), count, drain_from(1, members)) == 0);
  CHECK(w.cost(event("id"), count, drain_from(0, 1)) == 0);
}

TEST_CASE("the heartbeat allocates nothing", "[allocations]") {
  io::options o;
  o.ping_interval = 10ms;
  world w{[](auto&) {}, o};
  const auto beat = [&] {
    for (auto& each : w.peers) CHECK(each->next_or_heartbeat() == "2");
  };
  CHECK(w.cost(R"(42["beat"])", 5, beat) == 0);
}

#endif
