#include "socketio/extras/presence.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

struct person {
  std::string name;
  int age;
  bool operator==(const person&) const = default;
};

std::optional<io::present<person>> identify(io::socket& s) {
  const auto auth = s.handshake().auth();
  const auto name = auth["name"].as_string();
  if (!name) return {};
  return io::present<person>{std::string{*name},
                             {std::string{*name}, auth["age"].to<int>().value_or(0)}};
}

struct world {
  world() : people{server, identify} {
    server.on("join", [](io::socket& s, const std::string& room) { s.join(room); });
    server.on("leave", [](io::socket& s, const std::string& room) { s.leave(room); });
    server.listen(port);
  }

  void connect(ws_client& client, std::string_view auth) {
    client.join("/", auth);
    client.send(R"(42["join","lobby"])");
  }

  io::memory::network network;
  io::server<io::memory> server{network};
  io::presence<person> people;
};

constexpr auto ada = R"({"name":"Ada","age":36})", bob = R"({"name":"Bob","age":1})";

TEST_CASE("who joins hears who is there; the others hear of him", "[server]") {
  world w;
  ws_client one{w.network}, two{w.network};
  w.connect(one, ada);
  CHECK(one.take() == packets{R"(42["presence","lobby",[{"name":"Ada","age":36}]])"});
  w.connect(two, bob);
  CHECK(one.take() ==
        packets{R"(42["presence change","lobby",{"joined":[{"name":"Bob","age":1}],"left":[]}])"});
  const packets state = two.take();
  REQUIRE(state.size() == 1);
  CHECK(state[0].find(R"({"name":"Ada","age":36})") != std::string::npos);
  CHECK(state[0].find(R"({"name":"Bob","age":1})") != std::string::npos);
  CHECK(w.people.count("lobby") == 2);
  CHECK(w.people.find("lobby", "Bob") == person{"Bob", 1});
  CHECK(w.people.find("lobby", "Eve") == std::nullopt);
  CHECK(w.people.count("elsewhere") == 0);

  two.send(R"(42["leave","lobby"])");
  CHECK(one.take() ==
        packets{R"(42["presence change","lobby",{"joined":[],"left":[{"name":"Bob","age":1}]}])"});
  CHECK(two.take().empty());
  one.peer.close();
  w.network.run();
  CHECK(w.people.count("lobby") == 0);
  CHECK(w.people.members("lobby").empty());
}

TEST_CASE("several tabs are one member; who has no name is not seen", "[server]") {
  world w;
  ws_client watcher{w.network}, first{w.network}, second{w.network}, nobody{w.network};
  w.connect(watcher, bob);
  w.connect(first, ada);
  watcher.take();
  w.connect(second, ada);
  w.connect(nobody, "{}");
  CHECK(watcher.take().empty());
  CHECK(nobody.take().empty());
  CHECK(second.take().size() == 1);
  CHECK(w.people.count("lobby") == 2);
  first.send("41");
  nobody.send("41");
  CHECK(watcher.take().empty());
  second.send("41");
  CHECK(watcher.take().size() == 1);
  CHECK(w.people.members("lobby") == std::vector<person>{{"Bob", 1}});
}

TEST_CASE("who is thrown out as he joins is nobody's ghost", "[server]") {
  io::memory::network network;
  io::server<io::memory> server{network};
  server.on("join", [](io::socket& s, const std::string& room) { s.join(room); });
  const bool disconnects = GENERATE(true, false);
  server.on_join(
      [&](io::socket& s, std::string_view room) { disconnects ? s.disconnect() : s.leave(room); });
  io::presence<person> people{server, identify};
  server.listen(port);
  ws_client client{network};
  client.join("/", ada);
  client.send(R"(42["join","lobby"])");
  CHECK(people.count("lobby") == 0);
  CHECK(people.members("lobby").empty());
}

TEST_CASE("a list that ends before the server lets it go on", "[server]") {
  io::memory::network network;
  io::server<io::memory> server{network};
  server.on("join", [](io::socket& s, const std::string& room) { s.join(room); });
  server.listen(port);
  ws_client client{network};
  {
    io::presence<person> people{server, identify, {.state = "who", .change = "change"}};
    client.join("/", ada);
    client.send(R"(42["join","a"])");
    CHECK(client.take() == packets{R"(42["who","a",[{"name":"Ada","age":36}]])"});
  }
  client.send(R"(42["join","b"])");
  CHECK(client.take().empty());
}

TEST_CASE("an ordered broadcast takes the queue, and one that is not overtakes it", "[server]") {
  world w;
  ws_client client{w.network};
  client.join();
  w.server.on("go", [&] {
    w.server.ordered().emit("second");
    w.server.emit("first");
  });
  client.send(R"(42["go"])");
  CHECK(client.take() == packets{R"(42["first"])", R"(42["second"])"});
}

}  // namespace
