#include "socketio/engine/state.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/session_fixture.hpp"
#include "support/catch.hpp"

using namespace socketio::test;
using socketio::options;
using socketio::reason;
using socketio::send_status;
using packets = std::vector<std::string>;

namespace {

constexpr action ended = action::report_close | action::remove;

struct polling : session_fixture {
  explicit polling(options o = {}) : session_fixture{transport_kind::polling, std::move(o)} {
    open(*this);
  }
};

struct websocket : session_fixture {
  explicit websocket(options o = {}) : session_fixture{transport_kind::websocket, std::move(o)} {
    open(*this);
  }
};

}  // namespace

TEST_CASE("action sets", "[state]") {
  constexpr action both = action::answer_probe | action::remove;
  STATIC_REQUIRE(has(both, action::answer_probe));
  STATIC_REQUIRE(has(both, action::remove));
  STATIC_REQUIRE_FALSE(has(both, action::close_poll));
  STATIC_REQUIRE_FALSE(has(action::none, action::answer_probe));
}

// ---- open
// ------------------------------------------------------------------------------------------

TEST_CASE("a session opens with the open packet, as the protocol's handshake says", "[state]") {
  options o;
  o.ping_interval = 300ms;
  o.ping_timeout = 200ms;
  o.max_payload = 12'345;
  const auto kind = GENERATE(transport_kind::polling, transport_kind::websocket);
  const bool upgradable = kind == transport_kind::polling && GENERATE(true, false);
  o.allow_upgrades = upgradable;
  session_fixture f{kind, o};
  CHECK(f.session->id().size() == 20);
  CHECK(f.session->open());
  CHECK_FALSE(f.session->upgraded());
  f.session->start();
  CHECK_FALSE(f.env.dirty.empty());
  const std::string expected = R"(0{"sid":")" + std::string{f.session->id()} + R"(","upgrades":[)" +
                               (upgradable ? R"("websocket")" : "") +
                               R"(],"pingInterval":300,"pingTimeout":200,"maxPayload":12345})";
  CHECK(f.take_packets() == packets{expected});
}

TEST_CASE("F007 no upgrade is offered when WebSocket is off, or upgrades are", "[state]") {
  options without_websocket;
  without_websocket.websocket = false;
  options without_upgrades;
  without_upgrades.allow_upgrades = false;
  for (const options& o : {without_websocket, without_upgrades}) {
    session_fixture f{transport_kind::polling, o};
    f.session->start();
    CHECK(f.take_packets().at(0).find(R"("upgrades":[],)") != std::string::npos);
  }
}

TEST_CASE("sessions have different ids", "[state]") {
  const options o;
  socketio::engine::environment env{o};
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    ids.emplace(socketio::engine::state{env, transport_kind::websocket, nullptr}.id());
  }
  CHECK(ids.size() == 100);
}

TEST_CASE("the driver is woken once for all that becomes dirty", "[state]") {
  const options o;
  socketio::engine::environment env{o};
  static int wakes;
  wakes = 0;
  env.wake = [](socketio::engine::environment&) { ++wakes; };
  socketio::ref a{new socketio::engine::state{env, transport_kind::websocket, nullptr}};
  socketio::ref b{new socketio::engine::state{env, transport_kind::websocket, nullptr}};
  a->start();
  a->send(packet_frame("4a"));
  b->start();
  CHECK(wakes == 1);
  env.flush_wanted = false;
  CHECK(&env.dirty.pop_front() == a.get());
  CHECK(&env.dirty.pop_front() == b.get());
  b->touch();
  CHECK(wakes == 2);
  b = nullptr;
  CHECK(env.dirty.empty());
}

// ---- receiving
// -------------------------------------------------------------------------------------

TEST_CASE("messages are for the application, noop and upgrade are for nobody", "[state]") {
  websocket f;
  CHECK(f.receive("4hello"));
  CHECK_FALSE(f.receive("6"));
  CHECK_FALSE(f.receive("5"));
  CHECK(f.settle() == action::none);
  CHECK(f.session->open());
}

TEST_CASE("R80 R81 packets that only a server sends end the session", "[state]") {
  websocket f;
  CHECK_FALSE(f.receive(GENERATE("0{}", "2", "2probe")));
  CHECK_FALSE(f.session->open());
  CHECK(f.session->close_reason() == reason::transport_error);
  CHECK(f.settle() == (ended | action::close_socket));
  CHECK_FALSE(f.receive("4too late"));
}

