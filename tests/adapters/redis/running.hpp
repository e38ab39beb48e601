// A client, or one of a cluster, on a loop of the test's own, and what it has told.
#pragma once

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include "adapters/redis/redis_server.hpp"
#include "proto/resp/show.hpp"
#include "socketio/adapters/redis/client.hpp"
#include "support/catch.hpp"

namespace socketio::test {

/// Runs the loop until the condition holds; false if that takes half a minute.
template <class Condition>
bool run_until(asio::io_context& loop, Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  loop.restart();
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    if (loop.stopped()) loop.restart();
    loop.run_one_for(std::chrono::milliseconds{50});
  }
  return true;
}

/// A redis::client or redis::cluster that has been opened.
template <class Client>
struct running {
  template <class Options>
  explicit running(Options o) : client{loop.get_executor(), std::move(o)} {
    client.on_up([this](const auto&...) { ++ups; });
    client.on_down([this](std::error_code ec) { downs.push_back(ec); });
    client.open();
  }

  template <class Condition>
  bool until(Condition condition) {
    return run_until(loop, condition);
  }
  bool until_up(int times = 1) {
    return until([&] { return ups >= times; });
  }

  /// The reply to a command as text, or what went wrong.
  std::string ask(std::initializer_list<std::string_view> command) {
    std::optional<std::string> answer;
    client.command(command, [&](std::error_code ec, resp::reply_view reply) {
      answer = ec && !reply.is_error() ? ec.message() : show(reply);
    });
    REQUIRE(until([&] { return answer.has_value(); }));
    return *answer;
  }

  void subscribe(redis::channel_kind kind, const std::string& name) {
    bool done = false;
    client.subscribe(
        kind, name,
        [this](const redis::message& m) {
          std::string text{m.channel};
          if (!m.pattern.empty()) text.append(" by ").append(m.pattern);
          messages.push_back(text.append(": ").append(m.payload));
        },
        [&](std::error_code ec) {
          CHECK(!ec);
          done = true;
        });
    REQUIRE(until([&] { return done; }));
  }

  asio::io_context loop;
  int ups = 0;
  std::vector<std::error_code> downs;
  std::vector<std::string> messages;
  Client client;
};

struct running_client : running<redis::client> {
  explicit running_client(redis::options o) : running{std::move(o)} {}
  explicit running_client(const std::string& url) : running{at(url)} {}

  static redis::options at(const std::string& url, bool resp2 = false) {
    redis::options o;
    o.address = redis::address{url};
    o.resp2 = resp2;
    return o;
  }
};

}  // namespace socketio::test
