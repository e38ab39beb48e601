// A whole Engine.IO server over the memory transport: the life of a session, with a fault at every
// step of it. Whatever happens, each session that began ends once, and nothing is left behind.
#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "socketio/net/engine_server.hpp"
#include "socketio/proto/ws/encoder.hpp"
#include "support/catch.hpp"
#include "support/eio_client.hpp"

using namespace std::chrono_literals;
using namespace socketio::test;
using socketio::memory;
namespace eio = socketio::eio;
namespace engine = socketio::engine;

namespace {

/// Sends every message back.
struct echo final : engine::application {
  void opened(engine::state& session) override {
    ++alive[&session];
    ++opens;
  }

  void received(engine::state& session, const eio::packet& message) override {
    REQUIRE(alive[&session] == 1);
    socketio::frame_builder packet;
    if (!message.binary) packet.push_back('4');
    packet.append(message.data, message.size);
    session.send(socketio::ws::seal(
        packet, message.binary ? socketio::ws::opcode::binary : socketio::ws::opcode::text));
  }

  void closed(engine::state& session, socketio::reason) override {
    REQUIRE(--alive[&session] == 0);
    alive.erase(&session);
    ++closes;
  }

  std::map<engine::state*, int> alive;
  int opens = 0;
  int closes = 0;
};

struct served {
  served() : server{network, {}, application} { server.listen(80); }

  /// After this, nothing may be left of anything.
  void finish() {
    network.advance(3min);
    server.close(1s);
    network.advance(2s);
    CHECK(application.opens == application.closes);
    CHECK(server.session_count() == 0);
    CHECK(network.idle());
  }

  memory::network network;
  echo application;
  socketio::engine_server<memory> server;
};

/// What a client lives through. Each step is taken only if the one before it has worked. True: all
/// of them have.
struct scenario {
  explicit scenario(memory::network& n) : network{n} {}

  template <class Fault>
  bool play(Fault&& on_connect) {
    get.emplace(network);
    on_connect(get->peer);
    const std::string sid = sid_of(get->get(eio_path("polling")).body);
    if (sid.empty()) return false;

    post.emplace(network);
    on_connect(post->peer);
    const std::string polling = eio_path("polling", sid);
    get->send_get(polling);
    if (post->post(polling,
                   "4hello\x1e"
                   "bAQID")
            .body != "ok")
      return false;
    std::string echoed = get->next().body;
    if (echoed == "4hello") echoed += '\x1e' + get->get(polling).body;
    if (echoed !=
        "4hello\x1e"
        "bAQID")
      return false;

    eio_client upgrading{network};
    on_connect(upgrading.peer);
    socket.emplace(upgrading.websocket(eio_path("websocket", sid)));
    if (upgrading.upgrade_answer.status != 101) return false;
    get->send_get(polling);
    socket->send_text("2probe");
    if (socket->next() != "3probe" || get->next().body != "6") return false;
    socket->send_text("5");

    socket->send_text("4over");
    socket->send_binary("\1\2\3");
    if (socket->next() != "4over" || socket->next() != "\1\2\3") return false;
    network.advance(25s);
    if (socket->next() != "2") return false;
    socket->send_text("3");
    socket->send_text("1");
    return true;
  }

  bool play() {
    return play([](memory::peer&) {});
  }

  memory::network& network;
  std::optional<eio_client> get, post;
  std::optional<eio_websocket> socket;
};

}  // namespace

TEST_CASE("a session opens, polls, upgrades and ends", "[engine]") {
  served s;
  scenario client{s.network};
  REQUIRE(client.play());
  CHECK(s.application.opens == 1);
  CHECK(s.application.closes == 1);
  const auto last = client.socket->next_frame();
  REQUIRE(last);
  CHECK(last->op == socketio::ws::opcode::close);
  s.finish();
  CHECK(client.socket->peer.closed());
  CHECK(client.get->peer.closed());
}

TEST_CASE("R86h an upgrade whose packets come all at once is answered in order", "[engine]") {
  served s;
  eio_client opening{s.network};
  const std::string sid = sid_of(opening.get(eio_path("polling")).body);
  eio_client upgrading{s.network};
  upgrading.send_get(eio_path("websocket", sid), eio_client::upgrade_lines);
  REQUIRE(upgrading.next().status == 101);
  eio_websocket socket{s.network, std::move(upgrading.peer)};
  socket.send(text_frame("2probe") + text_frame("5") + text_frame("4echo"));
  CHECK(socket.next() == "3probe");
  CHECK(socket.next() == "4echo");
}

TEST_CASE("the same byte by byte, and with partial writes", "[engine]") {
  served s;
  s.network.split(GENERATE(1u, 2u, 7u, 100u));
  scenario client{s.network};
  CHECK(client.play());
  s.finish();
}

TEST_CASE("each read, write and accept may fail", "[engine]") {
  const auto failure = GENERATE(
      std::error_code{asio::error::connection_reset}, std::error_code{asio::error::no_descriptors},
      std::error_code{asio::error::timed_out}, std::error_code{asio::error::eof});
  std::size_t n = 1;
  for (bool all_worked = false; !all_worked; ++n) {
    INFO("operation " << n << ": " << failure.message());
    served s;
    s.network.fail_at(n, failure);
    all_worked = scenario{s.network}.play() && s.network.operations() < n;
    s.finish();
  }
  CHECK(n > 20);
}

