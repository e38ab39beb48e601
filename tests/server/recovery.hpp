// A client that comes back as the official ones do, and a server for it over the transport in
// memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace socketio::test::recovery {

struct notes {
  int count = 0;
};
using server_type = socketio::server<socketio::memory, notes>;
using events = std::vector<std::string>;

inline socketio::options with_recovery(socketio::recovery_options o = {}) {
  socketio::options all;
  all.connection_state_recovery = o;
  return all;
}

/// What an official client keeps in mind: its secret, and the last argument of each event, if that
/// is a string.
struct client {
  explicit client(socketio::memory::network& n) : wire{n} {}

  /// Joins, as the one that it was if it was one; `more` are further members of `auth`.
  events join(std::string_view more = {}) {
    std::string auth;
    const auto add = [&](std::string_view name, const std::string& value) {
      if (!value.empty()) auth.append(R"(")").append(name).append(R"(":")" + value + R"(",)");
    };
    add("pid", pid);
    add("offset", offset);
    auth.append(more);
    if (auth.ends_with(',')) auth.pop_back();
    wire.send("40{" + auth + "}");
    return take();
  }

  /// Comes back on a connection of its own.
  events come_back(socketio::memory::network& n, std::string_view more = {}) {
    wire = ws_client{n};
    return join(more);
  }

  /// The events that have come since the last time, without their offsets: `["news",1]`.
  events take() {
    events all;
    for (const auto& each : wire.take()) {
      if (each.starts_with("40")) {
        const std::string given = between(each, R"("pid":")", "\"");
        recovered = !pid.empty() && pid == given;
        pid = given;
        id = between(each, R"("sid":")", "\"");
      } else if (each.starts_with("42[")) {
        const std::size_t last = each.rfind(",\"");
        if (last != each.npos) offset = each.substr(last + 2, each.size() - last - 4);
        all.push_back(each.substr(2, last - 2) + (last == each.npos ? "" : "]"));
      } else {
        all.push_back(each);
      }
    }
    return all;
  }

  /// The connection breaks, and what is under way to the client is lost.
  void lose(socketio::memory::network& n) {
    wire.peer.close();
    n.run();
  }

  ws_client wire;
  std::string id, pid, offset;
  bool recovered = false;
};

/// A server that writes down whom it sees.
struct world {
  explicit world(const socketio::options& o = with_recovery()) : server{network, o} {
    server.on_connection([this](server_type::socket& s) {
      log.push_back(s.recovered() ? "recovered" : "new");
      ++s.data().count;
    });
    server.on_disconnect([this](server_type::socket& s, socketio::reason why) {
      CHECK(s.rooms().empty());
      log.emplace_back(socketio::to_string(why));
    });
    server.on("join", [](socketio::socket& s, std::string room) { s.join(room); });
    server.on("leave", [](socketio::socket& s, std::string room) { s.leave(room); });
    server.on("count", [](server_type::socket& s) { return s.data().count; });
    server.on("rooms", [](socketio::socket& s) { return s.rooms().size(); });
    server.listen(port);
  }

  events log;
  socketio::memory::network network;
  server_type server;
};

}  // namespace socketio::test::recovery
