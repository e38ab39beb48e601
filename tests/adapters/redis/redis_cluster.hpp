// A real Redis Cluster of a test's own.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "adapters/redis/redis_server.hpp"
#include "adapters/redis/running.hpp"
#include "support/catch.hpp"

namespace socketio::test {

inline redis_server::arguments as_node() {
  return {"--cluster-enabled",
          "yes",
          "--cluster-node-timeout",
          "15000",
          "--cluster-port",
          redis_server::any_port,
          "--cluster-replica-validity-factor",
          "0",
          "--repl-diskless-sync-delay",
          "0",
          "--cluster-allow-replica-migration",
          "no"};
}

/// Masters with a third of the slots each, and a replica of the first.
struct redis_cluster {
  struct node {
    redis_server server{as_node()};
    running_client client{server.url()};
    std::string id;

    std::string ask(std::initializer_list<std::string_view> command) { return client.ask(command); }
  };

  redis_cluster() {
    const char* ranges[][2] = {{"0", "5460"}, {"5461", "10922"}, {"10923", "16383"}};
    for (std::size_t i = 0; i < 4; ++i) {
      auto& each = nodes[i];
      each.id = each.ask({"CLUSTER", "MYID"}).substr(1, 40);
      if (i < 3)
        CHECK(each.ask({"CLUSTER", "ADDSLOTSRANGE", ranges[i][0], ranges[i][1]}) == "\"OK\"");
      CHECK(each.ask({"CLUSTER", "SET-CONFIG-EPOCH", std::to_string(i + 1)}) == "\"OK\"");
    }
    for (std::size_t i = 1; i < 4; ++i) {
      const redis_server& other = nodes[i].server;
      CHECK(nodes[0].ask({"CLUSTER", "MEET", "127.0.0.1", std::to_string(other.port()),
                          other.value("--cluster-port")}) == "\"OK\"");
    }
    auto& replica = nodes[3];
    REQUIRE(replica.client.until(
        [&] { return replica.ask({"CLUSTER", "REPLICATE", nodes[0].id}) == "\"OK\""; }));
    for (auto& each : nodes) {
      REQUIRE(each.client.until([&] {
        const std::string info = each.ask({"CLUSTER", "INFO"});
        return info.find("cluster_state:ok") != info.npos &&
               info.find("cluster_known_nodes:4") != info.npos;
      }));
    }
    REQUIRE(replica.client.until([&] {
      return replica.ask({"INFO", "replication"}).find("master_link_status:up") !=
             std::string::npos;
    }));
  }

  /// Gives a slot without keys from one to another.
  void move_slot(std::size_t slot, std::size_t from, std::size_t to) {
    for (const std::size_t i : {to, from}) {
      CHECK(nodes[i].ask({"CLUSTER", "SETSLOT", std::to_string(slot), "NODE", nodes[to].id}) ==
            "\"OK\"");
    }
  }

  /// The first dies, and is missed soon. Until then nobody is, however slow the machine.
  void lose_the_first() {
    nodes[0].server.stop();
    for (std::size_t i = 1; i < 4; ++i) {
      CHECK(nodes[i].ask({"CONFIG", "SET", "cluster-node-timeout", "1000"}) == "\"OK\"");
    }
  }

  std::array<node, 4> nodes;
};

}  // namespace socketio::test