TEST_CASE("F173 what cannot be decoded ends the session", "[state]") {
  polling f;
  f.session->receive_garbage();
  CHECK(f.session->close_reason() == reason::parse_error);
  CHECK(f.settle() == ended);
}

TEST_CASE("F106 a close packet ends the session", "[state]") {
  SECTION("over WebSocket") {
    websocket f;
    f.receive("1");
    CHECK(f.session->close_reason() == reason::transport_close);
    CHECK(f.settle() == (ended | action::close_socket));
  }
  SECTION("by POST, which lets the held GET go") {
    polling f;
    f.poll();
    f.settle();
    f.receive("1");
    CHECK(f.session->close_reason() == reason::transport_close);
    const action todo = f.settle();
    CHECK(has(todo, action::release_poll));
    CHECK(has(todo, ended));
  }
}

TEST_CASE("the transport's loss ends the session without lingering", "[state]") {
  session_fixture f{GENERATE(transport_kind::polling, transport_kind::websocket)};
  session_fixture::open(f);
  f.session->transport_lost(reason::transport_close);
  CHECK(f.session->close_reason() == reason::transport_close);
  const action todo = f.settle();
  CHECK(has(todo, action::report_close));
  CHECK(has(todo, action::remove));
  CHECK_FALSE(f.timers_armed());
}

// ---- polling
// ---------------------------------------------------------------------------------------

TEST_CASE("a GET is held until something is queued", "[state]") {
  polling f;
  CHECK(f.poll());
  CHECK(f.session->poll_held());
  CHECK(f.settle() == action::none);
  CHECK(f.session->outbox().empty());
  f.session->send(packet_frame("4a"));
  f.session->send(packet_frame("4b"));
  CHECK_FALSE(f.env.dirty.empty());
  CHECK(f.settle() == action::none);
  CHECK(f.take_packets() == packets{"4a", "4b"});
  f.session->poll_answered();
  CHECK_FALSE(f.session->poll_held());
}

TEST_CASE("a GET that finds something queued is answered in the same turn", "[state]") {
  polling f;
  f.session->send(packet_frame("4a"));
  f.settle();
  CHECK(f.env.dirty.empty());
  CHECK(f.poll());
  CHECK_FALSE(f.env.dirty.empty());
  CHECK(f.settle() == action::none);
}

TEST_CASE("R82 a second GET at once ends the session, the first is told", "[state]") {
  polling f;
  CHECK(f.poll());
  CHECK_FALSE(f.poll());
  CHECK(f.session->close_reason() == reason::transport_error);
  CHECK(f.settle() == (ended | action::close_poll));
}

TEST_CASE("R84 a second POST at once ends the session", "[state]") {
  polling f;
  CHECK(f.session->post_arrived());
  f.session->post_answered();
  CHECK(f.session->post_arrived());
  CHECK_FALSE(f.session->post_arrived());
  CHECK(f.session->close_reason() == reason::transport_error);
  CHECK(f.settle() == ended);
}

TEST_CASE("a GET and a POST go together", "[state]") {
  polling f;
  CHECK(f.poll());
  CHECK(f.session->post_arrived());
  CHECK(f.receive("4hello"));
  CHECK(f.settle() == action::none);
}

// ---- sending
// ---------------------------------------------------------------------------------------

TEST_CASE("the soft and the hard limit of the queue, on both sides", "[state]") {
  options o;
  o.limits.soft_queue = 100;
  o.limits.hard_queue = 200;
  session_fixture f{GENERATE(transport_kind::polling, transport_kind::websocket), o};
  session_fixture::open(f);
  // A frame of 100 bytes on the wire: two of them are the header.
  const auto bytes_100 = packet_frame('4' + std::string(97, 'x'));
  const auto one_byte_more = [] {
    socketio::frame_builder packet;
    packet.push_back('4');
    return packet.seal(socketio::frame::kind::text, "");
  }();
  CHECK(f.session->send(bytes_100) == send_status::ok);
  CHECK(f.session->queued_bytes() == 100);
  CHECK(f.session->send(one_byte_more) == send_status::buffered);
  f.session->outbox().wrote(1);
  CHECK(f.session->send(bytes_100) == send_status::buffered);
  CHECK(f.session->queued_bytes() == 200);
  CHECK(f.session->open());
  CHECK(f.session->send(one_byte_more) == send_status::closed);
  CHECK_FALSE(f.session->open());
  CHECK(f.session->close_reason() == reason::slow_consumer);
  CHECK(has(f.settle(), action::report_close));
  CHECK(f.session->send(one_byte_more) == send_status::closed);
}

