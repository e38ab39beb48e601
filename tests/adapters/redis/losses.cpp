// What happens without a server, or with one that has gone, is frozen, or talks nonsense.
#include <cstdio>

#include <asio/write.hpp>

#include "adapters/redis/running.hpp"

namespace redis = socketio::redis;
namespace resp = socketio::resp;
using namespace std::chrono_literals;
using redis::channel_kind;
using socketio::test::redis_server;
using socketio::test::run_until;
using socketio::test::running_client;
using lines = std::vector<std::string>;

namespace {

/// What became of commands.
struct outcomes {
  auto handler() {
    return [this](std::error_code ec, resp::reply_view) { all.push_back(ec); };
  }
  bool all_are(std::error_code ec) const {
    return std::all_of(all.begin(), all.end(), [ec](std::error_code each) { return each == ec; });
  }
  std::vector<std::error_code> all;
};

}  // namespace

TEST_CASE("R141 a connection that is killed comes back with all subscriptions", "[redis-server]") {
  const redis_server server;
  running_client publisher{server.url()};
  REQUIRE(publisher.until_up());
  for (const bool resp2 : {false, true}) {
    running_client r{running_client::at(server.url(), resp2)};
    r.subscribe(channel_kind::plain, "a");
    r.subscribe(channel_kind::pattern, "b*");
    r.subscribe(channel_kind::shard, "c");
    REQUIRE(r.until_up());
    for (int times = 2; times < 5; ++times) {
      publisher.ask(
          {"CLIENT", "KILL", "SKIPME", "yes", "TYPE", times == 2 && resp2 ? "normal" : "pubsub"});
      REQUIRE(r.until_up(times));
      r.messages.clear();
      CHECK(publisher.ask({"PUBLISH", "a", "1"}) == "1");
      CHECK(publisher.ask({"PUBLISH", "b1", "2"}) == "1");
      CHECK(publisher.ask({"SPUBLISH", "c", "3"}) == "1");
      REQUIRE(r.until([&] { return r.messages.size() == 3; }));
      CHECK(r.downs.size() == static_cast<std::size_t>(times - 1));
      CHECK(r.ask({"PING"}) == "\"PONG\"");
    }
    r.client.close();
  }
}

TEST_CASE("R141 R143 a server that is stopped and started: what waits is sent once",
          "[redis-server]") {
  redis_server server;
  auto o = running_client::at(server.url());
  o.offline = {.commands = 5};
  running_client r{std::move(o)};
  r.subscribe(channel_kind::plain, "a");
  REQUIRE(r.until_up());
  const std::string run_id = r.client.server().run_id;
  CHECK(r.ask({"SET", "n", "1"}) == "\"OK\"");

  server.stop();
  outcomes lost;
  r.client.command({"INCR", "n"}, lost.handler());
  REQUIRE(r.until([&] { return !r.downs.empty(); }));
  REQUIRE(r.until([&] { return lost.all.size() == 1; }));
  CHECK(lost.all_are(redis::error::connection_lost));
  CHECK(!r.client.up());

  // Bounded, and what is too much fails at once.
  outcomes waiting, refused;
  for (int i = 0; i < 5; ++i) r.client.command({"INCR", "n"}, waiting.handler());
  for (int i = 0; i < 5; ++i) r.client.command({"INCR", "n"}, refused.handler());
  REQUIRE(r.until([&] { return refused.all.size() == 5; }));
  CHECK(refused.all_are(redis::error::queue_full));
  CHECK(waiting.all.empty());
  CHECK(r.client.waiting() == 5);

  server.start();
  REQUIRE(r.until([&] { return waiting.all.size() == 5; }));
  CHECK(waiting.all_are({}));
  CHECK(r.ask({"GET", "n"}) == "\"5\"");      // it has come back empty,
  CHECK(r.client.server().run_id != run_id);  // which can be seen
  CHECK(r.ask({"PUBLISH", "a", "x"}) == "1");
  REQUIRE(r.until([&] { return r.messages.size() == 1; }));
}

