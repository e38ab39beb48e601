// Questions to a cluster, from families of namespaces, and ones that are given up.
#include <string>
#include <system_error>
#include <vector>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "adapters/cluster_world.hpp"
#include "socketio/cluster/memory_cluster.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio::test;

struct in_memory final : medium_under_test {
  std::unique_ptr<io::adapter> join() override { return cluster.join(); }
  io::memory_cluster cluster;
};

}  // namespace

TEST_CASE("F329 sockets that are found through a family can be acted on, wherever they are",
          "[adapters]") {
  in_memory medium;
  outcome<io::remote_socket> o;
  cluster_world w{medium};
  auto rooms = w.server(0).of(io::pattern{"/room-*"});
  w.server(1).of(io::pattern{"/room-*"});
  w.client(0).join("/room-1");
  const std::string there = w.client(2).join("/room-1");
  w.settle();
  rooms.fetch_sockets(o.note());
  w.settle();
  REQUIRE(o.values.size() == 2);
  for (const io::remote_socket& each : o.values) {
    CHECK(each.nsp() == "/room-1");
    if (each.id() != there) continue;
    CHECK_FALSE(each.local());
    each.emit("hello");
  }
  w.check({{}, {}, {R"(42/room-1,["hello"])"}, {}});
}

TEST_CASE("who waits for other programs can give up", "[adapters]") {
  in_memory medium;
  cluster_world w{medium};
  asio::cancellation_signal stop;
  std::vector<std::error_code> ends;
  asio::co_spawn(
      w.servers[0].network.get_executor(),
      [&]() -> asio::awaitable<void> {
        const auto loads = co_await w.server(0).server_side_emit_with_ack<int>("load?");
        ends.push_back(loads.error);
      },
      asio::bind_cancellation_slot(stop.slot(), asio::detached));
  w.settle();
  CHECK(ends.empty());
  stop.emit(asio::cancellation_type::terminal);
  w.settle();
  CHECK(ends == std::vector<std::error_code>{asio::error::operation_aborted});
}
