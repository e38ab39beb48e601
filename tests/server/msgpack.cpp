// Clients that speak MessagePack, and clients that speak JSON, on one server.
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "socketio.hpp"
#include "socketio/core/base64.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/msgpack_client.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using type = io::sio::packet_type;

io::value json(std::string_view text) { return io::value{io::raw_json{std::string{text}}}; }

const io::bytes xy{std::byte{'x'}, std::byte{'y'}};

struct world {
  explicit world(const io::options& o = {}) : server{network, o} {
    server.on_error([&](io::socket&, std::error_code ec, std::string_view, std::exception_ptr) {
      errors.push_back(ec);
    });
    server.listen(port);
  }

  io::memory::network network;
  io::server<io::memory> server;
  std::vector<std::error_code> errors;
};

}  // namespace

TEST_CASE("a msgpack client is known by its first packet", "[server]") {
  world w;
  std::string token;
  w.server.on_connection([&](io::socket& s) {
    token = s.handshake().auth()["token"].as_string().value_or("none");
    s.emit("hello", 1);
  });
  msgpack_client client{w.network};
  client.send_binary(msgpack_message(type::connect, json(R"({"token":"secret"})")));
  const packets answer = client.take();
  REQUIRE(answer.size() == 2);
  CHECK(answer[0].starts_with("{type:0,data:{sid:\""));
  CHECK(answer[0].ends_with("},nsp:\"/\"}"));
  CHECK(answer[1] == R"({type:2,data:["hello",1],nsp:"/"})");
  CHECK(token == "secret");
}

TEST_CASE("handlers do not see which parser a client has", "[server]") {
  world w;
  std::vector<std::string> heard;
  w.server.on("any", [&](io::args all) {
    for (const io::value_view each : all) heard.push_back(show(each));
  });
  w.server.on("bytes", [&](io::bytes_view data) { heard.emplace_back(io::as_text(data)); });
  msgpack_client client{w.network};
  ws_client other{w.network};
  CHECK_FALSE(client.join().empty());
  CHECK_FALSE(other.join().empty());

  client.send_binary(
      msgpack_message(type::event, json(R"(["any",1,-2.5,"text",null,true,[1,{"a":[]}]])")));
  const std::vector<std::string> by_msgpack = std::exchange(heard, {});
  other.send(R"(42["any",1,-2.5,"text",null,true,[1,{"a":[]}]])");
  CHECK(by_msgpack == heard);
  CHECK(by_msgpack.size() == 6);

  client.send_binary(msgpack_event("bytes", xy));
  other.send(R"(451-["bytes",{"_placeholder":true,"num":0}])");
  other.send_binary("def");
  CHECK(heard.size() == 8);
  CHECK(heard[6] == "xy");
  CHECK(heard[7] == "def");
}

TEST_CASE("msgpack clients acknowledge, and are acknowledged", "[server]") {
  world w;
  std::vector<std::string> heard;
  w.server.on("add", [](int a, int b) { return a + b; });
  w.server.on("ask", [&](io::socket& s) {
    s.emit("question", 42, [&](std::error_code ec, std::string answer, io::bytes data) {
      heard.push_back(ec ? ec.message() : answer + std::to_string(data.size()));
    });
  });
  msgpack_client client{w.network};
  client.join();
  client.send_binary(msgpack_message(type::event, json(R"(["add",2,3])"), 7));
  CHECK(client.take() == packets{R"({type:3,data:[5],id:7,nsp:"/"})"});
  client.send_binary(msgpack_message(type::event, json(R"(["add",2,"three"])"), 8));
  CHECK(client.take() ==
        packets{R"({type:3,data:[{error:"bad arguments",position:2}],id:8,nsp:"/"})"});
  CHECK(w.errors.size() == 1);

  client.send_binary(msgpack_event("ask"));
  CHECK(client.take() == packets{R"({type:2,data:["question",42],id:0,nsp:"/"})"});
  client.send_binary(msgpack_message(type::ack, io::value{std::tuple{"hi", xy}}, 0));
  CHECK(heard == std::vector<std::string>{"hi2"});
}

TEST_CASE("a broadcast reaches clients with either parser", "[server]") {
  world w;
  w.server.on_connection([](io::socket& s) { s.join("room"); });
  msgpack_client a{w.network}, b{w.network};
  ws_client c{w.network};
  a.join(), b.join(), c.join();
  w.server.to("room").emit("news", "text", 1.5);
  const packets in_msgpack{R"({type:2,data:["news","text",1.5],nsp:"/"})"};
  CHECK(a.take() == in_msgpack);
  CHECK(b.take() == in_msgpack);
  CHECK(c.take() == packets{R"(42["news","text",1.5])"});

  w.server.emit("picture", xy, "between", xy);
  CHECK(a.take() == packets{R"({type:2,data:["picture",<xy>,"between",<xy>],nsp:"/"})"});
  CHECK(c.take().size() == 3);
}

