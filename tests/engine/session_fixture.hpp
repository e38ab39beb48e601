// One session with a clock in the test's hand, driven as a server would drive it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/core/frame_builder.hpp"
#include "socketio/engine/state.hpp"
#include "socketio/proto/ws/encoder.hpp"

namespace socketio::test {

using namespace std::chrono_literals;
using engine::action;
using engine::transport_kind;

/// A sealed text packet, type digit included.
inline frame packet_frame(std::string_view text) {
  frame_builder packet{text.size()};
  packet.append(text);
  return ws::seal(packet, ws::opcode::text);
}

inline std::vector<std::string> packets_of(const engine::outbox& queued) {
  std::vector<std::string> packets;
  for (const frame& each : queued.frames()) packets.emplace_back(each.packet());
  return packets;
}

struct session_fixture {
  explicit session_fixture(transport_kind kind, options o = {}, const eio::dialect& speaks = {})
      : settings{std::move(o)}, env{settings} {
    env.now = time_point{} + 1h;
    session = ref{new engine::state{env, kind, nullptr, speaks}};
  }

  /// A session whose open packet was fetched.
  static void open(session_fixture& f) {
    f.session->start();
    if (f.session->transport() == transport_kind::polling) f.poll();
    f.settle();
    f.take_packets();
    f.session->poll_answered();
  }

  /// Lets time go by, expiry by expiry.
  void pass(duration by) {
    const time_point end = env.now + by;
    for (auto next = env.timers.next(); next && *next <= end; next = env.timers.next()) {
      env.now = std::max(env.now, *next);
      env.timers.expire(env.now);
    }
    env.now = end;
  }

  /// The process does not run for so long: then everything that is due expires at once.
  void stall(duration by) {
    env.now += by;
    env.timers.expire(env.now);
  }

  bool receive(std::string text) {
    const auto packet = eio::decode_text(text.data(), text.size());
    return packet && session->receive(*packet);
  }

  bool candidate_receive(std::string text) {
    const auto packet = eio::decode_text(text.data(), text.size());
    return session->candidate_receive(packet.value_or(eio::packet{}));
  }

  bool poll() { return session->poll_arrived(); }

  /// What the driver does before the loop's turn ends.
  action settle() {
    if (!env.dirty.empty()) env.dirty.pop_front();
    return session->take_actions();
  }

  std::vector<std::string> take_packets() {
    auto packets = packets_of(session->outbox());
    session->outbox().wrote(session->outbox().bytes());
    return packets;
  }

  bool timers_armed() { return env.timers.next().has_value(); }

  options settings;
  engine::environment env;
  ref<engine::state> session;
};

}  // namespace socketio::test
