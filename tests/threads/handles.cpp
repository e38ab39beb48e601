// What other threads say through handles while the server's loop runs: all of it arrives, once, in
// the order in which each thread said it.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;

namespace {

constexpr int threads = 4;
constexpr int clients = 6;
constexpr int rounds = 150;

/// A server with some clients connected, and handles to them. Its callbacks may run in several
/// threads at once, if it has several loops.
template <class Loops>
struct hosted {
  using server_type = typename Loops::server_type;

  hosted() {
    server.emplace(loops.host());
    server->on_connection([this](io::socket& s) {
      const std::lock_guard lock{mutex};
      ++connected;
      refs.emplace(s.id(), s.ref());
    });
    server->on_disconnect([this](io::socket&, io::reason) {
      const std::lock_guard lock{mutex};
      ++disconnected;
    });
    server->on("ack", [](int x) { return x; });
    server->listen("127.0.0.1", 0);
    port = server->port();
  }

  ~hosted() { finish(); }

  void start(int count = clients) {
    loops.start();
    for (int i = 0; i < count; ++i) {
      peers.push_back(std::make_unique<tcp_client>(port));
      const std::string answer = peers.back()->join();
      REQUIRE(answer.starts_with(R"(40{"sid":")"));
      ids.push_back(answer.substr(10, 20));
    }
    // `on_connection` runs before anything that the client says later is answered.
    for (auto& each : peers) barrier(*each);
  }

  /// What the server had to say to this client before has arrived after this; given, less the
  /// answer.
  static std::vector<std::string> barrier(tcp_client& peer) {
    std::vector<std::string> all;
    peer.send(R"(421000["ack",1000])");
    for (;;) {
      auto packet = peer.next();
      REQUIRE(packet);
      if (*packet == "431000[1000]") return all;
      all.push_back(std::move(*packet));
    }
  }

  /// What threads that have ended had to say to this client, and all that has come behind it. It
  /// travels to the loop by itself, so that an answer from there may overtake it.
  std::vector<std::string> all_said(tcp_client& peer) {
    server->emit("end");
    std::vector<std::string> all;
    do {
      auto packet = peer.next();
      REQUIRE(packet);
      all.push_back(std::move(*packet));
    } while (all.back() != R"(42["end"])");
    for (auto& each : barrier(peer)) all.push_back(std::move(each));
    return all;
  }

  io::socket_ref ref(int client) {
    const std::lock_guard lock{mutex};
    return refs.at(ids[static_cast<std::size_t>(client)]);
  }

  /// The server is destroyed where it lives, and the loops end.
  void finish() {
    if (server) loops.end(server);
    const std::lock_guard lock{mutex};
    CHECK(connected == disconnected);
  }

  std::mutex mutex;
  std::map<std::string, io::socket_ref> refs;
  int connected = 0;
  int disconnected = 0;
  Loops loops;
  std::optional<server_type> server;
  std::uint16_t port = 0;
  std::vector<std::unique_ptr<tcp_client>> peers;
  std::vector<std::string> ids;
};

/// Of packets 42["name",thread,n]: those of each thread must come as 0, 1, 2 … Gives how many.
std::map<int, int> in_order(const std::vector<std::string>& packets, std::string_view name) {
  std::map<int, int> next;
  const std::string start = std::string{R"(42[")"}.append(name).append("\",");
  for (const auto& each : packets) {
    if (!each.starts_with(start)) continue;
    std::size_t used = 0;
    const int thread = std::stoi(each.substr(start.size()), &used);
    const int number = std::stoi(each.substr(start.size() + used + 1));
    CHECK(number == next[thread]);
    ++next[thread];
  }
  return next;
}

}  // namespace

TEMPLATE_TEST_CASE("what is emitted from other threads arrives once and in order", "[threads]",
                   one_loop, several_loops) {
  hosted<TestType> h;
  h.start();
  std::atomic<int> accepted{0};
  {
    const auto nsp = h.server->of("/");
    crew workers{threads, [&, nsp](int me) {
                   const auto everybody = nsp.except("nobody");  // kept, and used again
                   int count[clients] = {}, all = 0;
                   for (int n = 0; n < rounds; ++n) {
                     const int i = n % clients;
                     if (h.ref(i).emit("one", me, count[i]++) == io::send_status::ok) ++accepted;
                     switch (n % 3) {
                       case 0:
                         nsp.emit("all", me, all++);
                         break;
                       case 1:
                         everybody.emit("all", me, all++);
                         break;
                       default:
                         h.server->local().emit("all", me, all++);
                         break;
                     }
                   }
                 }};
    workers.join();
  }
  CHECK(accepted == threads * rounds);
  int arrived = 0;
  for (auto& each : h.peers) {
    const auto packets = h.all_said(*each);
    const auto all = in_order(packets, "all");
    CHECK(all.size() == threads);
    for (const auto& [thread, count] : all) CHECK(count == rounds);
    for (const auto& [thread, count] : in_order(packets, "one")) arrived += count;
    CHECK(packets.size() >= threads * rounds);
  }
  CHECK(arrived == accepted);
}

