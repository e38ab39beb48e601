#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>

#include "socketio.hpp"
#include "socketio/server.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

struct attached {
  std::string text = std::string(100, 'd');
};
using server_type = io::server<io::memory, attached>;
using socket_type = server_type::socket;

/// A server with a callback in every place that there is. The one of them that `where` names does
/// something to the server, or to the socket, that calls it.
struct world {
  using deed = std::function<void(world&, io::socket&)>;

  world(std::string place, deed d) : where{std::move(place)}, what{std::move(d)} {
    server.emplace(network);
    server->on_connection([this](socket_type& s) { came(s), at("connection", s); });
    server->on_connection([](socket_type& s) { touch(s); });
    server->on_disconnecting([this](socket_type& s, io::reason) { at("disconnecting", s); });
    server->on_disconnecting([](socket_type& s, io::reason) { touch(s); });
    server->on_disconnect([this](socket_type& s, io::reason) { ++gone, at("disconnect", s); });
    server->on_disconnect([](socket_type& s, io::reason) { touch(s); });
    server->on_error([this, big = std::string(200, 'e')](io::socket& s, std::error_code,
                                                         std::string_view, std::exception_ptr) {
      at("error", s);
      CHECK(big == std::string(200, 'e'));
    });
    server->use([this](socket_type& s) -> io::verdict {
      at("middleware", s);
      return io::accept;
    });
    server->use([this](socket_type& s, io::next next) {
      at("next before", s);
      next();
      at("next after", s);
    });
    server->on("event", [this](socket_type& s, std::string_view text, io::bytes_view data) {
      at("event", s);
      CHECK(text == "text");
      CHECK(io::as_text(data) == "data");
    });
    server->on("event", [](socket_type& s, std::string text, io::bytes data) {
      touch(s);
      CHECK(text == "text");
      CHECK(io::as_text(data) == "data");
    });
    server->on("answer", [this, big = std::string(200, 'a')](socket_type& s, int i) {
      at("answer", s);
      CHECK(big == std::string(200, 'a'));
      return i;
    });
    server->on("throw", [](socket_type&) { throw 1; });
    server->on("bad", [](int) { FAIL("has no argument"); });
    server->on("coroutine", [this](socket_type& s, std::string text) -> asio::awaitable<int> {
      at("coroutine", s);
      CHECK(s.data().text == std::string(100, 'd'));
      co_return static_cast<int>(text.size());
    });
    server->http().exact("/http", [this](const io::http::request& request) {
      if (first) at("http", *first->self);
      CHECK(request.path == "/http");
      return io::http::response{200, {}, "page"};
    });
    server->listen(port);
  }

  void came(socket_type& s) {
    ++here;
    s.join("room");
    if (here != 1) return;
    first.emplace(keeper{&s, s.ref()});
    s.on("event", [this](io::socket& me) { at("own event", me); });
    s.on_disconnect([this](io::socket& me, io::reason) { at("own disconnect", me); });
    s.emit("q", [this](std::error_code) { at("ack", *first->self); });
    s.timeout(5s).emit("q", [this](std::error_code) { at("ack timeout", *first->self); });
  }

  void at(std::string_view place, io::socket& s) {
    if (place != where || done) return;
    done = true;
    what(*this, s);
  }

  /// Uses what callbacks may use.
  static void touch(socket_type& s) {
    CHECK(s.data().text == std::string(100, 'd'));
    CHECK(s.id().size() == 20);
    CHECK(s.nsp() == "/");
    CHECK(s.handshake().address() == "127.0.0.1");
    s.emit("touched", s.rooms());
    s.to("room").emit("others", s.transport());
  }

  struct keeper {
    io::socket* self;
    io::socket_ref keep;
  };

  /// Everything that makes callbacks run.
  void play() {
    std::vector<std::unique_ptr<ws_client>> clients;
    for (int i = 0; i < 2; ++i) {
      clients.push_back(std::make_unique<ws_client>(network));
      clients.back()->join();
    }
    ws_client& client = *clients.front();
    polling_client poller{network};
    poller.join();
    poller.poll();
    client.send("430[]");
    client.send(R"(451-0["event","text",{"_placeholder":true,"num":0}])");
    client.send_binary("data");
    client.send(R"(421["answer",5])");
    client.send(R"(422["throw"])");
    client.send(R"(423["bad"])");
    client.send(R"(424["coroutine","x"])");
    http_client{network}.exchange(http_client::get("/http"));
    live(network, 10s, *clients[0], *clients[1], poller);
    if (!poller.sid.empty()) poller.post(R"(42["event","text","wrong"])");
    client.send("41");
    client.join();
    clients.clear();
    network.run();
    live(network, 60s, poller);
  }

