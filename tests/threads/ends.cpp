// R163: the server ends while other threads go on using its handles.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;
using namespace std::chrono_literals;

namespace {

constexpr int clients = 5;
constexpr int threads = 4;

/// Threads that use every handle there is until they are told to stop.
template <class Loops>
struct hosted {
  using server_type = typename Loops::server_type;

  hosted() {
    server.emplace(loops.host());
    server->on_connection([this](io::socket& s) {
      s.join("room");
      const std::lock_guard lock{mutex};
      ++connected;
      refs.push_back(s.ref());
      own.push_back(s.broadcast());
    });
    server->on_disconnect([this](io::socket&, io::reason) {
      const std::lock_guard lock{mutex};
      ++disconnected;
    });
    server->on("ask", [this](io::ack ack) {
      const std::lock_guard lock{mutex};
      answers.push_back(std::move(ack));
    });
    server->of("/undecided").use([this](io::socket&, io::next next) {
      const std::lock_guard lock{mutex};
      decisions.push_back(std::move(next));
    });
    server->listen("127.0.0.1", 0);
    port = server->port();
  }

  void start() {
    loops.start();
    for (int i = 0; i < clients; ++i) {
      peers.push_back(std::make_unique<tcp_client>(port));
      REQUIRE(peers.back()->join().starts_with("40"));
      for (int n = 0; n < 20; ++n) peers.back()->send(R"(421["ask"])");
      peers.back()->send("40/undecided,");
    }
    for (bool all_there = false; !all_there; std::this_thread::yield()) {
      const std::lock_guard lock{mutex};
      all_there =
          refs.size() == clients && answers.size() == 20 * clients && decisions.size() == clients;
    }
    workers.emplace(threads, [this, nsp = server->of("/")](int me) { work(me, nsp); });
    for (int i = 0; i < clients; ++i) {
      while (heard[i].size() < threads) REQUIRE(hear(i));
    }
  }

  void work(int me, const io::nsp& nsp) {
    std::vector<io::socket_ref> mine;
    std::vector<io::broadcast> casts;
    {
      const std::lock_guard lock{mutex};
      mine = refs;
      casts = own;
    }
    casts.push_back(nsp.to("room"));
    const std::string room = "room of " + std::to_string(me);
    int n = 0;
    for (auto until = std::chrono::steady_clock::now() + 60s;
         !over && std::chrono::steady_clock::now() < until; ++rounds) {
      nsp.emit("all", me, n++);
      const auto status = mine[static_cast<std::size_t>(n % clients)].emit("one", me);
      if (status == io::send_status::closed) ++closed;
      casts[static_cast<std::size_t>(n) % casts.size()].emit("room", me);
      nsp.in("room").sockets_join(room);
      mine[static_cast<std::size_t>(me % clients)].leave(room);
      nsp.to(room).sockets_leave(room);
      if (n % 8 == 0) {
        if (auto one = take(answers)) (*one)(me);
        take(answers);  // and one goes without a word
        if (auto one = take(decisions)) (*one)(io::refuse("late"));
      }
      // What is queued has a limit: a thread must not outrun the loop for ever.
      std::this_thread::sleep_for(200us);
    }
  }

  template <class T>
  std::optional<T> take(std::vector<T>& from) {
    const std::lock_guard lock{mutex};
    if (from.empty()) return {};
    std::optional<T> last{std::move(from.back())};
    from.pop_back();
    return last;
  }

  /// Reads a packet. All that a client gets is, per thread, a beginning of what that has said.
  bool hear(int client) {
    const auto packet = peers[static_cast<std::size_t>(client)]->next();
    if (!packet) return false;
    const std::string start = R"(42["all",)";
    if (!packet->starts_with(start)) return true;
    std::size_t used = 0;
    const int thread = std::stoi(packet->substr(start.size()), &used);
    const int number = std::stoi(packet->substr(start.size() + used + 1));
    CHECK(number == heard[client][thread]);
    heard[client][thread] = number + 1;
    return true;
  }

  void hear_the_rest() {
    for (int i = 0; i < clients; ++i) {
      while (hear(i)) {
      }
    }
  }

