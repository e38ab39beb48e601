// Clients 2.x (Engine.IO revision 3, Socket.IO protocol v4) beside those of today.
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;
using server_type = io::server<io::memory>;

io::options allowing(bool allow = true) {
  io::options o;
  o.allow_eio3 = allow;
  return o;
}

struct world {
  explicit world(const io::options& o = allowing()) : server{network, o} {
    server.on("echo", [](io::socket& s, io::args x) { s.emit("echo", x); });
    server.on("ask", [](io::value x) { return x; });
    server.on_disconnect(
        [&](io::socket&, io::reason why) { reasons.emplace_back(to_string(why)); });
    server.listen(port);
  }

  io::memory::network network;
  std::vector<std::string> reasons;  // also of the sockets that the server's end ends
  server_type server;
};

ws_client connect2(io::memory::network& n, std::string_view query = {}) {
  return ws_client{n, query, {}, "3"};
}

std::string sid_of(const std::string& open) { return between(open, R"("sid":")", "\""); }

/// A session over long-polling, driven by hand; payloads as they are.
struct polling2 {
  explicit polling2(io::memory::network& n, std::string_view more = {})
      : client{n}, query{std::string{"/socket.io/?EIO=3&transport=polling"}.append(more)} {
    opened = client.exchange(http_client::get(query));
    query += "&sid=" + sid_of(opened.body);
  }
  http_answer get() { return client.exchange(http_client::get(query)); }
  http_answer post(std::string_view body, std::string_view lines = {}) {
    return client.exchange(http_client::post(query, body, lines));
  }

  http_client client;
  std::string query;
  http_answer opened;
};

const packets closed{"close 1005", "end"};
constexpr std::string_view octets = "Content-Type: application/octet-stream\r\n";

}  // namespace

TEST_CASE("F012 F046 F356 clients 2.x are refused unless allowed", "[clients2]") {
  world w{allowing(false)};
  polling2 p{w.network};
  CHECK(p.opened.status == 400);
  CHECK(p.opened.body == R"({"code":5,"message":"Unsupported protocol version"})");
  CHECK(connect2(w.network).status == 400);
}

TEST_CASE("F148 R71 without EIO it is revision 3, but nothing else is", "[clients2]") {
  world w;
  http_client client{w.network};
  const auto open = [&](std::string_view eio) {
    const std::string target = std::string{"/socket.io/?transport=polling"}.append(eio);
    return client.exchange(http_client::get(target));
  };
  CHECK(open("").body.find(R"(2:40)") != std::string::npos);
  CHECK(open("&EIO=").status == 200);
  CHECK(open("&EIO=4").body.starts_with("0{"));
  for (const char* wrong : {"&EIO=2", "&EIO=5", "&EIO=03", "&EIO=3x", "&EIO=04"}) {
    CHECK(open(wrong).body == R"({"code":5,"message":"Unsupported protocol version"})");
  }
}

TEST_CASE("R72 a session keeps its revision", "[clients2]") {
  world w;
  polling2 three{w.network};
  polling_client four{w.network};
  const auto with = [&](std::string_view eio, std::string_view sid) {
    http_client client{w.network};
    return client.exchange(http_client::get(
        std::string{"/socket.io/?transport=polling&EIO="}.append(eio).append("&sid=").append(sid)));
  };
  const std::string bad = R"({"code":3,"message":"Bad request"})";
  CHECK(with("4", sid_of(three.opened.body)).body == bad);
  CHECK(with("3", four.sid).body == bad);
  CHECK(connect2(w.network, "&sid=" + four.sid).status == 400);
}

