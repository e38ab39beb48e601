// Servers that form a cluster over a real Redis, in the way of before Redis 7.
#include "socketio/adapters/redis/classic.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/redis/over_redis.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio::test;

struct classic : over_redis<io::redis::classic_bus, io::redis::classic_options> {
  void set(io::redis::classic_options& o) override {
    o.publish_on_specific_response_channel = ++servers % 2 == 0;  // they need not agree
  }
  bool carries_binary_between_servers() const override { return false; }
  int servers = 0;
};

/// Another program at the same Redis.
struct stranger {
  explicit stranger(classic& m) : medium{m} {}

  void publish(std::string_view channel, std::string_view text) {
    medium.lines.front()->connection()->command({"PUBLISH", channel, text});
  }
  /// What is said on a channel from now on.
  void listen(std::string_view channel) {
    medium.lines.front()->connection()->subscribe(
        io::redis::channel_kind::plain, channel,
        [this](const io::redis::message& m) { heard.emplace_back(m.payload); });
  }

  classic& medium;
  std::vector<std::string> heard;
};

}  // namespace

TEST_CASE("the contract of adapters: Redis, the classic adapter", "[adapters][redis-server]") {
  classic medium;
  check_adapter(medium);
  CHECK(medium.losses.empty());
}

TEST_CASE("what older servers ask, a server of the cluster answers", "[adapters][redis-server]") {
  classic medium;
  cluster_world w{medium};
  stranger other{medium};
  // Nobody's own channel: servers with this option answer there.
  other.listen("socket.io-response#/#old#");
  w.settle();
  const auto ask = [&](const std::string& text) {
    other.heard.clear();
    other.publish("socket.io-request#/#", text);
    w.settle();
    return other.heard;
  };
  const std::string id = w.id(2);  // on the second server
  using list = std::vector<std::string>;

  w.send(2, R"(42["join","red"])");
  const std::string& smaller = std::min(w.id(2), w.id(3));
  const std::string& larger = std::max(w.id(2), w.id(3));
  CHECK(ask(R"({"uid":"old","requestId":"r","type":0,"rooms":[]})") ==
        list{R"({"requestId":"r","sockets":[")" + smaller + "\",\"" + larger + "\"]}"});
  CHECK(ask(R"({"uid":"old","requestId":"r","type":0,"rooms":["red"]})") ==
        list{R"({"requestId":"r","sockets":[")" + id + "\"]}"});
  const list rooms = ask(R"({"uid":"old","requestId":"r","type":1})");
  REQUIRE(rooms.size() == 1);
  CHECK(rooms[0].find("\"red\"") != std::string::npos);

  CHECK(ask(R"({"uid":"old","requestId":"r","type":2,"sid":")" + id + R"(","room":"z"})") ==
        list{R"({"requestId":"r"})"});
  w.server(0).to("z").emit("a");
  w.check({{}, {}, {R"(42["a"])"}, {}});
  ask(R"({"uid":"old","requestId":"r","type":3,"sid":")" + id + R"(","room":"z"})");
  w.server(0).to("z").emit("b");
  w.check({{}, {}, {}, {}});
  CHECK(ask(R"({"uid":"old","requestId":"r","type":4,"sid":")" + id + R"(","close":false})") ==
        list{R"({"requestId":"r"})"});
  w.check({{}, {}, {"41"}, {}});
}

TEST_CASE("R148 what is no message is dropped and counted: the classic adapter",
          "[adapters][redis-server]") {
  classic medium;
  cluster_world w{medium};
  w.send(0, R"(42["join","red"])");
  medium.check_poison(w, "PUBLISH",
                      {"socket.io#/#", "socket.io-request#/#", "socket.io-response#/#"}, {3, 3, 3});
  // What is for a room is not even read where that has no members.
  medium.check_poison(w, "PUBLISH", {"socket.io#/#red#"}, {1, 0, 0});
  medium.check_poison(w, "PUBLISH", {"socket.io#/#*", "socket.io#/"}, {0, 0, 0});
}

TEST_CASE("namespaces that look like patterns", "[adapters][redis-server]") {
  classic medium;
  cluster_world w{medium};
  for (int i = 0; i < 2; ++i) w.server(i).of("/a*[b]");
  w.server(0).of("/axb");
  w.settle();
  w.client(0).join("/a*[b]");
  w.client(2).join("/a*[b]");
  w.settle();
  w.server(0).of("/a*[b]").emit("a");
  w.check({{R"(42/a*[b],["a"])"}, {}, {R"(42/a*[b],["a"])"}, {}});
  w.server(0).of("/axb").emit("b");
  w.check({{}, {}, {}, {}});
}
