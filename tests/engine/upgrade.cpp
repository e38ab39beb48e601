#include <string>
#include <string_view>
#include <vector>

#include "engine/session_fixture.hpp"
#include "socketio/engine/state.hpp"
#include "support/catch.hpp"

using namespace socketio::test;
using socketio::options;
using socketio::reason;
using packets = std::vector<std::string>;

namespace {

constexpr action ended = action::report_close | action::remove;

/// A polling session; each test upgrades it its own way.
struct upgrading : session_fixture {
  explicit upgrading(options o = {}) : session_fixture{transport_kind::polling, std::move(o)} {
    open(*this);
  }

  void probe() {
    REQUIRE(session->candidate_arrived());
    REQUIRE_FALSE(candidate_receive("2probe"));
  }

  void upgrade() { REQUIRE(candidate_receive("5")); }
};

}  // namespace

TEST_CASE("an upgrade: probe, release of the held GET, promotion", "[upgrade]") {
  upgrading f;
  f.poll();
  CHECK(f.session->candidate_arrived());
  CHECK(f.session->candidate_present());
  CHECK(f.settle() == action::none);

  f.candidate_receive("2probe");
  CHECK(f.settle() == (action::answer_probe | action::release_poll));
  f.session->poll_answered();
  CHECK(f.session->transport() == transport_kind::polling);

  CHECK(f.candidate_receive("5"));
  CHECK_FALSE(f.env.dirty.empty());
  CHECK(f.settle() == action::none);
  CHECK(f.session->transport() == transport_kind::websocket);
  CHECK(f.session->upgraded());
  CHECK_FALSE(f.session->candidate_present());

  // The upgrade's timeout is over with; the heartbeat goes on.
  f.pass(20s);
  CHECK(f.settle() == action::none);
  CHECK(f.receive("4over WebSocket"));
  f.pass(5s);
  CHECK(f.take_packets() == packets{"2"});
}

TEST_CASE("while probed, a GET is answered at once", "[upgrade]") {
  upgrading f;
  f.probe();
  CHECK(f.settle() == action::answer_probe);
  f.poll();
  CHECK(f.settle() == action::release_poll);
  f.session->poll_answered();
  f.session->send(packet_frame("4a"));
  f.settle();
  f.poll();
  CHECK_FALSE(f.env.dirty.empty());
  CHECK(f.settle() == action::none);
  CHECK(f.take_packets() == packets{"4a"});
}

TEST_CASE("a held GET that has something to fetch needs no noop", "[upgrade]") {
  upgrading f;
  f.poll();
  f.session->send(packet_frame("4a"));
  f.probe();
  CHECK(f.settle() == action::answer_probe);
}

TEST_CASE("a GET that is still held at the promotion is let go", "[upgrade]") {
  upgrading f;
  f.probe();
  f.settle();
  f.poll();
  f.upgrade();
  CHECK(f.settle() == action::release_poll);
}

TEST_CASE("R86a a WebSocket session takes no candidate", "[upgrade]") {
  session_fixture f{transport_kind::websocket};
  session_fixture::open(f);
  CHECK_FALSE(f.session->candidate_arrived());
  CHECK(f.settle() == action::none);
  CHECK(f.session->open());

  upgrading upgraded;
  upgraded.probe();
  upgraded.upgrade();
  CHECK_FALSE(upgraded.session->candidate_arrived());
}

TEST_CASE("R86b of two candidates the first one wins", "[upgrade]") {
  upgrading f;
  CHECK(f.session->candidate_arrived());
  CHECK_FALSE(f.session->candidate_arrived());
  f.candidate_receive("2probe");
  CHECK_FALSE(f.session->candidate_arrived());
  f.upgrade();
  CHECK(f.settle() == action::answer_probe);
}

TEST_CASE("there is no new candidate before the driver has dropped the old one", "[upgrade]") {
  upgrading f;
  REQUIRE(f.session->candidate_arrived());
  f.pass(10s);
  CHECK_FALSE(f.session->candidate_present());
  CHECK_FALSE(f.session->candidate_arrived());
  CHECK(f.settle() == action::drop_candidate);
  CHECK(f.session->candidate_arrived());
}

TEST_CASE("R86c a candidate that breaks the order is dropped, the session lives", "[upgrade]") {
  upgrading f;
  SECTION("upgrade without a probe") {
    REQUIRE(f.session->candidate_arrived());
    CHECK_FALSE(f.candidate_receive("5"));
  }
  SECTION("a ping that is no probe") {
    REQUIRE(f.session->candidate_arrived());
    f.candidate_receive(GENERATE("2", "2Probe", "2probe "));
  }
  SECTION("a message before the upgrade") {
    REQUIRE(f.session->candidate_arrived());
    f.candidate_receive("4hello");
  }
  SECTION("a message instead of the upgrade") {
    f.probe();
    CHECK(f.settle() == action::answer_probe);
    f.candidate_receive("4hello");
  }
  SECTION("a second probe") {
    f.probe();
    CHECK(f.settle() == action::answer_probe);
    f.candidate_receive("2probe");
  }
  CHECK(f.settle() == action::drop_candidate);
  CHECK_FALSE(f.session->candidate_present());
  CHECK(f.session->open());
  CHECK(f.session->transport() == transport_kind::polling);

  // Another one may try.
  f.probe();
  f.upgrade();
  CHECK(f.session->upgraded());
}