TEST_CASE("F350 F351 a client 2.x is in the main namespace from the beginning", "[clients2]") {
  world w;
  std::string id;
  w.server.on_connection([&](io::socket& s) {
    id = s.id();
    CHECK(s.handshake().auth().is_object());
    s.emit("hi");
  });
  SECTION("over WebSocket") {
    ws_client c = connect2(w.network);
    CHECK(c.before_join == packets{"40", R"(42["hi"])"});
    CHECK(id == sid_of(c.open));
  }
  SECTION("over long-polling, with the first answer") {
    polling2 p{w.network};
    CHECK(p.opened.body.ends_with(R"(2:408:42["hi"])"));
    CHECK(id == sid_of(p.opened.body));
  }
}

TEST_CASE("F352 F353 a client 2.x joins a namespace with a query", "[clients2]") {
  world w;
  std::string id, token, text;
  w.server.of("/admin").on_connection([&](io::socket& s) {
    id = s.id();
    token = s.handshake().auth()["token"].to<std::string>().value_or("?");
    text = s.handshake().auth()["text"].to<std::string>().value_or("?");
  });
  ws_client c = connect2(w.network);
  SECTION("and its values are the auth data") {
    c.send("40/admin?token=a&token=secret&text=%e2%82%ac+1%2c5,");
    CHECK(c.take() == packets{"40/admin,"});
    CHECK(id == "/admin#" + sid_of(c.open));
    CHECK(token == "secret");
    CHECK(text == "€ 1,5");
  }
  SECTION("of up to 8 KiB") {
    c.send("40/admin?token=" + std::string(8192 - 6, 'x'));
    CHECK(c.take() == packets{"40/admin,"});
    CHECK(token.size() == 8192 - 6);
  }
  SECTION("and no more") {
    c.send("40/admin?token=" + std::string(8192 - 5, 'x'));
    CHECK(c.take() == closed);
  }
  SECTION("that is properly encoded") {
    c.send(GENERATE("40/admin?token=%zz,", "40/admin?token=%ff,", "40/admin?%=1,"));
    CHECK(c.take() == closed);
  }
}

TEST_CASE("F354 what clients 2.x are refused with", "[clients2]") {
  world w;
  w.server.of("/no").use([](io::socket&) -> io::verdict { return io::refuse("not you"); });
  struct details {
    int code;
  };
  w.server.of("/data").use(
      [](io::socket&) -> io::verdict { return io::refuse("not you", details{42}); });
  ws_client c = connect2(w.network);
  c.send("40/no,");
  c.send("40/data?x=1,");
  c.send("40/nowhere?x=1,");
  CHECK(c.take() == packets{R"(44/no,"not you")", R"(44/data,{"code":42})",
                            R"(44/nowhere,{"message":"Invalid namespace"})"});
}

TEST_CASE("F354 R138 a client 2.x that is refused in the main namespace is closed in time",
          "[clients2]") {
  world w;
  w.server.use([](io::socket&) -> io::verdict { return io::refuse("nobody"); });
  ws_client c = connect2(w.network);
  CHECK(c.before_join == packets{R"(44"nobody")"});
  w.network.advance(44s);
  CHECK(c.take().empty());
  w.network.advance(1s);
  CHECK(c.take() == closed);
}

TEST_CASE("F355 R114 a client 2.x does not join the main namespace again", "[clients2]") {
  world w;
  ws_client c = connect2(w.network);
  c.send(GENERATE("40", "40/,", "40/?x=1,"));
  CHECK(c.take() == closed);
  CHECK(w.reasons == std::vector<std::string>{"forced close"});
}

