// R59: each single allocation of a server fails in turn, while a client lives through a session.
// The process lives, everybody else is served, and nothing is left behind.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "memory/starving.hpp"
#include "socketio.hpp"
#include "socketio/cluster/memory_relay.hpp"
#include "socketio/engine/message.hpp"
#include "socketio/transport/relayed.hpp"
#include "support/catch.hpp"
#include "support/eio_client.hpp"
#include "support/sio_client.hpp"

using namespace socketio::test;
using namespace std::chrono_literals;
using socketio::memory;

namespace {

/// The server's handlers allocate nothing themselves.
struct world {
  struct user {
    user() noexcept { ++alive; }
    user(const user&) = delete;
    ~user() { --alive; }
    static inline int alive = 0;
  };
  using server_type = io::server<starving, user>;

  world() {
    io::options o;
    o.limits.http_body_timeout = 5s;
    server.emplace(network, o);
    server->on_error(
        [this](io::socket&, std::error_code, std::string_view, std::exception_ptr) { ++errors; });
    for (const char* name : {"/", "/b"}) {
      const auto nsp = server->of(name);
      nsp.use([](io::socket&, io::next next) { next(); });
      nsp.on_connection([this](io::socket& s) {
        ++connected;
        s.join("room");
      });
      nsp.on_disconnect([this](io::socket&, io::reason) { ++disconnected; });
      nsp.on("echo", [](io::socket& s, std::string_view text) { s.emit("echo", text); });
      nsp.on("bytes", [](io::socket& s, io::bytes_view b) { s.emit("bytes", b); });
      nsp.on("ask", [](int n) { return n; });
      nsp.on("answer", [](int n, io::ack ack) { ack(n); });
      nsp.on("later", [](int n) -> asio::awaitable<int> { co_return n; });
      nsp.on("question",
             [](io::socket& s) { s.timeout(1s).emit("question", [](std::error_code, int) {}); });
      nsp.on("room", [](io::socket& s, std::string_view room) { s.join(room); });
      nsp.on("news", [nsp](std::string_view text) { nsp.to("room").emit("news", text); });
      nsp.on("more", [](io::socket& s) {
        for (int i = 0; i < 20; ++i) s.emit("more", i);
      });
    }
    server->of("/b").on_connection([this](io::socket& s) {
      const io::conn connection = s.conn();
      connection.on_packet([this](const io::engine_packet&) { ++packets_seen; });
      connection.on_packet_create([this](const io::engine_packet&) { ++packets_seen; });
      connection.on_close([this](io::reason) { ++closed; });
    });
    server->of("/c").use([](io::socket&) -> asio::awaitable<io::verdict> { co_return io::accept; });
    server->http().exact(
        "/page", [](const io::http::request&) { return io::http::response{200, {}, "a page"}; });
    server->listen(port);
    witness.emplace(network);
    witness->join();
  }

  /// Nothing is left of anybody but the witness, who is served; unless it was the witness that the
  /// server had no memory for. True if not.
  bool check() {
    memory_shortage = {};
    // Even the timer may have failed; all goes on with the next event.
    witness->send(R"(42["nobody listens"])");
    live(network, 3min, *witness);
    const bool unharmed = !witness->peer.closed();
    if (!unharmed) {
      witness.emplace(network);
      witness->join();
    }
    CHECK(disconnected == connected - 1);
    CHECK(server->size() == 1);
    CHECK(server->of("/b").size() == 0);
    CHECK(server->rooms() == std::vector<std::string>{"room"});
    CHECK(server->engine().session_count() == 1);
    CHECK(user::alive == 1);
    witness->send(R"(427["ask",1])");
    CHECK(witness->take() == packets{"437[1]"});
    polling_client another{network};
    CHECK(another.join().size() == 20);
    another.post("1");
    server->close(1s);
    network.advance(2s);
    CHECK(connected == disconnected);
    CHECK(network.idle());
    CHECK(closed <= 1);
    server.reset();
    network.run();
    CHECK(user::alive == 0);
    return unharmed;
  }

  memory::network network;
  std::optional<server_type> server;
  std::optional<ws_client> witness;
  int errors = 0, connected = 0, disconnected = 0, packets_seen = 0, closed = 0;
};

const std::string long_text(3000, 'x');

template <class Client>
void converse(Client& client, const std::function<void(std::string)>& say) {
  const std::string quoted = '"' + long_text + '"';
  say("40");
  say("40/b,");
  say(R"(42["echo",)" + quoted + "]");
  say(R"(421["ask",1])");
  say(R"(422["answer",2])");
  say(R"(423["later",3])");
  say(R"(42["room","a name that is too long for a string to keep inside"])");
  say(R"(42["news",)" + quoted + "]");
  say(R"(42["question"])");
  client.take();
  say("430[1]");
  say(R"(42["question"])");  // and this one is never answered
  say(R"(42["more"])");
  say(R"(42["echo"])");  // bad arguments
  client.take();
  say("40/c,");
  say("41/b,");
  client.take();
}

void over_websocket(world& w) {
  ws_client client{w.network};
  converse(client, [&](std::string packet) { client.send(packet); });
  client.send(R"(451-["bytes",{"_placeholder":true,"num":0}])");
  client.send_binary(std::string(5000, 'b'));
  client.write(fragmented(socketio::ws::opcode::text, R"(42["echo",")" + long_text + "\"]", 1000));
  client.write(client_frame{.op = socketio::ws::opcode::ping, .payload = "x"}.bytes());
  client.take();
  client.peer.stop_reading();
  client.send(R"(42["more"])");
  client.peer.resume_reading();
  live(w.network, 60s, client, *w.witness);
  client.write(client_close(1000));
}

