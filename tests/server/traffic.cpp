#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>

#include "socketio.hpp"
#include "socketio/core/token_bucket.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/msgpack_client.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;
using io::excess;

/// A server that counts what gets through, and writes down what it is told.
struct world {
  explicit world(const io::traffic_limits& traffic, io::options o = {})
      : server{network, [&] {
                 o.traffic = traffic;
                 return o;
               }()} {
    server.on("e", [&] { ++events; });
    server.on("ask", [&](int n) {
      ++events;
      return n;
    });
    server.on("wait", [&](io::ack ack) { waiting.push_back(std::move(ack)); });
    server.on_error(
        [&](io::socket&, std::error_code code, std::string_view event, const std::exception_ptr&) {
          told.push_back(std::string{event}.append(": ").append(code.message()));
        });
    server.on_disconnect([&](io::socket&, io::reason why) { ends.emplace_back(to_string(why)); });
    server.listen(port);
  }

  int events = 0;
  std::vector<io::ack> waiting;
  packets told, ends;
  io::memory::network network;
  io::server<io::memory> server;
};

io::traffic_limits events_limit(std::uint32_t most, excess above = excess::drop) {
  return {.events_per_second = {most, above}};
}

const std::string above = "client sends more than it may";

}  // namespace

TEST_CASE("a rate lets through what it gives, and a second's worth at once", "[traffic]") {
  io::token_bucket bucket{10};
  io::time_point now{1h};
  int passed = 0;
  for (int i = 0; i < 100; ++i) passed += bucket.take(1, now) ? 1 : 0;
  CHECK(passed == 10);
  for (int i = 0; i < 1000; ++i) passed += bucket.take(1, now += 10ms) ? 1 : 0;
  CHECK(passed >= 109);
  CHECK(passed <= 111);
  CHECK_FALSE(bucket.has(now -= 1s));  // a clock does not go back, but nothing comes of it
  CHECK(bucket.take(25, now += 3s));
  CHECK_FALSE(bucket.has(now += 1s));
  CHECK(bucket.has(now += 1s));
}

TEST_CASE("events above the rate are dropped, and who asks is told", "[traffic]") {
  world w{events_limit(3)};
  ws_client client{w.network};
  client.join();
  for (int i = 0; i < 5; ++i) client.send(R"(42["e"])");
  CHECK(w.events == 3);
  CHECK(w.told == packets{"e: " + above});  // once
  client.send(R"(427["ask",1])");
  CHECK(client.take() == packets{R"(437[{"error":"limit exceeded"}])"});
  CHECK(w.server.stats().events_over == 3);
  w.network.advance(1s);
  client.send(R"(428["ask",1])");
  CHECK(client.take() == packets{"438[1]"});
  CHECK(w.events == 4);
  for (int i = 0; i < 5; ++i) client.send(R"(42["e"])");
  CHECK(w.events == 6);
  CHECK(w.told.size() == 2);
  CHECK(w.ends.empty());
}

TEST_CASE("who leaves and joins, again and again, is counted, and so are acknowledgements",
          "[traffic]") {
  SECTION("events") {
    const auto what = GENERATE(excess::warn, excess::drop, excess::disconnect);
    world w{events_limit(5, what)};
    ws_client client{w.network};
    for (int i = 0; i < 10; ++i) {
      client.send("40");
      client.send("41");
    }
    const packets heard = client.take();
    CHECK(w.server.stats().events_over == (what == excess::warn ? 4 : 1));
    const auto refused =
        std::count(heard.begin(), heard.end(), R"(44{"message":"limit exceeded"})");
    CHECK(refused == (what == excess::drop ? 1 : 0));
    // Also who goes on as if it had been let in is disconnected.
    CHECK((heard.back() == "end") == (what != excess::warn));
  }
  SECTION("bytes") {
    world w{{.bytes_per_second = {100, excess::disconnect}}};
    ws_client client{w.network};
    client.join();
    for (int i = 0; i < 10; ++i) client.send("431[" + std::string(60, ' ') + "]");
    CHECK(w.ends == packets{"limit exceeded"});
    CHECK(w.server.stats().bytes_over == 1);
  }
}

TEST_CASE("all namespaces of a client count together, other clients for themselves", "[traffic]") {
  world w{events_limit(4)};
  w.server.of("/b").on("e", [&] { ++w.events; });
  ws_client client{w.network}, other{w.network};
  client.join();
  client.join("/b");
  other.join();
  for (int i = 0; i < 3; ++i) {
    client.send(R"(42["e"])");
    client.send(R"(42/b,["e"])");
    other.send(R"(42["e"])");
  }
  CHECK(w.events == 4 + 3);
}

TEST_CASE("events above the rate may be let through, with a warning", "[traffic]") {
  world w{events_limit(2, excess::warn)};
  ws_client client{w.network};
  client.join();
  for (int i = 0; i < 5; ++i) client.send(R"(42["e"])");
  CHECK(w.events == 5);
  CHECK(w.told == packets{"e: " + above});
  CHECK(w.server.stats().events_over == 3);
}

TEST_CASE("a client that sends too many events has to go, if that is said", "[traffic]") {
  world w{events_limit(2, excess::disconnect)};
  ws_client client{w.network};
  client.join();
  std::string many;
  for (int i = 0; i < 5; ++i) many += text_frame(R"(42["e"])");
  client.write(many);
  CHECK(w.events == 2);
  CHECK(w.ends == packets{"limit exceeded"});
  CHECK(client.take().front() == "close 1005");
  CHECK(w.server.stats().events_over == 1);

  polling_client poller{w.network};
  poller.join();
  poller.post(
      "42[\"e\"]\x1e"
      "42[\"e\"]\x1e"
      "42[\"e\"]\x1e"
      "42[\"e\"]");
  CHECK(w.events == 4);
  CHECK(w.ends.size() == 2);
}

