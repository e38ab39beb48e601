// What one server holds for all its clients together: limits.held_bytes.
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <asio/error.hpp>

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

io::options with_ceiling(std::size_t bytes) {
  io::options o;
  o.limits.held_bytes = bytes;
  return o;
}

/// A server that sends as much as it is asked for, and writes down what comes and who goes.
struct world {
  explicit world(std::size_t ceiling) : server{network, with_ceiling(ceiling)} {
    server.on("fill", [](io::socket& s, std::size_t size) { s.emit("e", std::string(size, 'x')); });
    server.on("take", [&](const io::value&) { ++taken; });
    server.on_disconnect([&](io::socket&, io::reason why) { ends.emplace_back(to_string(why)); });
    server.listen(port);
  }

  std::uint64_t held() const { return server.stats().held_bytes; }
  unsigned newcomer() { return ws_client{network}.status; }

  int taken = 0;
  packets ends;
  io::memory::network network;
  io::server<io::memory> server;
};

std::vector<ws_client> crowd(world& w, int size) {
  std::vector<ws_client> all;
  for (int i = 0; i < size; ++i) all.emplace_back(w.network).join();
  return all;
}

std::string fill(std::size_t size) { return "42[\"fill\"," + std::to_string(size) + "]"; }

/// What is sent then.
packets filling(std::size_t size) { return {R"(42["e",")" + std::string(size, 'x') + R"("])"}; }

const std::string long_event = R"(42["take",")" + std::string(9'000, 'x') + R"("])";

constexpr std::string_view two_attachments =
    R"(452-["take",[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]])";

}  // namespace

