#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "socketio.hpp"
#include "socketio/raw_args.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;

/// A server, somebody who speaks, and somebody who hears.
struct world {
  explicit world(const io::options& o = {}) : server{network, o} {
    server.on_error(
        [&](io::socket&, std::error_code ec, std::string_view event, std::exception_ptr) {
          errors.push_back(std::string{event} + ": " + ec.message());
        });
    server.listen(port);
    ann.emplace(network), ann->join();
    bob.emplace(network), bob->join();
  }

  /// What Bob gets after Ann has said this.
  packets tell(std::string_view text, const std::vector<std::string>& attachments = {}) {
    ann->send(text);
    for (const auto& each : attachments) ann->send_binary(each);
    return bob->take();
  }

  io::memory::network network;
  io::server<io::memory> server;
  std::optional<ws_client> ann, bob;
  packets errors;
};

void relay(io::socket& socket, io::raw_args all) { socket.broadcast().emit("said", all); }

TEST_CASE("relay: arguments are passed on as they came", "[relay]") {
  world w;
  w.server.on("say", relay);
  // Nothing that was decoded and encoded would keep this form.
  CHECK(w.tell(R"(42["say",1.0, "\u0041\ud800" ,{"b":1,"a": 2E3,"b":3}])") ==
        packets{R"(42["said",1.0, "\u0041\ud800" ,{"b":1,"a": 2E3,"b":3}])"});
  CHECK(w.tell(R"(42["say"])") == packets{R"(42["said"])"});
  CHECK(w.tell(R"(42["say" ])") == packets{R"(42["said"])"});
  CHECK(w.tell(R"(42[ "say", 1.0])") == packets{R"(42["said",1])"});  // no usual form: decoded
  CHECK(w.tell(R"(42["s\u0061y", 1.0])") == packets{R"(42["said",1])"});
  CHECK(w.tell(R"(42["say",[]] )") == packets{R"(42["said",[]])"});
  CHECK(w.tell(R"(42["other",1])").empty());
  CHECK(w.errors.empty());
}

TEST_CASE("relay: what is no JSON goes nowhere", "[relay]") {
  for (const std::string_view wrong :
       {R"(42["say",1)", R"(42["say",])", R"(42["say" 1])", R"(42["say",tru])", R"(42["say",1]])",
        R"(42["say","\x"])", R"(42["say",{"a"}])", R"(42["say)", R"(42["say"][1])"}) {
    CAPTURE(wrong);
    world w;
    w.server.on("say", relay);
    CHECK(w.tell(wrong).empty());
    CHECK(w.server.size() == 1);  // Ann is gone
  }
  world w;
  w.server.on("say", relay);
  std::string deep = R"(42["say",)";
  for (int i = 0; i < 200; ++i) deep += '[';
  for (int i = 0; i < 200; ++i) deep += ']';
  CHECK(w.tell(deep + "]").empty());
  CHECK(w.server.size() == 1);
}

TEST_CASE("relay: attachments are passed on behind the text", "[relay]") {
  world w;
  w.server.on("say", relay);
  const char* const text =
      R"(["said",{"_placeholder":true,"num":1}, {"_placeholder":true,"num":0}])";
  CHECK(w.tell(R"(452-["say",{"_placeholder":true,"num":1}, {"_placeholder":true,"num":0}])",
               {"one", "two"}) == packets{"452-" + std::string{text}, "b:one", "b:two"});
  // Those that are not right are refused as ever.
  CHECK(w.tell(R"(451-["say",{"_placeholder":true,"num":1}])", {"one"}).empty());
  CHECK(w.server.size() == 1);
}

TEST_CASE("relay: behind other binary the numbers change", "[relay]") {
  world w;
  w.server.on("say", [](io::socket& socket, io::raw_args all) {
    socket.broadcast().emit("said", io::bytes{std::byte{'x'}}, all, io::bytes{std::byte{'y'}});
  });
  CHECK(w.tell(R"(451-["say", {"_placeholder":true,"num":0}])", {"one"}) ==
        packets{R"(453-["said",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1},)"
                R"({"_placeholder":true,"num":2}])",
                "b:x", "b:one", "b:y"});
  CHECK(w.tell(R"(42["say",1.0])") ==
        packets{R"(452-["said",{"_placeholder":true,"num":0},1.0,{"_placeholder":true,"num":1}])",
                "b:x", "b:y"});
  w.server.off("say");
  w.server.on("say", [](io::socket& socket, io::raw_args all) {
    socket.broadcast().emit("said", all, io::bytes{std::byte{'y'}});
  });
  CHECK(w.tell(R"(451-["say", {"_placeholder":true,"num":0}])", {"one"}) ==
        packets{R"(452-["said", {"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])",
                "b:one", "b:y"});
}

