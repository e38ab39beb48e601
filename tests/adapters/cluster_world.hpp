// Three servers with clients in virtual time; a medium with real peers is waited for.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace socketio::test {

/// What connects the servers of a test.
struct medium_under_test {
  virtual ~medium_under_test() = default;

  /// The adapter of one more server.
  virtual std::unique_ptr<adapter> join() = 0;

  /// Lets happen what has to happen outside of the servers' loops; true if something may yet come.
  virtual bool wait() { return false; }

  /// Or it becomes what JavaScript's JSON makes of a Buffer. Clients get binary always.
  virtual bool carries_binary_between_servers() const { return true; }
};

struct attached {
  std::string name;
};

/// A server of the cluster, in a world of its own.
struct cluster_server {
  using server_type = io::server<io::memory, attached>;

  explicit cluster_server(std::unique_ptr<adapter> with, const options& o = {}) {
    server.emplace(network, o);
    server->adapter(std::move(with));
    for (const char* name : {"/", "/other"}) {
      const auto nsp = server->of(name);
      nsp.on("join", [](io::socket& s, std::string room) { s.join(room); });
      nsp.on("name", [](server_type::socket& s, std::string n) { s.data().name = n; });
      nsp.on("to", [](io::socket& s, std::string room, std::string text) {
        s.to(room).emit("said", text);
      });
      nsp.on("others", [](io::socket& s, std::string text) { s.broadcast().emit("said", text); });
    }
    server->listen(port);
    network.run();
  }

  memory::network network;
  std::optional<server_type> server;
};

/// Two servers with two clients each, and one with none.
struct cluster_world {
  explicit cluster_world(medium_under_test& m, const options& o = {}) : medium{m} {
    for (int i = 0; i < 3; ++i) servers.emplace_back(medium.join(), o);
    settle();
    for (const int of : {0, 0, 1, 1}) {
      clients.push_back(std::make_unique<ws_client>(servers[index(of)].network));
      ids.push_back(clients.back()->join());
    }
    settle();
  }

  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  cluster_server::server_type& server(int i) { return *servers[index(i)].server; }
  ws_client& client(int i) { return *clients[index(i)]; }
  const std::string& id(int i) const { return ids[index(i)]; }

  /// Everything that can happen without time going by.
  void settle() {
    do {
      for (int round = 0; round < 8; ++round) {
        for (auto& each : servers) each.network.run();
      }
    } while (medium.wait());
  }

  /// Until something is so which a real peer brings about: a bound for hangs, not a measure.
  template <class Condition>
  bool eventually(Condition condition) {
    for (int i = 0; i < 30'000; ++i) {
      for (auto& each : servers) each.network.run();
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return false;
  }

  /// Time goes by on all servers, step by step so that nobody is seen as silent.
  void advance(std::chrono::milliseconds by) {
    using namespace std::chrono_literals;
    for (; by > 0ms; by -= 500ms) {
      for (auto& each : servers)
        each.network.advance(std::min<std::chrono::milliseconds>(by, 500ms));
      settle();
      for (auto& each : clients) {  // who answers heartbeats stays
        for (auto& text : each->take()) kept[each.get()].push_back(text);
      }
    }
  }

  /// What a client has received since the last time.
  packets take(int i) {
    settle();
    packets all = std::exchange(kept[&client(i)], {});
    for (auto& text : client(i).take()) all.push_back(text);
    return all;
  }

  void check(const std::vector<packets>& expected) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      INFO("client " << i);
      CHECK(take(static_cast<int>(i)) == expected[i]);
    }
  }

  void send(int i, std::string_view text) {
    client(i).send(text);
    settle();
  }

  /// A client answers the question that it has been asked.
  void answer(int i, std::string_view with) {
    const packets asked = take(i);
    REQUIRE(asked.size() == 1);
    send(i, "43" + between(asked.front(), "42", "[") + std::string{with});
  }

  medium_under_test& medium;
  std::deque<cluster_server> servers;
  std::vector<std::unique_ptr<ws_client>> clients;
  std::vector<std::string> ids;
  std::map<const ws_client*, packets> kept;
};

/// What a callback of a question gets.
template <class T>
struct outcome {
  int calls = 0;
  std::error_code error;
  std::vector<T> values;

  auto note() {
    return [this](std::error_code ec, std::vector<T> all) {
      ++calls;
      error = ec;
      values = std::move(all);
    };
  }
};

}  // namespace socketio::test
