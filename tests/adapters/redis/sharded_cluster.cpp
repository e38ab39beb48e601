// Servers that form a cluster over a real Redis Cluster.
#include "adapters/redis/over_redis.hpp"
#include "adapters/redis/redis_cluster.hpp"
#include "socketio/adapters/redis/sharded.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio::test;

struct over_cluster
    : over_redis<io::redis::sharded_cluster_bus, io::redis::sharded_cluster_options> {
  void find(io::redis::sharded_cluster_options& o) override {
    o.connection.seeds = {io::redis::address{nodes().nodes[1].server.url()}};
  }

  bool wait() override {
    const bool up = all_up();
    return over_redis::wait() || !up;
  }

  /// One for all sections, as it takes its time to form.
  static redis_cluster& nodes() {
    static redis_cluster all;
    return all;
  }
};

}  // namespace

TEST_CASE("the contract of adapters: a Redis Cluster", "[adapters][redis-server]") {
  over_cluster medium;
  check_adapter(medium);
  CHECK(medium.losses.empty());
}
