// What a server says to others of its cluster, message by message, and what it makes of theirs.
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/cluster_world.hpp"
#include "socketio/cluster/cluster_adapter.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

/// A bus with one server, and the test at the other end.
struct wire {
  struct line final : io::cluster::bus {
    explicit line(wire& w) : at{w} {}
    void open(io::cluster::node server, receiver to) override {
      at.here = server;
      at.receive = std::move(to);
    }
    void subscribe(std::string_view name, std::string_view member) override {
      at.log.push_back("subscribe " + std::string{name});
      if (name == "/") at.uid = member;
    }
    void unsubscribe(std::string_view name, std::string_view) override {
      at.log.push_back("unsubscribe " + std::string{name});
    }
    void publish(const io::cluster::message& m) override { at.log.push_back(encode(m)); }
    void send(std::string_view to, const io::cluster::message& m) override {
      at.log.push_back("to " + std::string{to} + " " + encode(m));
    }
    void close() override { at.log.emplace_back("close"); }
    wire& at;
  };

  /// What the server has said, with "me" for its uid, and "id" for those of its questions.
  packets said() {
    packets all = std::exchange(log, {});
    for (std::string& each : all) {
      const auto swap = [&](const std::string& from, std::string_view to) {
        for (auto at = each.find(from); !from.empty() && at != each.npos; at = each.find(from)) {
          each.replace(at, from.size(), to);
        }
      };
      swap(uid, "me");
      question = between(each, R"("requestId":")", "\"");
      if (question.size() == 16) swap(question, "id");
    }
    return all;
  }

  std::unique_ptr<io::adapter> join() {
    return std::make_unique<io::cluster_adapter>(std::make_unique<line>(*this));
  }

  io::cluster::node here;
  io::cluster::bus::receiver receive;
  packets log;
  std::string uid;       ///< of the server in the main namespace
  std::string question;  ///< of its last
};

struct alone {
  alone() : server{w.join()}, client{server.network}, id{client.join()} {
    server.network.run();
    beginning = w.said();
  }

  void hears(std::string message) {
    auto read = io::cluster::decode(std::move(message));
    REQUIRE(read);
    w.here.post([&] { w.receive(std::move(*read)); });
    server.network.run();
  }

  wire w;
  cluster_server server;
  ws_client client;
  std::string id;
  packets beginning;
};

constexpr std::string_view opts = R"("opts":{"rooms":[],"except":[],"flags":{}})";

std::string broadcast_by(std::string_view uid, std::string_view name = "/") {
  return std::string{R"({"type":3,"data":{"packet":{"type":2,"data":["a"]},)"}
      .append(opts)
      .append(R"(},"uid":")")
      .append(uid)
      .append(R"(","nsp":")")
      .append(name)
      .append(R"("})");
}

}  // namespace

TEST_CASE("F357 F362 a server announces itself, and leaves", "[adapters]") {
  alone a;
  CHECK(a.beginning.size() == 4);  // two namespaces
  CHECK(a.beginning[0].starts_with("subscribe /"));
  CHECK(std::count(a.beginning.begin(), a.beginning.end(), R"({"type":1,"uid":"me","nsp":"/"})") ==
        1);
  a.hears(R"({"type":1,"uid":"you","nsp":"/"})");
  CHECK(a.w.said() == packets{R"({"type":2,"uid":"me","nsp":"/"})"});
  a.server.server->close();
  a.server.network.run();
  const packets end = a.w.said();
  REQUIRE(end.size() == 5);
  CHECK(std::count(end.begin(), end.end(), R"({"type":13,"uid":"me","nsp":"/"})") == 1);
  CHECK(end.back() == "close");
  a.hears(broadcast_by("you"));  // is too late
  for (const auto& each : a.client.take()) CHECK_FALSE(each.starts_with("42"));
}

TEST_CASE("F358 own messages and those of other namespaces are ignored", "[adapters]") {
  alone a;
  a.hears(broadcast_by(a.w.uid));
  CHECK(a.client.take().empty());
  a.hears(broadcast_by("you", "/unknown"));
  a.hears(broadcast_by("you", "/other"));
  CHECK(a.client.take().empty());
  a.hears(broadcast_by("you"));
  CHECK(a.client.take() == packets{R"(42["a"])"});
  a.hears(broadcast_by("you"));
  CHECK(a.client.take() == packets{R"(42["a"])"});
}