  std::string where;
  deed what;
  bool done = false;
  int here = 0, gone = 0;
  std::optional<keeper> first;
  io::memory::network network;
  std::optional<server_type> server;
};

constexpr const char* places[] = {"connection", "disconnecting", "disconnect", "error",
                                  "middleware", "next before",   "next after", "event",
                                  "answer",     "http",          "own event",  "own disconnect",
                                  "ack",        "ack timeout",   "coroutine"};

void everywhere(const world::deed& deed) {
  for (const auto* place : places) {
    CAPTURE(place);
    world w{place, deed};
    w.play();
    CHECK(w.done);
    CHECK(w.here >= w.gone);
    w.server.reset();
    CHECK(w.here == w.gone);
    w.network.run();
    w.first.reset();
  }
}

TEST_CASE("R139 disconnect inside every callback", "[server]") {
  everywhere([](world&, io::socket& s) { s.disconnect(); });
}

TEST_CASE("R139 close the connection inside every callback", "[server]") {
  everywhere([](world&, io::socket& s) { s.disconnect(true); });
}

TEST_CASE("R139 disconnect everybody inside every callback", "[server]") {
  everywhere([](world& w, io::socket&) { w.server->disconnect_sockets(true); });
}

TEST_CASE("R139 emit inside every callback", "[server]") {
  everywhere([](world& w, io::socket& s) {
    for (int i = 0; i < 50; ++i) {
      s.emit("x", i, io::bytes(10));
      w.server->to("room").emit("y", i);
      s.emit("q", [](std::error_code) {});
    }
  });
}

TEST_CASE("R139 join and leave inside every callback", "[server]") {
  everywhere([](world& w, io::socket& s) {
    for (int i = 0; i < 50; ++i) s.join("r" + std::to_string(i));
    s.leave("room");
    w.server->sockets_join("everybody");
    w.server->to("everybody").sockets_leave("room");
  });
}

TEST_CASE("R139 add handlers inside every callback", "[server]") {
  everywhere([](world& w, io::socket& s) {
    for (int i = 0; i < 50; ++i) {
      s.on("event", [] {});
      w.server->on("event", [] {});
      w.server->on("e" + std::to_string(i), [] {});
      w.server->on_connection([](socket_type&) {});
      w.server->on_disconnect([](socket_type&, io::reason) {});
      w.server->use([](socket_type&) { return io::verdict{io::accept}; });
      w.server->of("/n" + std::to_string(i));
      w.server->http().prefix("/p" + std::to_string(i),
                              [](const io::http::request&) { return io::http::response{}; });
      s.on_disconnect([](io::reason) {});
    }
    w.server->on_error([](io::socket&, std::error_code, std::string_view, std::exception_ptr) {});
  });
}

TEST_CASE("server.close inside every callback", "[server]") {
  everywhere([](world& w, io::socket&) { w.server->close(1s); });
}

TEST_CASE("R139 the server is destroyed inside every callback", "[server]") {
  everywhere([](world& w, io::socket&) { w.server.reset(); });
}

TEST_CASE("R139 the server is replaced inside every callback", "[server]") {
  everywhere([](world& w, io::socket&) {
    w.server.reset();
    w.server.emplace(w.network);
    w.server->listen(port);
  });
}

TEST_CASE("R139 a handler leaves, comes back and throws", "[server]") {
  everywhere([](world& w, io::socket& s) {
    s.disconnect();
    w.server->emit("x");
    throw std::runtime_error{"and throws"};
  });
}

}  // namespace

TEST_CASE("R139 a function for headers ends the server", "[server]") {
  const bool destroyed = GENERATE(true, false);
  const bool by_websocket = GENERATE(true, false);
  io::memory::network network;
  std::optional<io::server<io::memory>> server{std::in_place, network};
  int calls = 0;
  server->engine().on_initial_headers([&](io::http::header_list&, const io::http::request&) {
    ++calls;
    destroyed ? server.reset() : server->engine().stop();
  });
  server->listen(port);
  {
    http_client client{network};
    client.write(by_websocket ? ws_client::request()
                              : http_client::get("/socket.io/?EIO=4&transport=polling"));
    network.run();
  }
  network.advance(1min);
  CHECK(calls == 1);
  if (server) CHECK(server->engine().session_count() == 0);
}