TEST_CASE("R141 without a server: at once, or after the timeout, but never for ever", "[redis]") {
  const auto nowhere = "redis://127.0.0.1:" + std::to_string(redis_server::free_port());
  SECTION("nothing may wait") {
    auto o = running_client::at(nowhere);
    o.offline.commands = 0;
    running_client r{std::move(o)};
    CHECK(r.ask({"PING"}) == "not connected with the server");
    REQUIRE(r.until([&] { return !r.downs.empty(); }));
    CHECK(r.downs.front() == asio::error::connection_refused);
  }
  SECTION("what waits has a limit of time, and of bytes") {
    auto o = running_client::at(nowhere);
    o.command_timeout = 100ms;
    o.offline.bytes = 1000;
    o.backoff = {.first = 1ms, .longest = 10ms};
    running_client r{std::move(o)};
    outcomes late, refused;
    const std::string half(500, 'x');
    r.client.command({"SET", "a", half}, late.handler());
    r.client.command({"SET", "a", half}, late.handler());
    r.client.command({"SET", "a", half}, refused.handler());
    REQUIRE(r.until([&] { return late.all.size() == 2; }));
    CHECK(late.all_are(redis::error::timed_out));
    CHECK(refused.all.size() == 1);
    CHECK(refused.all_are(redis::error::queue_full));
    CHECK(r.client.waiting() == 0);
    CHECK(r.downs.size() == 1);  // R144: told once, however often it was tried
  }
  SECTION("closing") {
    running_client r{nowhere};
    outcomes closed;
    std::error_code subscribed;
    r.client.command({"PING"}, closed.handler());
    r.client.subscribe(
        channel_kind::plain, "a", [](const redis::message&) {},
        [&](std::error_code ec) { subscribed = ec; });
    r.client.close();
    CHECK(closed.all.size() == 1);
    CHECK(subscribed == redis::error::closed);
    r.client.command({"PING"}, closed.handler());
    REQUIRE(r.until([&] { return closed.all.size() == 2; }));
    CHECK(closed.all_are(redis::error::closed));
    r.loop.run();  // nothing is left that would keep it
  }
}

TEST_CASE("R142 a server that is frozen is found by time, and found again", "[redis-server]") {
  redis_server server;
  auto o = running_client::at(server.url());
  o.command_timeout = 300ms;
  o.connect_timeout = 300ms;
  o.ping_interval = 100ms;
  o.backoff = {.first = 10ms, .longest = 50ms};
  running_client r{std::move(o)};
  REQUIRE(r.until_up());
  r.subscribe(channel_kind::plain, "a");
  SECTION("while it owes an answer") {
    server.freeze();
    outcomes late;
    r.client.command({"INCR", "n"}, late.handler());
    r.client.command({"INCR", "n"}, late.handler());
    REQUIRE(r.until([&] { return late.all.size() == 2; }));
    CHECK(late.all_are(redis::error::timed_out));
  }
  SECTION("while nothing was asked") {
    server.freeze();
    REQUIRE(r.until([&] { return !r.downs.empty(); }));
  }
  CHECK(r.downs.front() == redis::error::timed_out);
  CHECK(!r.client.up());
  server.thaw();
  REQUIRE(r.until_up(2));
  REQUIRE(r.until([&] { return r.client.up(); }));
  CHECK(r.ask({"PING"}) == "\"PONG\"");
  r.client.command({"PUBLISH", "a", "x"});
  REQUIRE(r.until([&] { return !r.messages.empty(); }));
}