TEMPLATE_TEST_CASE(
    "one thread's messages to one client keep their order, whatever handle they take", "[threads]",
    one_loop, several_loops) {
  hosted<TestType> h;
  h.start();
  {
    crew workers{threads, [&](int me) {
                   const auto ref = h.ref(0);
                   const auto room = h.server->to(ref.id());
                   for (int n = 0; n < rounds; ++n) {
                     if (n % 3 == 0) {
                       ref.emit("mixed", me, n);
                     } else if (n % 3 == 1) {
                       room.emit("mixed", me, n);
                     } else {
                       h.server->emit("mixed", me, n);
                     }
                   }
                 }};
    workers.join();
  }
  const auto heard = in_order(h.all_said(*h.peers[0]), "mixed");
  CHECK(heard.size() == threads);
  for (const auto& [thread, count] : heard) CHECK(count == rounds);
}

TEMPLATE_TEST_CASE("sockets join and leave rooms by other threads, in their order", "[threads]",
                   one_loop, several_loops) {
  hosted<TestType> h;
  h.start();
  {
    crew workers{threads, [&](int me) {
                   const auto nsp = h.server->of("/");
                   const std::string room = "room " + std::to_string(me);
                   const auto ref = h.ref(me % clients);
                   for (int n = 0; n < rounds; ++n) {
                     nsp.sockets_join(room);
                     nsp.to(room).emit("in", me, n);
                     nsp.to(ref.id()).sockets_leave(room);
                     nsp.in(room).emit("without", me, n);
                     nsp.sockets_leave(room);
                     nsp.to(room).emit("out", me, n);
                     ref.join(room);
                     nsp.to(room).emit("alone", me, n);
                     ref.leave(room);
                     nsp.to(room).emit("out", me, n);
                   }
                 }};
    workers.join();
  }
  for (int i = 0; i < clients; ++i) {
    const auto packets = h.all_said(*h.peers[static_cast<std::size_t>(i)]);
    auto in = in_order(packets, "in"), without = in_order(packets, "without"),
         alone = in_order(packets, "alone");
    CHECK(in_order(packets, "out").empty());
    for (int t = 0; t < threads; ++t) {
      const bool own = t % clients == i;
      CHECK(in[t] == rounds);
      CHECK(without[t] == (own ? 0 : rounds));
      CHECK(alone[t] == (own ? rounds : 0));
    }
  }
  h.finish();
}

TEMPLATE_TEST_CASE("clients come and go while other threads speak to everybody", "[threads]",
                   one_loop, several_loops) {
  hosted<TestType> h;
  h.start(2);
  std::atomic<bool> over{false};
  std::atomic<int> said{0};
  {
    crew speaker{1, [&](int me) {
                   for (int n = 0; !over; ++n) {
                     h.server->emit("news", me, n);
                     said = n + 1;
                     std::this_thread::yield();
                     if (n % 64 == 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
                   }
                 }};
    crew visitors{2, [&](int) {
                    for (int n = 0; n < 30; ++n) {
                      tcp_client visitor{h.port};
                      visitor.join();
                      while (visitor.next()->find("news") == std::string::npos) {
                      }
                      if (n % 2 != 0) visitor.send("41");
                    }
                  }};
    visitors.join();
    over = true;
  }
  for (auto& each : h.peers) {
    const auto heard = in_order(h.all_said(*each), "news");
    CHECK(heard == std::map<int, int>{{0, said}});
  }
  h.finish();
  CHECK(h.connected == 62);
}

TEMPLATE_TEST_CASE("other threads disconnect sockets, each exactly once", "[threads]", one_loop,
                   several_loops) {
  hosted<TestType> h;
  h.start();
  {
    // All threads want the same clients to go, in all three ways.
    crew workers{threads, [&](int me) {
                   for (int i = 0; i < clients; ++i) {
                     const auto ref = h.ref((i + me) % clients);
                     if (i % 3 == 0) ref.disconnect();
                     if (i % 3 == 1) h.server->to(ref.id()).disconnect_sockets(true);
                     if (i % 3 == 2) ref.disconnect(true);
                     ref.emit("too late");
                   }
                 }};
    workers.join();
  }
  for (auto& each : h.peers) {
    int farewells = 0;
    each->send("41");  // whoever is only out of the namespace is thrown out for this
    while (const auto packet = each->next()) farewells += *packet == "41" ? 1 : 0;
    CHECK(farewells == 1);
  }
  h.finish();
  CHECK(h.connected == clients);
}

TEMPLATE_TEST_CASE("what handles and handshakes tell may be read anywhere", "[threads]", one_loop,
                   several_loops) {
  hosted<TestType> h;
  h.start();
  std::atomic<int> read{0};
  crew workers{threads, [&](int) {
                 for (int n = 0; n < rounds; ++n) {
                   const auto ref = h.ref(n % clients);
                   const io::handshake shake = ref.handshake();
                   const io::socket_ref copy = ref;
                   if (copy == ref && ref.nsp() == "/" && ref.id().size() == 20 &&
                       shake.query("EIO") == "4" && shake.header("host") == "test" &&
                       shake.address() == "127.0.0.1" && shake.auth().size() == 0) {
                     ++read;
                   }
                 }
               }};
  workers.join();
  CHECK(read == threads * rounds);
}
