#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>

#include "socketio.hpp"
#include "socketio/ack.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

/// A server and one client, whose socket the tests use as handlers would.
struct world {
  world() : world{io::options{}} {}
  explicit world(const io::options& o) : server{network, o} {
    server.on("run", [&](io::socket& s) { std::exchange(job, nullptr)(s); });
    server.on_error([&](io::socket&, std::error_code ec, std::string_view, std::exception_ptr) {
      errors.push_back(ec);
    });
    server.listen(port);
    client.emplace(network);
    client->join();
  }

  /// Lets the server do something to the socket, inside a handler.
  packets run(std::function<void(io::socket&)> what) {
    job = std::move(what);
    client->send(R"(42["run"])");
    return client->take();
  }

  packets tell(std::string_view text) {
    client->send(text);
    return client->take();
  }

  io::memory::network network;
  io::server<io::memory> server;
  std::function<void(io::socket&)> job;
  std::optional<ws_client> client;
  std::vector<std::error_code> errors;
};

// ---- the client asks
// ---------------------------------------------------------------------------------

TEST_CASE("an ack answers once", "[server]") {
  world w;
  w.server.on("ask", [](io::ack answer) {
    CHECK(answer);
    CHECK(answer("a", 1) == io::send_status::ok);
    CHECK_FALSE(answer);
    CHECK(answer("b") == io::send_status::closed);
  });
  CHECK(w.tell(R"(4212["ask"])") == packets{R"(4312["a",1])"});
}

TEST_CASE("an ack that nobody waits for is empty, and harmless", "[server]") {
  world w;
  w.server.on("ask", [](io::ack answer) {
    CHECK_FALSE(answer);
    CHECK(answer(1) == io::send_status::closed);
  });
  CHECK(w.tell(R"(42["ask"])").empty());
  io::ack none;
  CHECK_FALSE(none);
  CHECK(none() == io::send_status::closed);
}

TEST_CASE("an ack is moved away and called later, or never", "[server]") {
  std::optional<io::ack> kept;
  world w;
  w.server.on("ask", [&](io::ack answer) { kept = std::move(answer); });
  CHECK(w.tell(R"(420["ask"])").empty());
  CHECK((*kept)() == io::send_status::ok);
  CHECK(w.client->take() == packets{"430[]"});

  w.tell(R"(421["ask"])");
  io::ack moved = std::move(*kept);
  CHECK_FALSE(*kept);  // NOLINT(bugprone-use-after-move): that is the question
  CHECK((*kept)(1) == io::send_status::closed);
  moved(io::bytes{std::byte{65}});
  CHECK(w.client->take() == packets{R"(461-1[{"_placeholder":true,"num":0}])", "b:A"});

  w.tell(R"(422["ask"])");
  kept.reset();
  CHECK(w.client->take().empty());
}

TEST_CASE("an ack outlives its socket and its server", "[server]") {
  std::optional<io::ack> kept;
  {
    world w;
    w.server.on("ask", [&](io::ack answer) { kept = std::move(answer); });
    w.tell(R"(420["ask"])");
    w.client.reset();
    w.network.run();
    CHECK(w.server.size() == 0);
    io::ack copy = *kept;
  }
  CHECK(kept->operator()("late") == io::send_status::closed);
}

// ---- the server asks
// ---------------------------------------------------------------------------------

TEST_CASE("a callback gets the answer", "[server]") {
  std::string log;
  world w;
  const auto sent = w.run([&](io::socket& s) {
    CHECK(s.emit("q", 1, [&](std::error_code ec, std::string a, int b) {
      log += ec.message() + a + std::to_string(b);
    }) == io::send_status::ok);
    s.emit("q", [&](std::error_code ec) { log += "|" + ec.message(); });
    s.emit("q", [&](std::error_code, std::optional<int> x) { log += x ? "|some" : "|none"; });
  });
  CHECK(sent == packets{R"(420["q",1])", R"(421["q"])", R"(422["q"])"});
  CHECK(log.empty());
  w.tell(R"(431["ignored"])");
  w.tell(R"(430["yes",7,"more"])");
  w.tell(R"(432[])");
  CHECK(log == "|SuccessSuccessyes7|none");
}

TEST_CASE("R125 an ack for nothing, a second one, or one without id is ignored", "[server]") {
  int calls = 0;
  world w;
  w.run([&](io::socket& s) { s.emit("q", [&](std::error_code, int) { ++calls; }); });
  w.tell("435[1]");
  w.tell("4399999[1]");
  CHECK(calls == 0);
  w.tell("430[1]");
  w.tell("430[2]");
  CHECK(calls == 1);
  CHECK(w.tell("43[1]").empty());
  CHECK(w.server.size() == 1);
}