TEST_CASE("F091 F110 F309 a lossy packet is sent only to a peer that keeps up", "[state]") {
  SECTION("over WebSocket: when nothing waits") {
    websocket f;
    CHECK(f.session->send_lossy(packet_frame("4a")) == send_status::ok);
    CHECK(f.session->send_lossy(packet_frame("4b")) == send_status::dropped);
    CHECK(f.take_packets() == packets{"4a"});
    CHECK(f.session->send_lossy(packet_frame("4c")) == send_status::ok);
  }
  SECTION("over polling: when a GET is held, too") {
    polling f;
    CHECK(f.session->send_lossy(packet_frame("4a")) == send_status::dropped);
    f.poll();
    CHECK(f.session->send_lossy(packet_frame("4b")) == send_status::ok);
    CHECK(f.session->send_lossy(packet_frame("4c")) == send_status::dropped);
    CHECK(f.take_packets() == packets{"4b"});
  }
  SECTION("never after the end") {
    websocket f;
    f.session->close(reason::forced_close);
    CHECK(f.session->send_lossy(packet_frame("4a")) == send_status::closed);
  }
}

// ---- heartbeat
// -------------------------------------------------------------------------------------

TEST_CASE("the heartbeat: a ping after each interval, counted from the pong", "[state]") {
  websocket f;
  f.pass(25s - 1ns);
  CHECK(f.take_packets().empty());
  f.pass(1ns);
  CHECK(f.take_packets() == packets{"2"});
  f.pass(20s - 1ns);
  CHECK_FALSE(f.receive("3"));
  f.pass(25s - 1ns);
  CHECK(f.take_packets().empty());
  f.pass(1ns);
  CHECK(f.take_packets() == packets{"2"});
  CHECK(f.session->open());
}

TEST_CASE("no pong ends the session after the timeout", "[state]") {
  session_fixture f{GENERATE(transport_kind::polling, transport_kind::websocket)};
  session_fixture::open(f);
  f.pass(25s + 20s - 1ns);
  CHECK(f.session->open());
  f.pass(1ns);
  CHECK_FALSE(f.session->open());
  CHECK(f.session->close_reason() == reason::ping_timeout);
  CHECK(has(f.settle(), ended));
  CHECK_FALSE(f.timers_armed());
}

TEST_CASE("R83 a pong that nobody asked for changes nothing", "[state]") {
  websocket f;
  f.pass(10s);
  const auto due = f.env.timers.next();
  for (int i = 0; i < 1000; ++i) f.receive("3");
  CHECK(f.env.timers.next() == due);
  CHECK(f.env.dirty.empty());
  f.pass(15s);
  CHECK(f.take_packets() == packets{"2"});
  f.receive("3");
  const auto next = f.env.timers.next();
  f.pass(5s);
  f.receive("3");
  CHECK(f.env.timers.next() == next);
}

TEST_CASE("R107 a peer that talks but does not answer gets one more timeout", "[state]") {
  websocket f;
  f.pass(25s);
  f.pass(19s);
  f.receive("4busy");
  f.pass(1s);
  CHECK(f.session->open());

  SECTION("and lives when the pong comes then") {
    f.pass(19s);
    f.receive("3");
    f.take_packets();
    f.pass(25s);
    CHECK(f.session->open());
    CHECK(f.take_packets() == packets{"2"});
  }
  SECTION("but only one, whatever it says") {
    f.pass(19s);
    f.receive("4still busy");
    f.pass(1s);
    CHECK(f.session->close_reason() == reason::ping_timeout);
    CHECK_FALSE(f.session->open());
  }
}

TEST_CASE("what came before the ping is no reason to wait longer", "[state]") {
  websocket f;
  f.pass(24s);
  f.receive("4hello");
  f.pass(1s + 20s);
  CHECK_FALSE(f.session->open());
}

TEST_CASE("a stall of this process is not taken for the peer's silence", "[state]") {
  websocket f;
  f.pass(25s);
  f.stall(20s + 10s + 1ns);
  CHECK(f.session->open());
  f.pass(20s);
  CHECK_FALSE(f.session->open());
  CHECK(f.session->close_reason() == reason::ping_timeout);
}

TEST_CASE("a timer that is a little late is no stall", "[state]") {
  websocket f;
  f.pass(25s);
  f.stall(20s + 10s);
  CHECK_FALSE(f.session->open());
}

