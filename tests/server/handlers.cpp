#include <cstddef>
#include <exception>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "socketio.hpp"
#include "socketio/hub/typed_handler.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;

struct point {
  int x = 0;
  int y = 0;
};

/// A server, one client in its main namespace, and what was reported to on_error.
struct world {
  world() {
    server.on_error(
        [&](io::socket& s, std::error_code ec, std::string_view event, std::exception_ptr what) {
          std::string text = std::string{event} + ": " + ec.message();
          if (what) {
            try {
              std::rethrow_exception(what);
            } catch (const std::exception& e) {
              text += std::string{": "} + e.what();
            } catch (...) {
              text += ": ?";
            }
          }
          CHECK(s.id().size() == 20);
          errors.push_back(text);
        });
    server.listen(port);
    client.emplace(network);
    id = client->join();
  }

  packets tell(std::string_view text) {
    client->send(text);
    return client->take();
  }

  io::memory::network network;
  io::server<io::memory> server{network};
  std::optional<ws_client> client;
  std::string id;
  std::vector<std::string> errors;
};

TEST_CASE("arguments arrive by position, converted to the types of the parameters", "[server]") {
  std::string seen;
  world w;
  const auto note = [&](const auto&... each) {
    seen = io::to_json(std::tuple<std::decay_t<decltype(each)>...>{each...});
  };
  w.server.on("numbers", [&](int i, double d, bool b, std::uint64_t u) { note(i, d, b, u); });
  w.server.on("text", [&](std::string s, std::string_view v, const std::string& r) {
    note(s, std::string{v}, r);
  });
  w.server.on("all", [&](std::vector<int> v, std::map<std::string, int> m, point p,
                         std::tuple<int, std::string> t,
                         std::variant<int, std::string> x) { note(v, m, p, t, x); });
  w.server.on("tail",
              [&](int i, std::optional<int> a, std::optional<std::string> b) { note(i, a, b); });
  w.server.on("rest", [&](int i, io::args all) { note(i, all.size()); });
  w.server.on("value", [&](io::value v, io::value_view w2) { note(v, io::value{w2}); });

  w.tell(R"(42["numbers",1,2.5,true,3])");
  CHECK(seen == "[1,2.5,true,3]");
  w.tell(R"(42["text","a","b","\u00e9"])");
  CHECK(seen == "[\"a\",\"b\",\"\xc3\xa9\"]");
  w.tell(R"(42["all",[1,2],{"k":3},{"y":5,"x":4},[6,"t"],"v"])");
  CHECK(seen == R"([[1,2],{"k":3},{"x":4,"y":5},[6,"t"],"v"])");
  w.tell(R"(42["tail",1])");
  CHECK(seen == "[1,null,null]");
  w.tell(R"(42["tail",1,null,"z"])");
  CHECK(seen == R"([1,null,"z"])");
  w.tell(R"(42["rest",1,2,3,4])");
  CHECK(seen == "[1,4]");
  w.tell(R"(42["value",{"a":[1,null]},"b"])");
  CHECK(seen == R"([{"a":[1,null]},"b"])");
  w.tell(R"(42["numbers",1,2.5,true,3,"one too many"])");
  CHECK(seen == "[1,2.5,true,3]");
  CHECK(w.errors.empty());
}

TEST_CASE("a handler takes the socket, the handshake and the ack in any order", "[server]") {
  world w;
  w.server.on("any", [&](io::ack answer, std::string a, const io::handshake& shake, int b,
                         io::socket& s, const io::args& all) {
    CHECK(s.id() == w.id);
    CHECK(s.nsp() == "/");
    CHECK(s.transport() == "websocket");
    CHECK(shake.address() == "127.0.0.1");
    CHECK(&shake.request() == &s.handshake().request());
    answer(a, b, all.size());
  });
  CHECK(w.tell(R"(427["any","x",5])") == packets{R"(437["x",5,2])"});
}

