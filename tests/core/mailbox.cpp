#include "socketio/core/mailbox.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace {

using box = socketio::mailbox<std::unique_ptr<int>>;

std::vector<int> take(box& b) {
  std::vector<int> taken;
  b.take([&](std::unique_ptr<int>& each) { taken.push_back(*each); });
  return taken;
}

}  // namespace

TEST_CASE("messages are taken in the order in which they were put", "[mailbox]") {
  box b;
  CHECK(take(b).empty());
  CHECK(b.put(std::make_unique<int>(1)) == box::outcome::first);
  CHECK(b.put(std::make_unique<int>(2)) == box::outcome::queued);
  CHECK(b.put(std::make_unique<int>(3)) == box::outcome::queued);
  CHECK(take(b) == std::vector{1, 2, 3});
  CHECK(take(b).empty());
  CHECK(b.put(std::make_unique<int>(4)) == box::outcome::first);
}

TEST_CASE("what is put while others are taken is for the next time", "[mailbox]") {
  box b;
  b.put(std::make_unique<int>(1));
  int visits = 0;
  b.take([&](std::unique_ptr<int>&) {
    ++visits;
    CHECK(b.put(std::make_unique<int>(2)) == box::outcome::first);
  });
  CHECK(visits == 1);
  CHECK(take(b) == std::vector{2});
}

TEST_CASE("a closed mailbox drops what it holds and takes nothing", "[mailbox]") {
  box b;
  b.put(std::make_unique<int>(1));
  b.close();
  CHECK(b.put(std::make_unique<int>(2)) == box::outcome::closed);
  CHECK(take(b).empty());
  b.close();
}

TEST_CASE("nothing is lost or reordered between threads, and each pile is announced", "[mailbox]") {
  constexpr int writers = 3, each_writes = 20'000;
  socketio::mailbox<std::pair<int, int>> b;
  std::atomic<std::size_t> announced{0};
  std::vector<std::thread> threads;
  for (int w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < each_writes; ++i) {
        if (b.put({w, i}) == decltype(b)::outcome::first) ++announced;
      }
    });
  }
  std::vector<int> next(writers, 0);
  std::size_t piles = 0;
  bool in_order = true;
  for (int left = writers * each_writes; left != 0;) {
    bool any = false;
    b.take([&](std::pair<int, int>& m) {
      in_order = in_order && m.second == next[static_cast<std::size_t>(m.first)]++;
      any = true;
      --left;
    });
    piles += any;
    if (!any) std::this_thread::yield();
  }
  for (auto& each : threads) each.join();
  CHECK(in_order);
  CHECK(announced == piles);
}
