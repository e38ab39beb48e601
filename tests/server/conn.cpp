// io::conn: a client's connection, its upgrade and its packets, in virtual time.
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

std::string show(char mark, const io::engine_packet& p) {
  return std::string{mark}.append(p.type).append(p.binary ? " b:" : " ").append(p.data);
}

/// A server that notes everything that connections tell.
struct world {
  explicit world(const io::options& o = {}) : server{network, o} {
    server.on_connection([&](io::socket& s) {
      connections.push_back(s.conn());
      if (watches) watch(connections.back());
    });
    server.on("do", [&](io::socket& s) { std::exchange(todo, nullptr)(s); });
    server.on("echo", [](io::socket& s, io::args all) { s.emit("echo", all); });
    server.on_disconnect([&](io::socket&, io::reason) { seen.emplace_back("disconnect"); });
    server.on_error(
        [&](io::socket&, std::error_code ec, std::string_view event, std::exception_ptr) {
          seen.push_back(ec.message() + ": " + std::string{event});
        });
    server.listen(port);
  }

  void watch(const io::conn& c) {
    c.on_packet([&](const io::engine_packet& p) { seen.push_back(show('<', p)); });
    c.on_packet_create([&](const io::engine_packet& p) { seen.push_back(show('>', p)); });
    c.on_heartbeat([&] { seen.emplace_back("heartbeat"); });
    c.on_upgrading([&](io::conn& me) { note("upgrading", me); });
    c.on_upgrade([&](io::conn& me) { note("upgrade", me); });
    c.on_close([&](io::reason why) { seen.push_back("close: " + std::string{to_string(why)}); });
  }

  void note(std::string_view what, const io::conn& c) {
    seen.push_back(std::string{what}.append(" ").append(c.transport()));
    CHECK(c.upgrading() == (what == "upgrading"));
    CHECK(c.upgraded() == (what == "upgrade"));
  }

  template <class Client>
  void in_handler(Client& client, std::function<void(io::socket&)> f) {
    todo = std::move(f);
    client.send(R"(42["do"])");
    CHECK_FALSE(todo);
  }

  packets noted() { return std::exchange(seen, {}); }

  packets seen;
  std::vector<io::conn> connections;
  bool watches = true;
  std::function<void(io::socket&)> todo;
  io::memory::network network;
  io::server<io::memory> server;
};

/// A WebSocket that a polling session tries out.
ws_client candidate(world& w, const polling_client& session) {
  return ws_client{w.network, "&sid=" + session.sid};
}

}  // namespace

TEST_CASE("F066 F067 F167 a connection says what it is, also when it has ended", "[conn]") {
  world w;
  ws_client client{w.network, "&color=red"};
  client.join();
  REQUIRE(w.connections.size() == 1);
  const io::conn c = w.connections.front();
  CHECK(c.open());
  CHECK(c.transport() == "websocket");
  CHECK(c.protocol() == 4);
  CHECK_FALSE(c.upgraded());
  CHECK_FALSE(c.upgrading());
  CHECK(c.queued_bytes() == 0);
  const std::string sid = between(client.open, R"("sid":")", "\"");
  CHECK(c.id() == sid);
  const std::string address = c.address();
  CHECK_FALSE(address.empty());
  w.in_handler(client, [&](io::socket& s) {
    CHECK(s.conn() == c);
    s.emit("x");
    CHECK(c.queued_bytes() != 0);
  });
  CHECK(c.queued_bytes() == 0);

  w.noted();
  client.write(client_close(1000));
  CHECK(w.noted() == packets{"disconnect", "close: transport close"});
  CHECK_FALSE(c.open());
  CHECK(c.transport().empty());
  CHECK(c.id() == sid);
  CHECK(c.address() == address);
  CHECK(c.request().query() == "transport=websocket&EIO=4&color=red");
  CHECK(c.queued_bytes() == 0);
  c.close();
  CHECK(c.on_close([](io::reason) { FAIL("it has ended long ago"); }));
}

TEST_CASE("F167 the namespaces of a client share its connection, and others have their own",
          "[conn]") {
  world w;
  w.server.of("/other").on_connection([&](io::socket& s) { w.connections.push_back(s.conn()); });
  ws_client one{w.network};
  one.join();
  one.join("/other");
  ws_client another{w.network};
  another.join();
  REQUIRE(w.connections.size() == 3);
  CHECK(w.connections[0] == w.connections[1]);
  CHECK(w.connections[0] != w.connections[2]);
}