TEST_CASE("what one client says reaches clients with the other parser", "[server]") {
  world w;
  w.server.on("say", [](io::socket& s, io::args all) { s.broadcast().emit("said", all); });
  msgpack_client a{w.network};
  ws_client b{w.network};
  a.join(), b.join();
  b.send(R"(42["say",{"a":[1,"ü"]},null])");
  CHECK(a.take() == packets{R"({type:2,data:["said",{a:[1,"ü"]},null],nsp:"/"})"});
  a.send_binary(msgpack_event("say", xy, std::numeric_limits<double>::infinity()));
  // There is no infinity in JSON.
  CHECK(b.take() == packets{R"(451-["said",{"_placeholder":true,"num":0},null])", "b:xy"});
  // Text that is not UTF-8 must not end the connections of the others.
  a.send_binary(msgpack_event("say", "\xc3("));
  CHECK(b.take() == packets{"42[\"said\",\"\xef\xbf\xbd(\"]"});
}

TEST_CASE("msgpack clients are refused and disconnected in their own words", "[server]") {
  world w;
  w.server.of("/admin").use(
      [](io::socket&, io::next next) { next(io::refuse("not authorized", 42)); });
  w.server.on("leave", [](io::socket& s, bool close) { s.disconnect(close); });
  msgpack_client client{w.network};
  client.send_binary(msgpack_message(type::connect, {}, {}, "/admin"));
  CHECK(client.take() ==
        packets{R"({type:4,data:{message:"not authorized",data:42},nsp:"/admin"})"});
  client.send_binary(msgpack_message(type::connect, {}, {}, "/nowhere"));
  CHECK(client.take() == packets{R"({type:4,data:{message:"Invalid namespace"},nsp:"/nowhere"})"});
  client.join();
  client.send_binary(msgpack_event("leave", false));
  CHECK(client.take() == packets{R"({type:1,nsp:"/"})"});
  CHECK_FALSE(client.join().empty());
  client.send_binary(msgpack_message(type::disconnect));
  CHECK(client.take().empty());
  CHECK_FALSE(client.join().empty());
  client.send_binary(msgpack_event("leave", true));
  CHECK(client.take() == packets{R"({type:1,nsp:"/"})", "close 1005", "end"});
}

TEST_CASE("a parser is kept for the whole connection", "[server]") {
  world w;
  SECTION("text from a msgpack client") {
    msgpack_client client{w.network};
    client.join();
    client.send(R"(42["x"])");
    CHECK(client.take() == packets{"close 1005", "end"});
  }
  SECTION("MessagePack from a JSON client") {
    ws_client client{w.network};
    client.join();
    client.send_binary(msgpack_event("x"));
    CHECK(client.take() == packets{"close 1005", "end"});
  }
  SECTION("an event first") {
    msgpack_client client{w.network};
    client.send_binary(msgpack_event("x"));
    CHECK(client.take() == packets{"close 1005", "end"});
  }
}

TEST_CASE("MessagePack over long-polling", "[server]") {
  world w;
  w.server.on("echo", [](io::socket& s, io::args all) { s.emit("echo", all); });
  polling_client client{w.network};
  const auto post = [&](const std::string& bytes) {
    std::string payload = "b";
    io::base64_append(payload, bytes);
    CHECK(client.post(payload).status == 200);
  };
  post(msgpack_message(type::connect));
  const packets connected = client.take();
  REQUIRE(connected.size() == 1);
  CHECK(connected[0].starts_with("b"));
  post(msgpack_event("echo", 1));
  std::string expected = "b";
  io::base64_append(expected, msgpack_event("echo", 1));
  CHECK(client.take() == packets{expected});
}

TEST_CASE("JSON of the program's own that is broken is not sent to msgpack clients", "[server]") {
  world w;
  io::send_status status{};
  w.server.on("broken", [&](io::socket& s) { status = s.emit("x", io::raw_json{"{"}); });
  msgpack_client client{w.network};
  client.join();
  client.send_binary(msgpack_event("broken"));
  CHECK(status == io::send_status::dropped);
  CHECK(client.take().empty());
}
