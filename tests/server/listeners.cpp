// Listeners that come and go, those for all events, and middlewares of one socket.
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "socketio.hpp"
#include "socketio/subscription.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;

struct world {
  world() {
    server.on_error(
        [&](io::socket&, std::error_code ec, std::string_view event, std::exception_ptr what) {
          std::string text = std::string{event} + ": " + ec.message();
          try {
            if (what) std::rethrow_exception(what);
          } catch (const std::exception& e) {
            text += std::string{": "} + e.what();
          }
          errors.push_back(text);
        });
    server.on_connection([this](io::socket& s) {
      if (came) came(s);
    });
    server.listen(port);
  }

  /// Two clients, then what they say.
  ws_client& a() { return client(first); }
  ws_client& b() { return client(second); }

  packets tell(ws_client& who, std::string_view text) {
    who.send(text);
    return who.take();
  }

  std::string take_log() { return std::exchange(log, {}); }

  io::memory::network network;
  io::server<io::memory> server{network};
  std::function<void(io::socket&)> came;
  std::vector<std::string> errors;
  std::string log;

 private:
  ws_client& client(std::optional<ws_client>& c) {
    if (!c) c.emplace(network).join();
    return *c;
  }
  std::optional<ws_client> first, second;
};

TEST_CASE("F201 F279 what was registered can be removed", "[server]") {
  world w;
  const io::subscription one = w.server.on("x", [&] { w.log += '1'; });
  const io::subscription two = w.server.on("x", [&] { w.log += '2'; });
  w.server.on("y", [&] { w.log += 'y'; });
  w.tell(w.a(), R"(42["x"])");
  CHECK(w.take_log() == "12");
  w.server.off(one);
  w.server.off(one);                 // once more is nothing
  w.server.off(io::subscription{});  // nor is nobody
  w.tell(w.a(), R"(42["x"])");
  CHECK(w.take_log() == "2");
  CHECK(one != two);
  w.server.on("x", [&] { w.log += '3'; });
  w.server.off("x");
  w.tell(w.a(), R"(42["x"])");
  w.tell(w.a(), R"(42["y"])");
  CHECK(w.take_log() == "y");
}

TEST_CASE("F258 callbacks for connection and disconnection can be removed", "[server]") {
  world w;
  const auto connection = w.server.on_connection([&](io::socket&) { w.log += 'c'; });
  const auto disconnect = w.server.on_disconnect([&](io::socket&, io::reason) { w.log += 'd'; });
  w.server.on_disconnecting([&](io::socket&, io::reason) { w.log += 'i'; });
  io::subscription own;
  w.came = [&](io::socket& s) {
    own = s.on_disconnect([&](io::reason) { w.log += 'o'; });
    s.on_disconnecting([&](io::socket& me, io::reason) {
      w.log += 'p';
      me.off(own);
    });
  };
  w.tell(w.a(), "41");
  CHECK(w.take_log() == "cipd");
  w.server.off(connection);
  w.server.off(disconnect);
  w.tell(w.b(), "41");
  CHECK(w.take_log() == "ip");
}

TEST_CASE("F279 once: a handler for the next event alone", "[server]") {
  world w;
  w.server.once("x", [&](std::string who) {
    w.log += who;
    return 1;
  });
  w.came = [&](io::socket& s) {
    s.once("own", [&](io::socket& me) {
      w.log += 'o';
      me.once("own", [&] { w.log += 'n'; });  // for the one after
    });
  };
  w.b();
  CHECK(w.tell(w.a(), R"(420["x","a"])") == packets{"430[1]"});
  CHECK(w.tell(w.b(), R"(421["x","b"])").empty());
  CHECK(w.take_log() == "a");
  for (int i = 0; i < 3; ++i) w.tell(w.a(), R"(42["own"])");
  CHECK(w.take_log() == "on");
  w.tell(w.b(), R"(42["own"])");
  CHECK(w.take_log() == "o");
}

TEST_CASE("once can be taken back, and its coroutine outlives its place in the table", "[server]") {
  world w;
  const auto never = w.server.once("x", [&] { w.log += 'n'; });
  w.server.off(never);
  w.server.once("x", [&, big = std::string(100, 'c')](std::string text) -> asio::awaitable<int> {
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    w.log += text;
    co_return static_cast<int>(big.size());
  });
  CHECK(w.tell(w.a(), R"(425["x","a"])") == packets{"435[100]"});
  CHECK(w.take_log() == "a");
}

