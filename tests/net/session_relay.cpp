// What a relay does while the server that it belongs to does nothing.
#include "socketio/cluster/session_relay.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/stranger.hpp"
#include "support/catch.hpp"

using namespace socketio;
using namespace socketio::test;

namespace {

/// Keeps the tunnels that come, without using them.
struct idle_host final : detail::relay_host {
  explicit idle_host(farm& f, std::vector<ref<detail::tunnel>>& kept) : world{f}, came{kept} {
    environment_.now = f.network.now();
  }
  engine::environment& environment() noexcept override { return environment_; }
  asio::any_io_executor loop() override { return world.network.get_executor(); }
  void in_turn(unique_function<void()> work) override { work(); }
  asio::any_io_executor loop_of(std::string_view) override { return loop(); }
  void accept(std::string_view, ref<detail::tunnel> from) override {
    came.push_back(std::move(from));
  }

  void advance(duration by) {
    environment_.now += by;
    environment_.timers.expire(environment_.now);
    world.network.run();
  }

  farm& world;
  std::vector<ref<detail::tunnel>>& came;
  options options_;
  engine::environment environment_{options_};
};

}  // namespace

TEST_CASE("R150 a tunnel that nobody takes is over when its sender has lost patience", "[relay]") {
  farm f;
  stranger other{f};
  std::vector<ref<detail::tunnel>> came;
  const ref<session_relay> relay{new session_relay{f.between.join(), {}}};
  auto owned = std::make_unique<idle_host>(f, came);
  idle_host& host = *owned;
  relay->start(std::move(owned));
  const std::string sid = "abcdefghijklmnopqrst" + relay->id_end();

  other.ask(sid, "GET ");
  REQUIRE(came.size() == 1);
  SECTION("it is told") {
    for (int i = 0; i < 3; ++i) host.advance(250ms);
    CHECK(other.resets == 0);
    CHECK(other.heard == 0);  // nobody says that the request has come
    host.advance(250ms);
    CHECK(other.resets == 1);
    std::error_code ec;
    char c = 0;
    came.front()->read(&c, 1, ec);
    CHECK(ec == asio::error::connection_reset);
  }
  SECTION("unless somebody takes it after all") {
    host.advance(250ms);
    came.front()->wait_readable([](std::error_code) {});
    host.advance(250ms);
    CHECK(other.heard == 1);
    for (int i = 0; i < 4; ++i) host.advance(250ms);
    CHECK(other.resets == 0);
  }
  relay->abort();
  f.network.run();
}

TEST_CASE("R150 requests that come whole are among the most that there may be", "[relay]") {
  farm f;
  stranger other{f};
  std::vector<ref<detail::tunnel>> came;
  relay_options o;
  o.most_requests = 2;
  const ref<session_relay> relay{new session_relay{f.between.join(), o}};
  relay->start(std::make_unique<idle_host>(f, came));
  const std::string sid = "abcdefghijklmnopqrst" + relay->id_end();
  for (int i = 0; i < 3; ++i) other.ask(sid, "POST ", true);
  CHECK(came.size() == 2);
  CHECK(other.resets == 1);
  came.pop_back();
  other.ask(sid, "POST ", true);
  CHECK(came.size() == 2);
  CHECK(other.resets == 1);
  came.clear();
  relay->abort();
  f.network.run();
}
