#include "socketio/contract.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "socketio/typescript.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

struct point {
  int x = 0, y = 0;
};

using plan = io::contract<
    io::client_to_server<
        io::event<"add", int(int, int), "a", "b">, io::event<"move", void(point)>,
        io::event<"save", std::string(std::string, io::bytes)>,
        io::event<"find", std::optional<point>(std::variant<int, std::string>,
                                               std::optional<std::vector<std::string>>)>,
        io::event<"keep", std::size_t(io::value)>>,
    io::server_to_client<io::event<"moved", void(std::string, point)>,
                         io::event<"all", void(std::map<std::string, point>, std::vector<double>)>,
                         io::event<"data", void(io::bytes, std::optional<std::string>, io::value)>,
                         io::event<"choose", std::string(std::variant<bool, std::string>)>>>;

struct derived : plan {};

struct user {
  int moves = 0;
};

struct world {
  world() {
    server.on_error(
        [&](io::socket&, std::error_code ec, std::string_view event, std::exception_ptr) {
          errors.push_back(std::string{event} + ": " + ec.message());
        });
    server.listen(port);
    client.emplace(network);
    client->join();
  }
  packets tell(std::string_view text) {
    client->send(text);
    return client->take();
  }

  io::memory::network network;
  io::server<io::memory, user> server{network};
  using socket = plan::socket_of<io::server<io::memory, user>::socket>;
  std::optional<ws_client> client;
  packets errors;
};

TEST_CASE("F210 contract: handlers take what is declared, and answer with it", "[contract]") {
  world w;
  const auto nsp = io::typed<plan>(w.server);
  nsp.on<"add">([](int a, int b) { return a + b; });
  CHECK(w.tell(R"(420["add",2,3])") == packets{"430[5]"});

  nsp.on<"move">([](world::socket socket, const point& to) {
    ++socket->data().moves;
    CHECK(socket.emit<"moved">(socket->data().moves == 1 ? "once" : "again", to) ==
          io::send_status::ok);
  });
  CHECK(w.tell(R"(42["move",{"x":1,"y":2}])") == packets{R"(42["moved","once",{"x":1,"y":2}])"});

  // Views instead of what they are views of.
  nsp.on<"save">([](std::string_view name, io::bytes_view content) {
    return std::string{name} + " " + std::to_string(content.size());
  });
  w.client->send(R"(451-1["save","a",{"_placeholder":true,"num":0}])");
  w.client->send_binary("123");
  CHECK(w.client->take() == packets{R"(431["a 3"])"});

  nsp.on<"find">([](std::variant<int, std::string> what,
                    std::optional<std::vector<std::string_view>> where) -> std::optional<point> {
    if (!where) return {};
    return point{static_cast<int>(what.index()), static_cast<int>(where->size())};
  });
  CHECK(w.tell(R"(422["find",7])") == packets{"432[null]"});
  CHECK(w.tell(R"(423["find","x",["a","b"]])") == packets{R"(433[{"x":1,"y":2}])"});

  nsp.on<"keep">([](const io::value_view& v) { return v.size(); });
  CHECK(w.tell(R"(424["keep",[1,2,3]])") == packets{"434[3]"});
  CHECK(w.errors.empty());
}

TEST_CASE("contract: input that does not fit is answered and reported", "[contract]") {
  world w;
  const auto nsp = io::typed<plan>(w.server);
  nsp.on<"add">([](int a, int b) { return a + b; });
  nsp.on<"move">([](point) { FAIL("does not fit"); });
  CHECK(w.tell(R"(420["add",2,"x"])") == packets{R"(430[{"error":"bad arguments","position":2}])"});
  CHECK(w.tell(R"(421["add",2.5,1])") == packets{R"(431[{"error":"bad arguments","position":1}])"});
  CHECK(w.tell(R"(422["add"])") == packets{R"(432[{"error":"bad arguments","position":1}])"});
  CHECK(w.tell(R"(42["move",{"x":1}])").empty());
  CHECK(w.tell(R"(42["move",null])").empty());
  CHECK(w.tell(R"(423["add",2,3,"more than declared is ignored"])") == packets{"433[5]"});
  CHECK(w.errors.size() == 5);
}