TEST_CASE("F168 F169 each packet is shown, in order, in both directions", "[conn]") {
  world w;
  ws_client client{w.network};
  client.join();
  CHECK(w.noted().empty());
  client.send(R"(42["echo",1])");
  CHECK(client.take() == packets{R"(42["echo",1])"});
  CHECK(w.noted() == packets{R"(<message 2["echo",1])", R"(>message 2["echo",1])"});

  client.send(R"(451-["echo",{"_placeholder":true,"num":0}])");
  client.send_binary("\x01\x02");
  CHECK(client.take().size() == 2);
  CHECK(w.noted() ==
        packets{R"(<message 51-["echo",{"_placeholder":true,"num":0}])", "<message b:\x01\x02",
                R"(>message 51-["echo",{"_placeholder":true,"num":0}])", ">message b:\x01\x02"});
}

TEST_CASE("F169 middlewares see the answer to CONNECT, and nobody what is not sent", "[conn]") {
  world w;
  w.watches = false;
  w.server.use([&](io::socket& s) {
    w.watch(s.conn());
    return io::accept;
  });
  ws_client client{w.network};
  const std::string id = client.join();
  CHECK(w.noted() == packets{R"(>message 0{"sid":")" + id + R"("})"});

  client.peer.stop_reading(0);
  w.in_handler(client, [](io::socket& s) {
    const auto rule = io::when_slow::drop_newest.above(1);
    CHECK(s.emit("kept") == io::send_status::ok);
    CHECK(s.when_slow(rule).emit("dropped") == io::send_status::dropped);
    CHECK(s.lossy().emit("dropped") == io::send_status::dropped);
    s.emit_latest("key", "value", 1);
    s.emit_latest("key", "value", 2);
  });
  CHECK(w.noted() == packets{R"(<message 2["do"])", R"(>message 2["kept"])",
                             R"(>message 2["value",1])", R"(>message 2["value",2])"});
}

TEST_CASE("F168 what comes behind the end is not shown", "[conn]") {
  world w;
  ws_client client{w.network};
  client.join();
  w.todo = [](io::socket& s) { s.disconnect(true); };
  client.write(text_frame(R"(42["do"])") + text_frame(R"(42["echo"])"));
  CHECK(w.noted() ==
        packets{R"(<message 2["do"])", "disconnect", ">message 1", "close: forced close"});
}

TEST_CASE("F124 a client shows that it is alive by its pongs", "[conn]") {
  io::options o;
  o.ping_interval = 1s;
  o.ping_timeout = 500ms;
  world w{o};
  ws_client client{w.network};
  client.join();
  w.network.advance(1s);
  CHECK(w.noted() == packets{">ping "});
  CHECK(client.take().empty());  // it answers by itself
  CHECK(w.noted() == packets{"<pong ", "heartbeat"});

  client.answers_heartbeat = false;
  w.network.advance(1s);
  w.noted();
  w.network.advance(500ms);
  CHECK(w.noted() == packets{"disconnect", "close: ping timeout"});
}

TEST_CASE("F124 clients 2.x show it by their pings", "[conn]") {
  io::options o;
  o.allow_eio3 = true;
  world w{o};
  ws_client client{w.network, {}, {}, "3"};
  REQUIRE(w.connections.size() == 1);
  CHECK(w.connections[0].protocol() == 3);
  w.noted();
  client.send("2");
  CHECK(client.take() == packets{"3"});
  CHECK(w.noted() == packets{"<ping ", "heartbeat", ">pong "});
}

TEST_CASE("F067 F127 F168 the upgrade is told of, step by step", "[conn]") {
  world w;
  polling_client client{w.network, "&color=red"};
  client.join();
  REQUIRE(w.connections.size() == 1);
  const io::conn& c = w.connections[0];
  CHECK(c.transport() == "polling");
  client.post(std::string{R"(42["echo",1])"} + '\x1e' + R"(42["echo",2])");
  CHECK(client.take() == packets{R"(42["echo",1])", R"(42["echo",2])"});
  CHECK(w.noted() == packets{R"(<message 2["echo",1])", R"(<message 2["echo",2])",
                             R"(>message 2["echo",1])", R"(>message 2["echo",2])"});

  ws_client socket = candidate(w, client);
  CHECK(w.noted().empty());
  socket.send("2probe");
  CHECK(socket.take() == packets{"3probe"});
  CHECK(w.noted() == packets{"upgrading polling"});
  // What comes in the same read behind the packet that completes it is the session's already.
  socket.write(text_frame("5") + text_frame(R"(42["echo",3])"));
  CHECK(socket.take() == packets{R"(42["echo",3])"});
  CHECK(w.noted() ==
        packets{"upgrade websocket", R"(<message 2["echo",3])", R"(>message 2["echo",3])"});
  CHECK(c.request().query() == "EIO=4&transport=polling&color=red");
  c.close();
  CHECK(socket.take() == packets{"close 1005", "end"});
  CHECK(w.noted() == packets{"disconnect", "close: forced close"});
}