void over_polling(world& w) {
  polling_client client{w.network};
  converse(client, [&](std::string packet) {
    client.post(packet);
    client.take();
  });
  const std::string big = R"(42["echo",")" + long_text + "\"]";
  client.posts.exchange("POST " + client.target() +
                        " HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nbd5\r\n" +
                        big + "\r\n0\r\n\r\n");
  client.take();
  live(w.network, 60s, client, *w.witness);

  ws_client upgraded{w.network, "&sid=" + client.sid};
  upgraded.send("2probe");
  upgraded.take();
  client.take();
  upgraded.send("5");
  upgraded.send(R"(42["echo","over"])");
  live(w.network, 30s, upgraded, *w.witness);
  upgraded.send("41");
  upgraded.write(client_close(1000));

  http_client page{w.network};
  page.exchange(http_client::get("/page"));
  page.exchange(http_client::get("/nothing"));
  page.exchange(http_client::get("/socket.io/?EIO=4&transport=polling&sid=unknown"));
}

}  // namespace

TEST_CASE("R59 any allocation of a server may fail", "[memory]") {
  const bool websocket = GENERATE(true, false);
  const std::size_t in_a_row = GENERATE(1u, 2u);
  std::size_t n = 1, unharmed = 0;
  for (bool reached = true; reached; ++n) {
    INFO(in_a_row << " failing from allocation " << n << " of a session over "
                  << (websocket ? "websocket" : "polling"));
    world w;
    memory_shortage = {.from = n, .count = in_a_row, .applies = [] {
                         return socketio::engine::environment::running != nullptr;
                       }};
    CHECK_NOTHROW(websocket ? over_websocket(w) : over_polling(w));
    reached = memory_shortage.made >= n;
    if (w.check()) ++unharmed;
  }
  CHECK(n > 50);
  CHECK(unharmed > n * 3 / 4);
}

// ---- a session that another server relays
// ------------------------------------------------------------------------------

namespace {

struct echo final : socketio::engine::application {
  void opened(socketio::engine::state&) override { ++sessions; }
  void received(socketio::engine::state& s, const socketio::eio::packet& m) override {
    s.send(socketio::engine::text_message(m.text()));
  }
  void closed(socketio::engine::state&, io::reason) override { --sessions; }
  int sessions = 0;
};

struct relaying_world {
  relaying_world() {
    for (std::size_t n : {0u, 1u}) {
      servers[n].emplace(network, io::options{}, applications[n]);
      servers[n]->relay(between.join());
      servers[n]->listen("", static_cast<std::uint16_t>(80 + n));
    }
    network.run();
  }

  /// A session at the first server, all of whose other requests come to the second. False if
  /// something of it fails.
  bool converse(std::size_t size) {
    const std::string sid = sid_of(eio_client{network, 80}.get(eio_path("polling")).body);
    if (sid.empty()) return false;
    const std::string path = eio_path("polling", sid);
    const std::string large(3000, 'x');
    eio_client polling{network, 81};
    polling.send_get(path);
    bool good = eio_client{network, 81}.post(path, "4" + large).body == "ok";
    good = polling.next().body == "4" + large && good;
    polling.send_get(path);
    network.advance(26s);
    good = polling.next().body == "2" && good;
    good = eio_client{network, 81}.post(path, "3").body == "ok" && good;
    polling.send_get(path);
    auto socket = eio_client{network, 81}.websocket(eio_path("websocket", sid));
    socket.send_text("2probe");
    good = socket.next() == "3probe" && good;
    good = polling.next().body == "6" && good;
    socket.send_text("5");
    socket.peer.stop_reading();
    for (int i = 0; i < 3; ++i) socket.send_text("4" + std::string(size, 'y'));
    socket.peer.resume_reading();
    for (int i = 0; i < 3; ++i) good = socket.next().size() == 1 + size && good;
    socket.peer.close();
    network.run();
    return good;
  }

  void check() {
    memory_shortage = {};
    network.advance(3min);
    CHECK(applications[0].sessions == 0);
    CHECK(applications[1].sessions == 0);
    CHECK(servers[0]->session_count() == 0);
    CHECK(converse(1));
    for (auto& each : servers) each->close(1s);
    network.advance(2s);
    CHECK(network.idle());
  }

  memory::network network;
  io::memory_relay between;
  echo applications[2];
  std::optional<io::engine_server<io::relayed<starving>>> servers[2];
};

}  // namespace

TEST_CASE("R59 any allocation of servers that relay may fail", "[memory]") {
  std::size_t n = 1;
  for (bool reached = true; reached; ++n) {
    INFO("failing allocation " << n);
    relaying_world w;
    memory_shortage = {.from = n,
                       .applies = [] { return socketio::engine::environment::running != nullptr; }};
    bool whole = false;
    CHECK_NOTHROW(whole = w.converse(50'000));
    reached = memory_shortage.made >= n;
    if (!reached) CHECK(whole);
    w.check();
  }
  CHECK(n > 100);
}
