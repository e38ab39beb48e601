// Servers over real Redis streams, and clients that come back to them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "adapters/redis/over_redis.hpp"
#include "adapters/redis/running.hpp"
#include "server/recovery.hpp"
#include "socketio/adapters/redis/streams.hpp"

namespace socketio::test {

using namespace std::chrono_literals;

/// Servers that form a cluster over real Redis streams.
struct streams : over_redis<redis::streams_bus, redis::streams_options> {
  void set(redis::streams_options& o) override {
    o.on_up = [this] { ++ups; };
    o.on_gap = [this] { ++gaps; };
    if (block_time) o.block_time = *block_time;
    o.connection.replies.bytes = most_reply;
    o.connection.queue.commands = most_commands;
    if (!quick) return;
    o.block_time = 50ms;
    o.connection.command_timeout = 300ms;
    o.connection.connect_timeout = 300ms;
    o.connection.ping_interval = 100ms;
    o.connection.backoff = {.first = 10ms, .longest = 50ms};
  }

  /// Also what is in the stream must have been read.
  bool wait() override {
    if (over_redis::wait()) return true;
    if (asked) return true;
    const bool behind = std::any_of(lines.begin(), lines.end(), [&](const line* each) {
      return !each->hears_all() || each->delivered("socket.io") < newest;
    });
    if (behind) return true;
    if (std::exchange(sure, !sure)) return false;
    // Behind all that the others have added until now.
    if (lines.empty()) return false;
    asked = true;
    lines.front()->connection()->command(
        {"XREVRANGE", "socket.io", "+", "-", "COUNT", "1"},
        [this](std::error_code, resp::reply_view reply) {
          asked = false;
          newest = redis::entry_id::read(reply[0][0].text()).value_or(newest);
        });
    return true;
  }

  redis::entry_id newest;
  bool asked = false, sure = false;
  int ups = 0, gaps = 0;
  std::optional<std::chrono::milliseconds> block_time;
  std::size_t most_reply = redis::options{}.replies.bytes;
  std::size_t most_commands = redis::options{}.queue.commands;
  bool quick = false;  ///< it finds out soon that Redis says nothing
};

/// Those servers, whose clients can come back to any of them.
struct recovering_world : cluster_world {
  explicit recovering_world(medium_under_test& m, options o = with_recovery())
      : cluster_world{m, o} {}

  static options with_recovery() {
    options o;
    o.connection_state_recovery.emplace();
    return o;
  }

  memory::network& network(int i) { return servers[index(i)].network; }

  recovery::client enters(int i) {
    recovery::client c{network(i)};
    c.join();
    settle();
    c.take();
    return c;
  }

  /// One that has got something out of the stream: so it can say from where it goes on.
  recovery::client enters_and_hears(int i) {
    recovery::client c = enters(i);
    server(1).emit("news", 1);
    CHECK(take(c).size() == 1);
    return c;
  }

  /// What it gets until nothing more comes.
  using cluster_world::take;
  recovery::events take(recovery::client& c) {
    settle();
    return c.take();
  }
  recovery::events comes_back(recovery::client& c, int to) {
    recovery::events all = c.come_back(network(to));
    for (auto& each : take(c)) all.push_back(each);
    return all;
  }
};

/// Redis goes on, and all is heard again.
inline void thaw(streams& m, recovering_world& w) {
  m.server.thaw();
  REQUIRE(w.eventually([&] { return m.all_up(); }));
  w.settle();
}

/// What Redis says to it; also while not all is heard.
inline std::string command_now(streams& m, recovering_world& w,
                               std::initializer_list<std::string_view> arguments) {
  std::string answer = "none";
  bool done = false;
  m.lines.front()->connection()->command(arguments, [&](std::error_code, resp::reply_view reply) {
    done = true;
    answer = reply.is_null() ? "null" : reply.text();
  });
  CHECK(w.eventually([&] { return done; }));
  return answer;
}
inline std::string command(streams& m, recovering_world& w,
                           std::initializer_list<std::string_view> arguments) {
  std::string answer = command_now(m, w, arguments);
  w.settle();
  return answer;
}

/// Somebody else, whose loop is no server's.
struct bystander : running_client {
  explicit bystander(streams& m) : running_client{m.server.url()} {}
};

}  // namespace socketio::test