TEST_CASE("F358 F366 programs without a server publish, and are not asked", "[adapters]") {
  alone a;
  a.hears(broadcast_by("emitter"));
  CHECK(a.client.take() == packets{R"(42["a"])"});
  outcome<io::remote_socket> o;
  a.server.server->fetch_sockets(o.note());
  a.server.network.run();
  CHECK(o.calls == 1);
  CHECK(o.values.size() == 1);
  CHECK(a.w.said().empty());  // nobody is there
}

TEST_CASE("F359 what another server asks clients is answered with their number, and each answer",
          "[adapters]") {
  alone a;
  a.hears(std::string{R"({"type":3,"data":{"packet":{"type":2,"data":["q",1]},"requestId":"r",)"} +
          R"("opts":{"rooms":[],"except":[],"flags":{"timeout":800}}},"uid":"you","nsp":"/"})");
  CHECK(a.w.said() ==
        packets{
            R"(to you {"type":11,"data":{"requestId":"r","clientCount":1},"uid":"me","nsp":"/"})"});
  const packets asked = a.client.take();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].ends_with(R"(["q",1])"));
  a.client.send("43" + between(asked[0], "42", "[") + R"(["yes","only the first"])");
  a.server.network.run();
  CHECK(a.w.said() ==
        packets{
            R"(to you {"type":12,"data":{"requestId":"r","packet":"yes"},"uid":"me","nsp":"/"})"});
  a.client.send("43" + between(asked[0], "42", "[") + R"(["again"])");
  a.server.network.run();
  CHECK(a.w.said().empty());
}

TEST_CASE("F359 acknowledgements may come before their number is known", "[adapters]") {
  alone a;
  a.hears(R"({"type":2,"uid":"you","nsp":"/"})");
  outcome<int> o;
  a.server.server->timeout(2s).to("elsewhere").emit("q", o.note());
  a.server.network.run();
  CHECK(a.w.said() ==
        packets{R"({"type":3,"data":{"packet":{"type":2,"data":["q"]},"requestId":"id",)"
                R"("opts":{"rooms":["elsewhere"],"except":[],"flags":{"timeout":2000}}},)"
                R"("uid":"me","nsp":"/"})"});
  const auto answer = [&](int type, std::string_view rest, std::string_view from = "you") {
    a.hears("{\"type\":" + std::to_string(type) + R"(,"data":{"requestId":")" + a.w.question +
            "\"," + std::string{rest} + R"(},"uid":")" + std::string{from} + R"(","nsp":"/"})");
  };
  answer(12, R"("packet":1)");
  answer(12, R"("packet":7)", "a stranger");
  answer(11, R"("clientCount":2)");
  CHECK(o.calls == 0);
  answer(12, R"("packet":2)");
  CHECK(o.calls == 1);
  CHECK_FALSE(o.error);
  CHECK(o.values == std::vector<int>{1, 2});
  answer(12, R"("packet":3)");
  CHECK(o.calls == 1);
}

