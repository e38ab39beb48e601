// The official cluster protocol between servers of one process.
#include "socketio/cluster/memory_cluster.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "adapters/contract.hpp"
#include "socketio/extras/presence.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

struct in_memory final : medium_under_test {
  std::unique_ptr<io::adapter> join() override { return cluster.join(); }
  io::memory_cluster cluster;
};

}  // namespace

TEST_CASE("F308 F320 F328 F329 F360 F361 the contract of adapters: in memory", "[adapters]") {
  in_memory medium;
  check_adapter(medium);
}

TEST_CASE("F362 F363 a server that is cut off is given up, and heard again", "[adapters]") {
  in_memory medium;
  cluster_world w{medium};
  outcome<io::remote_socket> o;
  medium.cluster.cut_off(1);
  w.server(1).emit("here");  // its own clients are served
  w.check({{}, {}, {R"(42["here"])"}, {R"(42["here"])"}});
  w.server(0).fetch_sockets(o.note());
  w.settle();
  CHECK(o.calls == 0);
  w.advance(6s);
  CHECK(o.calls == 1);
  CHECK(o.error == io::error::cluster_timeout);
  CHECK(o.values.size() == 2);

  w.advance(6s);  // its heartbeats are missed by now
  w.server(0).fetch_sockets(o.note());
  w.settle();
  CHECK(o.calls == 2);
  CHECK_FALSE(o.error);
  CHECK(o.values.size() == 2);

  medium.cluster.cut_off(1, false);
  w.advance(6s);  // it is heard of at its next heartbeat
  w.server(0).fetch_sockets(o.note());
  w.settle();
  CHECK(o.calls == 3);
  CHECK_FALSE(o.error);
  CHECK(o.values.size() == 4);
}

TEST_CASE("who is lost while it is waited for ends the wait with an error", "[adapters]") {
  in_memory medium;
  cluster_world w{medium};
  outcome<int> o;
  w.server(0).timeout(60s).to(w.id(2)).emit("vote", o.note());
  w.settle();
  medium.cluster.cut_off(1);
  w.advance(11s);
  CHECK(o.calls == 1);
  CHECK(o.error == io::error::cluster_timeout);
}

TEST_CASE("servers with nothing to say tell each other that they are there", "[adapters]") {
  in_memory medium;
  cluster_world w{medium};
  w.advance(60s);
  const std::size_t before = medium.cluster.messages();
  w.advance(5s);
  CHECK(medium.cluster.messages() == before + 6);  // three servers, two namespaces
  outcome<io::remote_socket> o;
  w.server(0).fetch_sockets(o.note());
  w.settle();
  CHECK(o.values.size() == 4);
}

TEST_CASE("a program that has nothing to say is given up after the time for requests",
          "[adapters]") {
  in_memory medium;
  cluster_world w{medium};
  w.server(1).on_server_side("load?", [] { return 1; });
  w.server(2).on_server_side("load?", [](int must_be_a_number) { return must_be_a_number; });
  outcome<int> o;
  w.server(0).server_side_emit("load?", o.note());
  w.advance(4s);
  CHECK(o.calls == 0);
  w.advance(2s);
  CHECK(o.calls == 1);
  CHECK(o.error == io::error::cluster_timeout);
  CHECK(o.values == std::vector<int>{1});
}

TEST_CASE("presence is each server's own: nobody hears of members that were not in the list",
          "[adapters]") {
  struct person {
    std::string id;
  };
  in_memory medium;
  cluster_world w{medium};
  const auto identify = [](cluster_server::server_type::socket& s) {
    return io::present<person>{s.id(), {s.id()}};
  };
  io::presence<person, attached> here{w.server(0), identify}, there{w.server(1), identify};
  w.send(0, R"(42["join","red"])");
  w.send(2, R"(42["join","red"])");
  for (const int i : {0, 2}) {
    const packets list = w.take(i);
    REQUIRE(list.size() == 1);
    CHECK(list[0] == R"(42["presence","red",[{"id":")" + w.id(i) + R"("}]])");
  }
  w.send(1, R"(42["join","red"])");
  CHECK(w.take(0).size() == 1);
  CHECK(w.take(2).empty());
}