TEST_CASE("what a handler returns is the acknowledgement", "[server]") {
  world w;
  w.server.on("add", [](int a, int b) { return a + b; });
  w.server.on("point", [] { return point{1, 2}; });
  w.server.on("maybe", []() -> std::optional<int> { return {}; });
  w.server.on("blob", [] { return io::bytes{std::byte{7}}; });
  w.server.on("list", [] { return std::vector<int>{1, 2}; });
  w.server.on("nothing", [] {});
  CHECK(w.tell(R"(420["add",1,2])") == packets{"430[3]"});
  CHECK(w.tell(R"(421["point"])") == packets{R"(431[{"x":1,"y":2}])"});
  CHECK(w.tell(R"(422["maybe"])") == packets{"432[null]"});
  CHECK(w.tell(R"(423["blob"])") == packets{R"(461-3[{"_placeholder":true,"num":0}])", "b:\x07"});
  CHECK(w.tell(R"(424["list"])") == packets{"434[[1,2]]"});
  CHECK(w.tell(R"(425["nothing"])").empty());
  CHECK(w.tell(R"(42["add",1,2])").empty());  // nobody asked
  CHECK(w.tell(R"(426["no such event"])").empty());
}

TEST_CASE("binary arguments arrive, as a copy or as a view", "[server]") {
  std::string seen;
  world w;
  w.server.on("own", [&](io::bytes b) { seen = io::as_text(b); });
  w.server.on("view", [&](std::string s, io::bytes_view b, io::bytes_view c) {
    seen = s + std::string{io::as_text(b)} + std::string{io::as_text(c)};
  });
  w.client->send(R"(451-["own",{"_placeholder":true,"num":0}])");
  w.client->send_binary("bin");
  CHECK(seen == "bin");
  w.client->send(R"(452-["view","a",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}])");
  w.client->send_binary("first");
  CHECK(seen == "bin");
  w.client->send_binary("second");
  CHECK(seen == "asecondfirst");
}

TEST_CASE(
    "arguments that do not fit: the handler does not run, on_error and the client learn of it",
    "[server]") {
  int ran = 0;
  world w;
  w.server.on("two", [&](int, std::string) { ++ran; });
  w.server.on("answer", [&](io::socket&, point) { return ++ran; });

  CHECK(w.tell(R"(42["two","x","y"])").empty());
  CHECK(w.tell(R"(420["two",1])") == packets{R"(430[{"error":"bad arguments","position":2}])"});
  CHECK(w.tell(R"(421["answer",{"x":1}])") ==
        packets{R"(431[{"error":"bad arguments","position":1}])"});
  CHECK(w.tell(R"(422["two",1.5,"y"])") ==
        packets{R"(432[{"error":"bad arguments","position":1}])"});
  CHECK(ran == 0);
  CHECK(w.errors ==
        std::vector<std::string>({"two: arguments do not match the handler's parameters",
                                  "two: arguments do not match the handler's parameters",
                                  "answer: arguments do not match the handler's parameters",
                                  "two: arguments do not match the handler's parameters"}));
  w.tell(R"(42["two",1,"y"])");
  CHECK(ran == 1);
}

TEST_CASE("F286 R138 what a handler throws goes to on_error, and the client is answered",
          "[server]") {
  world w;
  w.server.on("void", [](io::socket&) { throw std::runtime_error{"oops"}; });
  w.server.on("answer", []() -> int { throw 1; });
  w.server.on("took ack", [](io::ack answer) {
    answer(1);
    throw std::logic_error{"late"};
  });
  w.server.on("lost ack", [](io::ack) { throw std::logic_error{"early"}; });
  CHECK(w.tell(R"(42["void"])").empty());
  CHECK(w.tell(R"(420["void"])").empty());
  CHECK(w.tell(R"(421["answer"])") == packets{R"(431[{"error":"handler failed"}])"});
  CHECK(w.tell(R"(422["took ack"])") == packets{"432[1]"});
  CHECK(w.tell(R"(423["lost ack"])").empty());
  CHECK(w.errors ==
        std::vector<std::string>(
            {"void: handler threw an exception: oops", "void: handler threw an exception: oops",
             "answer: handler threw an exception: ?", "took ack: handler threw an exception: late",
             "lost ack: handler threw an exception: early"}));
  CHECK(w.server.size() == 1);
}

TEST_CASE("R165 an on_error that throws has no effect", "[server]") {
  world w;
  w.server.on_error([](io::socket&, std::error_code, std::string_view, std::exception_ptr) {
    throw std::runtime_error{"again"};
  });
  w.server.on("x", []() -> int { throw std::runtime_error{"oops"}; });
  w.server.on_connection([](io::socket&) { throw std::runtime_error{"oops"}; });
  w.server.on_disconnect([](io::socket&, io::reason) { throw std::runtime_error{"oops"}; });
  CHECK(w.tell(R"(420["x"])") == packets{R"(430[{"error":"handler failed"}])"});
  ws_client second{w.network};
  CHECK(second.join() != "");
  second.send("41");
  CHECK(w.server.size() == 1);
  CHECK(w.tell(R"(421["x"])") == packets{R"(431[{"error":"handler failed"}])"});
}

