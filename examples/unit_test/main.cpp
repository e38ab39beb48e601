// How to test handlers: the whole server over connections in memory, in virtual time. No port, no
// thread, no waiting, and the same order of events each time. docs/testing.md explains it.

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <socketio.hpp>
#include <socketio/transport/memory.hpp>

#include "client.hpp"

using namespace std::chrono_literals;

// ---- what is tested: a function that installs handlers, whatever the transport

template <class Server>
void install(Server& server) {
  server.on("add", [](int a, int b) { return a + b; });
  server.on("quit", [](io::socket& socket) {
    const auto decide = [who = socket.ref()](std::error_code ec, bool sure) {
      if (ec || sure) who.disconnect();
    };
    socket.timeout(5s).emit("sure?", decide);
  });
}

// ---- the tests; any framework will do

int failures = 0;

void check(bool holds, const char* what) {
  std::printf("%s: %s\n", holds ? "ok" : "FAILED", what);
  if (!holds) ++failures;
}

using packets = std::vector<std::string>;

int main() {
  io::memory::network network;
  io::server<io::memory> server{network};
  install(server);
  server.listen(80);

  client ada{network};
  ada.send(R"(420["add",2,3])");
  check(ada.received() == packets{"430[5]"}, "the sum is the acknowledgement");

  ada.send(R"(421["add",2,"x"])");
  check(ada.received() == packets{R"(431[{"error":"bad arguments","position":2}])"},
        "what is no number is not added");

  ada.send(R"(42["quit"])");
  check(ada.received() == packets{R"(420["sure?"])"}, "whoever quits is asked first");
  ada.send("430[false]");
  check(server.size() == 1, "and stays if it was a mistake");

  ada.send(R"(42["quit"])");
  network.advance(5s);  // without any answer
  check(server.size() == 0, "but goes if no answer comes");

  client bob{network};
  io::reason why{};
  server.on_disconnect([&](io::socket&, io::reason r) { why = r; });
  network.advance(45s);  // the heartbeat: a ping after 25 s, and 20 s for the answer
  check(why == io::reason::ping_timeout, "a client that is gone is noticed");
  return failures;
}