TEST_CASE("a ping that overfills the queue ends the session", "[state]") {
  options o;
  o.limits.soft_queue = o.limits.hard_queue = 10;
  websocket f{o};
  CHECK(f.session->send(packet_frame("4123456")) == send_status::ok);
  f.pass(25s);
  CHECK(f.session->close_reason() == reason::slow_consumer);
  CHECK_FALSE(f.timers_armed());
  CHECK(f.settle() == (ended | action::close_socket));
}

// ---- the end
// ---------------------------------------------------------------------------------------

TEST_CASE("F174 close over WebSocket: what is queued is written first", "[state]") {
  websocket f;
  f.session->send(packet_frame("4last"));
  f.session->close(reason::server_shutting_down);
  CHECK_FALSE(f.session->open());
  CHECK(f.session->close_reason() == reason::server_shutting_down);
  CHECK(f.session->send(packet_frame("4late")) == send_status::closed);
  CHECK(f.settle() == (ended | action::close_socket));
  CHECK(f.take_packets() == packets{"4last"});
  CHECK_FALSE(f.timers_armed());
}

TEST_CASE("close with a held GET and nothing queued: it brings the end", "[state]") {
  polling f;
  f.poll();
  f.session->close(reason::forced_close);
  CHECK(f.settle() == (ended | action::close_poll));
  CHECK_FALSE(f.timers_armed());
}

TEST_CASE("F086 close with a held GET: it takes the packets, the next one brings the end",
          "[state]") {
  polling f;
  f.poll();
  f.session->send(packet_frame("4last"));
  f.session->close(reason::forced_close);
  CHECK(f.settle() == action::report_close);
  CHECK(f.take_packets() == packets{"4last"});
  f.session->poll_answered();
  f.poll();
  CHECK(f.settle() == (action::close_poll | action::remove));
  CHECK_FALSE(f.timers_armed());
}

TEST_CASE("F084 close by the client: a held GET is answered with a noop", "[state]") {
  polling f;
  f.poll();
  CHECK_FALSE(f.receive("1"));
  CHECK(f.session->close_reason() == reason::transport_close);
  CHECK(f.settle() == (ended | action::release_poll));
  CHECK_FALSE(f.timers_armed());
}

TEST_CASE("F086 close without a GET: the next one fetches the rest", "[state]") {
  polling f;
  f.session->send(packet_frame("4last"));
  f.session->close(reason::forced_close);
  CHECK_FALSE(f.session->open());
  CHECK(f.session->send(packet_frame("4late")) == send_status::closed);
  CHECK(f.settle() == action::report_close);

  SECTION("and the session is gone") {
    f.pass(29s);
    CHECK(f.poll());
    CHECK(f.settle() == action::none);
    CHECK(f.take_packets() == packets{"4last"});
    f.session->poll_answered();
    CHECK(f.poll());
    CHECK(f.settle() == (action::close_poll | action::remove));
    CHECK_FALSE(f.timers_armed());
    f.pass(1h);
    CHECK(f.settle() == action::none);
  }
  SECTION("within 30 seconds") {
    f.pass(30s - 1ns);
    CHECK(f.settle() == action::none);
    f.pass(1ns);
    CHECK(f.settle() == action::remove);
    CHECK_FALSE(f.timers_armed());
  }
  SECTION("unless the peer misbehaves even then") {
    CHECK(f.session->post_arrived());
    CHECK_FALSE(f.receive("4ignored"));
    CHECK_FALSE(f.session->post_arrived());
    CHECK(f.settle() == action::remove);
    CHECK_FALSE(f.timers_armed());
    f.pass(1h);
    CHECK(f.settle() == action::none);
  }
  SECTION("and another close changes nothing") {
    f.session->close(reason::server_shutting_down);
    CHECK(f.settle() == action::none);
    CHECK(f.session->close_reason() == reason::forced_close);
  }
}

TEST_CASE("a GET that comes after the end, but before it was performed, is answered", "[state]") {
  polling f;
  f.session->receive_garbage();
  CHECK(f.poll());
  CHECK(f.settle() == (ended | action::close_poll));
}

TEST_CASE("only the first end counts", "[state]") {
  websocket f;
  f.session->close(reason::forced_close);
  f.settle();
  f.session->close(reason::server_shutting_down);
  f.session->transport_lost(reason::transport_close);
  f.session->receive_garbage();
  CHECK(f.session->close_reason() == reason::forced_close);
  CHECK(f.settle() == action::none);
}