TEST_CASE("contract: acknowledgements of all kinds", "[contract]") {
  world w;
  const auto nsp = io::typed<derived>(w.server);  // a derived contract is the same contract

  derived::ack<"add"> later;
  nsp.on<"add">([&](int, int, derived::ack<"add"> ack) { later = std::move(ack); });
  CHECK(w.tell(R"(420["add",2,3])").empty());
  REQUIRE(later);
  later(5);
  CHECK(w.client->take() == packets{"430[5]"});

  nsp.on<"save">(
      [](world::socket socket, std::string name, io::bytes) -> asio::awaitable<std::string> {
        const bool sure = true;
        const std::string chosen = co_await socket.timeout(5s).emit_with_ack<"choose">(sure);
        co_return name + chosen;
      });
  w.client->send(R"(451-1["save","a",{"_placeholder":true,"num":0}])");
  w.client->send_binary("1");
  CHECK(w.client->take() == packets{R"(420["choose",true])"});
  CHECK(w.tell(R"(430["b"])") == packets{R"(431["ab"])"});

  std::string answer;
  nsp.on<"move">([&](world::socket socket, point) {
    socket.emit<"choose">("which", [&](std::error_code ec, std::string_view chosen) {
      answer = ec ? ec.message() : std::string{chosen};
    });
  });
  CHECK(w.tell(R"(42["move",{"x":1,"y":2}])") == packets{R"(421["choose","which"])"});
  CHECK(w.tell(R"(431["this"])").empty());
  CHECK(answer == "this");

  std::vector<std::string> answers;
  nsp.emit<"choose">(false, [&](std::error_code, std::vector<std::string> all) { answers = all; });
  const packets asked = w.client->take();
  REQUIRE(asked.size() == 1);
  const std::string id = between(asked[0], "42", "[");
  CHECK(w.tell("43" + id + R"(["that"])").empty());
  CHECK(answers == std::vector<std::string>{"that"});
  CHECK(w.errors.empty());
}

TEST_CASE("contract: what is emitted has the declared form without being converted", "[contract]") {
  world w;
  const auto nsp = io::typed<plan>(w.server);
  nsp.to("nobody").emit<"moved">("x", point{});
  nsp.except("nobody").local().emit<"moved">("x", point{1, 2});
  CHECK(w.client->take() == packets{R"(42["moved","x",{"x":1,"y":2}])"});
  const int numbers[]{1, 2};
  nsp.emit<"all">(std::map<std::string, point>{{"a", {}}}, numbers);
  CHECK(w.client->take() == packets{R"(42["all",{"a":{"x":0,"y":0}},[1,2]])"});
  nsp.emit<"data">(io::bytes{std::byte{65}}, nullptr, point{});
  CHECK(w.client->take() ==
        packets{R"(451-["data",{"_placeholder":true,"num":0},null,{"x":0,"y":0}])", "b:A"});
  nsp.emit<"data">(io::bytes_view{}, "text", true);
  CHECK(w.client->take() ==
        packets{R"(451-["data",{"_placeholder":true,"num":0},"text",true])", "b:"});
}

TEST_CASE("contract: sockets are references, handles may be kept", "[contract]") {
  static_assert(sizeof(plan::socket) == sizeof(void*));
  world w;
  const auto nsp = io::typed<plan>(w.server.of("/other"));
  std::optional<decltype(std::declval<plan::socket>().ref())> kept;
  int gone = 0, met = 0;
  nsp.on_connection([&](plan::socket socket) {  // one with data is also one without
    kept = socket.ref();
    socket->join("room");
    socket.broadcast().emit<"moved">("nobody hears", point{});
  });
  nsp.on_disconnecting(
      [&](plan::socket socket, io::reason) { met += static_cast<int>(socket->rooms().size()); });
  nsp.on_disconnect([&](auto socket, io::reason) { gone += socket->rooms().empty(); });
  nsp.once<"move">([&](plan::socket socket, point to) { socket.lossy().emit<"moved">("m", to); });
  w.client->send("40/other,");
  w.client->take();
  REQUIRE(kept);
  kept->emit<"moved">("y", point{});
  CHECK(w.client->take() == packets{R"(42/other,["moved","y",{"x":0,"y":0}])"});
  CHECK(w.tell(R"(42/other,["move",{"x":1,"y":1}])") ==
        packets{R"(42/other,["moved","m",{"x":1,"y":1}])"});
  CHECK(w.tell(R"(42/other,["move",{"x":1,"y":1}])").empty());  // once
  w.client->send("41/other,");
  CHECK(met == 2);
  CHECK(gone == 1);
}

TEST_CASE("F210 contract: the declaration for TypeScript", "[contract]") {
  const std::string text = io::typescript<derived>();
  CHECK(between(text, "export interface ClientToServerEvents {\n", "}") ==
        R"(  "add": (a: number, b: number, ack: (answer: number) => void) => void;
  "move": (arg1: Point) => void;
  "save": (arg1: string, arg2: Binary, ack: (answer: string) => void) => void;
  "find": (arg1: number | string, arg2: string[] | null, ack: (answer: Point | null) => void) => void;
  "keep": (arg1: unknown, ack: (answer: number) => void) => void;
)");
  CHECK(between(text, "export interface ServerToClientEvents {\n", "}") ==
        R"(  "moved": (arg1: string, arg2: Point) => void;
  "all": (arg1: Record<string, Point>, arg2: number[]) => void;
  "data": (arg1: Binary, arg2: string | null, arg3: unknown) => void;
  "choose": (arg1: boolean | string, ack: (answer: string) => void) => void;
)");
  CHECK(between(text, "export interface Point {\n", "}") == "  x: number;\n  y: number;\n");
  CHECK(text.find("export type Binary = ArrayBuffer | Uint8Array;\n") != text.npos);
}

}  // namespace
