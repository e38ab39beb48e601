// Acknowledgements and middleware decisions that other threads give, and namespaces that they make.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;

namespace {

/// Hands things over from the loop to worker threads.
template <class T>
class hand_over {
 public:
  void put(T thing) {
    {
      const std::lock_guard lock{mutex_};
      things_.push_back(std::move(thing));
    }
    arrived_.notify_one();
  }

  /// Nothing once it is closed and empty.
  std::optional<T> take() {
    std::unique_lock lock{mutex_};
    arrived_.wait(lock, [this] { return closed_ || !things_.empty(); });
    if (things_.empty()) return {};
    std::optional<T> first{std::move(things_.front())};
    things_.pop_front();
    return first;
  }

  void close() {
    {
      const std::lock_guard lock{mutex_};
      closed_ = true;
    }
    arrived_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<T> things_;
  bool closed_ = false;
};

}  // namespace

TEMPLATE_TEST_CASE("acknowledgements that other threads give arrive, each once", "[threads]",
                   one_loop, several_loops) {
  constexpr int clients = 4, questions = 200;
  struct asked {
    io::ack answer;
    int number;
  };
  hand_over<asked> all;
  hosted_server<TestType> h;
  h.server->on("ask", [&](int n, io::ack ack) { all.put({std::move(ack), n}); });
  h.start();
  std::atomic<int> accepted{0};
  crew workers{3,
               [&](int) {
                 while (auto one = all.take()) {
                   if (one->number % 10 == 9) continue;  // never answered: it just goes
                   if (one->answer(one->number) == io::send_status::ok) ++accepted;
                   if (one->answer("again") != io::send_status::closed) ++accepted;
                 }
               },
               [&] { all.close(); }};
  std::atomic<int> arrived{0};
  crew askers = h.visit(clients, [&](int) {
    tcp_client client{h.port};
    client.join();
    for (int n = 0; n < questions; ++n) {
      const std::string number = std::to_string(n);
      client.send("42" + number + R"(["ask",)" + number + "]");
    }
    std::set<std::string> answers;
    while (answers.size() < questions * 9 / 10) {
      const auto packet = client.next();
      if (!packet || !answers.insert(*packet).second) break;
      const std::string number = packet->substr(2, packet->find('[') - 2);
      if (*packet == "43" + number + '[' + number + ']') ++arrived;
    }
  });
  askers.join();
  all.close();
  workers.join();
  CHECK(accepted == clients * questions * 9 / 10);
  CHECK(arrived == accepted);
}

TEMPLATE_TEST_CASE("middlewares are answered by other threads", "[threads]", one_loop,
                   several_loops) {
  struct waiting {
    io::next decide;
    int who;
  };
  hand_over<waiting> all;
  std::atomic<int> connected{0}, asked{0};
  hosted_server<TestType> h;
  h.server->use([&](io::socket&, io::next next) { all.put({std::move(next), asked++}); });
  h.server->use([&](io::socket&, io::next next) { all.put({std::move(next), 0}); });
  h.server->on_connection([&](io::socket&) { ++connected; });
  h.start();
  crew workers{3,
               [&](int) {
                 while (auto one = all.take()) {
                   if (one->who % 3 == 1) {
                     one->decide(io::refuse("not you", std::vector{one->who}));
                   } else {
                     one->decide();
                   }
                   one->decide(io::refuse("a second answer counts for nothing"));
                 }
               },
               [&] { all.close(); }};
  constexpr int clients = 30;
  std::atomic<int> accepted{0}, refused{0};
  crew visitors = h.visit(2, [&](int) {
    for (int i = 0; i < clients / 2; ++i) {
      tcp_client client{h.port};
      const std::string answer = client.join();
      if (answer.starts_with("40")) ++accepted;
      if (answer.starts_with(R"(44{"message":"not you")")) ++refused;
    }
  });
  visitors.join();
  all.close();
  workers.join();
  CHECK(refused == clients / 3);
  CHECK(accepted == clients - clients / 3);
  CHECK(connected == accepted);
}

TEMPLATE_TEST_CASE("a client leaves while another thread decides on it, or answers it", "[threads]",
                   one_loop, several_loops) {
  hand_over<io::next> decisions;
  hand_over<io::ack> answers;
  std::atomic<int> connected{0}, disconnected{0};
  hosted_server<TestType> h;
  h.server->use([&](io::socket&, io::next next) { decisions.put(std::move(next)); });
  h.server->on_connection([&](io::socket&) { ++connected; });
  h.server->on_disconnect([&](io::socket&, io::reason) { ++disconnected; });
  h.server->on("ask", [&](io::ack ack) { answers.put(std::move(ack)); });
  h.start();
  crew deciding{1,
                [&](int) {
                  while (auto one = decisions.take()) (*one)();
                },
                [&] { decisions.close(); }};
  crew answering{1,
                 [&](int) {
                   while (auto one = answers.take()) (*one)("late");
                 },
                 [&] { answers.close(); }};
  crew visitors = h.visit(2, [&](int me) {
    for (int i = 0; i < 40; ++i) {
      tcp_client client{h.port};
      client.send("40");
      if ((i + me) % 2 == 0) continue;
      while (const auto packet = client.next()) {
        if (packet->starts_with("40")) break;
      }
      for (int n = 0; n < 5; ++n) client.send(R"(421["ask"])");
    }
  });
  visitors.join();
  // Whoever has said it was connected is answered by the server that still lives.
  tcp_client last{h.port};
  CHECK(last.join().starts_with("40"));
  decisions.close();
  deciding.join();
  answers.close();
  answering.join();
  CHECK(connected > 40);
  h.end();
  CHECK(connected == disconnected);
}

TEMPLATE_TEST_CASE("namespaces are made by several threads at once", "[threads]", one_loop,
                   several_loops) {
  hosted_server<TestType> h;
  h.start();
  constexpr int names = 50;
  const auto at = h.port;
  crew makers{3, [&](int me) {
                for (int n = 0; n < names; ++n) {
                  // All make the same ones, and each its own.
                  h.server->of("/shared-" + std::to_string(n)).emit("nobody hears this");
                  h.server->of("own-" + std::to_string(me) + '-' + std::to_string(n));
                }
              }};
  crew visitors = h.visit(2, [&](int) {
    for (int n = 0; n < names; n += 10) {
      const std::string name = "/shared-" + std::to_string(n);
      while (!tcp_client{at}.join(name).starts_with("40" + name)) {
      }
    }
  });
  makers.join();
  visitors.join();
  tcp_client client{h.port};
  for (int me = 0; me < 3; ++me) {
    const std::string name = "/own-" + std::to_string(me) + "-49";
    CHECK(client.join(name).starts_with("40" + name));
    h.server->of(name).emit("hello");
    CHECK(client.next() == "42" + name + R"(,["hello"])");
  }
}