TEST_CASE("bytes above the rate: no more events until they are paid for", "[traffic]") {
  world w{{.bytes_per_second = {100, excess::drop}}};
  ws_client client{w.network};
  client.join();
  w.network.advance(1s);
  const std::string event = R"(42["e",")" + std::string(70, 'x') + R"("])";
  client.send(event);
  CHECK(w.events == 1);
  client.send(event);  // takes more than there is
  CHECK(w.events == 2);
  client.send(R"(42["e"])");
  CHECK(w.events == 2);
  w.network.advance(2s);
  client.send(R"(451-["e",{"_placeholder":true,"num":0}])");
  client.send_binary(std::string(250, 'x'));  // even more than a second gives
  CHECK(w.events == 3);
  client.send(R"(42["e"])");
  w.network.advance(1s);
  client.send(R"(42["e"])");
  CHECK(w.events == 3);
  w.network.advance(2s);
  client.send(R"(42["e"])");
  CHECK(w.events == 4);
  CHECK(w.server.stats().bytes_over == 3);
}

TEST_CASE("an event that is dropped goes with its attachments", "[traffic]") {
  world w{events_limit(1)};
  ws_client client{w.network};
  client.join();
  for (int i = 0; i < 3; ++i) {
    client.send(R"(451-["e",{"_placeholder":true,"num":0}])");
    client.send_binary("x");
  }
  CHECK(w.events == 1);
  w.network.advance(1s);
  client.send(R"(42["e"])");
  CHECK(w.events == 2);
  CHECK(w.ends.empty());
}

TEST_CASE("so many handlers of a socket run at the same time", "[traffic]") {
  world w{{.handlers = {2, excess::drop}}};
  int running = 0, most = 0;
  asio::steady_timer never{w.network.get_executor()};
  never.expires_at(asio::steady_timer::time_point::max());
  w.server.on("work", [&]() -> asio::awaitable<void> {
    most = std::max(most, ++running);
    std::error_code ec;
    co_await never.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    --running;
  });
  ws_client client{w.network}, other{w.network};
  client.join();
  other.join();
  for (int i = 0; i < 5; ++i) client.send(R"(42["work"])");
  CHECK(running == 2);
  other.send(R"(42["work"])");
  CHECK(running == 3);
  client.send(R"(421["ask",1])");
  CHECK(client.take() == packets{R"(431[{"error":"limit exceeded"}])"});
  CHECK(w.server.stats().handlers_over == 4);
  never.cancel();
  w.network.run();
  CHECK(running == 0);
  client.send(R"(422["ask",1])");
  CHECK(client.take() == packets{"432[1]"});
}

TEST_CASE("an address has so many sessions", "[traffic]") {
  world w{{.connections_per_address = {2, excess::drop}}};
  ws_client first{w.network};
  polling_client second{w.network};
  CHECK(first.status == 101);
  CHECK(second.status == 200);
  ws_client third{w.network};
  polling_client fourth{w.network};
  CHECK(third.status == 429);
  CHECK(third.answer_head.find("Retry-After: 1") != std::string::npos);
  CHECK(fourth.status == 429);
  CHECK(w.server.stats().connections_over == 2);
  // An upgrade is no new session.
  ws_client upgrade{w.network, "&sid=" + second.sid};
  CHECK(upgrade.status == 101);
  first.peer.close();
  w.network.run();
  ws_client fifth{w.network};
  CHECK(fifth.status == 101);
}

TEST_CASE("other addresses have their own; of IPv6 the first 64 bits count", "[traffic]") {
  world w{{.connections_per_address = {1, excess::drop}}, [] {
            io::options o;
            o.proxies.trusted = {"127.0.0.1"};
            return o;
          }()};
  std::vector<ws_client> all;
  const auto status = [&](std::string_view address) {
    return all.emplace_back(w.network, "", "X-Forwarded-For: " + std::string{address} + "\r\n")
        .status;
  };
  CHECK(status("192.0.2.1") == 101);
  CHECK(status("192.0.2.2") == 101);
  CHECK(status("192.0.2.1") == 429);
  CHECK(status("::ffff:192.0.2.2") == 429);
  CHECK(status("2001:db8::1") == 101);
  CHECK(status("2001:db8::2:1") == 429);
  CHECK(status("2001:db8:0:1::1") == 101);
}

TEST_CASE("so many sessions begin in a second", "[traffic]") {
  world w{{.handshakes_per_second = {2, excess::drop}}};
  const auto status = [&] { return ws_client{w.network}.status; };
  CHECK(status() == 101);
  CHECK(status() == 101);
  CHECK(status() == 503);
  CHECK(w.server.stats().handshakes_over == 1);
  w.network.advance(500ms);
  CHECK(status() == 101);
  CHECK(status() == 503);
  w.network.advance(1s);
  CHECK(status() == 101);
}

TEST_CASE("sessions above a limit may be let in, and counted", "[traffic]") {
  world w{
      {.connections_per_address = {1, excess::warn}, .handshakes_per_second = {1, excess::warn}}};
  std::vector<ws_client> all;
  for (int i = 0; i < 3; ++i) CHECK(all.emplace_back(w.network).status == 101);
  CHECK(w.server.stats().connections_over == 2);
  CHECK(w.server.stats().handshakes_over == 2);
  CHECK(w.server.stats().sessions == 3);
}

TEST_CASE("MessagePack clients are measured too", "[traffic]") {
  world w{events_limit(2)};
  msgpack_client client{w.network};
  CHECK_FALSE(client.join().empty());
  for (int i = 0; i < 4; ++i) client.send_binary(msgpack_event("e"));
  CHECK(w.events == 2);
}
