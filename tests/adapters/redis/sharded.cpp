// Servers that form a cluster over a real Redis.
#include "socketio/adapters/redis/sharded.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "adapters/contract.hpp"
#include "adapters/redis/redis_server.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

/// Everything that can come has come when each connection has answered several times, the first
/// time what it was asked, and then what that has led to.
struct over_redis : medium_under_test {
  explicit over_redis(io::redis::subscription_mode m) : mode{m} {}

  struct line final : io::redis::sharded_bus {
    line(over_redis& m, io::redis::sharded_options o) : sharded_bus{std::move(o)}, medium{m} {
      medium.lines.push_back(this);
    }
    ~line() override { std::erase(medium.lines, this); }
    void close() override {
      std::erase(medium.lines, this);
      sharded_bus::close();
    }
    over_redis& medium;
  };

  std::unique_ptr<io::adapter> join() override {
    io::redis::sharded_options o;
    o.connection.address = io::redis::address{redis.url()};
    o.mode = mode;
    o.on_down = [this](std::error_code why) { losses.push_back(why.message()); };
    return std::make_unique<io::cluster_adapter>(std::make_unique<line>(*this, std::move(o)));
  }

  bool wait() override {
    constexpr int chain = 6;  // a question leads to answers, these to others
    if (waiting_for == 0) {
      if (rounds++ == chain) {
        rounds = 0;
        return false;
      }
      for (line* const each : lines) {
        ++waiting_for;
        each->connection()->command(
            {"PING"}, [this](std::error_code, io::resp::reply_view) { --waiting_for; });
      }
    }
    std::this_thread::sleep_for(100us);
    return true;
  }

  redis_server redis;
  io::redis::subscription_mode mode;
  std::vector<line*> lines;
  int rounds = 0, waiting_for = 0;
  std::vector<std::string> losses;
};

}  // namespace

TEST_CASE("the contract of adapters: Redis, a channel for each room", "[adapters][redis-server]") {
  over_redis medium{io::redis::subscription_mode::dynamic};
  check_adapter(medium);
  CHECK(medium.losses.empty());
}

TEST_CASE("the contract of adapters: Redis, a channel for each namespace",
          "[adapters][redis-server]") {
  over_redis medium{io::redis::subscription_mode::fixed};
  check_adapter(medium);
  CHECK(medium.losses.empty());
}
