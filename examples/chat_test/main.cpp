// Tests of the chat's handlers, the very ones that examples/chat serves: in memory, without a port,
// a browser or a pause. docs/testing.md explains it.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <socketio.hpp>
#include <socketio/cluster/memory_cluster.hpp>
#include <socketio/transport/memory.hpp>

#include "../chat/chat.hpp"
#include "../unit_test/client.hpp"

using namespace std::chrono_literals;
using packets = std::vector<std::string>;

int failures = 0;

void check(const packets& received, const packets& expected, const char* what) {
  std::printf("%s: %s\n", received == expected ? "ok" : "FAILED", what);
  if (received == expected) return;
  ++failures;
  for (const std::string& each : received) std::printf("  %s\n", each.c_str());
}

/// One of two servers that are one chat, as those of examples/cluster are over Redis.
struct member {
  member(io::memory_cluster& cluster, const char* name, std::int64_t (*now)())
      : rooms{server, now, name} {
    server.adapter(cluster.join());
    server.listen(80);
    network.run();
  }

  io::memory::network network;
  io::server<io::memory, user> server{network};
  chat<io::server<io::memory, user>> rooms;
};

void two_servers() {
  io::memory_cluster cluster;
  member north{cluster, "north", [] { return std::int64_t{1'000}; }};
  member south{cluster, "south", [] { return std::int64_t{2'000}; }};
  const auto settle = [&] {
    for (int i = 0; i < 8; ++i) north.network.run(), south.network.run();
  };
  settle();

  client ada{north.network}, bob{south.network};
  check(ada.opened(),
        {ada.opened()[0], ada.opened()[1], R"(42["server","north"])",
         R"(42["rooms",[{"name":"lobby","people":0}]])"},
        "whoever comes sees where");

  ada.send(R"(420["join","Ada","lobby","key"])");
  settle();
  ada.send(R"(421["say","Hello"])");
  settle();
  ada.received();
  check(bob.received(), {R"(42["rooms",[{"name":"lobby","people":1}]])"},
        "people are counted on all servers");

  bob.send(R"(420["join","Ada","lobby","another key"])");
  settle();
  check(bob.received(),
        {R"(430[{"error":"Somebody called Ada is already in lobby.","people":[],"history":[]}])"},
        "a name is taken on all servers");

  bob.send(R"(421["join","Bob","lobby","another key"])");
  settle();
  const packets seen = ada.received();
  check({seen.begin(), seen.begin() + 1}, {R"(42["joined","Bob"])"}, "rooms are on all servers");
  const packets found = bob.received();
  check({found.back()},
        {R"(431[{"error":"","people":["Bob","Ada"],"history":[)"
         R"({"id":1000,"from":"Ada","text":"Hello","time":1000}]}])"},
        "and so are their people, and what was said");

  client again{south.network};  // Ada's page, whose cable was pulled, at another server
  again.send(R"(420["join","Ada","lobby","key"])");
  settle();
  const packets of_bob = bob.received();
  check({of_bob.front(), of_bob.back()},
        {R"(42["joined","Ada"])", R"(42["rooms",[{"name":"lobby","people":2}]])"},
        "who comes back to another server takes her own place");

  north.server.close(), south.server.close();
  for (int i = 0; i < 12; ++i) north.network.advance(1s), south.network.advance(1s);
  if (!north.network.idle() || !south.network.idle()) {
    std::puts("FAILED: something is left in the loops"), ++failures;
  }
}

int main() {
  io::memory::network network;
  io::server<io::memory, user> server{network};
  const chat rooms{server, [] { return std::int64_t{1'000}; }};  // it is always the same time
  server.listen(80);

  client ada{network}, bob{network};
  check({ada.opened().back()}, {R"(42["rooms",[{"name":"lobby","people":0}]])"},
        "whoever comes sees the rooms");

  ada.send(R"(420["join","Ada","lobby","key"])");
  check(ada.received(),
        {R"(42["rooms",[{"name":"lobby","people":1}]])",
         R"(430[{"error":"","people":["Ada"],"history":[]}])"},
        "whoever joins sees who is there");
  bob.received();

  for (const std::string& key : {std::string{}, std::string(121, 'k')}) {
    bob.send(R"(420["join","Bob","lobby",")" + key + R"("])");
    check(bob.received(),
          {R"(430[{"error":"A key has 1 to 40 characters.","people":[],"history":[]}])"},
          "a key is a short one");
  }

  bob.send(R"(421["join","Ada","lobby","another key"])");
  check(bob.received(),
        {R"(431[{"error":"Somebody called Ada is already in lobby.","people":[],"history":[]}])"},
        "a name is taken once");

  ada.send(R"(421["say","Hello"])");
  check(ada.received(),
        {R"(42["message",{"id":1000,"from":"Ada","text":"Hello","time":1000}])",
         R"(431[{"error":""}])"},
        "what is said is heard, and acknowledged");

  bob.send(R"(422["join","Bob","lobby","key"])");
  bob.received();
  check(ada.received(), {R"(42["joined","Bob"])", R"(42["rooms",[{"name":"lobby","people":2}]])"},
        "the others see who comes");

  ada.send(R"(42["typing",true])");
  check(bob.received(), {R"(42["typing","Ada",true])"}, "and who is writing");

  bob.peer().link_down();  // a pulled cable: the heartbeat finds out, 45 seconds later
  for (int i = 0; i < 3; ++i) {
    network.advance(20s);
    ada.send("3");  // Ada answers hers
  }
  const packets seen = ada.received();
  check({seen.end() - 2, seen.end()},
        {R"(42["left","Bob"])", R"(42["rooms",[{"name":"lobby","people":1}]])"},
        "and who has gone without a word");

  server.close();  // while there are handlers: they are called for whoever is still there
  network.advance(10s);
  if (!network.idle()) std::puts("FAILED: something is left in the loop"), ++failures;

  two_servers();
  return failures;
}
