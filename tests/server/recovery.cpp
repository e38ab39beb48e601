#include "server/recovery.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace socketio::test::recovery;
using namespace std::chrono_literals;

TEST_CASE("F337-F342 P1 who comes back is the same, and gets what it has missed", "[recovery]") {
  world w;
  client ann{w.network};
  ann.join();
  REQUIRE_FALSE(ann.pid.empty());
  CHECK(ann.pid != ann.id);
  ann.wire.send(R"(42["join","mountains"])");
  w.server.to("mountains").emit("news", 1);
  CHECK(ann.take() == events{R"(["news",1])"});
  const std::string id = ann.id;

  w.server.to("mountains").emit("news", 2);  // sent, and lost
  ann.lose(w.network);
  CHECK(w.log == events{"new", "transport close"});
  CHECK(w.server.size() == 0);
  w.server.to("mountains").emit("news", 3);
  w.server.to("kitchen").emit("news", 4);
  w.server.except("mountains").emit("news", 5);
  w.server.to(id).emit("news", 6);
  w.server.lossy().emit("tick", 7);
  w.server.emit("news", io::value{io::raw_json{R"({"deep":[8]})"}});

  CHECK(ann.come_back(w.network) ==
        events{R"(["news",2])", R"(["news",3])", R"(["news",6])", R"(["news",{"deep":[8]}])"});
  CHECK(ann.recovered);
  CHECK(ann.id == id);
  CHECK(w.log == events{"new", "transport close", "recovered"});
  ann.wire.send(R"(420["count"])");
  ann.wire.send(R"(421["rooms"])");
  CHECK(ann.take() == events{"430[2]", "431[2]"});

  // Again, with nothing missed; and what was lost on the way a second time.
  ann.lose(w.network);
  CHECK(ann.come_back(w.network).empty());
  CHECK(ann.recovered);
  w.server.to("mountains").emit("news", 9);
  ann.lose(w.network);
  ann.wire = ws_client{w.network};
  ann.lose(w.network);
  CHECK(ann.come_back(w.network) == events{R"(["news",9])"});
  CHECK(ann.recovered);
}

TEST_CASE("P3 who has got no event yet can come back, too", "[recovery]") {
  world w;
  client ann{w.network};
  ann.join();
  w.server.emit("news", 1);
  w.server.emit("news", 2);
  ann.lose(w.network);
  CHECK(ann.offset.empty());
  CHECK(ann.come_back(w.network) == events{R"(["news",1])", R"(["news",2])"});
  CHECK(ann.recovered);
}

TEST_CASE("the offset of what may be lost is known, though it is not sent again", "[recovery]") {
  world w;
  client ann{w.network};
  ann.join();
  w.server.lossy().emit("tick", 1);
  CHECK(ann.take() == events{R"(["tick",1])"});
  ann.lose(w.network);
  w.server.emit("news", 2);
  CHECK(ann.come_back(w.network) == events{R"(["news",2])"});
  CHECK(ann.recovered);
}

TEST_CASE("F338 what waits for an acknowledgement has no offset", "[recovery]") {
  world w;
  w.server.on("ask", [](io::socket& s) {
    s.emit("question", 1, [](std::error_code) {});
    s.emit("statement", 2);
  });
  client ann{w.network};
  ann.join();
  ann.wire.send(R"(42["ask"])");
  const auto heard = ann.wire.take();
  REQUIRE(heard.size() == 2);
  CHECK(heard[0] == R"(420["question",1])");
  CHECK(heard[1] == R"(42["statement",2,"1"])");
}

TEST_CASE("P2 a connection that is lost unnoticed is replaced", "[recovery]") {
  world w;
  client ann{w.network};
  ann.join();
  ann.wire.send(R"(42["join","mountains"])");
  w.server.emit("news", 1);
  ann.take();
  w.server.emit("news", 2);
  ws_client dead = std::move(ann.wire);  // neither end knows

  ann.wire = ws_client{w.network};
  CHECK(ann.join() == events{R"(["news",2])"});
  CHECK(ann.recovered);
  CHECK(w.log == events{"new", "transport close", "recovered"});
  CHECK(w.server.size() == 1);
  w.server.to("mountains").emit("news", 3);
  CHECK(ann.take() == events{R"(["news",3])"});
  for (const auto& each : dead.take()) CHECK(each.find(R"("news",3)") == each.npos);
}

TEST_CASE("F343 who leaves, or is made to, does not come back", "[recovery]") {
  world w;
  w.server.on("go", [](io::socket& s) { s.disconnect(); });
  client ann{w.network};
  ann.join();
  SECTION("the client leaves") { ann.wire.send("41"); }
  SECTION("the server disconnects it") { ann.wire.send(R"(42["go"])"); }
  SECTION("the server disconnects everybody") { w.server.disconnect_sockets(); }
  SECTION("the server disconnects it while it is away") {
    ann.lose(w.network);
    w.server.in(ann.id).disconnect_sockets();
  }
  const std::string id = ann.id;
  ann.lose(w.network);
  ann.come_back(w.network);
  CHECK_FALSE(ann.recovered);
  CHECK(ann.id != id);
  CHECK(w.log.back() == "new");
}

TEST_CASE("who is removed from a room while away hears nothing of it", "[recovery]") {
  world w;
  client ann{w.network};
  ann.join();
  ann.wire.send(R"(42["join","mountains"])");
  ann.lose(w.network);
  w.server.to("mountains").emit("news", 1);
  w.server.in(ann.id).sockets_leave("mountains");
  w.server.to("mountains").emit("news", 2);
  CHECK(ann.come_back(w.network) == events{R"(["news",1])"});
  w.server.to("mountains").emit("news", 3);
  CHECK(ann.take().empty());
}

