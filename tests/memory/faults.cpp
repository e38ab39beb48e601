// A whole Socket.IO session over both transports, in which each single operation fails in turn.
// (tests/engine/over_memory.cpp does the same to an Engine.IO session alone.)
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>

#include <asio/error.hpp>

#include "memory/actor.hpp"
#include "memory/host.hpp"
#include "support/catch.hpp"

using namespace socketio::test;
using namespace std::chrono_literals;
using socketio::memory;

namespace {

/// Never the rare thing: everybody is let in, everything is answered at once.
struct plain {
  std::size_t operator()(std::size_t below) const { return below - 1; }
};

/// A client lives through everything that there is in one session, and so far as it can after a
/// fault. Whatever happens, the server must have begun and ended each socket once, and be left with
/// nothing.
struct lived {
  lived() : host_{network, choices_, verdicts_, counts} {}

  void run_dry() {
    do {
      network.run();
    } while (client.pump());
  }

  void advance(std::chrono::milliseconds time) {
    for (; time > 0ms; time -= 500ms) {
      network.advance(500ms);
      client.pump();
    }
  }

  void converse(std::size_t nsp) {
    const auto in = host_.server()->of(nsp_names[nsp]);
    client.join(nsp);
    run_dry();
    client.send(nsp, 10);
    client.send_binary(nsp);
    client.ask(nsp);
    client.change_room(nsp, true, 1);
    client.request(nsp, "question");
    run_dry();
    host_.speak(nsp);
    in.to("room 1").emit("room", 1);
    in.for_each([](io::socket& s) {
      s.emit("tell", static_cast<host<plain>::server_type::socket&>(s).data().told++,
             socketio::bytes(3));
    });
    client.send(nsp, 9000);
    run_dry();
    client.change_room(nsp, false, 1);
  }

  /// True if the client was served whole.
  bool play(bool websocket) {
    client.open(websocket);
    run_dry();
    converse(0);
    if (!websocket) client.upgrade();
    converse(1);
    advance(60s);  // heartbeats
    converse(0);
    client.leave(1);
    run_dry();
    client.join(1);
    run_dry();
    const bool whole = client.honest() && (websocket || client.upgraded()) &&
                       client.in(0).state == actor::membership::in &&
                       client.in(1).state == actor::membership::in &&
                       client.in(0).answered.size() == 2;
    if (client.honest()) host_.compare(client);
    client.finish();
    run_dry();
    network.advance(3min);
    host_.server()->close(1s);
    network.advance(2s);
    host_.expect_nobody();
    verdicts_.expect(network.idle(), "nothing is waited for");
    return whole;
  }

  memory::network network;
  verdicts verdicts_;
  script_counts counts;
  plain choices_;
  host<plain> host_;
  actor client{network, verdicts_};
};

}  // namespace

TEST_CASE("a whole session is served over each transport", "[memory]") {
  const bool websocket = GENERATE(false, true);
  const std::size_t piece = GENERATE(1u, 7u, 1000u, 1'000'000u);
  lived session;
  session.network.split(piece);
  CHECK(session.play(websocket));
  CHECK(session.verdicts_.first() == "");
  CHECK(session.counts.events >= 9);
}

TEST_CASE("each read, write and accept of a session may fail", "[memory]") {
  const bool websocket = GENERATE(false, true);
  const auto failure =
      GENERATE(std::error_code{asio::error::connection_reset},
               std::error_code{asio::error::no_memory}, std::error_code{asio::error::broken_pipe});
  std::size_t served = 0;
  std::size_t n = 1;
  for (bool reached = true; reached; ++n) {
    INFO("operation " << n << " of " << (websocket ? "websocket" : "polling"));
    lived session;
    session.client.spoil();
    session.network.fail_at(n, failure);
    session.play(websocket);
    REQUIRE(session.verdicts_.first() == "");
    reached = session.network.operations() >= n;
    ++served;
  }
  CHECK(served > 20);
}

TEST_CASE("each operation of a session may be woken for nothing", "[memory]") {
  const bool websocket = GENERATE(false, true);
  std::size_t n = 1;
  for (bool reached = true; reached; ++n) {
    INFO("operation " << n << " of " << (websocket ? "websocket" : "polling"));
    lived session;
    session.network.fail_at(n, asio::error::would_block);
    CHECK(session.play(websocket));
    REQUIRE(session.verdicts_.first() == "");
    reached = session.network.operations() >= n;
  }
  CHECK(n > 20);
}

TEST_CASE("a session's connections may break after each byte", "[memory]") {
  const bool websocket = GENERATE(false, true);
  const bool to_server = GENERATE(false, true);
  // The long texts need not be cut at every byte.
  for (std::size_t n = 0; n < 2500; n += n < 700 ? 1 : 53) {
    INFO("byte " << n << (to_server ? " to" : " from") << " the server");
    lived session;
    session.client.spoil();
    bool armed = false;
    session.client.open(websocket);
    for (std::size_t i = 0; i < 3; ++i) {
      if (auto* peer = session.client.connection(i)) {
        to_server ? peer->cut_after_sent(n) : peer->cut_after_received(n);
        armed = true;
      }
    }
    REQUIRE(armed);
    session.play(websocket);
    REQUIRE(session.verdicts_.first() == "");
  }
}
