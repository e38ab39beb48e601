// Three servers in virtual time that relay the requests of each other's sessions.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/cluster/memory_relay.hpp"
#include "socketio/engine/message.hpp"
#include "socketio/net/engine_server.hpp"
#include "socketio/transport/relayed.hpp"
#include "support/catch.hpp"
#include "support/eio_client.hpp"

namespace socketio::test {

using namespace std::chrono_literals;

using over_relay = relayed<memory>;
static_assert(relays<over_relay> && !relays<memory>);

/// Keeps its sessions and what they say.
struct relaying_program final : engine::application {
  void opened(engine::state& s) override { sessions.push_back(&s); }
  void received(engine::state&, const eio::packet& m) override { heard.emplace_back(m.text()); }
  void closed(engine::state&, reason why) override { ends.push_back(why); }

  std::vector<engine::state*> sessions;
  std::vector<std::string> heard;
  std::vector<reason> ends;
};

struct member {
  member(memory::network& n, std::unique_ptr<cluster::relay_bus> bus, std::uint16_t at,
         const options& o, const relay_options& r)
      : server{n, o, application} {
    server.use([this](const http::request& asked) {
      addresses.emplace_back(asked.address);
      return true;
    });
    server.on_connection_error(
        [this](const engine::connection_error& e) { errors.emplace_back(e.message); });
    server.relay(std::move(bus), r);
    server.listen("", at);
  }

  void emit(std::string_view text) {
    application.sessions.back()->send(engine::text_message(text));
  }

  relaying_program application;
  std::vector<std::string> addresses;
  std::vector<std::string> errors;
  engine_server<over_relay> server;
};

/// Three servers side by side, at the ports 80, 81 and 82.
struct farm {
  explicit farm(const options& o = {}, const relay_options& r = {}) : farm{o, o, r} {}
  /// The second one has options of its own.
  farm(const options& o, const options& of_second, const relay_options& r) {
    for (std::uint16_t at = 80; at < 83; ++at) {
      members.push_back(
          std::make_unique<member>(network, between.join(), at, at == 81 ? of_second : o, r));
    }
    network.run();
  }

  member& at(std::size_t n) { return *members[n]; }
  eio_client client(std::size_t n) {
    return eio_client{network, static_cast<std::uint16_t>(80 + n)};
  }

  /// A session at the first server; its id.
  std::string handshake() {
    const auto answer = client(0).get(eio_path("polling"));
    REQUIRE(answer.status == 200);
    return sid_of(answer.body);
  }

  /// Time goes by in steps in which everybody hears of everybody.
  void advance(duration by) {
    for (; by > 0ms; by -= 100ms) network.advance(std::min<duration>(by, 100ms));
  }

  memory::network network;
  memory_relay between;
  std::vector<std::unique_ptr<member>> members;
};

inline std::string poll_path(std::string_view sid) { return eio_path("polling", sid); }

}  // namespace socketio::test