TEST_CASE("R57 a failed accept is not the last one", "[engine]") {
  const auto failure = GENERATE(
      std::error_code{asio::error::connection_aborted}, std::error_code{asio::error::interrupted},
      std::error_code{asio::error::no_buffer_space}, std::error_code{asio::error::no_memory},
      std::error_code{asio::error::no_descriptors}, std::error_code{asio::error::no_permission});
  INFO(failure.message());
  served s;
  s.network.fail_at(1, failure);
  eio_client client{s.network};
  client.send_get(eio_path("polling"));
  s.network.advance(50ms);
  CHECK_FALSE(sid_of(client.next().body).empty());
  s.finish();
}

TEST_CASE("each operation may be woken for nothing", "[engine]") {
  std::size_t n = 1;
  for (bool reached = true; reached; ++n) {
    INFO("operation " << n);
    served s;
    s.network.fail_at(n, asio::error::would_block);
    CHECK(scenario{s.network}.play());
    reached = s.network.operations() >= n;
    s.finish();
  }
}

TEST_CASE("a connection may break after each byte, in either direction", "[engine]") {
  const bool to_server = GENERATE(true, false);
  bool all_worked = false;
  for (std::size_t n = 0; !all_worked; ++n) {
    INFO("byte " << n);
    served s;
    all_worked = scenario{s.network}.play(
        [&](memory::peer& p) { to_server ? p.cut_after_sent(n) : p.cut_after_received(n); });
    s.finish();
  }
}

TEST_CASE("a client may fall silent at any time", "[engine]") {
  for (int connection = 0; connection < 3; ++connection) {
    for (const auto when : {0s, 1s}) {
      INFO("connection " << connection);
      served s;
      scenario client{s.network};
      int count = 0;
      client.play([&](memory::peer& p) {
        if (count++ != connection) return;
        if (when == 0s) {
          p.link_down();
        } else {
          p.delay(500ms);
        }
      });
      s.finish();
    }
  }
}

TEST_CASE("a client that reads nothing is given up", "[engine]") {
  served s;
  eio_client client{s.network};
  auto socket = client.websocket(eio_path("websocket"));
  REQUIRE(client.upgrade_answer.status == 101);
  CHECK_FALSE(sid_of(socket.next()).empty());
  socket.peer.stop_reading(1000);
  socket.send_text('4' + std::string(100'000, 'x'));
  CHECK(s.application.opens == 1);
  CHECK(s.application.closes == 0);
  s.network.advance(20s);
  CHECK(s.application.closes == 1);
  CHECK(socket.peer.aborted());
  s.finish();
}

TEST_CASE("R157 what is queued for a peer that is gone is freed at the ping timeout", "[engine]") {
  memory::network network;
  echo application;
  socketio::options options;
  options.limits.write_timeout = 1h;
  socketio::engine_server<memory> server{network, options, application};
  server.listen(80);
  eio_client client{network};
  auto socket = client.websocket(eio_path("websocket"));
  REQUIRE(application.alive.size() == 1);
  engine::state& session = *application.alive.begin()->first;

  socket.peer.link_down();
  socketio::frame_builder packet;
  packet.append(std::string(1'000'000, 'x'));
  const socketio::frame queued = socketio::ws::seal(packet, socketio::ws::opcode::text);
  // The system takes some of it, and has room for no more.
  while (session.outbox().bytes() < 4'000'000) {
    REQUIRE(session.send(queued) != socketio::send_status::closed);
    network.run();
  }

  network.advance(options.ping_interval + options.ping_timeout - 1s);
  CHECK(application.closes == 0);
  CHECK(queued.shared());
  network.advance(1s);
  CHECK(application.closes == 1);
  CHECK_FALSE(queued.shared());
}

TEST_CASE("a peer that answers no ping, and for which nothing waits, is told of the end",
          "[engine]") {
  served s;
  eio_client client{s.network};
  auto socket = client.websocket(eio_path("websocket"));
  s.network.advance(45s);
  CHECK(s.application.closes == 1);
  std::optional<server_frame> last;
  while (auto next = socket.next_frame()) last = std::move(next);
  REQUIRE(last);
  CHECK(last->op == socketio::ws::opcode::close);
  CHECK_FALSE(socket.peer.aborted());
  s.finish();
}

TEST_CASE("F175 the server closes while sessions are in every state", "[engine]") {
  for (int steps = 0; steps < 60; ++steps) {
    INFO("after " << steps << " operations");
    served s;
    scenario client{s.network};
    client.play([&](memory::peer& p) {
      if (s.network.operations() >= static_cast<std::size_t>(steps)) s.server.close(1s);
      p.split(50);
    });
    s.finish();
  }
}

TEST_CASE("F087 F175 the server is destroyed while sessions are in every state", "[engine]") {
  for (std::size_t connections = 1; connections <= 3; ++connections) {
    memory::network network;
    echo application;
    std::size_t count = 0;
    {
      std::optional<socketio::engine_server<memory>> server;
      server.emplace(network, socketio::options{}, application);
      server->listen(80);
      scenario client{network};
      client.play([&](memory::peer&) {
        if (++count == connections) server.reset();
      });
      CHECK(application.opens == application.closes);
    }
    network.advance(1min);
    CHECK(network.idle());
  }
}