TEST_CASE("handlers that add and remove each other while they run", "[server]") {
  world w;
  io::subscription one, two, three;
  one = w.server.on("x", [&] {
    w.log += '1';
    w.server.off(two);
    w.server.off(one);
    w.server.on("x", [&] { w.log += '4'; });
  });
  two = w.server.on("x", [&] { w.log += '2'; });
  three = w.server.on("x", [&] {
    w.log += '3';
    w.server.off("x");
  });
  w.tell(w.a(), R"(42["x"])");
  CHECK(w.take_log() == "13");
  w.tell(w.a(), R"(42["x"])");
  CHECK(w.take_log().empty());
}

TEST_CASE("F288 catch-all listeners see every event first, whether it has a handler or not",
          "[server]") {
  world w;
  w.server.on("x", [&] { w.log += "x "; });
  w.server.on_any([&](std::string_view event, io::args all) {
    w.log += "any:" + std::string{event} + std::to_string(all.size()) + ' ';
  });
  w.server.prepend_any([&](io::socket&, std::string_view, io::args) { w.log += "first "; });
  w.came = [&](io::socket& s) {
    s.on_any([&](std::string_view event, io::args all) {
      w.log += "own:" + std::string{event} + std::to_string(all.size()) + ' ';
    });
    s.prepend_any([&](io::socket& me, std::string_view, io::args) {
      w.log += me.id().size() == 20 ? "own first " : "?";
    });
  };
  w.tell(w.a(), R"(42["x",1,2])");
  CHECK(w.take_log() == "first any:x2 own first own:x2 x ");
  w.tell(w.a(), R"(42["unknown"])");
  CHECK(w.take_log() == "first any:unknown0 own first own:unknown0 ");
}

TEST_CASE("F288 F290 a catch-all listener may answer, throw, disconnect, and be removed",
          "[server]") {
  world w;
  w.server.on("x", [&] { w.log += 'x'; });
  const auto answers = w.server.on_any(
      [](io::socket&, std::string_view event, io::args all, io::ack ack) { ack(event, all); });
  CHECK(w.tell(w.a(), R"(427["unknown",5])") == packets{R"(437["unknown",5])"});
  w.server.off(answers);
  CHECK(w.tell(w.a(), R"(428["unknown",5])").empty());

  w.server.on_any([](std::string_view, io::args) { throw std::runtime_error{"oops"}; });
  w.tell(w.a(), R"(42["x"])");
  CHECK(w.take_log() == "x");
  CHECK(w.errors == std::vector<std::string>{"x: handler threw an exception: oops"});
  w.server.off_any();

  w.server.on_any([](io::socket& s, std::string_view, io::args) { s.disconnect(); });
  CHECK(w.tell(w.a(), R"(42["x"])") == packets{"41"});
  CHECK(w.take_log().empty());  // nothing is dispatched to who has gone
}

TEST_CASE("F289 listeners for what is sent: to one, to many, not for acknowledgements",
          "[server]") {
  world w;
  w.server.on("ack", [] { return 1; });
  w.server.on("emit", [](io::socket& s) { s.emit("direct", 1, "two"); });
  w.server.on("blob", [](io::socket& s) { s.emit("blob", io::bytes{std::byte{7}}); });
  w.server.on("ask", [](io::socket& s) { s.emit("ask", [](std::error_code) {}); });
  w.server.on("ref", [](io::socket& s) { s.ref().emit("ref"); });
  w.server.on("all", [&] { w.server.emit("cast", 3); });
  w.came = [&](io::socket& s) {
    s.on_any_outgoing([&](std::string_view event, io::args all) {
      w.log += "own:" + std::string{event} + ' ';
      for (const io::value_view each : all) {
        w.log += each.is_binary() ? "bytes " : io::to_json(each) + ' ';
      }
    });
  };
  w.a();
  w.came = nullptr;
  w.b();
  int sent = 0;
  w.server.on_any_outgoing([&](io::socket&, std::string_view, io::args) { ++sent; });

  CHECK(w.tell(w.a(), R"(421["ack"])") == packets{"431[1]"});
  CHECK(w.take_log().empty());
  CHECK(w.tell(w.a(), R"(42["emit"])") == packets{R"(42["direct",1,"two"])"});
  CHECK(w.take_log() == R"(own:direct 1 "two" )");
  w.tell(w.a(), R"(42["blob"])");
  CHECK(w.take_log() == "own:blob bytes ");
  w.tell(w.a(), R"(42["ask"])");
  CHECK(w.take_log() == "own:ask ");
  w.tell(w.a(), R"(42["ref"])");
  CHECK(w.take_log() == "own:ref ");
  CHECK(sent == 4);
  CHECK(w.tell(w.a(), R"(42["all"])") == packets{R"(42["cast",3])"});
  CHECK(w.b().take() == packets{R"(42["cast",3])"});
  CHECK(w.take_log() == "own:cast 3 ");
  CHECK(sent == 6);
  w.server.off_any_outgoing();
  w.tell(w.b(), R"(42["emit"])");
  CHECK(sent == 6);
}

