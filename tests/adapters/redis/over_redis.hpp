// A cluster over a real Redis, as a medium of adapters/contract.hpp.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/contract.hpp"
#include "adapters/redis/redis_server.hpp"
#include "socketio/adapters/redis/client.hpp"
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
      answered();
      Bus::close();
    }
    /// Who is destroyed does not hear the answer.
    void answered() {
      if (std::exchange(asked, false)) --medium.waiting_for;
    }
    over_redis& medium;
    bool asked = false;
  };

  /// What is different from server to server.
  virtual void set(Options&) {}

  /// Where Redis is.
  virtual void find(Options& o) {
    if constexpr (requires { o.connection.address; }) {
      o.connection.address = redis::address{server.url()};
    }
  }

  std::unique_ptr<adapter> join() override {
    Options o;
    find(o);
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
        each->asked = true;
        if constexpr (requires { each->connection()->command_everywhere({}, {}); }) {
          each->connection()->command_everywhere(
              {"PING"}, [](std::error_code, resp::reply_view) {}, [each] { each->answered(); });
        } else {
          each->connection()->command(
              {"PING"}, [each](std::error_code, resp::reply_view) { each->answered(); });
        }
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds{100});
    return true;
  }

  /// Everybody can say something, and hears all that is said.
  bool all_up() const {
    return std::all_of(lines.begin(), lines.end(), [](const line* each) {
      if constexpr (requires { each->hears_all(); }) return each->hears_all();
      return each->up();
    });
  }

  /// Says on each of these channels what is no message, small, deep and large. It changes nothing,
  /// and each server counts as many of them as it is to read on so many channels.
  void check_poison(cluster_world& w, std::string_view verb,
                    const std::vector<std::string>& channels,
                    const std::vector<std::size_t>& read_on) {
    const std::string texts[] = {"",
                                 "{",
                                 "null",
                                 "\xc0",
                                 "\x91\xa1u",
                                 R"({"uid":"x","type":99,"nsp":"/"})",
                                 R"({"uid":"x","type":4,"nsp":"/"})",
                                 std::string(100'000, '['),
                                 std::string(100'000, '\x91'),
                                 std::string(2 << 20, 'x')};
    std::vector<std::size_t> counted;
    for (const line* each : lines) counted.push_back(each->ignored());
    for (const std::string& channel : channels) {
      for (const std::string& text : texts) {
        lines.front()->connection()->command({verb, channel, text});
      }
    }
    w.check({{}, {}, {}, {}});
    w.server(0).emit("a");
    const packets one{R"(42["a"])"};
    w.check({one, one, one, one});
    REQUIRE(lines.size() == read_on.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      CHECK(lines[i]->ignored() - counted[i] == read_on[i] * std::size(texts));
    }
  }

  redis_server server;
  std::vector<line*> lines;
  int rounds = 0, waiting_for = 0;
  std::vector<std::string> losses;
};

}  // namespace socketio::test
