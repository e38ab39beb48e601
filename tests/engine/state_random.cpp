// Random sequences of everything that can happen to a session, against what must always hold.
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/session_fixture.hpp"
#include "socketio/engine/state.hpp"
#include "support/catch.hpp"

using namespace socketio::test;
namespace eio = socketio::eio;
using socketio::reason;
using socketio::send_status;
using socketio::time_point;

namespace {

socketio::options small_limits() {
  socketio::options o;
  o.limits.soft_queue = 300;
  o.limits.hard_queue = 600;
  return o;
}

/// Plays peer, application, driver and clock at random. Its driver keeps to the contract: settles
/// at some time, answers the GET that an action says to answer, drops the candidate when told.
class player : session_fixture {
 public:
  explicit player(std::uint32_t seed)
      : session_fixture{seed % 3 == 0 ? transport_kind::websocket : transport_kind::polling,
                        small_limits(),
                        {revision_of(seed), false, {}}},
        heartbeat_{revision_of(seed) == eio::revision::v3 ? "2" : "3"},
        random_{seed} {
    session->start();
  }

  void play() {
    for (int step = 0; step < 400 && !removed_; ++step) {
      operation();
      check();
      if (chance(2)) settle_once();
      check();
    }
    while (!env.dirty.empty()) settle_once();
    if (!removed_ && session->open()) session->close(reason::server_shutting_down);
    while (!env.dirty.empty()) settle_once();
    if (!removed_ && chance(2)) poll();
    while (!env.dirty.empty()) settle_once();
    pass(31s);
    while (!env.dirty.empty()) settle_once();

    CHECK(removed_);
    CHECK(reported_);
    CHECK_FALSE(timers_armed());
    // What came out was in order (see note), and after an orderly end it was everything.
    CHECK(received_ <= sent_);
    if (orderly_) CHECK(received_ == sent_);
    orderly_ends += orderly_ ? 1 : 0;
    after_removal();
  }

  static inline int orderly_ends = 0;

 private:
  bool chance(unsigned one_in) { return random_() % one_in == 0; }