TEST_CASE("F361 what other servers look for is described as there", "[adapters]") {
  alone a;
  a.client.send(R"(42["join","red"])");
  a.client.send(R"(42["name","Ann"])");
  a.hears(std::string{R"({"type":7,"data":{)"}.append(opts).append(
      R"(,"requestId":"r"},"uid":"you","nsp":"/"})"));
  const packets answer = a.w.said();
  REQUIRE(answer.size() == 1);
  CHECK(answer[0].starts_with(R"(to you {"type":8,"data":{"requestId":"r","sockets":[{"id":")" +
                              a.id + R"(","handshake":{"headers":{"host":"test",)"));
  CHECK(answer[0].find(R"("rooms":[")" + a.id + R"(","red"],"data":{"name":"Ann"}}]})") !=
        std::string::npos);
  CHECK(answer[0].find(R"("address":"127.0.0.1","xdomain":false,"secure":false)") !=
        std::string::npos);
  CHECK(answer[0].find(R"("query":{"transport":"websocket","EIO":"4"},"auth":{})") !=
        std::string::npos);
}

TEST_CASE("F360 one answer of each program, however many listeners it has", "[adapters]") {
  alone a;
  a.server.server->on_server_side("q", [] { return 1; });
  a.server.server->on_server_side("q", [] { return 2; });
  a.hears(R"({"type":9,"data":{"requestId":"r","packet":["q"]},"uid":"you","nsp":"/"})");
  CHECK(a.w.said() ==
        packets{R"(to you {"type":10,"data":{"requestId":"r","packet":1},"uid":"me","nsp":"/"})"});
}

TEST_CASE("F362 heartbeats are for who has nothing else to say", "[adapters]") {
  alone a;
  a.hears(R"({"type":2,"uid":"you","nsp":"/"})");
  const auto beats = [&] {
    const packets all = a.w.said();
    return std::count(all.begin(), all.end(), R"({"type":2,"uid":"me","nsp":"/"})");
  };
  a.server.network.advance(4s);
  a.server.server->emit("a");
  a.server.network.advance(4s);
  CHECK(beats() == 0);
  a.server.network.advance(1s);
  CHECK(beats() == 1);
  outcome<io::remote_socket> o;
  a.server.server->fetch_sockets(o.note());  // "you" was heard of nine seconds ago
  a.server.network.run();
  CHECK(o.calls == 0);
  a.server.network.advance(1s);
  CHECK(o.calls == 1);  // not any more
  CHECK(o.error == io::error::cluster_timeout);
}

TEST_CASE("a room that is no name is nobody's, and not everybody's", "[adapters]") {
  alone a;
  for (const char* room : {"null", "1.5", "true", "[]", "{}"}) {
    INFO(room);
    a.hears(std::string{R"({"type":6,"data":{"opts":{"rooms":[)"} + room +
            R"(],"except":[],"flags":{}},"close":true},"uid":"you","nsp":"/"})");
    CHECK(a.client.take().empty());
  }
}

TEST_CASE("an event that is to be acknowledged goes out also if nobody is known yet",
          "[adapters]") {
  alone a;
  outcome<int> o;
  a.server.server->timeout(2s).to("elsewhere").emit("q", o.note());
  a.server.network.run();
  CHECK(o.calls == 1);
  CHECK(a.w.said().size() == 1);
}

TEST_CASE("answers that belong to other questions, or come twice, are not counted", "[adapters]") {
  alone a;
  a.hears(R"({"type":2,"uid":"you","nsp":"/"})");
  outcome<io::remote_socket> found;
  a.server.server->fetch_sockets(found.note());
  a.server.network.run();
  a.w.said();
  const auto answer = [&](int type, const std::string& rest) {
    a.hears("{\"type\":" + std::to_string(type) + R"(,"data":{"requestId":")" + a.w.question +
            "\"," + rest + R"(},"uid":"you","nsp":"/"})");
  };
  answer(11, R"("clientCount":0)");
  answer(10, R"("packet":1)");
  CHECK(found.calls == 0);
  answer(8, R"("sockets":[])");
  CHECK(found.calls == 1);

  outcome<int> votes;
  a.server.server->timeout(2s).to("elsewhere").emit("q", votes.note());
  a.server.network.run();
  a.w.said();
  answer(11, R"("clientCount":2)");
  answer(11, R"("clientCount":1000000000)");
  answer(12, R"("packet":1)");
  answer(12, R"("packet":2)");
  CHECK(votes.calls == 1);
  CHECK(votes.values == std::vector<int>{1, 2});
}

TEST_CASE("a server has one adapter, and its times make sense", "[adapters]") {
  alone a;
  wire other;
  CHECK_THROWS_AS(a.server.server->adapter(other.join()), std::logic_error);
  CHECK_THROWS_AS(a.server.server->adapter(nullptr), std::invalid_argument);
  const auto with = [&](io::cluster_options o) {
    io::cluster_adapter made{std::make_unique<wire::line>(other), o};
  };
  CHECK_NOTHROW(with({}));
  CHECK_THROWS_AS(with({.heartbeat_interval = 0ms}), std::invalid_argument);
  CHECK_THROWS_AS(with({.heartbeat_timeout = 5s}), std::invalid_argument);
  CHECK_THROWS_AS(with({.request_timeout = 0ms}), std::invalid_argument);
}