TEST_CASE("relay: the first arguments are taken off, the rest stays raw", "[relay]") {
  world w;
  std::string room;
  w.server.on("say", [&](io::socket& socket, io::raw_args all) {
    int number = 0;
    CHECK_FALSE(all.take(number));
    CHECK(all.take(room));
    const std::string_view rest = all.text();
    CHECK(rest.data() != nullptr);
    socket.broadcast().emit("said", all);
    std::optional<int> missing = 1;
    while (!all.empty()) {
      io::value any;
      CHECK(all.take(any));
    }
    CHECK(all.take(missing));
    CHECK_FALSE(missing);
  });
  CHECK(w.tell(R"(42["say","ro\u006fm" ,1.0, [2.0]])") == packets{R"(42["said",1.0, [2.0]])"});
  CHECK(room == "room");
  CHECK(w.tell(R"(42["say","r"])") == packets{R"(42["said"])"});
  CHECK(w.tell(R"(451-["say","r", {"_placeholder":true,"num":0}])", {"one"}) ==
        packets{R"(451-["said", {"_placeholder":true,"num":0}])", "b:one"});
  CHECK(w.errors.empty());

  io::bytes taken;
  w.server.off("say");
  w.server.on("say", [&](io::socket& socket, io::raw_args all) {
    CHECK(all.take(taken));
    socket.broadcast().emit("said", all);
  });
  CHECK(w.tell(R"(452-["say",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}, 1.0])",
               {"one", "two"}) ==
        packets{R"(451-["said",{"_placeholder":true,"num":0},1])", "b:two"});
  CHECK(taken.size() == 3);
}

TEST_CASE("relay: acknowledgements, values, other forms", "[relay]") {
  world w;
  w.server.on("echo", [](io::raw_args all, io::ack ack) { ack(all); });
  w.server.on("values", [](io::raw_args all) { return all.values(); });
  w.server.on("json", [](io::raw_args all) { return all; });
  w.ann->send(R"(421["echo", 1.0,"x"])");
  CHECK(w.ann->take() == packets{R"(431[ 1.0,"x"])"});
  w.ann->send(R"(422["values", 1.0,"x"])");
  CHECK(w.ann->take() == packets{R"(432[[1,"x"]])"});
  w.ann->send(R"(423["json", 1.0])");
  CHECK(w.ann->take() == packets{R"(433[ 1.0])"});
  w.ann->send(R"(424["values"])");
  CHECK(w.ann->take() == packets{"434[[]]"});
}

TEST_CASE("relay: whoever needs the event decoded gets it so", "[relay]") {
  world w;
  int sum = 0;
  w.server.on("say", relay);
  const auto added = w.server.on("say", [&](int a) { sum += a; });
  CHECK(w.tell(R"(42["say",1.0])") == packets{R"(42["said",1])"});
  CHECK(sum == 1);
  w.server.off(added);
  CHECK(w.tell(R"(42["say",1.0])") == packets{R"(42["said",1.0])"});

  // A handler of the socket, even one that comes while the event is handled.
  w.server.off("say");
  bool first = true;
  w.server.on("say", [&](io::socket& socket, io::raw_args all) {
    if (first) socket.on("say", [&](int a) { sum += 10 * a; });
    first = false;
    socket.broadcast().emit("said", all);
  });
  CHECK(w.tell(R"(42["say",1.0])") == packets{R"(42["said",1.0])"});
  CHECK(sum == 11);
  CHECK(w.tell(R"(42["say",1.0])") == packets{R"(42["said",1])"});
  CHECK(sum == 21);

  std::size_t seen = 0;
  w.server.on_any([&](std::string_view, io::args all) { seen += all.size(); });
  CHECK(w.tell(R"(42["say",1.0])") == packets{R"(42["said",1])"});
  CHECK(seen == 1);
  CHECK(w.errors.empty());
}

TEST_CASE("relay: once, own handlers, other namespaces", "[relay]") {
  world w;
  w.server.once("say", relay);
  CHECK(w.tell(R"(42["say",1.0])") == packets{R"(42["said",1.0])"});
  CHECK(w.tell(R"(42["say",1.0])").empty());
  w.server.for_each([](io::socket& each) { each.on("say", relay); });
  CHECK(w.tell(R"(42["say",1.0])") == packets{R"(42["said",1.0])"});
  w.server.of("/other").on("say", relay);
  for (auto* const each : {&*w.ann, &*w.bob}) each->send("40/other,"), each->take();
  CHECK(w.tell(R"(42/other,["say",1.0])") == packets{R"(42/other,["said",1.0])"});
  CHECK(w.tell(R"(42/nowhere,["say",1.0])").empty());
  CHECK(w.server.size() == 1);
}

TEST_CASE("relay: who disconnects meanwhile", "[relay]") {
  world w;
  w.server.on("say", [](io::socket& socket, io::raw_args all) {
    socket.disconnect(true);
    socket.broadcast().emit("said", all);
  });
  CHECK(w.tell(R"(451-["say", {"_placeholder":true,"num":0}])", {"one"}) ==
        packets{R"(451-["said", {"_placeholder":true,"num":0}])", "b:one"});
  CHECK(w.server.size() == 1);
}

}  // namespace
