#include "socketio/extras/health.hpp"

#include <chrono>

#include "socketio/server.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/eio_client.hpp"

using namespace std::chrono_literals;
using namespace socketio::test;
using socketio::memory;

TEST_CASE("a health check succeeds until the server is told to close", "[extras]") {
  memory::network network;
  socketio::server<memory> server{network};
  server.http().exact("/health", socketio::health(server));
  server.listen(80);
  eio_client check{network}, client{network};
  const auto up = check.get("/health");
  CHECK(up.status == 200);
  CHECK(up.header("cache-control") == "no-store");
  // A client that still has something to fetch keeps the server open for a while.
  const auto path = eio_path("polling", sid_of(client.get(eio_path("polling")).body));
  CHECK(client.post(path, "40").body == "ok");
  server.close(10s);
  const auto down = check.get("/health");
  CHECK(down.status == 503);
  CHECK(down.body == "closing\n");
}

TEST_CASE("a health check fails while the host is not ready", "[extras]") {
  memory::network network;
  socketio::server<memory> server{network};
  bool ready = false;
  server.http().exact("/health", socketio::health(server, [&] { return ready; }));
  server.listen(80);
  eio_client check{network};
  CHECK(check.get("/health").status == 503);
  ready = true;
  CHECK(check.get("/health").status == 200);
}
