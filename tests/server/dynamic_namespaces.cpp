#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

std::string refused(std::string_view name) {
  return std::string{"44"}.append(name).append(R"(,{"message":"Invalid namespace"})");
}

/// A server with all namespaces "/room-*", in which "say" is heard by everybody.
struct world {
  explicit world(const io::options& o = {}) : server{network, o} {
    server.on_new_namespace([this](const io::nsp& n) { made.push_back(n.name()); });
    rooms.on("say", [this](io::socket& s, const std::string& what) {
      s.to("all").emit("said", what);
      heard.push_back(s.nsp() + ": " + what);
    });
    rooms.on_connection([](io::socket& s) { s.join("all"); });
    server.listen(port);
  }

  std::vector<std::string> made, heard;
  io::memory::network network;
  io::server<io::memory> server;
  io::nsp rooms = server.of(io::pattern{"/room-*"});
};

TEST_CASE("a pattern: stars stand for anything but '/'", "[server]") {
  const io::pattern rooms{"room-*"};  // as /room-*
  CHECK(rooms("/room-1"));
  CHECK(rooms("/room-"));
  CHECK_FALSE(rooms("/room"));
  CHECK_FALSE(rooms("/room-1/chat"));
  CHECK_FALSE(rooms("room-1"));
  CHECK_FALSE(rooms(""));

  const io::pattern two{"/*/a*b"};
  CHECK(two("/x/ab"));
  CHECK(two("//aab"));
  CHECK(two("/x/a-b-b"));
  CHECK_FALSE(two("/x/y/ab"));
  CHECK_FALSE(two("/x/a-b-c"));
  CHECK_FALSE(two("/x/ba"));

  const io::pattern all{"/**"};
  CHECK(all("/"));
  CHECK_FALSE(all("/a/b"));
  CHECK(io::pattern{""}("/"));
  const std::string attack(100'000, 'a');
  CHECK_FALSE((io::pattern{"/*a*a*a*a*b"}("/" + attack)));
}

TEST_CASE("F266 a namespace is made for who asks for it; the others do not exist", "[server]") {
  world w;
  ws_client one{w.network}, two{w.network}, other{w.network};
  CHECK_FALSE(one.join("/room-1").empty());
  CHECK_FALSE(two.join("/room-1").empty());
  CHECK_FALSE(other.join("/room-2").empty());
  CHECK(w.made == std::vector<std::string>{"/room-1", "/room-2"});

  one.send("40/hall,");
  CHECK(one.take() == packets{refused("/hall")});

  one.send(R"(42/room-1,["say","hello"])");
  CHECK(two.take() == packets{R"(42/room-1,["said","hello"])"});
  CHECK(other.take().empty());
  CHECK(w.heard == std::vector<std::string>{"/room-1: hello"});
}

TEST_CASE("F267 those who decide are asked in their order, and none may accept", "[server]") {
  io::memory::network network;
  io::server<io::memory> server{network};
  std::string asked;
  server.of([&](std::string_view name) -> bool {
    asked.append("a:").append(name).append(" ");
    throw std::runtime_error{"a decision that fails is no"};
  });
  auto guarded = server.of([&](std::string_view name, const io::handshake& shake) {
    asked.append("b:").append(name).append(" ");
    return shake.auth()["token"].as_string() == "right";
  });
  guarded.on("who", [] { return "guarded"; });
  auto rest = server.of([&](std::string_view name) { return name == "/open"; });
  rest.on("who", [] { return "rest"; });
  server.listen(port);

  ws_client client{network};
  client.join("/open");
  CHECK(asked == "a:/open b:/open ");
  client.send(R"(42/open,0["who"])");
  CHECK(client.take() == packets{R"(43/open,0["rest"])"});
  client.join("/secret", R"({"token":"right"})");
  client.send(R"(42/secret,0["who"])");
  CHECK(client.take() == packets{R"(43/secret,0["guarded"])"});
  client.send(R"(40/wrong,{"token":"wrong"})");
  CHECK(client.take() == packets{refused("/wrong")});
}

TEST_CASE("F269 members are made with what was registered before, no later", "[server]") {
  world w;
  ws_client early{w.network}, late{w.network};
  early.join("/room-1");
  w.rooms.on("later", [] { return "there"; });
  const auto taken_back = w.rooms.on("never", [] { return "there"; });
  w.rooms.off(taken_back);
  late.join("/room-2");
  early.send(R"(42/room-1,0["later"])");
  CHECK(early.take().empty());
  late.send(R"(42/room-2,1["never"])");
  late.send(R"(42/room-2,0["later"])");
  CHECK(late.take() == packets{R"(43/room-2,0["there"])"});
}

TEST_CASE("F270 what is emitted to all of them reaches each", "[server]") {
  world w;
  ws_client one{w.network}, two{w.network}, outside{w.network};
  outside.join();
  one.join("/room-1");
  two.join("/room-2");
  w.rooms.emit("news", 1);
  w.rooms.to("all").emit("news", 2);
  w.rooms.to("nowhere").emit("news", 3);
  CHECK(one.take() == packets{R"(42/room-1,["news",1])", R"(42/room-1,["news",2])"});
  CHECK(two.take() == packets{R"(42/room-2,["news",1])", R"(42/room-2,["news",2])"});
  CHECK(outside.take().empty());

  CHECK(w.rooms.size() == 2);
  int seen = 0;
  w.rooms.for_each([&](io::socket&) { ++seen; });
  CHECK(seen == 2);
  CHECK(w.rooms.rooms() == std::vector<std::string>{"all", "all"});
  CHECK(w.rooms.room("all").size() == 2);
}

TEST_CASE("F271 and so do questions, here with answers", "[server]") {
  world w;
  ws_client one{w.network}, two{w.network};
  one.join("/room-1");
  two.join("/room-2");
  std::optional<std::vector<int>> answers;
  w.rooms.timeout(1s).emit("vote", [&](std::error_code ec, std::vector<int> all) {
    CHECK_FALSE(ec);
    answers = std::move(all);
  });
  for (ws_client* const each : {&one, &two}) {
    const packets question = each->take();
    REQUIRE(question.size() == 1);
    const std::string nsp = between(question[0], "42", ",");
    const std::string id = between(question[0], nsp + ",", "[");
    each->send("43" + nsp + "," + id + "[7]");
  }
  w.network.run();
  CHECK(answers == std::vector<int>{7, 7});

  std::set<std::string> found;
  w.rooms.fetch_sockets([&](std::error_code, const std::vector<io::remote_socket>& all) {
    for (const auto& each : all) found.insert(each.nsp());
  });
  w.network.run();
  CHECK(found == std::set<std::string>{"/room-1", "/room-2"});

  w.rooms.disconnect_sockets();
  CHECK(one.take() == packets{"41/room-1,"});
  CHECK(two.take() == packets{"41/room-2,"});

  answers.reset();  // nobody is left to be asked
  w.rooms.emit("vote", [&](std::error_code ec, std::vector<int> all) {
    CHECK_FALSE(ec);
    answers = std::move(all);
  });
  w.network.run();
  CHECK(answers == std::vector<int>{});
}

TEST_CASE("F272 a name that is asked for by the program is made in the same way", "[server]") {
  world w;
  auto room = w.server.of("/room-7");
  room.on("own", [] { return "own"; });
  ws_client client{w.network};
  client.join("/room-7");
  client.send(R"(42/room-7,0["own"])");
  client.send(R"(42/room-7,["say","hello"])");
  CHECK(client.take() == packets{R"(43/room-7,0["own"])"});
  CHECK(w.heard == std::vector<std::string>{"/room-7: hello"});
  CHECK(w.made == std::vector<std::string>{"/room-7"});
}

TEST_CASE("F209 on_new_namespace: handlers are there before the first client", "[server]") {
  world w;
  w.server.on_new_namespace([&](const io::nsp& fresh) {
    CHECK(w.server.of(fresh.name()).name() == fresh.name());  // itself, not another
    fresh.on("name", [name = fresh.name()] { return name; });
    if (fresh.name() == "/room-1") w.server.of("/annex");  // others may be made meanwhile
  });
  ws_client client{w.network};
  client.join("/room-1");
  client.send(R"(42/room-1,0["name"])");
  CHECK(client.take() == packets{R"(43/room-1,0["/room-1"])"});
  CHECK_FALSE(client.join("/annex").empty());
  CHECK(w.made == std::vector<std::string>{"/room-1", "/annex"});
}

TEST_CASE("F209 a callback that throws: there is no such namespace, and nothing else happens",
          "[server]") {
  world w;
  bool throws = true;
  w.server.on_new_namespace([&](const io::nsp&) {
    if (throws) throw std::runtime_error{"not now"};
  });
  ws_client client{w.network};
  client.send("40/room-1,");
  CHECK(client.take() == packets{R"(44/room-1,{"message":"internal error"})"});
  CHECK_THROWS_AS(w.server.of("/room-1"), std::runtime_error);
  throws = false;
  CHECK_FALSE(client.join("/room-1").empty());
  client.send(R"(42/room-1,["say","hello"])");
  CHECK(w.heard == std::vector<std::string>{"/room-1: hello"});
}

TEST_CASE("F275 a namespace that is empty goes, and is made anew", "[server]") {
  world w;
  const auto handle = std::make_shared<int>();
  const std::weak_ptr<int> handlers = handle;
  w.server.on_new_namespace([handle = handle](const io::nsp& fresh) {
    fresh.on("x", [fresh, handle] {});  // holds the very namespace that holds it
  });
  ws_client one{w.network}, two{w.network};
  one.join("/room-1");
  two.join("/room-1");
  const io::nsp old = w.server.of("/room-1");
  CHECK(handle.use_count() == 3);
  one.send("41/room-1,");
  two.send(R"(42/room-1,["say","still here"])");
  CHECK(w.made.size() == 1);
  two.send("41/room-1,");
  w.network.run();
  CHECK(handle.use_count() == 2);  // its handlers have gone
  old.emit("nobody hears it");
  CHECK(old.size() == 0);

  one.join("/room-1");
  CHECK(w.made == std::vector<std::string>{"/room-1", "/room-1"});
  w.rooms.emit("again");
  CHECK(one.take() == packets{R"(42/room-1,["again"])"});

  one.peer.close();
  w.network.run();
  CHECK(handle.use_count() == 2);
}

TEST_CASE("F275 one whose only candidate was refused goes too; others stay", "[server]") {
  world w;
  w.rooms.use([](io::socket& s) {
    return s.handshake().auth()["ok"].as_bool().value_or(false) ? io::verdict{io::accept}
                                                                : io::refuse("no");
  });
  w.server.of("/fixed");
  ws_client client{w.network};
  client.send("40/room-1,");
  client.send("40/room-1,");
  CHECK(client.take() == packets{R"(44/room-1,{"message":"no"})", R"(44/room-1,{"message":"no"})"});
  client.join("/fixed");
  client.send("41/fixed,");
  client.join("/fixed");
  client.join("/room-1", R"({"ok":true})");
  CHECK(w.made == std::vector<std::string>{"/fixed", "/room-1", "/room-1", "/room-1"});
}

TEST_CASE("they stay if the program says so", "[server]") {
  io::options o;
  o.cleanup_empty_child_namespaces = false;
  world w{o};
  ws_client client{w.network};
  for (int i = 0; i < 3; ++i) {
    client.join("/room-1");
    client.send("41/room-1,");
  }
  CHECK(w.made.size() == 1);
}

TEST_CASE("R135 5,000 namespaces, 100 at a time: what is empty is freed", "[server]") {
  world w;
  for (int round = 0; round < 50; ++round) {
    ws_client client{w.network};
    for (int i = 0; i < 100; ++i) {
      CHECK_FALSE(client.join("/room-" + std::to_string(round * 100 + i)).empty());
    }
    client.send("40/room-x,");
    CHECK(client.take() == packets{refused("/room-x")});  // L23
  }
  w.network.run();
  CHECK(w.made.size() == 5'000);
  CHECK(w.rooms.size() == 0);
  CHECK(w.rooms.rooms().empty());
}

TEST_CASE("a lost client keeps its namespace for as long as it may come back", "[server]") {
  io::options o;
  o.connection_state_recovery.emplace().max_disconnection_duration = 60s;
  world w{o};
  std::optional<ws_client> client{std::in_place, w.network};
  client->send("40/room-1,");
  const packets joined = client->take();
  REQUIRE(joined.size() == 1);
  const std::string pid = between(joined[0], R"("pid":")", "\"");
  client->peer.close();
  w.network.run();
  w.rooms.to("all").emit("missed");
  client.emplace(w.network);
  client->send(R"(40/room-1,{"pid":")" + pid + R"("})");
  const packets back = client->take();
  REQUIRE(back.size() == 2);
  CHECK(back[1].starts_with(R"(42/room-1,["missed")"));
  CHECK(w.made.size() == 1);

  client->peer.close();
  w.network.advance(61s);
  ws_client next{w.network};
  next.join("/room-1");
  CHECK(w.made.size() == 2);
}

TEST_CASE("whoever decides may ask for the very namespace", "[server]") {
  const bool accepts = GENERATE(true, false);
  const bool with_handshake = GENERATE(true, false);
  io::memory::network network;
  io::server<io::memory> server{network};
  const auto decide = [&](std::string_view name) {
    if (name == "/x") server.of(name).on("own", [] { return 1; });
    return accepts;
  };
  if (with_handshake) {
    server.of([=](std::string_view name, const io::handshake&) { return decide(name); });
  } else {
    server.of(decide);
  }
  server.listen(port);
  ws_client one{network}, two{network};
  for (ws_client* const each : {&one, &two}) {
    CHECK_FALSE(each->join("/x").empty());
    each->send(R"(42/x,0["own"])");
    CHECK(each->take() == packets{"43/x,0[1]"});
  }
  server.of("/x").emit("all");
  CHECK(one.take() == packets{R"(42/x,["all"])"});
  CHECK(two.take() == packets{R"(42/x,["all"])"});
  one.send("41/x,");
  two.send("41/x,");
  CHECK_FALSE(one.join("/x").empty());
}

TEST_CASE("callbacks that end everything while a namespace is made", "[server]") {
  const bool in_predicate = GENERATE(true, false);
  const bool destroy = GENERATE(true, false);
  io::memory::network network;
  std::optional<io::server<io::memory>> server{std::in_place, network};
  const auto end = [&] { destroy ? server.reset() : server->close(0s); };
  server->of([&](std::string_view) {
    if (in_predicate) end();
    return true;
  });
  server->on_new_namespace([&](const io::nsp&) {
    if (!in_predicate && server) end();
  });
  server->listen(port);
  ws_client client{network};
  client.send("40/any,");
  network.advance(1min);
  server.reset();
  CHECK(network.idle());
}

}  // namespace