TEST_CASE("R141 R142 what a frozen server does not take is bounded", "[redis-server]") {
  redis_server server;
  auto o = running_client::at(server.url());
  o.queue = {.commands = 100, .bytes = 100'000};
  running_client r{std::move(o)};
  REQUIRE(r.until_up());
  server.freeze();
  outcomes waiting, refused;
  for (int i = 0; i < 100; ++i) r.client.command({"PING"}, waiting.handler());
  r.client.command({"PING"}, refused.handler());
  REQUIRE(r.until([&] { return refused.all.size() == 1; }));
  CHECK(refused.all_are(redis::error::queue_full));
  server.thaw();
  REQUIRE(r.until([&] { return waiting.all.size() == 100; }));
  CHECK(waiting.all_are({}));

  const std::string part(50'000, 'x');
  for (int i = 0; i < 4; ++i) r.client.command({"SET", "a", part}, refused.handler());
  REQUIRE(r.until([&] { return refused.all.size() == 5; }));
  CHECK(std::count(refused.all.begin(), refused.all.end(), std::error_code{}) == 2);
}

TEST_CASE("R144 a server that is a replica refuses, and stays connected", "[redis-server]") {
  const redis_server server;
  const redis_server replica{{"--replicaof", "127.0.0.1", std::to_string(server.port())}};
  running_client r{replica.url()};
  REQUIRE(r.until_up());
  CHECK(r.client.server().role == "slave");
  outcomes refused;
  r.client.command({"SET", "a", "1"}, refused.handler());
  REQUIRE(r.until([&] { return !refused.all.empty(); }));
  CHECK(refused.all_are(redis::error::read_only));
  CHECK(r.client.up());
}

TEST_CASE("R144 a server that loads its data is asked again until it has them", "[redis-server]") {
  redis_server server{
      {"--key-load-delay", "2000", "--loading-process-events-interval-bytes", "1024"}};
  running_client r{server.url()};
  REQUIRE(r.until_up());
  int set = 0;
  for (int i = 0; i < 1000; ++i) {
    r.client.command({"SET", "key" + std::to_string(i), std::string(100, 'x')},
                     [&](std::error_code, resp::reply_view) { ++set; });
  }
  REQUIRE(r.until([&] { return set == 1000; }));
  CHECK(r.ask({"SAVE"}) == "\"OK\"");
  server.stop();
  REQUIRE(r.until([&] { return !r.client.up(); }));
  server.start();
  REQUIRE(r.until_up(2));
  CHECK(r.downs.back() == redis::error::loading);
  CHECK(r.ask({"DBSIZE"}) == "1000");
}

// Nobody but us has said these bytes.
TEST_CASE("R149 whoever talks nonsense in the server's place is left", "[redis]") {
  asio::io_context loop;
  asio::ip::tcp::acceptor acceptor{loop, {asio::ip::address_v4::loopback(), 0}};
  std::string says;
  int accepted = 0;
  std::vector<std::unique_ptr<asio::ip::tcp::socket>> peers;
  const auto accept = [&](const auto& again) -> void {
    acceptor.async_accept([&, again](std::error_code ec, asio::ip::tcp::socket s) {
      if (ec) return;
      ++accepted;
      peers.push_back(std::make_unique<asio::ip::tcp::socket>(std::move(s)));
      asio::write(*peers.back(), asio::buffer(says), ec);
      again(again);
    });
  };
  accept(accept);
  const std::string deep = [] {
    std::string text;
    for (int i = 0; i < 10'000; ++i) text += "*1\r\n";
    return text;
  }();
  for (const std::string& nonsense :
       {std::string{"HTTP/1.1 400 Bad Request\r\n\r\n"}, std::string{"*-2\r\n"},
        std::string{"$99999999999\r\n"}, std::string{"*2147483647\r\n"}, deep, std::string{"+OK\n"},
        // more answers than questions
        std::string{"%1\r\n+proto\r\n:3\r\n+a\r\n+PONG\r\n+OK\r\n"}}) {
    says = nonsense;
    redis::options o;
    o.address.port = acceptor.local_endpoint().port();
    o.backoff = {.first = 1ms, .longest = 5ms};
    redis::client client{loop.get_executor(), std::move(o)};
    std::vector<std::error_code> downs;
    client.on_down([&](std::error_code ec) { downs.push_back(ec); });
    client.open();
    const int before = accepted;
    REQUIRE(run_until(loop, [&] { return accepted >= before + 2; }));  // it is tried again
    REQUIRE(!downs.empty());
    CHECK(downs.front() == redis::error::protocol);
  }
}