  std::mutex mutex;
  std::vector<io::socket_ref> refs;
  std::vector<io::broadcast> own;
  std::vector<io::ack> answers;
  std::vector<io::next> decisions;
  int connected = 0;
  int disconnected = 0;
  std::atomic<int> rounds{0};
  std::atomic<int> closed{0};
  std::atomic<bool> over{false};
  Loops loops;
  std::optional<server_type> server;
  std::uint16_t port = 0;
  std::vector<std::unique_ptr<tcp_client>> peers;
  std::map<int, int> heard[clients];  ///< by client and thread
  std::optional<crew> workers;
};

}  // namespace

TEMPLATE_TEST_CASE("R163 the server closes, by several threads, while others use its handles",
                   "[threads]", one_loop, several_loops) {
  hosted<TestType> h;
  h.start();
  {
    crew closing{3, [&](int me) { h.server->close(me == 0 ? 10s : 20s); }};
    closing.join();
  }
  h.hear_the_rest();
  h.loops.wait();  // by itself: nothing is left to do
  CHECK(h.connected == clients);
  CHECK(h.disconnected == clients);
  // Nothing runs any more, and handles are used all the same.
  const int before = h.rounds;
  while (h.rounds < before + 20) std::this_thread::yield();
  h.server.reset();
  h.loops.destroy();
  h.over = true;
  h.workers->join();
}

TEMPLATE_TEST_CASE("R163 the server is destroyed while other threads use its handles", "[threads]",
                   one_loop, several_loops) {
  hosted<TestType> h;
  h.start();
  h.loops.end(h.server);
  h.hear_the_rest();
  CHECK(h.connected == clients);
  CHECK(h.disconnected == clients);
  h.closed = 0;
  while (h.closed < 20) std::this_thread::yield();  // they are told
  h.loops.destroy();                                // and the loop may go, too
  h.closed = 0;
  while (h.closed < 20) std::this_thread::yield();
  h.over = true;
  h.workers->join();
}

TEMPLATE_TEST_CASE("R163 handles outlive server and loop, and end in other threads", "[threads]",
                   one_loop, several_loops) {
  std::vector<io::socket_ref> refs;
  std::vector<io::broadcast> own;
  std::vector<io::ack> answers;
  std::vector<io::next> decisions;
  std::optional<io::nsp> nsp;
  {
    hosted<TestType> h;
    h.start();
    h.over = true;
    h.workers->join();
    nsp.emplace(h.server->of("/"));
    h.loops.end(h.server);
    refs = std::move(h.refs);
    own = std::move(h.own);
    answers = std::move(h.answers);
    decisions = std::move(h.decisions);
  }
  crew last{1, [&](int) {
              nsp->emit("x");
              for (auto& each : own) each.emit("x");
              for (auto& each : answers) each("x");
              for (auto& each : decisions) each();
              refs.clear();
              own.clear();
              answers.clear();
              decisions.clear();
              nsp.reset();
            }};
  last.join();
  CHECK(refs.empty());
}

// A client may send its next request over any connection that it has.
TEST_CASE("a graceful close leaves every loop's connections to sessions of the others",
          "[threads]") {
  several_loops loops;
  several_loops::server_type server{loops.host()};
  server.listen("127.0.0.1", 0);
  loops.start();
  const std::string path = "/socket.io/?EIO=4&transport=polling";
  struct visitor {
    std::unique_ptr<tcp_stream> wire;
    std::string sid;
  };
  std::map<std::string, visitor> by_loop;
  std::vector<visitor> others;
  const auto ask = [](visitor& v, const std::string& request) {
    v.wire->write(request);
    return v.wire->answer().body;
  };
  while (by_loop.size() < 2) {
    visitor v{std::make_unique<tcp_stream>(server.port()), {}};
    v.sid = between(ask(v, http_client::get(path)), R"("sid":")", "\"");
    const std::string loop = v.sid.substr(v.sid.size() - 2);
    if (!by_loop.count(loop)) {
      by_loop.emplace(loop, std::move(v));
    } else {
      ask(v, http_client::post(path + "&sid=" + v.sid, "1"));
      others.push_back(std::move(v));
    }
  }
  visitor &idle = by_loop.begin()->second, &last = by_loop.rbegin()->second;
  const std::string session = path + "&sid=" + last.sid;
  ask(last, http_client::post(session, "40"));
  CHECK(ask(last, http_client::get(session)).starts_with("40"));
  ask(idle, http_client::post(path + "&sid=" + idle.sid, "1"));
  server.close(60s);
  std::this_thread::sleep_for(100ms);  // not before all loops know; if they do not, it is easier
  CHECK(ask(idle, http_client::get(session)) == "1");
  loops.wait();
}