TEST_CASE("events, acknowledgements and binary of protocol v4", "[clients2]") {
  world w;
  ws_client c = connect2(w.network);
  c.send(R"(42["echo",1,"€"])");
  c.send(R"(4213["ask",{"a":[]}])");
  CHECK(c.take() == packets{R"(42["echo",1,"€"])", R"(4313[{"a":[]}])"});

  c.send(R"(451-["echo",{"_placeholder":true,"num":0}])");
  c.send_binary("\4\1\2\3");
  CHECK(c.take() == packets{R"(451-["echo",{"_placeholder":true,"num":0}])", "b:\4\1\2\3"});

  c.send(R"(451-7["ask",{"_placeholder":true,"num":0}])");
  c.send("b4AQID");
  CHECK(c.take() == packets{R"(461-7[{"_placeholder":true,"num":0}])", "b:\4\1\2\3"});

  SECTION("R80 bytes of another type end the session") {
    c.send(R"(451-["echo",{"_placeholder":true,"num":0}])");
    c.send_binary(GENERATE("", "\2\1\2\3", "4\1\2\3"));
    CHECK(c.take() == closed);
    CHECK(w.reasons == std::vector<std::string>{"parse error"});
  }
}

TEST_CASE("the server asks a client 2.x", "[clients2]") {
  world w;
  std::string answer;
  w.server.on_connection([&](io::socket& s) {
    s.emit("ask", io::bytes{}, [&](std::error_code, std::string text) { answer = text; });
  });
  ws_client c = connect2(w.network);
  CHECK(c.before_join == packets{"40", R"(451-0["ask",{"_placeholder":true,"num":0}])", "b:\4"});
  c.send(R"(430["yes"])");
  CHECK(answer == "yes");
}

TEST_CASE("F149 F151 F154 a client 2.x over long-polling", "[clients2]") {
  world w;
  polling2 p{w.network};
  CHECK(p.post(R"(16:42["echo","€😀"])").body == "ok");
  http_answer a = p.get();
  CHECK(a.body == R"(16:42["echo","€😀"])");
  CHECK(a.header("Content-Type") == "text/plain; charset=UTF-8");

  const std::string event = R"(451-["echo",{"_placeholder":true,"num":0}])";
  CHECK(event.size() == 42);
  CHECK(p.post("42:" + event + "6:b4AQID").body == "ok");
  a = p.get();
  const std::string as_bytes =
      std::string{"\0\4\2\xff", 4} + event + std::string{"\1\4\xff\4\1\2\3", 7};
  CHECK(a.body == as_bytes);
  CHECK(a.header("Content-Type") == "application/octet-stream");

  CHECK(p.post(as_bytes, octets).body == "ok");
  CHECK(p.get().body == as_bytes);
}

TEST_CASE("F150 a client 2.x that cannot take bytes", "[clients2]") {
  world w;
  polling2 p{w.network, "&b64=1"};
  const std::string payload = R"(42:451-["echo",{"_placeholder":true,"num":0}]6:b4AQID)";
  p.post(payload);
  const http_answer a = p.get();
  CHECK(a.body == payload);
  CHECK(a.header("Content-Type") == "text/plain; charset=UTF-8");
}

TEST_CASE("R78 F156 a wrong payload of revision 3 ends the session", "[clients2]") {
  world w;
  polling2 p{w.network};
  const bool bytes = GENERATE(false, true);
  const http_answer a = bytes ? p.post("\1\1\1\1", octets) : p.post("99999999:4");
  CHECK(a.status == 200);
  CHECK(w.reasons == std::vector<std::string>{"parse error"});
  CHECK(p.get().body == R"({"code":1,"message":"Session ID unknown"})");
}

TEST_CASE("F120 a client 2.x pings, over either transport", "[clients2]") {
  world w;
  SECTION("WebSocket") {
    ws_client c = connect2(w.network);
    for (int i = 0; i < 4; ++i) {
      w.network.advance(40s);
      c.send("2");
      CHECK(c.take() == packets{"3"});
    }
    w.network.advance(45s);
    CHECK(c.take() == closed);
  }
  SECTION("long-polling") {
    polling2 p{w.network};
    for (int i = 0; i < 4; ++i) {
      w.network.advance(4s);  // of the connection's rest
      CHECK(p.post("1:2").body == "ok");
      CHECK(p.get().body == "1:3");
    }
    w.network.advance(45s);
  }
  CHECK(w.reasons == std::vector<std::string>{"ping timeout"});
}

