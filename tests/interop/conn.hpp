// The namespace /conn of the fixture contract.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <socketio.hpp>

namespace socketio::test {

struct connection_facts {
  std::string id, transport;
  bool upgraded, open;
  int protocol;
  std::string address, url;
};

template <class Server>
void serve_conn(Server& server) {
  server.of("/conn").on_connection([&server](typename Server::socket& socket) {
    const io::conn conn = socket.conn();
    const auto trace = std::make_shared<std::vector<std::string>>();
    const auto show = [trace](std::string_view what) {
      return [trace, what](const io::engine_packet& p) {
        trace->push_back(std::string{what}.append(p.type).append(":").append(p.data));
      };
    };
    conn.on_packet(show("packet:"));
    conn.on_packet_create(show("created:"));
    conn.on_heartbeat([trace] { trace->emplace_back("heartbeat"); });
    conn.on_upgrading([trace] { trace->emplace_back("upgrading"); });
    conn.on_upgrade(
        [trace](io::conn& me) { trace->push_back("upgrade:" + std::string{me.transport()}); });
    conn.on_close([&server, id = conn.id()](io::reason why) {
      server.of("/conn").emit("closed", id, to_string(why));
    });
    socket.on("echo", [](io::socket& me, io::value_view x) { me.emit("echo", x); });
    socket.on("trace", [trace] { return *trace; });
    socket.on("conn", [](io::socket& me) {
      const io::conn c = me.conn();
      return connection_facts{
          c.id(),      std::string{c.transport()},    c.upgraded(), c.open(), c.protocol(),
          c.address(), std::string{c.request().url()}};
    });
    socket.on("close", [](io::socket& me) { me.conn().close(); });
  });
}

}  // namespace socketio::test