TEST_CASE("F344 what cannot be resumed is a new session, and not an error", "[recovery]") {
  world w{with_recovery({.max_disconnection_duration = 10s, .max_packets = 3})};
  client ann{w.network};
  ann.join();
  w.server.emit("news", 0);
  ann.take();
  bool expected = false;
  std::size_t missed = 0;
  SECTION("away for too long") {
    ann.lose(w.network);
    w.network.advance(10'001ms);
  }
  SECTION("away, but not for too long") {
    ann.lose(w.network);
    w.network.advance(9'999ms);
    expected = true;
  }
  SECTION("as much missed as is kept") {
    ann.lose(w.network);
    for (int i = 0; i < 3; ++i) w.server.emit("news", i);
    expected = true;
    missed = 3;
  }
  SECTION("more missed than is kept") {
    ann.lose(w.network);
    for (int i = 0; i < 4; ++i) w.server.emit("news", i);
  }
  SECTION("another secret") {
    ann.lose(w.network);
    ann.pid.back() = ann.pid.back() == 'a' ? 'b' : 'a';
  }
  SECTION("an offset that nobody has given") {
    ann.lose(w.network);
    ann.offset = "77";
  }
  SECTION("an offset that is no number") {
    ann.lose(w.network);
    ann.offset = "1 ";
  }
  SECTION("an offset beyond all numbers") {
    ann.lose(w.network);
    ann.offset = "18446744073709551616";
  }
  CHECK(ann.come_back(w.network).size() == missed);
  CHECK(ann.recovered == expected);
  CHECK_FALSE(ann.pid.empty());
}

TEST_CASE("the secret is good for its own namespace only", "[recovery]") {
  world w;
  w.server.of("/other");
  client ann{w.network};
  ann.join();
  ann.lose(w.network);
  ws_client wire{w.network};
  wire.send(R"(40/other,{"pid":")" + ann.pid + "\"}");
  const auto answer = wire.take();
  REQUIRE(answer.size() == 1);
  CHECK(answer[0].find(ann.pid) == std::string::npos);
  ann.come_back(w.network);
  CHECK(ann.recovered);
}

TEST_CASE("F348 without the option there is no secret, and none is taken", "[recovery]") {
  world w{io::options{}};
  client ann{w.network};
  ann.join();
  CHECK(ann.pid.empty());
  ann.wire.send(R"(42["x"])");
  w.server.emit("news", "text");
  CHECK(ann.wire.take() == packets{R"(42["news","text"])"});
  ann.lose(w.network);
  ann.pid = "abc";
  ann.offset = "0";
  ann.come_back(w.network);
  CHECK_FALSE(ann.recovered);
}

TEST_CASE("F347 middlewares decide on those who come back, too", "[recovery]") {
  const bool skip = GENERATE(false, true);
  world w{with_recovery({.skip_middlewares = skip})};
  std::vector<std::pair<bool, int>> asked;
  std::optional<io::next> wait;
  bool refuses = false;
  w.server.use([&](server_type::socket& s, io::next next) {
    asked.emplace_back(s.recovered(), s.data().count);
    if (s.handshake().auth()["slow"].as_bool()) {
      wait.emplace(std::move(next));
    } else if (refuses) {
      next(io::refuse("no more"));
    } else {
      next();
    }
  });
  client ann{w.network};
  ann.join();
  ann.lose(w.network);
  w.server.emit("news", 1);
  if (skip) {
    CHECK(ann.come_back(w.network) == events{R"(["news",1])"});
    CHECK(ann.recovered);
    CHECK(asked.size() == 1);
    return;
  }

  SECTION("accepted") {
    CHECK(ann.come_back(w.network) == events{R"(["news",1])"});
    CHECK(ann.recovered);
    REQUIRE(asked.size() == 2);
    CHECK(asked[1] == std::pair{true, 1});  // with the data that it had
  }
  SECTION("refused") {
    refuses = true;
    CHECK(ann.come_back(w.network) == events{R"(44{"message":"no more"})"});
  }
  SECTION("lost again before they have decided") {
    ann.come_back(w.network, R"("slow":true)");
    ann.lose(w.network);
    w.server.emit("news", 2);
    CHECK(ann.come_back(w.network) == events{R"(["news",1])", R"(["news",2])"});
    CHECK(ann.recovered);
    REQUIRE(asked.size() == 3);
    CHECK(asked[2] == std::pair{true, 1});
  }
  SECTION("what is sent meanwhile comes, too, and once") {
    ann.come_back(w.network, R"("slow":true)");
    w.server.emit("news", 2);
    (*wait)();
    w.server.emit("news", 3);
    CHECK(ann.take() == events{R"(["news",1])", R"(["news",2])", R"(["news",3])"});
    CHECK(ann.recovered);
  }
  SECTION("a second connection takes over from one that is being decided on") {
    ann.come_back(w.network, R"("slow":true)");
    ws_client dead = std::move(ann.wire);
    CHECK(ann.come_back(w.network) == events{R"(["news",1])"});
    CHECK(ann.recovered);
    (*wait)();
    for (const auto& each : dead.take()) CHECK_FALSE(each.starts_with("40"));
    CHECK(w.server.size() == 1);
  }
  SECTION("forgotten meanwhile") {
    ann.come_back(w.network, R"("slow":true)");
    w.server.disconnect_sockets();
    (*wait)();
    CHECK(ann.take() == events{R"(44{"message":"disconnected"})"});
    CHECK(w.server.size() == 0);
  }
}

}  // namespace
