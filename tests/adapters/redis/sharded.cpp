// Servers that form a cluster over a real Redis 7.
#include "socketio/adapters/redis/sharded.hpp"

#include "adapters/redis/over_redis.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio::test;

struct sharded : over_redis<io::redis::sharded_bus, io::redis::sharded_options> {
  explicit sharded(io::redis::subscription_mode m) : mode{m} {}
  void set(io::redis::sharded_options& o) override { o.mode = mode; }
  io::redis::subscription_mode mode;
};

}  // namespace

TEST_CASE("the contract of adapters: Redis, a channel for each room", "[adapters][redis-server]") {
  sharded medium{io::redis::subscription_mode::dynamic};
  check_adapter(medium);
  CHECK(medium.losses.empty());
}

TEST_CASE("the contract of adapters: Redis, a channel for each namespace",
          "[adapters][redis-server]") {
  sharded medium{io::redis::subscription_mode::fixed};
  check_adapter(medium);
  CHECK(medium.losses.empty());
}
