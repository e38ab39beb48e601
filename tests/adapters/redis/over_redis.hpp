// A cluster over a real Redis, as a medium of adapters/contract.hpp.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/contract.hpp"
#include "adapters/redis/redis_server.hpp"
#include "socketio/cluster/cluster_adapter.hpp"

namespace socketio::test {

/// Everything that can come has come when each connection has answered several times, the first
/// time what it was asked, and then what that has led to. `Bus` is one over Redis, made of
/// `Options`.
template <class Bus, class Options>
struct over_redis : medium_under_test {
  struct line final : Bus {
    line(over_redis& m, Options o) : Bus{std::move(o)}, medium{m} { medium.lines.push_back(this); }
    ~line() override { std::erase(medium.lines, this); }
    void close() override {
      std::erase(medium.lines, this);
      Bus::close();
    }
    over_redis& medium;
  };

  /// What is different from server to server.
  virtual void set(Options&) {}

  std::unique_ptr<adapter> join() override {
    Options o;
    o.connection.address = io::redis::address{redis.url()};
    o.on_down = [this](std::error_code why) { losses.push_back(why.message()); };
    set(o);
    return std::make_unique<cluster_adapter>(std::make_unique<line>(*this, std::move(o)));
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
    std::this_thread::sleep_for(std::chrono::microseconds{100});
    return true;
  }

  redis_server redis;
  std::vector<line*> lines;
  int rounds = 0, waiting_for = 0;
  std::vector<std::string> losses;
};

}  // namespace socketio::test