  void operation() {
    const bool is_polling = session->transport() == transport_kind::polling;
    switch (random_() % 16) {
      case 0:
      case 1:
      case 2:
        send(false);
        break;
      case 3:
        send(true);
        break;
      case 4:
      case 5:
        if (is_polling && (!session->poll_held() || chance(20))) {
          if (!poll()) orderly_ = false;
        }
        break;
      case 6:
        if (is_polling && !posting_) {
          posting_ = session->post_arrived();
        } else if (posting_) {
          session->post_answered();
          posting_ = false;
        } else if (is_polling && chance(20) && !session->post_arrived()) {
          orderly_ = false;
        }
        break;
      case 7:
        expect_message(receive("4x"));
        break;
      case 8:
        if (receive(heartbeat_)) FAIL("a heartbeat is no message");
        break;
      case 9:
        candidate_ = candidate_ || session->candidate_arrived();
        break;
      case 10:
        if (candidate_ && candidate_receive(chance(8) ? "4junk" : "2probe")) FAIL("too early");
        break;
      case 11:
        if (candidate_ && candidate_receive("5")) candidate_ = false;
        break;
      case 12:
        if (candidate_ && chance(4)) {
          session->candidate_lost();
          candidate_ = false;
        }
        break;
      case 13:
        pass(std::chrono::milliseconds{random_() % 9'000});
        break;
      case 14:
        if (chance(8)) stall(std::chrono::seconds{random_() % 60});
        break;
      default:
        if (chance(12)) finish();
        break;
    }
  }

  void finish() {
    // A close by the application is orderly: what was accepted before is still delivered.
    switch (random_() % 6) {
      case 0:
      case 1:
        session->close(reason::server_shutting_down);
        return;
      case 2:
        session->transport_lost(reason::transport_close);
        break;
      case 3:
        session->receive_garbage();
        break;
      case 4:
        receive("1");
        break;
      default:
        receive("0");
        break;
    }
    orderly_ = false;
  }

  void send(bool lossy) {
    const bool was_open = session->open();
    const auto f = packet_frame('4' + std::to_string(sent_));
    const auto queued = session->outbox().frames().size();
    const auto status = lossy ? session->send_lossy(f) : session->send(f);
    const bool accepted = status == send_status::ok || status == send_status::buffered;
    if (!was_open) CHECK(status == send_status::closed);
    if (status == send_status::dropped) CHECK(lossy);
    if (accepted) {
      ++sent_;
      CHECK(session->open());
      CHECK(session->outbox().frames().size() == queued + 1);
    } else if (was_open && status == send_status::closed) {
      CHECK(session->close_reason() == reason::slow_consumer);
      orderly_ = false;
      ++sent_;  // it was queued before the limit was seen
    } else {
      CHECK(session->outbox().frames().size() == queued);
    }
  }

  void expect_message(bool is_message) { CHECK(is_message == session->open()); }

  void check() {
    if (!session->open() && closed_reason_ == no_reason) {
      closed_reason_ = static_cast<int>(session->close_reason());
      if (session->close_reason() != reason::server_shutting_down) orderly_ = false;
    }
    if (closed_reason_ != no_reason) {
      CHECK_FALSE(session->open());
      CHECK(static_cast<int>(session->close_reason()) == closed_reason_);
      CHECK_FALSE(session->candidate_present());
    }
    if (session->candidate_present()) CHECK(session->transport() == transport_kind::polling);
    if (session->upgraded()) CHECK(session->transport() == transport_kind::websocket);
    if (session->open()) CHECK(timers_armed());
  }

  void settle_once() {
    if (env.dirty.empty()) {
      CHECK(session->take_actions() == action::none);
      return;
    }
    const action todo = settle();
    CHECK_FALSE(removed_);
    if (has(todo, action::drop_candidate)) candidate_ = false;
    // A GET is answered by what is queued, by a noop, or by the last words.
    const bool is_polling = session->transport() == transport_kind::polling;
    if (has(todo, action::close_poll)) {
      CHECK(session->poll_held());
      CHECK_FALSE(session->open());
    }
    if (session->poll_held() && (has(todo, action::close_poll) || has(todo, action::release_poll) ||
                                 (is_polling && !session->outbox().empty()))) {
      if (is_polling) fetch();
      session->poll_answered();
    }
    if (!is_polling) write(has(todo, action::close_socket));
    if (has(todo, action::close_socket)) CHECK_FALSE(is_polling);
    if (has(todo, action::report_close)) {
      CHECK_FALSE(reported_);
      CHECK_FALSE(session->open());
      reported_ = true;
    }
    if (has(todo, action::remove)) {
      CHECK(reported_);
      CHECK_FALSE(session->poll_held());
      CHECK_FALSE(timers_armed());
      if (is_polling && !has(todo, action::close_poll)) orderly_ = false;  // nobody fetched it
      removed_ = true;
    }
  }

  /// A WebSocket takes what it can, at the end everything.
  void write(bool all) {
    auto& queued = session->outbox();
    std::size_t bytes = queued.bytes();
    if (!all) bytes = bytes == 0 ? 0 : random_() % (bytes + 1);
    const auto before = packets_of(queued);
    queued.wrote(bytes);
    note({before.begin(), before.end() - static_cast<long>(queued.frames().size())});
  }

  void fetch() { note(take_packets()); }

  void note(const std::vector<std::string>& packets) {
    for (const auto& each : packets) {
      if (each.front() != '4') continue;
      CHECK(each == '4' + std::to_string(received_));
      ++received_;
    }
  }

  /// A session that is kept alive by somebody does nothing any more.
  void after_removal() {
    session->send(packet_frame("4x"));
    session->close(reason::forced_close);
    session->transport_lost(reason::transport_close);
    receive("4x");
    receive(heartbeat_);
    CHECK_FALSE(session->candidate_arrived());
    pass(1h);
    CHECK(env.dirty.empty());
    CHECK(session->take_actions() == action::none);
    CHECK_FALSE(timers_armed());
  }

  static eio::revision revision_of(std::uint32_t seed) {
    return seed % 5 < 2 ? eio::revision::v3 : eio::revision::v4;
  }

  static constexpr int no_reason = -1;

  const std::string heartbeat_;  ///< of a client of this revision
  std::mt19937 random_;
  bool candidate_ = false;
  bool posting_ = false;
  bool reported_ = false;
  bool removed_ = false;
  bool orderly_ = true;
  int closed_reason_ = no_reason;
  int sent_ = 0;
  int received_ = 0;
};

}  // namespace

TEST_CASE("whatever happens to a session, it ends once, and all of it", "[state]") {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    INFO("seed " << seed);
    player{seed}.play();
  }
  CHECK(player::orderly_ends > 500);
}