TEST_CASE("who watches what is sent may emit, disconnect and be prepended or removed", "[server]") {
  world w;
  w.server.on("all", [&] { w.server.emit("cast"); });
  std::weak_ptr<io::subscription> last;
  w.came = [&](io::socket& s) {
    const auto self = std::make_shared<io::subscription>();  // in the function itself, too
    last = self;
    *self = s.on_any_outgoing([&, self](io::socket& me, std::string_view event, io::args) {
      w.log += "b:" + std::string{event} + ' ';
      me.off(*self);
      me.disconnect();
    });
    s.prepend_any_outgoing([&](io::socket& me, std::string_view event, io::args) {
      w.log += "a:" + std::string{event} + ' ';
      if (event == "cast") me.emit("more");
    });
  };
  w.b(), w.a();
  CHECK(w.tell(w.a(), R"(42["all"])") == packets{"41"});
  CHECK(w.b().take() == packets{"41"});
  CHECK(w.take_log() == "a:cast a:more b:more a:cast a:more b:more ");
  CHECK(last.expired());
}

/// Does something when the last of its owners goes.
struct on_end {
  explicit on_end(std::function<void()> d) : deed{std::move(d)} {}
  on_end(const on_end&) = delete;
  ~on_end() { deed(); }
  std::function<void()> deed;
};

TEST_CASE("a listener that removes others when it dies", "[server]") {
  const int how = GENERATE(0, 1, 2, 3);
  world w;
  io::subscription other;
  w.came = [&](io::socket& s) {
    auto last = std::make_shared<on_end>([&, how] { how == 0 ? s.off(other) : s.off("x"); });
    const auto listener = [last, &w](int) { w.log += 'x'; };
    last.reset();
    if (how == 3) {
      s.once("x", std::move(listener));
      return;
    }
    const io::subscription first = s.on("x", std::move(listener));
    if (how == 0) other = s.on("x", [](int) {});
    how == 2 ? s.off("x") : s.off(first);
  };
  w.tell(w.a(), R"(42["x",1])");
  CHECK(w.take_log() == (how == 3 ? "x" : ""));
  w.tell(w.a(), R"(42["x",1])");
  CHECK(w.take_log().empty());
}

struct wrong {
  int code;
};

TEST_CASE("F295 middlewares of a socket decide on each of its events", "[server]") {
  world w;
  w.server.on("x", [&](std::string text) {
    w.log += text;
    return text;
  });
  w.came = [&](io::socket& s) {
    s.use([](std::string_view event, io::args all) -> io::verdict {
      if (event == "x" && all.size() == 2) return io::refuse("too many", wrong{2});
      return io::accept;
    });
    s.use([&](io::socket& me, std::string_view, io::args all) {
      w.log += me.connected() ? '>' : '?';
      if (all.empty()) throw std::runtime_error{"empty"};
      return io::accept;
    });
  };
  CHECK(w.tell(w.a(), R"(420["x","a"])") == packets{R"(430["a"])"});
  CHECK(w.take_log() == ">a");
  CHECK(w.tell(w.a(), R"(421["x","a",2])") ==
        packets{R"(431[{"error":"too many","data":{"code":2}}])"});
  CHECK(w.tell(w.a(), R"(42["x","a",2])").empty());
  CHECK(w.take_log().empty());  // the first refusal is the last word
  CHECK(w.tell(w.a(), R"(422["x"])") == packets{R"(432[{"error":"handler failed"}])"});
  CHECK(w.errors == std::vector<std::string>({"x: event was refused: too many",
                                              "x: event was refused: too many",
                                              "x: handler threw an exception: empty"}));
  w.came = nullptr;
  CHECK(w.tell(w.b(), R"(423["x","b",2])") == packets{R"(433["b"])"});  // not its middlewares
}

}  // namespace
