#include "socketio/adapters/redis/sentinel.hpp"

#include "adapters/redis/running.hpp"

namespace redis = socketio::redis;
using namespace std::chrono_literals;
using redis::channel_kind;
using socketio::test::redis_server;
using socketio::test::running_client;

namespace {

/// Two servers and a Sentinel that needs nobody else's word.
struct deployment {
  std::string sentinel_url() const { return "redis://:secret@127.0.0.1:" + port(sentinel); }

  static std::string port(const redis_server& s) { return std::to_string(s.port()); }

  redis_server master{{"--repl-diskless-sync-delay", "0"}};
  redis_server replica{
      {"--repl-diskless-sync-delay", "0", "--replicaof", "127.0.0.1", port(master)}};
  redis_server sentinel{{"--sentinel"},
                        "requirepass secret\n"
                        "sentinel monitor the-master 127.0.0.1 " +
                            port(master) +
                            " 1\n"
                            "sentinel down-after-milliseconds the-master 30000\n"
                            "sentinel failover-timeout the-master 2000\n"};
};

redis::options through(std::vector<redis::address> sentinels, std::string master = "the-master") {
  redis::options o;
  o.locator =
      redis::make_sentinel({.master = std::move(master), .sentinels = std::move(sentinels)});
  o.backoff = {.first = 10ms, .longest = 100ms};
  return o;
}

}  // namespace

TEST_CASE("R144 Sentinel: the client follows the master, when it is demoted and when it dies",
          "[redis-server]") {
  deployment d;
  const redis::address nobody{"redis://127.0.0.1:" + std::to_string(redis_server::free_port())};
  running_client r{through({nobody, redis::address{d.sentinel_url()}})};
  r.subscribe(channel_kind::plain, "a");
  REQUIRE(r.until_up());
  CHECK(r.client.server().role == "master");
  const auto run_id = r.client.server().run_id;

  // A failover by order: the old master becomes a replica.
  running_client sentinel{d.sentinel_url()};
  REQUIRE(sentinel.ask({"SENTINEL", "DEBUG", "INFO-PERIOD", "200", "PING-PERIOD", "200",
                        "ASK-PERIOD", "200", "PUBLISH-PERIOD", "200"}) == "\"OK\"");
  REQUIRE(sentinel.until([&] {
    return sentinel.ask({"SENTINEL", "REPLICAS", "the-master"}).find(d.port(d.replica)) !=
           std::string::npos;
  }));
  REQUIRE(sentinel.until(
      [&] { return sentinel.ask({"SENTINEL", "FAILOVER", "the-master"}) == "\"OK\""; }));
  REQUIRE(r.until([&] { return r.client.up() && r.client.server().run_id != run_id; }));
  CHECK(r.ask({"SET", "key", "1"}) == "\"OK\"");
  CHECK(r.ask({"PUBLISH", "a", "x"}) == "1");
  REQUIRE(r.until([&] { return r.messages.size() == 1; }));

  // The other one dies, when the first has all that it has, and the Sentinel knows that.
  REQUIRE(r.until([&] { return r.ask({"WAIT", "1", "1000"}) == "1"; }));
  REQUIRE(sentinel.until([&] {
    return sentinel.ask({"SENTINEL", "REPLICAS", "the-master"})
               .find("\"master-link-status\": \"ok\"") != std::string::npos;
  }));
  d.replica.stop();
  REQUIRE(sentinel.ask({"SENTINEL", "SET", "the-master", "down-after-milliseconds", "500"}) ==
          "\"OK\"");  // not before, as a machine may be slow
  REQUIRE(r.until([&] { return r.client.up() && r.client.server().run_id == run_id; }));
  CHECK(r.ask({"GET", "key"}) == "\"1\"");
  CHECK(r.ask({"PUBLISH", "a", "y"}) == "1");
}

TEST_CASE("R144 Sentinel: who does not answer, knows nothing, or is not asked rightly",
          "[redis-server]") {
  redis_server frozen;
  frozen.freeze();
  const redis_server no_sentinel{{"--requirepass", "secret"}};
  const std::vector<redis::address> others{redis::address{frozen.url()},
                                           redis::address{no_sentinel.url()},
                                           redis::address{"redis://:x@127.0.0.1:1"}};
  redis::options o = through(others);
  o.locator = redis::make_sentinel({.master = "m", .sentinels = others, .timeout = 100ms});
  running_client r{std::move(o)};
  REQUIRE(r.until([&] { return !r.downs.empty(); }));
  CHECK(r.downs.front() == redis::error::no_master);

  running_client none{through({})};
  REQUIRE(none.until([&] { return !none.downs.empty(); }));
  CHECK(none.downs.front() == redis::error::no_master);

  const deployment d;
  running_client unknown{through({redis::address{d.sentinel_url()}}, "another")};
  REQUIRE(unknown.until([&] { return !unknown.downs.empty(); }));
  CHECK(unknown.downs.front() == redis::error::no_master);
}