TEST_CASE("handlers of the namespace run before those of the socket, each in order", "[server]") {
  std::string order;
  world w;
  w.server.on("x", [&](io::socket& s) {
    order += "1";
    if (order.size() > 1) return;
    s.on("x", [&] { order += "3"; });
    s.on("x", [&](io::socket&) { order += "4"; });
  });
  w.server.on("x", [&] { order += "2"; });
  w.tell(R"(42["x"])");
  CHECK(order == "1234");
  order = "0";
  w.tell(R"(42["x"])");
  CHECK(order == "01234");
}

TEST_CASE("a socket's own handlers go with it, and what they hold", "[server]") {
  const auto held = std::make_shared<int>(1);
  world w;
  w.server.on_connection([&](io::socket& s) {
    s.on("x", [held, self = s.ref()](io::socket& me) { CHECK(me.id() == self.id()); });
    s.on_disconnect([held, self = s.ref()](io::reason) {});
    s.on_disconnecting([held, self = s.ref()](io::socket&, io::reason) {});
  });
  {
    ws_client second{w.network};
    second.join();
    second.send(R"(42["x"])");
    CHECK(held.use_count() == 4);
  }
  w.network.run();
  CHECK(held.use_count() == 1);
}

TEST_CASE("functions, function objects and members of the server's types can be handlers",
          "[server]") {
  struct counter {
    int* count;
    void operator()(int by) const noexcept { *count += by; }
  };
  int count = 0;
  world w;
  w.server.on("object", counter{&count});
  w.server.on("function", +[](io::socket& s, int by) { s.emit("got", by); });
  w.server.on("mutable", [&count, calls = 0]() mutable { count = 100 * ++calls; });
  w.server.on("move only", [&count, p = std::make_unique<int>(5)] { count = *p; });
  w.tell(R"(42["object",3])");
  CHECK(count == 3);
  CHECK(w.tell(R"(42["function",4])") == packets{R"(42["got",4])"});
  w.tell(R"(42["mutable"])");
  w.tell(R"(42["mutable"])");
  CHECK(count == 200);
  w.tell(R"(42["move only"])");
  CHECK(count == 5);
}

TEST_CASE("F262 the server emits reserved names to nobody, and says so", "[server]") {
  world w;
  w.server.on("x", [&](io::socket& s) {
    for (const auto* name : {"connect", "connect_error", "disconnect", "disconnecting",
                             "newListener", "removeListener"}) {
      CHECK(s.emit(name) == io::send_status::dropped);
      CHECK(s.ref().emit(name) == io::send_status::dropped);
      w.server.emit(name);
    }
  });
  CHECK(w.tell(R"(42["x"])").empty());
  CHECK(w.errors.size() == 6);
}

TEST_CASE("F262 who waits for a reserved name to be acknowledged learns of it", "[server]") {
  world w;
  std::vector<std::error_code> failures;
  w.server.on("callback", [&](io::socket& s) {
    const auto status =
        s.emit("connect", [&](std::error_code ec, const std::string&) { failures.push_back(ec); });
    CHECK(status == io::send_status::dropped);
    CHECK(failures.empty());
  });
  w.server.on("coroutine", [&](io::socket& s) -> asio::awaitable<void> {
    try {
      std::ignore = co_await s.emit_with_ack<int>("disconnect");
    } catch (const std::system_error& failure) {
      failures.push_back(failure.code());
    }
  });
  CHECK(w.tell(R"(42["callback"])").empty());
  CHECK(w.tell(R"(42["coroutine"])").empty());
  CHECK(failures == std::vector<std::error_code>(2, io::error::reserved_event));
  CHECK(w.errors.size() == 2);
}

TEST_CASE("several events of one turn leave in one write, in order", "[server]") {
  world w;
  w.server.on("burst", [&](io::socket& s, int count) {
    for (int i = 0; i < count; ++i) s.emit("n", i, io::bytes{std::byte{1}});
  });
  const auto before = w.network.operations();
  w.client->send(R"(42["burst",20])");
  CHECK(w.network.operations() - before <=
        3);  // the read, the write, and a read that finds nothing
  const auto all = w.client->take();
  REQUIRE(all.size() == 40);
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(all[2 * i] == R"(451-["n",)" + std::to_string(i) + R"(,{"_placeholder":true,"num":0}])");
    CHECK(all[2 * i + 1] == "b:\x01");
  }
}

}  // namespace