TEST_CASE("R60 many clients that read nothing: the largest holder goes, and nobody new comes",
          "[ceiling]") {
  world w{100'000};
  auto all = crowd(w, 20);
  for (auto& each : all) each.peer.stop_reading();
  for (auto& each : all) each.send(fill(4'800));
  CHECK(w.held() > 96'000);
  CHECK(w.newcomer() == 101);
  CHECK(w.ends.empty());

  all[7].send(fill(5'000));
  CHECK(w.ends == packets{"slow consumer"});
  CHECK(all[7].peer.aborted());
  CHECK(w.held() > 80'000);
  ws_client refused{w.network};
  CHECK(refused.status == 503);
  CHECK(refused.answer_head.find("Retry-After: 1") != std::string::npos);
  refused.peer.close();
  CHECK(polling_client{w.network}.status == 503);

  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(w.newcomer() == 503);
    all[i].peer.resume_reading();
    CHECK(all[i].take() == filling(4'800));
  }
  CHECK(w.held() < 80'000);
  CHECK(w.newcomer() == 101);
  CHECK(polling_client{w.network}.status == 200);
  for (std::size_t i = 3; i < all.size(); ++i) {
    if (i == 7) continue;
    all[i].peer.resume_reading();
    CHECK(all[i].take() == filling(4'800));
  }
  CHECK(w.held() == 0);
  CHECK(w.ends.size() == 1);
  const io::statistics stats = w.server.stats();
  CHECK(stats.holders_cut == 1);
  CHECK(stats.slow_consumers == 1);
  CHECK(stats.sessions_refused == 5);
}

TEST_CASE("R60 what is far too much is cut off one by one, the largest first", "[ceiling]") {
  world w{100'000};
  auto all = crowd(w, 10);
  for (auto& each : all) each.peer.stop_reading();
  w.server.emit("e", std::string(9'000, 'x'));
  for (std::size_t i = 5; i < 10; ++i) all[i].peer.write(text_frame(fill(40'000)));
  w.network.run();
  CHECK(w.ends == packets(4, "slow consumer"));
  CHECK(w.held() <= 100'000);
  for (std::size_t i = 0; i < 5; ++i) {
    all[i].peer.resume_reading();
    CHECK(all[i].take().size() == 1);
  }
}

TEST_CASE("R60 many clients that send half of a message", "[ceiling]") {
  world w{150'000};
  auto all = crowd(w, 30);
  const std::string frame = text_frame(long_event);
  std::size_t begun = 0;
  for (; w.ends.empty(); ++begun) {
    REQUIRE(begun < all.size());
    CHECK(w.newcomer() == 101);
    // One of them has sent more than the others.
    all[begun].write(frame.substr(0, begun == 5 ? 8'000 : 4'000));
  }
  CHECK(begun > 10);
  CHECK(w.ends == packets{"limit exceeded"});
  CHECK(all[5].peer.aborted());
  CHECK(w.newcomer() == 503);
  for (std::size_t i = 0; i < begun; ++i) {
    if (i != 5) all[i].write(frame.substr(4'000));
  }
  CHECK(w.taken == static_cast<int>(begun) - 1);
  CHECK(w.held() == 0);
  CHECK(w.newcomer() == 101);
  CHECK(w.ends.size() == 1);
}

TEST_CASE("R60 attachments of an event that is not complete", "[ceiling]") {
  world w{50'000};
  auto all = crowd(w, 10);
  for (int i = 0; i < 4; ++i) {
    all[static_cast<std::size_t>(i)].send(two_attachments);
    all[static_cast<std::size_t>(i)].send_binary(std::string(i == 2 ? 11'000 : 10'000, 'x'));
  }
  CHECK(w.held() > 41'000);
  CHECK(w.ends.empty());
  all[4].send(two_attachments);
  all[4].send_binary(std::string(10'000, 'x'));
  CHECK(w.ends == packets{"limit exceeded"});
  CHECK(all[2].peer.aborted());
  CHECK(w.newcomer() == 503);
  for (const std::size_t i : {0u, 1u, 3u, 4u}) all[i].send_binary("y");
  CHECK(w.taken == 4);
  CHECK(w.held() == 0);
  CHECK(w.newcomer() == 101);
}

TEST_CASE("R60 long-polling: clients that fetch nothing", "[ceiling]") {
  world w{50'000};
  std::vector<polling_client> all;
  for (int i = 0; i < 4; ++i) all.emplace_back(w.network).join();
  for (auto& each : all) each.post(fill(10'000));
  CHECK(w.held() > 40'000);
  CHECK(w.ends.empty());
  all[3].post(fill(10'000));
  CHECK(w.ends == packets{"slow consumer"});
  CHECK(w.server.engine().session_count() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(all[i].take().size() == 1);
  CHECK(w.held() < 10'000);
}

TEST_CASE("R60 bodies of requests that do not end, with a session or without", "[ceiling]") {
  world w{50'000};
  polling_client client{w.network};
  client.join();
  std::vector<http_client> strangers;
  for (int i = 0; i < 4; ++i) {
    const std::string body(20'000, 'x');
    const std::string request = http_client::post(i % 2 ? "/hello" : "/socket.io/?sid=a", body);
    strangers.emplace_back(w.network).write(request.substr(0, request.size() - 9'000));
  }
  CHECK(w.held() > 44'000);
  const std::string body(20'000, 'x');
  const std::string request = http_client::post(client.target(), body);
  client.posts.write(request.substr(0, request.size() - 8'000));
  CHECK(w.ends == packets{"limit exceeded"});
  for (auto& each : strangers) CHECK_FALSE(each.peer.closed());
  CHECK(w.held() < 50'000);

  // Now it is one without a session that has to go.
  CHECK(w.newcomer() == 503);
  strangers[0].write(std::string(8'999, 'x'));
  CHECK(strangers[0].peer.aborted());
  CHECK(w.newcomer() == 101);
  strangers[1].write(std::string(9'000, 'x'));
  CHECK(strangers[1].answer().status == 404);
  CHECK(w.ends.size() == 1);
  CHECK(w.server.stats().holders_cut == 2);
}

TEST_CASE("R60 a WebSocket that has not taken over yet goes alone", "[ceiling]") {
  world w{8'000};
  polling_client client{w.network};
  client.join();
  ws_client upgrade{w.network, "&sid=" + client.sid};
  CHECK(upgrade.status == 101);
  upgrade.write(text_frame(long_event).substr(0, 8'500));
  CHECK(upgrade.peer.aborted());
  CHECK(w.server.stats().holders_cut == 1);
  CHECK(w.ends.empty());
  client.post(R"(42["take",1])");
  CHECK(w.taken == 1);
}

TEST_CASE("R60 a client that takes its farewell slowly", "[ceiling]") {
  world w{50'000};
  w.server.on("bye", [](io::socket& s) {
    s.emit("e", std::string(40'000, 'x'));
    s.disconnect(true);
  });
  auto all = crowd(w, 2);
  all[0].peer.stop_reading();
  all[0].send(R"(42["bye"])");
  CHECK(w.ends.size() == 1);
  CHECK(w.held() > 40'000);
  all[1].peer.stop_reading();
  all[1].send(fill(20'000));
  CHECK(all[0].peer.aborted());
  CHECK(w.ends.size() == 1);
  CHECK(w.held() < 30'000);
}

TEST_CASE("what is held is given back, whatever fails", "[ceiling]") {
  std::size_t operation = 1;
  for (bool failed = true; failed; ++operation) {
    INFO("operation " << operation);
    world w{30'000};
    w.network.fail_at(operation, asio::error::connection_reset);
    {
      auto all = crowd(w, 3);
      polling_client poller{w.network};
      poller.join();
      all[0].peer.stop_reading(10);
      all[0].send(fill(9'000));
      all[1].write(text_frame(long_event).substr(0, 5'000));
      all[2].send(two_attachments);
      all[2].send_binary(std::string(9'000, 'x'));
      poller.post(fill(9'000));
      poller.posts.write(http_client::post(poller.target(), long_event).substr(0, 7'000));
      all[0].peer.resume_reading();
      w.network.run();
    }
    w.server.close();
    w.network.advance(1min);
    CHECK(w.held() == 0);
    CHECK(w.server.engine().session_count() == 0);
    failed = w.network.operations() >= operation;
    if (!failed) CHECK(w.ends.size() == 4);  // all were there
  }
  CHECK(operation > 20);
}

TEST_CASE("there is a ceiling unless it is taken away", "[ceiling]") {
  CHECK(io::limits{}.held_bytes == 1 << 30);
  world w{0};
  auto all = crowd(w, 2);
  for (auto& each : all) each.peer.stop_reading();
  for (auto& each : all) each.send(fill(1'000'000));
  CHECK(w.held() > 2'000'000);
  CHECK(w.newcomer() == 101);
  CHECK(w.ends.empty());
}