TEST_CASE("F125 F126 F155 a client 2.x goes over to WebSocket", "[clients2]") {
  world w;
  polling2 p{w.network};
  p.client.write(http_client::get(p.query));
  ws_client c = connect2(w.network, "&sid=" + sid_of(p.opened.body));
  c.send("2probe");
  CHECK(c.take() == packets{"3probe"});
  CHECK(p.client.answer().body == "1:6");
  w.server.emit("bytes", io::bytes{std::byte{7}});
  c.send("5");
  CHECK(c.take() == packets{R"(451-["bytes",{"_placeholder":true,"num":0}])", "b:\4\7"});
  c.send("2");
  CHECK(c.take() == packets{"3"});
  w.network.advance(45s);
  CHECK(w.reasons == std::vector<std::string>{"ping timeout"});
}

TEST_CASE("one broadcast reaches clients of every kind", "[clients2]") {
  world w;
  w.server.on_connection([](io::socket& s) { s.join("all"); });
  ws_client four{w.network}, three = connect2(w.network), base64 = connect2(w.network, "&b64=1");
  polling_client polling_four{w.network};
  polling2 polling_three{w.network};
  four.join(), polling_four.join();

  w.server.to("all").emit("x", "é", io::bytes{std::byte{1}, std::byte{2}});
  const std::string event = R"(451-["x","é",{"_placeholder":true,"num":0}])";
  CHECK(four.take() == packets{event, "b:\1\2"});
  CHECK(three.take() == packets{event, "b:\4\1\2"});
  CHECK(base64.take() == packets{event, "b4AQI="});
  CHECK(polling_four.take() == packets{event, "bAQI="});
  CHECK(polling_three.get().body ==
        std::string{"\0\4\4\xff", 4} + event + std::string{"\1\3\xff\4\1\2", 6});

  four.send(R"(42["echo","four"])");
  three.send(R"(42["echo","three"])");
  CHECK(four.take() == packets{R"(42["echo","four"])"});
  CHECK(three.take() == packets{R"(42["echo","three"])"});
}

TEST_CASE("F084 F283 the ends of a client 2.x", "[clients2]") {
  world w;
  w.server.on("kick", [](io::socket& s, bool close) { s.disconnect(close); });
  SECTION("close packet over long-polling") {
    polling2 p{w.network};
    http_client held{w.network};
    held.write(http_client::get(p.query));
    CHECK(p.post("1:1").body == "ok");
    CHECK(held.answer().body == "1:6");
    CHECK(w.reasons == std::vector<std::string>{"transport close"});
  }
  SECTION("a kick over long-polling") {
    polling2 p{w.network};
    p.post(R"(15:42["kick",true])");
    CHECK(p.get().body == "2:41");
    CHECK(p.get().body == "1:1");
    CHECK(w.reasons == std::vector<std::string>{"server namespace disconnect"});
  }
  SECTION("leaving") {
    ws_client c = connect2(w.network);
    c.send("41");
    CHECK(w.reasons == std::vector<std::string>{"client namespace disconnect"});
  }
}

TEST_CASE("R139 handlers of a client 2.x may do anything to the connection", "[clients2]") {
  enum class what { kick, close, destroy };
  const auto deed = GENERATE(what::kick, what::close, what::destroy);
  const bool polling = GENERATE(false, true);
  io::memory::network network;
  std::optional<server_type> server{std::in_place, network, allowing()};
  server->listen(port);
  int ends = 0;
  server->on_disconnect([&](io::socket&, io::reason) { ++ends; });
  server->on_connection([&](io::socket& s) {
    if (deed == what::kick) s.disconnect(true);
    if (deed == what::close) server->close(1s);
    if (deed == what::destroy) server.reset();
  });
  if (polling) {
    polling2 p{network};
    network.advance(35s);
  } else {
    ws_client c = connect2(network);
    network.advance(35s);
  }
  CHECK(ends == 1);
}
