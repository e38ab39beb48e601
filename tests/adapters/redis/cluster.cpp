#include "socketio/adapters/redis/cluster.hpp"

#include "adapters/redis/redis_cluster.hpp"
#include "adapters/redis/running.hpp"

namespace redis = socketio::redis;
namespace resp = socketio::resp;
using namespace std::chrono_literals;
using redis::channel_kind;
using socketio::test::redis_cluster;
using socketio::test::redis_server;
using socketio::test::run_until;
using socketio::test::running;
using socketio::test::running_client;
using socketio::test::show;

namespace {

struct running_cluster : running<redis::cluster> {
  explicit running_cluster(const redis_cluster& d)
      : running{redis::cluster_client_options{.seeds = {redis::address{d.nodes[1].server.url()}}}} {
  }

  std::int64_t subscribers(std::string_view channel) {
    std::int64_t sum = 0;
    bool done = false;
    client.command_everywhere(
        {"PUBSUB", "SHARDNUMSUB", channel},
        [&](std::error_code, resp::reply_view reply) { sum += reply[1].as_integer().value_or(0); },
        [&] { done = true; });
    REQUIRE(until([&] { return done; }));
    return sum;
  }
};

}  // namespace

// Redis Cluster specification, "Key distribution model", "Hash tags".
TEST_CASE("redis: slots of keys", "[redis]") {
  CHECK(redis::detail::crc16("123456789") == 0x31c3);
  CHECK(redis::slot_of("foo") == 12182);
  CHECK(redis::slot_of("") == 0);
  CHECK(redis::slot_of("{user1000}.following") == redis::slot_of("{user1000}.followers"));
  CHECK(redis::slot_of("foo{}{bar}") == redis::detail::crc16("foo{}{bar}") % 16384);
  CHECK(redis::slot_of("foo{{bar}}zap") == redis::slot_of("{bar"));
  CHECK(redis::slot_of("foo{bar}{zap}") == redis::slot_of("bar"));
  CHECK(redis::slot_of("foo{bar") == redis::detail::crc16("foo{bar") % 16384);
}

TEST_CASE("R144 a cluster: each slot's node, when slots move, and when a node dies",
          "[redis-server]") {
  redis_cluster d;
  running_cluster r{d};
  // Before anything is known of it.
  CHECK(r.ask({"SET", "first", "1"}) == "\"OK\"");
  REQUIRE(r.until_up());
  CHECK(r.client.size() == 3);
  for (int i = 0; i < 20; ++i) {
    const std::string key = "key" + std::to_string(i);
    CHECK(r.ask({"SET", key, key}) == "\"OK\"");
    CHECK(r.ask({"GET", key}) == "\"" + key + "\"");
  }

  // Shard channels on all nodes, and plain ones, which are everywhere.
  const std::string channels[] = {
      "socket.io#/#", "socket.io#/#a#", "socket.io#/#b#", "c", "d", "e"};
  for (const std::string& each : channels) r.subscribe(channel_kind::shard, each);
  r.subscribe(channel_kind::plain, "plain");
  r.subscribe(channel_kind::pattern, "pat*");
  const auto publish_to_all = [&](const std::string& text) {
    r.messages.clear();
    for (const std::string& each : channels) CHECK(r.ask({"SPUBLISH", each, text}) == "1");
    REQUIRE(r.until([&] { return r.messages.size() == std::size(channels); }));
    for (const std::string& each : channels) {
      CHECK(std::count(r.messages.begin(), r.messages.end(), each + ": " + text) == 1);
    }
  };
  publish_to_all("1");
  CHECK(r.subscribers("c") == 1);
  for (std::size_t i = 0; i < 3; ++i) {
    r.messages.clear();
    d.nodes[i].ask({"PUBLISH", "plain", "x"});
    d.nodes[i].ask({"PUBLISH", "pattern", "y"});
    REQUIRE(r.until([&] { return r.messages.size() == 2; }));
  }

  // A slot goes from one to another: `foo` is on the third. At first what is new in it is on the
  // second already, to be asked for there each time.
  r.subscribe(channel_kind::shard, "foo");
  const std::string slot = std::to_string(redis::slot_of("foo"));
  CHECK(d.nodes[1].ask({"CLUSTER", "SETSLOT", slot, "IMPORTING", d.nodes[2].id}) == "\"OK\"");
  CHECK(d.nodes[2].ask({"CLUSTER", "SETSLOT", slot, "MIGRATING", d.nodes[1].id}) == "\"OK\"");
  CHECK(d.nodes[2].ask({"GET", "foo"}).starts_with("-ASK "));
  CHECK(r.ask({"SET", "foo", "2"}) == "\"OK\"");
  CHECK(r.ask({"GET", "foo"}) == "\"2\"");
  d.move_slot(redis::slot_of("foo"), 2, 1);
  CHECK(d.nodes[2].ask({"GET", "foo"}).starts_with("-MOVED "));
  CHECK(r.ask({"GET", "foo"}) == "\"2\"");
  REQUIRE(r.until([&] { return r.ask({"SPUBLISH", "foo", "z"}) == "1"; }));
  REQUIRE(r.until([&] { return r.messages.back() == "foo: z"; }));
  CHECK(r.subscribers("foo") == 1);
  r.client.unsubscribe(channel_kind::shard, "foo");
  REQUIRE(r.until([&] { return r.subscribers("foo") == 0; }));
  CHECK(r.downs.empty());

  // The first dies; its replica follows it.
  d.lose_the_first();
  REQUIRE(r.until([&] { return r.downs.size() == 1; }));
  REQUIRE(r.until_up(2));
  CHECK(r.client.size() == 3);
  // The other nodes may hear of it a little later than we do, and serve nobody until then.
  for (int i = 0; i < 20; ++i) {
    const std::string key = "key" + std::to_string(i);
    REQUIRE(r.until([&] { return r.ask({"GET", key}) == "\"" + key + "\""; }));
  }
  for (const std::string& each : channels) {
    REQUIRE(r.until([&] { return r.subscribers(each) == 1; }));
  }
  publish_to_all("2");
}

TEST_CASE("redis: a cluster of which no node is there", "[redis]") {
  asio::io_context loop;
  redis::address nowhere;
  nowhere.port = redis_server::free_port();
  redis::cluster_client_options o{.seeds = {nowhere}};
  o.node.offline.commands = 0;
  redis::cluster cluster{loop.get_executor(), std::move(o)};
  std::vector<std::error_code> answers;
  const auto note = [&](std::error_code ec, resp::reply_view) { answers.push_back(ec); };
  std::error_code subscribed;
  cluster.command({"GET", "a"}, note);
  cluster.open();
  cluster.command({"GET", "a"}, note);
  cluster.subscribe(
      channel_kind::shard, "a", [](const redis::message&) {},
      [&](std::error_code ec) { subscribed = ec; });
  REQUIRE(run_until(loop, [&] { return answers.size() == 2; }));
  cluster.close();
  CHECK(subscribed == redis::error::closed);
  cluster.command({"GET", "a"}, note);
  REQUIRE(run_until(loop, [&] { return answers.size() == 3; }));
  CHECK(answers == std::vector<std::error_code>{redis::error::disconnected,
                                                redis::error::disconnected, redis::error::closed});
  loop.run();
}
