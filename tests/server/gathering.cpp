// Acknowledgements of broadcasts, and looking for sockets.
#include "socketio/hub/gathering.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

/// Takes nothing.
struct choosy {
  int x = 0;
};

}  // namespace

template <>
struct socketio::convert<choosy> {
  static bool from(io::value_view, choosy&) { throw std::runtime_error{"not this one"}; }
};

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

struct world {
  world() {
    server.emplace(network);
    server->on("join", [](io::socket& s, std::string room) { s.join(room); });
    server->listen(port);
    for (int i = 0; i < 3; ++i) {
      clients.push_back(std::make_unique<ws_client>(network));
      ids.push_back(clients.back()->join());
    }
  }

  auto note() {
    return [this](std::error_code ec, std::vector<int> came) {
      ++calls;
      error = ec;
      votes = came;
    };
  }

  /// The question as this client has it, answered.
  void answer(int who, std::string_view with) {
    auto& client = *clients[static_cast<std::size_t>(who)];
    const packets asked = client.take();
    REQUIRE(asked.size() == 1);
    const std::string id = between(asked.front(), "42", "[");
    CHECK(id.size() == 10);  // fits 32 bits, and none of a single socket's
    client.send("43" + id + std::string{with});
  }

  io::memory::network network;
  std::optional<io::server<io::memory>> server;
  std::vector<std::unique_ptr<ws_client>> clients;
  std::vector<std::string> ids;
  int calls = 0;
  std::error_code error;
  std::vector<int> votes;
};

TEST_CASE("F303 F304 the acknowledgements of a broadcast come together", "[server]") {
  world w;
  w.server->emit("vote", "now", w.note());
  w.answer(0, "[1]");
  w.answer(2, "[3]");
  CHECK(w.calls == 0);
  w.answer(1, "[2]");
  CHECK(w.calls == 1);
  CHECK_FALSE(w.error);
  CHECK(w.votes == std::vector<int>{1, 3, 2});  // as they came
}

TEST_CASE("F303 to ask nobody gives no answers, and not before the call has returned", "[server]") {
  world w;
  w.server->to("nobody").emit("vote", w.note());
  CHECK(w.calls == 0);
  w.network.run();
  CHECK(w.calls == 1);
  CHECK_FALSE(w.error);
  CHECK(w.votes.empty());
}

TEST_CASE("F303 F305 after the timeout there is an error, with the answers that came", "[server]") {
  world w;
  w.server->timeout(2s).emit("vote", w.note());
  w.answer(1, "[2]");
  w.network.advance(2s);
  CHECK(w.calls == 1);
  CHECK(w.error == io::error::ack_timeout);
  CHECK(w.votes == std::vector<int>{2});
  w.answer(0, "[1]");  // too late
  CHECK(w.calls == 1);
}

TEST_CASE("F306 who disconnects, or answers something else, is not waited for", "[server]") {
  world w;
  w.server->except(w.ids[2]).emit("vote", w.note());
  CHECK(w.clients[2]->take().empty());
  w.clients[0]->send("41");
  w.answer(1, "[2]");
  CHECK(w.calls == 1);
  CHECK(w.error == io::error::disconnected);
  CHECK(w.votes == std::vector<int>{2});

  w.server->in(std::vector<std::string>{w.ids[1], w.ids[2]}).emit("vote", w.note());
  w.answer(1, R"(["two"])");
  w.answer(2, "[3]");
  CHECK(w.error == io::error::bad_arguments);
  CHECK(w.votes == std::vector<int>{3});
}

TEST_CASE("F262 nobody is asked what only the library says", "[server]") {
  world w;
  w.server->emit("disconnect", w.note());
  w.network.run();
  CHECK(w.error == io::error::reserved_event);
  CHECK(w.calls == 1);
  for (const auto& each : w.clients) CHECK(each->take().empty());
}

TEST_CASE("an answer whose conversion throws is one that does not fit", "[server]") {
  world w;
  std::optional<std::error_code> error;
  const auto ask = [&]() -> asio::awaitable<void> {
    const auto all = co_await w.server->timeout(1s).emit_with_ack<choosy>("vote");
    error = all.error;
  };
  asio::co_spawn(w.network.get_executor(), ask, asio::detached);
  w.network.run();
  for (int i = 0; i < 3; ++i) w.answer(i, "[1]");
  w.network.run();
  CHECK(error == std::error_code{io::error::bad_arguments});
}

TEST_CASE("and so is that of one socket, with a callback and awaited", "[server]") {
  world w;
  std::vector<std::error_code> errors;
  w.server->on("callback", [&](io::socket& s) {
    s.emit("q", [&](std::error_code ec, const choosy&) { errors.push_back(ec); });
  });
  w.server->on("await", [&](io::socket& s) -> asio::awaitable<void> {
    try {
      co_await s.emit_with_ack<choosy>("q");
    } catch (const std::system_error& e) {
      errors.push_back(e.code());
    }
  });
  ws_client& client = *w.clients[0];
  client.send(R"(42["callback"])");
  client.send(R"(42["await"])");
  client.send("430[1]");
  client.send("431[1]");
  w.network.run();
  CHECK(errors == std::vector<std::error_code>(2, io::error::bad_arguments));
  CHECK(w.server->size() == 3);
}

TEST_CASE("F325 a socket's modifiers go with it to others", "[server]") {
  world w;
  std::vector<std::string> asked;
  w.server->on("ask", [&](io::socket& s) { s.timeout(1s).broadcast().emit("vote", w.note()); });
  w.clients[0]->send(R"(42["ask"])");
  CHECK(w.clients[0]->take().empty());
  w.answer(1, "[2]");
  w.network.advance(1s);
  CHECK(w.error == io::error::ack_timeout);
  CHECK(w.votes == std::vector<int>{2});
}