TEST_CASE("R86d a candidate that takes too long is dropped, polling lives", "[upgrade]") {
  upgrading f;
  const bool probed = GENERATE(false, true);
  if (probed) {
    f.probe();
  } else {
    REQUIRE(f.session->candidate_arrived());
  }
  f.settle();
  f.pass(10s - 1ns);
  CHECK(f.settle() == action::none);
  f.pass(1ns);
  CHECK(f.settle() == action::drop_candidate);
  CHECK(f.session->open());
  f.poll();
  f.session->send(packet_frame("4a"));
  CHECK(f.settle() == action::none);
  CHECK(f.take_packets() == packets{"4a"});
}

TEST_CASE("R86e a candidate that vanishes costs nothing", "[upgrade]") {
  upgrading f;
  f.probe();
  f.session->send(packet_frame("4a"));
  f.settle();
  f.session->candidate_lost();
  CHECK_FALSE(f.session->candidate_present());
  CHECK(f.settle() == action::none);
  f.pass(15s);
  CHECK(f.settle() == action::none);
  f.poll();
  f.settle();
  CHECK(f.take_packets() == packets{"4a"});
  f.session->poll_answered();
  // Without a candidate, a GET is held again.
  f.poll();
  CHECK(f.settle() == action::none);
}

TEST_CASE("R86g what is sent between the probe and the upgrade goes out once, in order",
          "[upgrade]") {
  upgrading f;
  f.probe();
  f.settle();
  f.session->send(packet_frame("4a"));
  const bool fetched = GENERATE(false, true);
  packets got;
  if (fetched) {
    f.poll();
    f.settle();
    got = f.take_packets();
    f.session->poll_answered();
  }
  f.session->send(packet_frame("4b"));
  f.upgrade();
  f.session->send(packet_frame("4c"));
  CHECK(f.settle() == action::none);
  for (auto& each : f.take_packets()) got.push_back(each);
  CHECK(got == packets{"4a", "4b", "4c"});
}

TEST_CASE("messages go both ways while an upgrade is under way", "[upgrade]") {
  upgrading f;
  f.probe();
  CHECK(f.session->post_arrived());
  CHECK(f.receive("4by POST"));
  f.session->post_answered();
  f.upgrade();
  CHECK(f.receive("4by WebSocket"));
}

TEST_CASE("F123 the heartbeat goes on across an upgrade", "[upgrade]") {
  upgrading f;
  f.pass(25s);
  f.probe();
  f.upgrade();
  CHECK(f.take_packets() == packets{"2"});
  f.pass(19s);
  f.receive("3");
  f.pass(24s);
  CHECK(f.session->open());
}

TEST_CASE("the session's end takes the candidate along", "[upgrade]") {
  upgrading f;
  if (GENERATE(false, true)) {
    f.probe();
  } else {
    REQUIRE(f.session->candidate_arrived());
  }
  f.settle();

  SECTION("by its own close, which waits for a GET") {
    f.session->close(reason::forced_close);
    CHECK(f.settle() == (action::drop_candidate | action::report_close));
    CHECK_FALSE(f.session->candidate_arrived());
    f.poll();
    CHECK(f.settle() == (action::close_poll | action::remove));
  }
  SECTION("by a failure") {
    f.session->transport_lost(reason::transport_error);
    CHECK(f.settle() == (ended | action::drop_candidate));
    CHECK_FALSE(f.session->candidate_arrived());
  }
  SECTION("with a GET held") {
    f.poll();
    f.settle();
    f.session->close(reason::forced_close);
    CHECK(f.settle() == (ended | action::drop_candidate | action::close_poll));
  }
  CHECK_FALSE(f.session->candidate_present());
  CHECK_FALSE(f.timers_armed());
}

TEST_CASE("a candidate goes, and what else is seldom stays", "[upgrade]") {
  session_fixture f{transport_kind::polling};
  const std::string id(45, 'x');
  f.session =
      socketio::ref{new socketio::engine::state{f.env, transport_kind::polling, nullptr, {}, id}};
  session_fixture::open(f);
  f.session->watch_packets();
  for (const bool late : {false, true}) {
    CHECK(f.session->candidate_arrived());
    f.session->send(packet_frame("4while it is there"));
    late ? f.pass(f.settings.upgrade_timeout) : f.session->candidate_lost();
    CHECK_FALSE(f.session->candidate_present());
    f.session->send(packet_frame("4after it"));
    CHECK(f.session->take_queued().size() == 2);
    CHECK(f.session->id() == id);
    f.settle();
    f.take_packets();
  }
}