TEST_CASE("R125 the ack of another socket is another ack", "[server]") {
  int calls = 0;
  world w;
  w.run([&](io::socket& s) { s.emit("q", [&](std::error_code, int) { ++calls; }); });
  ws_client other{w.network};
  other.join();
  other.send("430[1]");
  CHECK(calls == 0);
  w.server.of("/b");
  w.client->join("/b");
  w.tell("43/b,0[1]");
  CHECK(calls == 0);
  w.tell("430[1]");
  CHECK(calls == 1);
}

TEST_CASE("an answer that does not fit the callback is an error", "[server]") {
  std::vector<std::error_code> got;
  world w;
  const auto note = [&](std::error_code ec, int, std::string) { got.push_back(ec); };
  w.run([&](io::socket& s) {
    for (int i = 0; i < 3; ++i) s.emit("q", note);
  });
  w.tell(R"(430["x","y"])");
  w.tell(R"(431[1])");
  w.tell(R"(432[1,"y"])");
  CHECK(got ==
        std::vector<std::error_code>{io::error::bad_arguments, io::error::bad_arguments, {}});
}

TEST_CASE("F299 without an answer in time the callback gets ack_timeout, and a late answer nothing",
          "[server]") {
  std::vector<std::error_code> got;
  world w;
  w.run([&](io::socket& s) {
    s.timeout(5s).emit("q", [&](std::error_code ec, int) { got.push_back(ec); });
    s.timeout(10s).emit("q", [&](std::error_code ec, int) { got.push_back(ec); });
  });
  w.network.advance(4'999ms);
  CHECK(got.empty());
  w.network.advance(1ms);
  CHECK(got == std::vector<std::error_code>{io::error::ack_timeout});
  w.tell("430[1]");
  w.tell("431[1]");
  w.network.advance(10s);
  CHECK(got == std::vector<std::error_code>{io::error::ack_timeout, {}});
}

TEST_CASE("F301 callbacks of a socket that goes get disconnected, before on_disconnect",
          "[server]") {
  std::string log;
  world w;
  w.server.on_disconnect([&](io::socket&, io::reason) { log += "gone"; });
  w.run([&](io::socket& s) {
    s.emit("q", [&](std::error_code ec) {
      CHECK(ec == io::error::disconnected);
      log += "a";
    });
    s.timeout(60s).emit("q", [&](std::error_code ec, std::string) {
      CHECK(ec == io::error::disconnected);
      log += "a";
    });
  });
  SECTION("by the client") { w.tell("41"); }
  SECTION("by the transport") {
    w.client->peer.abort();
    w.network.run();
  }
  SECTION("by the server") {
    w.run([](io::socket& s) { s.disconnect(); });
  }
  SECTION("by closing the server") {
    w.server.close();
    w.network.run();
  }
  CHECK(log == "aagone");
  w.network.advance(61s);
  CHECK(log == "aagone");
}

TEST_CASE("emitting on a socket that is gone completes later, with disconnected", "[server]") {
  int calls = 0;
  world w;
  w.run([&](io::socket& s) {
    s.disconnect();
    CHECK(s.emit("x") == io::send_status::closed);
    CHECK(s.lossy().emit("x") == io::send_status::closed);
    const auto note = [&](std::error_code ec) {
      CHECK(ec == io::error::disconnected);
      ++calls;
    };
    CHECK(s.emit("q", note) == io::send_status::closed);
    CHECK(s.timeout(1s).emit("q", note) == io::send_status::closed);
    CHECK(calls == 0);  // never inside the call that starts it
  });
  CHECK(calls == 2);
}

TEST_CASE("of two questions the first that is answered counts, the other is cancelled",
          "[server]") {
  using namespace asio::experimental::awaitable_operators;
  world w;
  std::vector<std::string> answers;
  w.server.on("ask", [&](io::socket& s) -> asio::awaitable<void> {
    auto first = s.emit_with_ack<std::string>("a");
    auto second = s.emit_with_ack<std::string>("b");
    const auto answer = co_await (std::move(first) || std::move(second));
    answers.push_back(std::to_string(answer.index()) +
                      std::visit([](auto& x) { return x; }, answer));
  });
  CHECK(w.tell(R"(42["ask"])") == packets{R"(420["a"])", R"(421["b"])"});
  CHECK(answers.empty());
  w.tell(R"(431["yes"])");
  CHECK(answers == std::vector<std::string>{"1yes"});
  w.tell(R"(430["late"])");
  CHECK(answers.size() == 1);
  CHECK(w.errors.empty());
}

TEST_CASE("a wait for an acknowledgement can be cancelled, by any thread", "[server]") {
  const bool elsewhere = GENERATE(false, true);
  const bool answered = GENERATE(false, true);
  io::options o;
  o.limits.pending_acks = 1;
  world w{o};
  asio::cancellation_signal stop;
  std::vector<std::error_code> ends;
  const auto ask = [&](io::socket& s) {
    asio::co_spawn(
        w.network.get_executor(),
        [](io::socket& to, std::vector<std::error_code>& all) -> asio::awaitable<void> {
          try {
            std::ignore = co_await to.emit_with_ack<int>("question");
            all.emplace_back();
          } catch (const std::system_error& failure) {
            all.push_back(failure.code());
          }
        }(s, ends),
        asio::bind_cancellation_slot(stop.slot(), [](const std::exception_ptr&) {}));
  };
  CHECK(w.run(ask) == packets{R"(420["question"])"});
  if (answered) w.tell("430[1]");
  const auto cancel = [&] { stop.emit(asio::cancellation_type::terminal); };
  elsewhere ? std::thread{cancel}.join() : cancel();
  CHECK(ends.size() == (answered ? 1 : 0));
  w.network.run();
  CHECK(ends == std::vector<std::error_code>{answered ? std::error_code{}
                                                      : asio::error::operation_aborted});
  CHECK(w.tell("430[1]").empty());
  CHECK(ends.size() == 1);
  // Its place is free.
  CHECK(w.run(ask) == packets{R"(421["question"])"});
  w.tell("431[1]");
  CHECK(ends.back() == std::error_code{});
}

TEST_CASE("L25 so many acks are awaited from one socket and no more", "[server]") {
  io::options o;
  o.limits.pending_acks = 3;
  std::vector<std::error_code> got;
  world w{o};
  const auto sent = w.run([&](io::socket& s) {
    for (int i = 0; i < 4; ++i) {
      CHECK(s.emit("q", [&](std::error_code ec) { got.push_back(ec); }) ==
            (i < 3 ? io::send_status::ok : io::send_status::dropped));
    }
    CHECK(got.empty());
  });
  CHECK(sent.size() == 3);
  CHECK(got == std::vector<std::error_code>{io::error::too_many_pending_acks});
  w.tell("431[]");
  CHECK(w.run([&](io::socket& s) {
           CHECK(s.emit("q", [](std::error_code) {}) == io::send_status::ok);
         }).size() == 1);
}

TEST_CASE("a callback may emit, ask again, and disconnect", "[server]") {
  int left = 3;
  world w;
  std::function<void(io::socket&)> ask = [&](io::socket& s) {
    s.emit("q", [&, ref = s.ref()](std::error_code ec, int n) {
      CHECK_FALSE(ec);
      ref.emit("got", n);
      if (--left == 0) {
        ref.disconnect();
      } else {
        w.server.for_each(ask);
      }
    });
  };
  CHECK(w.run(ask) == packets{R"(420["q"])"});
  CHECK(w.tell("430[1]") == packets{R"(42["got",1])", R"(421["q"])"});
  CHECK(w.tell("431[2]") == packets{R"(42["got",2])", R"(422["q"])"});
  CHECK(w.tell("432[3]") == packets{R"(42["got",3])", "41"});
}

TEST_CASE("what a callback throws goes to on_error", "[server]") {
  world w;
  w.run([&](io::socket& s) { s.emit("q", [](std::error_code) { throw 1; }); });
  w.run([&](io::socket& s) { s.timeout(1s).emit("q", [](std::error_code) { throw 1; }); });
  w.tell("430[]");
  w.network.advance(2s);
  CHECK(w.errors == std::vector<std::error_code>(2, io::error::handler_exception));
  CHECK(w.server.size() == 1);
}

TEST_CASE("a callback that asks again while the socket goes is told once more", "[server]") {
  int calls = 0;
  world w;
  std::function<void(io::socket&)> ask = [&](io::socket& s) {
    s.emit("q", [&](std::error_code ec) {
      CHECK(ec == io::error::disconnected);
      if (++calls < 5) ask(s);
    });
  };
  w.run(ask);
  w.tell("41");
  CHECK(calls == 5);
}

}  // namespace
