// A server that does with its cluster what its clients say; node.mjs is the same in JavaScript.
//
//   cluster_fixture REDIS-URL sharded|classic|streams [COMMAND-TIMEOUT in ms] [recovery] [relay]
//
// The URL may be that of a Sentinel, as sentinel://HOST:PORT; the master is called "main".
#include <chrono>
#include <csignal>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/signal_set.hpp>
#include <socketio.hpp>
#include <socketio/adapters/redis/classic.hpp>
#include <socketio/adapters/redis/emitter.hpp>
#include <socketio/adapters/redis/sentinel.hpp>
#include <socketio/adapters/redis/session_relay.hpp>
#include <socketio/adapters/redis/sharded.hpp>
#include <socketio/adapters/redis/streams.hpp>
#include <socketio/transport/relayed.hpp>

namespace {

using namespace std::chrono_literals;

struct attached {
  std::string name;
};
using server_type = io::server<io::relayed<io::tcp>, attached>;

/// Who is meant: rooms, and those that are not.
struct whom {
  std::optional<std::vector<std::string>> rooms;
  std::optional<std::vector<std::string>> except;
};

struct found {
  std::string id;
  std::vector<std::string> rooms;
  io::value data;
  std::string address;
};

struct outcome {
  std::string error;
  std::vector<io::value> answers;
};

/// The arguments behind the first ones.
io::args behind(io::args all, int first) {
  while (first-- > 0) all.drop_first();
  return all;
}

void serve(server_type::nsp nsp) {
  const auto meant = [nsp](const io::args& all) {
    const auto who = all[0].to<whom>().value();
    return nsp.except(who.except.value_or(std::vector<std::string>{}))
        .to(who.rooms.value_or(std::vector<std::string>{}));
  };
  nsp.on("join", [](io::socket& s, std::string room) { return s.join(room), true; });
  nsp.on("name", [](server_type::socket& s, std::string name) {
    s.data().name = name;
    return true;
  });
  nsp.on("emit", [meant](io::args all) {  // whom, event, arguments
    meant(all).emit(*all[1].as_string(), behind(all, 2));
    return true;
  });
  nsp.on("from me", [](io::socket& s, std::string room, io::args all) {
    s.to(room).emit("said", behind(all, 1));
    return true;
  });
  nsp.on("ask", [meant](io::args all, io::ack ack) {
    meant(all).timeout(2s).emit(*all[1].as_string(), behind(all, 2),
                                [ack](std::error_code ec, std::vector<io::value> answers) mutable {
                                  ack(outcome{ec ? ec.message() : "", std::move(answers)});
                                });
  });
  nsp.on("echo", [](io::args all, io::ack ack) { ack(all[0]); });
  nsp.on("fetch", [meant](io::args all, io::ack ack) {
    meant(all).fetch_sockets(
        [ack](std::error_code, std::vector<io::remote_socket> sockets) mutable {
          std::vector<found> list;
          for (const auto& each : sockets) {
            list.push_back({each.id(), each.rooms(), each.data(), each.handshake().address()});
          }
          ack(list);
        });
  });
  nsp.on("sockets join", [meant](io::args all) {
    meant(all).sockets_join(all[1].to<std::vector<std::string>>().value());
    return true;
  });
  nsp.on("sockets leave", [meant](io::args all) {
    meant(all).sockets_leave(all[1].to<std::vector<std::string>>().value());
    return true;
  });
  nsp.on("disconnect sockets", [meant](io::args all) {
    meant(all).disconnect_sockets(all[1].as_bool().value_or(false));
    return true;
  });
  nsp.on("tell servers", [nsp](io::args all) {
    nsp.server_side_emit("told", all[0], all[1]);
    return true;
  });
  nsp.on("ask servers", [nsp](io::args all, io::ack ack) {
    nsp.server_side_emit("asked", all[0],
                         [ack](std::error_code ec, std::vector<io::value> answers) mutable {
                           ack(outcome{ec ? ec.message() : "", std::move(answers)});
                         });
  });
  nsp.on_server_side("told", [nsp](io::value first, io::value second) {
    nsp.local().emit("server was told", first, second);
  });
  nsp.on_server_side("asked", [](io::value question) { return question; });
}

/// What its clients would have a program without a server do.
void serve_emitter(server_type& server, io::redis::emitter& emitter) {
  const auto meant = [&emitter](const io::args& all) {
    const auto who = all[0].to<whom>().value();
    return emitter.of("/")
        .except(who.except.value_or(std::vector<std::string>{}))
        .to(who.rooms.value_or(std::vector<std::string>{}));
  };
  server.on("emitter emit",
            [meant](io::args all) { return meant(all).emit(*all[1].as_string(), behind(all, 2)); });
  server.on("emitter join", [meant](io::args all) {
    meant(all).sockets_join(all[1].to<std::vector<std::string>>().value());
    return true;
  });
  server.on("emitter leave", [meant](io::args all) {
    meant(all).sockets_leave(all[1].to<std::vector<std::string>>().value());
    return true;
  });
  server.on("emitter disconnect", [meant](io::args all) {
    meant(all).disconnect_sockets(all[1].as_bool().value_or(false));
    return true;
  });
  server.on("emitter tell servers",
            [&emitter](io::args all) { return emitter.server_side_emit("told", all[0], all[1]); });
  server.on("emitter namespace", [&emitter](std::string name, std::string event) {
    return emitter.of(name).emit(event);
  });
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) return 2;
  const std::string_view which = words[2];
  bool recovers = false, relay = false;
  std::optional<std::chrono::milliseconds> patience;
  for (const std::string word : std::span{words + 3, words + count}) {
    if (word == "recovery") {
      recovers = true;
    } else if (word == "relay") {
      relay = true;
    } else {
      patience = std::chrono::milliseconds{std::stoi(word)};
    }
  }
  asio::io_context loop;
  io::options all;
  if (recovers) {
    all.connection_state_recovery.emplace();
    all.ping_interval = 1s;
    all.ping_timeout = 1s;
  }
  server_type server{loop, all};
  io::redis::options connection;
  const std::string url = words[1];
  if (url.starts_with("sentinel:")) {
    const io::redis::address sentinel{"redis" + url.substr(url.find(':'))};
    connection.locator = io::redis::make_sentinel({.master = "main", .sentinels = {sentinel}});
  } else {
    connection.address = io::redis::address{url};
  }
  if (patience) connection.command_timeout = *patience;
  int to_come = relay ? 2 : 1;  // connections to Redis
  const auto member = [&](auto o) {
    o.connection = connection;
    o.on_up = [&] {
      if (--to_come <= 0) std::cout << "listening on " << server.port() << std::endl;
    };
    o.on_down = [](std::error_code why) { std::cerr << why.message() << std::endl; };
    return o;
  };
  using kind = io::redis::cluster_kind;
  kind cluster = kind::sharded;
  if (which == "classic") {
    cluster = kind::classic;
    server.adapter(io::redis::classic_adapter(member(io::redis::classic_options{})));
  } else if (which == "streams") {
    cluster = kind::streams;
    server.adapter(io::redis::streams_adapter(member(io::redis::streams_options{})));
  } else {
    server.adapter(io::redis::sharded_adapter(member(io::redis::sharded_options{})));
  }
  if (relay) server.relay(io::redis::session_relay(member(io::redis::session_relay_options{})));
  server.on("where", [&] { return server.port(); });
  serve(server);
  serve(server.of("/other"));
  serve(server.of(io::pattern{"/room-*"}));

  io::redis::emitter emitter{loop.get_executor(), {.connection = connection, .cluster = cluster}};
  serve_emitter(server, emitter);
  server.listen("127.0.0.1", 0);

  asio::signal_set end{loop, SIGTERM};
  end.async_wait([&](std::error_code, int) {
    server.close();
    emitter.close();
  });
  loop.run();
}