TEST_CASE("F305 a coroutine gets the answers with the error", "[server]") {
  world w;
  std::optional<io::answers<std::string>> got;
  w.server->on("ask", [&](io::socket&) -> asio::awaitable<std::size_t> {
    auto all = co_await w.server->timeout(1s).emit_with_ack<std::string>("name", 1);
    got = all;
    co_return all.size();
  });
  w.clients[0]->send(R"(420["ask"])");
  for (int i : {0, 1}) w.answer(i, R"(["n"])");
  w.network.advance(1s);
  REQUIRE(got);
  CHECK(got->error == io::error::ack_timeout);
  CHECK(*got == std::vector<std::string>{"n", "n"});
  CHECK(w.clients[0]->take() == packets{"430[2]"});
}

TEST_CASE("a coroutine of another loop is resumed there", "[server]") {
  world w;
  asio::io_context other;
  std::optional<std::size_t> found;
  asio::co_spawn(
      other,
      [&]() -> asio::awaitable<void> {
        const auto all = co_await w.server->fetch_sockets();
        found = all.size();
      },
      asio::detached);
  other.poll();
  w.network.run();
  CHECK_FALSE(found);
  other.restart();
  other.run();
  CHECK(found == 3u);
}

TEST_CASE("F329 F331 sockets are found with their rooms, and can be acted on", "[server]") {
  world w;
  w.clients[0]->send(R"(42["join","a"])");
  w.server->in(w.ids[1]).sockets_join(std::vector<std::string>{"a", "b"});
  std::vector<io::remote_socket> found;
  const auto fetch = [&](const io::broadcast& whom) {
    whom.fetch_sockets([&](std::error_code ec, std::vector<io::remote_socket> all) {
      CHECK_FALSE(ec);
      found = std::move(all);
    });
    w.network.run();
    std::sort(found.begin(), found.end(), [&](auto& x, auto& y) {
      return std::find(w.ids.begin(), w.ids.end(), x.id()) <
             std::find(w.ids.begin(), w.ids.end(), y.id());
    });
    return found.size();
  };
  REQUIRE(fetch(w.server->in("a")) == 2);
  CHECK(found[0].id() == w.ids[0]);
  CHECK(found[0].rooms() == std::vector<std::string>{w.ids[0], "a"});
  CHECK(found[1].rooms() == std::vector<std::string>{w.ids[1], "a", "b"});
  CHECK(found[1].handshake().address() == "127.0.0.1");
  found[1].emit("hello");
  found[1].leave("b");
  CHECK(w.clients[1]->take() == packets{R"(42["hello"])"});
  CHECK(fetch(w.server->in("b")) == 0);
  w.server->in("a").sockets_leave(std::vector<std::string>{"a", "b"});
  CHECK(fetch(w.server->in("a")) == 0);
  CHECK(fetch(w.server->local()) == 3);
  found[2].disconnect();
  CHECK(w.clients[2]->take() == packets{"41"});
}

TEST_CASE("waiting for a broadcast's answers, or for sockets, can be cancelled", "[server]") {
  world w;
  asio::cancellation_signal stop;
  std::vector<std::string> ends;
  const auto end = [&](std::error_code why, std::size_t count) {
    ends.push_back((why ? why.message() : "all") + " " + std::to_string(count));
  };
  asio::io_context own;  // a loop of the caller's
  const auto wait = [&]() -> asio::awaitable<void> {
    const auto all = co_await w.server->emit_with_ack<int>("vote");
    end(all.error, all.size());
  };
  const auto start = [&] {
    asio::co_spawn(own, wait(), asio::bind_cancellation_slot(stop.slot(), asio::detached));
    own.poll();
    own.restart();
    w.network.run();
  };
  const std::string aborted = std::error_code{asio::error::operation_aborted}.message() + " 0";

  SECTION("before they have come") {
    start();
    w.answer(0, "[1]");
    stop.emit(asio::cancellation_type::terminal);
    CHECK(ends.empty());
    w.network.run();
    own.run();
    CHECK(ends == std::vector{aborted});
    w.answer(1, "[2]");  // for nobody
    w.answer(2, "[3]");
    w.network.run();
    CHECK(own.poll() == 0);
  }
  SECTION("but not when they have") {
    start();
    for (int i = 0; i < 3; ++i) w.answer(i, "[1]");
    w.network.run();
    own.run();
    CHECK(ends == std::vector<std::string>{"all 3"});
    stop.emit(asio::cancellation_type::terminal);
    CHECK(own.poll() == 0);
  }
  SECTION("nor when the server has gone meanwhile") {
    start();
    w.server.reset();
    stop.emit(asio::cancellation_type::terminal);
    w.network.run();
    own.run();
    CHECK(ends.size() == 1);
  }
  SECTION("and the same for sockets") {
    int calls = 0;
    w.server->fetch_sockets(asio::bind_cancellation_slot(
        stop.slot(), [&](std::error_code why, const std::vector<io::remote_socket>& found) {
          ++calls;
          end(why, found.size());
        }));
    stop.emit(asio::cancellation_type::terminal);
    CHECK(calls == 0);
    w.network.run();
    CHECK(calls == 1);
    CHECK(ends == std::vector{aborted});
  }
}

TEST_CASE("whoever asks learns of the end of the server", "[server]") {
  world w;
  w.server->emit("vote", w.note());
  const io::broadcast kept = w.server->local();
  w.server.reset();
  w.network.run();
  CHECK(w.calls == 1);
  CHECK(w.error == io::error::server_closed);
  CHECK(w.votes.empty());
  kept.emit("vote", w.note());
  CHECK(w.calls == 2);
  CHECK(w.error == io::error::server_closed);
}

}  // namespace