TEST_CASE("F127 an upgrade that is not completed is no upgrade", "[conn]") {
  world w;
  polling_client client{w.network};
  client.join();
  ws_client socket = candidate(w, client);
  socket.send("2probe");
  CHECK(w.noted() == packets{"upgrading polling"});
  socket.send(R"(42["echo",1])");  // which closes the candidate, and nothing else
  CHECK(w.noted().empty());
  CHECK_FALSE(w.connections[0].upgrading());
  CHECK(w.connections[0].open());
  CHECK(w.connections[0].transport() == "polling");
}

TEST_CASE("a connection is told of when its queue has drained", "[conn]") {
  io::options o;
  o.limits.soft_queue = 100;
  world w{o};
  ws_client client{w.network};
  client.join();
  int drained = 0;
  w.connections[0].on_drain([&] { ++drained; });
  client.peer.stop_reading(0);
  w.in_handler(client, [](io::socket& s) {
    CHECK(s.emit("x", std::string(200, 'x')) == io::send_status::buffered);
  });
  CHECK(drained == 0);
  client.peer.resume_reading();
  client.take();
  CHECK(drained == 1);
}

TEST_CASE("callbacks of a connection come, go, and may throw", "[conn]") {
  world w;
  w.watches = false;
  ws_client client{w.network};
  client.join();
  const io::conn c = w.connections[0];
  const io::subscription gone =
      c.on_packet([&](const io::engine_packet&) { FAIL("it was removed"); });
  c.off(gone);
  io::subscription once;
  once = c.on_packet([&](io::conn& me, const io::engine_packet&) {
    me.off(once);
    w.seen.emplace_back("once");
    throw std::runtime_error{"thrown"};
  });
  c.on_close([](io::reason) { throw std::runtime_error{"thrown"}; });
  client.send(R"(42["echo"])");
  client.send(R"(42["echo"])");
  CHECK(w.noted() == packets{"once", "handler threw an exception: connection"});
  client.write(client_close(1000));
  CHECK(w.noted() == packets{"disconnect", "handler threw an exception: connection"});
}

TEST_CASE("callbacks of a connection may end it, or the server", "[conn]") {
  enum class by { disconnect, close, server };
  const auto end = GENERATE(by::disconnect, by::close, by::server);
  const std::string_view when = GENERATE("<message", ">message", "upgrading", "upgrade", "drain");
  CAPTURE(static_cast<int>(end), when);
  io::options o;
  o.limits.soft_queue = 1;
  io::memory::network network;
  std::optional<io::server<io::memory>> server{std::in_place, network, o};
  int closed = 0;
  server->on_connection([&](io::socket& s) {
    const io::conn c = s.conn();
    const auto act = [&, who = s.ref(), c] {
      if (end == by::disconnect) who.disconnect(true);
      if (end == by::close) c.close();
      if (end == by::server) server.reset();
    };
    if (when == "<message") c.on_packet([act](const io::engine_packet&) { act(); });
    if (when == ">message") c.on_packet_create([act](const io::engine_packet&) { act(); });
    if (when == "upgrading") c.on_upgrading(act);
    if (when == "upgrade") c.on_upgrade(act);
    if (when == "drain") c.on_drain(act);
    c.on_close([&](io::reason) { ++closed; });
  });
  server->on("echo", [](io::socket& s, io::args all) { s.emit("echo", all); });
  server->listen(port);
  polling_client client{network};
  client.join();
  ws_client socket{network, "&sid=" + client.sid};
  socket.send("2probe");
  socket.write(text_frame("5") + text_frame(R"(42["echo",1])") + text_frame(R"(42["echo",2])"));
  socket.take();
  network.advance(1min);
  CHECK(closed == 1);
}

TEST_CASE("a connection may be kept for longer than its server", "[conn]") {
  std::optional<io::conn> kept;
  {
    world w;
    ws_client client{w.network};
    client.join();
    kept = w.connections[0];
    // It is held by what it holds itself, until it ends.
    kept->on_packet([c = *kept](const io::engine_packet&) { CHECK(c.open()); });
  }
  CHECK_FALSE(kept->open());
  CHECK_FALSE(kept->id().empty());
}

TEST_CASE("the connection of a socket that has left is as one that has ended", "[conn]") {
  world w;
  ws_client client{w.network};
  client.join();
  w.in_handler(client, [&](io::socket& s) {
    s.disconnect();
    CHECK_FALSE(s.conn().open());
    CHECK(s.conn().id().empty());
    CHECK(s.conn().request().query() == "transport=websocket&EIO=4");
  });
  CHECK(w.connections[0].open());  // the client is still there
}
