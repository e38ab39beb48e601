#include "socketio/transport/memory.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/post.hpp>

#include "support/catch.hpp"
#include "transport/memory/ends.hpp"

using namespace std::chrono_literals;
using socketio::memory;
using socketio::test::read;
using socketio::test::write;

TEST_CASE("virtual time goes by event by event, the same way each time", "[memory]") {
  memory::network network;
  const auto begin = network.now();
  std::string order;
  memory::timer a{network}, b{network}, c{network};
  a.start(begin + 2s, [&] { order += 'a'; });
  b.start(begin + 1s, [&] {
    CHECK(memory::now(network) == begin + 1s);
    order += 'b';
    b.start(begin + 2s, [&] { order += 'B'; });
  });
  c.start(begin + 2s, [&] { order += 'c'; });

  network.run();
  CHECK(order.empty());
  CHECK_FALSE(network.idle());
  network.advance(1s);
  CHECK(order == "b");
  network.advance(1h);
  CHECK(order == "bacB");
  CHECK(network.now() == begin + 1h + 1s);
  CHECK(network.idle());
}

TEST_CASE("a timer that is due already rings, but not inside the call", "[memory]") {
  memory::network network;
  int rings = 0;
  memory::timer timer{network};
  timer.start(network.now() - 1s, [&] { ++rings; });
  CHECK(rings == 0);
  network.run();
  CHECK(rings == 1);
}

TEST_CASE("a cancelled, restarted or destroyed timer does not ring", "[memory]") {
  memory::network network;
  std::string rings;
  memory::timer cancelled{network}, restarted{network};
  auto destroyed = std::make_unique<memory::timer>(network);
  cancelled.start(network.now() + 1s, [&] { rings += 'x'; });
  restarted.start(network.now() + 1s, [&] { rings += 'x'; });
  destroyed->start(network.now() + 1s, [&] { rings += 'x'; });
  cancelled.cancel();
  restarted.start(network.now() + 2s, [&] { rings += 'r'; });
  destroyed.reset();
  network.advance(3s);
  CHECK(rings == "r");

  SECTION("not even when it is due at the same moment") {
    memory::timer first{network}, second{network};
    first.start(network.now() + 1s, [&] { second.cancel(); });
    second.start(network.now() + 1s, [&] { rings += 'x'; });
    network.advance(1s);
    CHECK(rings == "r");
  }
}

TEST_CASE("cancelling a timer does not destroy its handler inside the call", "[memory]") {
  memory::network network;
  memory::timer timer{network};
  auto owned = std::make_shared<int>();
  std::weak_ptr<int> watch = owned;
  timer.start(network.now() + 1s, [owned = std::move(owned)] {});
  timer.cancel();
  CHECK_FALSE(watch.expired());
  network.run();
  CHECK(watch.expired());
}

TEST_CASE("a listener accepts who connects, in order", "[memory]") {
  memory::network network;
  memory::listener listener{network};
  std::error_code ec;
  listener.listen(0, ec);
  REQUIRE_FALSE(ec);
  REQUIRE(listener.port() != 0);

  memory::listener other{network};
  other.listen(listener.port(), ec);
  CHECK(ec == asio::error::address_in_use);

  auto first = network.connect(listener.port(), "192.0.2.1");
  auto second = network.connect(listener.port());
  std::vector<memory::stream> accepted;
  const auto accept = [&] {
    listener.async_accept([&](std::error_code error, memory::stream s) {
      REQUIRE_FALSE(error);
      accepted.push_back(std::move(s));
    });
  };
  accept();
  CHECK(accepted.empty());
  network.run();
  REQUIRE(accepted.size() == 1);
  accept();
  network.run();
  REQUIRE(accepted.size() == 2);
  CHECK(accepted[0].remote_address() == "192.0.2.1");
  CHECK(accepted[1].remote_address() == "127.0.0.1");
  CHECK_FALSE(accepted[0].secure());

  write(accepted[0], "1", ec);
  write(accepted[1], "2", ec);
  network.run();
  CHECK(first.take() == "1");
  CHECK(second.take() == "2");
}

TEST_CASE("a closed listener aborts its accept, resets its backlog and frees its port",
          "[memory]") {
  memory::network network;
  memory::listener listener{network};
  std::error_code ec, accepted;
  listener.listen(80, ec);

  SECTION("while it waits") {
    listener.async_accept([&](std::error_code error, memory::stream) { accepted = error; });
    listener.close();
    CHECK_FALSE(accepted);
    network.run();
    CHECK(accepted == asio::error::operation_aborted);
  }
  SECTION("with connections in the backlog") {
    auto peer = network.connect(80);
    network.run();
    CHECK_FALSE(peer.closed());
    listener.close();
    network.run();
    CHECK(peer.aborted());
  }
  SECTION("with a connection that has not arrived") {
    auto peer = network.connect(80);
    listener.close();
    network.run();
    CHECK(peer.aborted());
  }
  auto late = network.connect(80);
  CHECK(late.aborted());
  listener.async_accept([&](std::error_code error, memory::stream) { accepted = error; });
  network.run();
  CHECK(accepted == asio::error::bad_descriptor);
  memory::listener next{network};
  next.listen(80, ec);
  CHECK_FALSE(ec);
}

TEST_CASE("the executor runs what is posted to it", "[memory]") {
  memory::network network;
  int ran = 0;
  asio::post(network.get_executor(), [&] { asio::post(network.get_executor(), [&] { ++ran; }); });
  CHECK_FALSE(network.idle());
  CHECK(ran == 0);
  network.run();
  CHECK(ran == 1);
  CHECK(network.idle());
}

TEST_CASE("an exception leaves run, and the network goes on", "[memory]") {
  memory::network network;
  int ran = 0;
  asio::post(network.get_executor(), [] { throw 1; });
  asio::post(network.get_executor(), [&] { ++ran; });
  CHECK_THROWS_AS(network.run(), int);
  network.run();
  CHECK(ran == 1);
}

TEST_CASE("objects may outlive the network", "[memory]") {
  auto network = std::make_unique<memory::network>();
  memory::listener listener{*network};
  memory::timer timer{*network};
  std::error_code ec;
  listener.listen(80, ec);
  listener.async_accept([](std::error_code, memory::stream) { FAIL(); });
  timer.start(network->now() + 1s, [] { FAIL(); });
  auto [peer, stream] = network->pair();
  stream.wait_readable([](std::error_code) { FAIL(); });
  peer.write("x");
  auto waiting = network->connect(80);
  network.reset();

  peer.write("y");
  peer.abort();
  stream.wait_writable([](std::error_code) { FAIL(); });
  timer.start({}, [] { FAIL(); });
  timer.cancel();
  write(stream, "z", ec);
  stream.close(true);
  listener.async_accept([](std::error_code, memory::stream) { FAIL(); });
  listener.close();
}

TEST_CASE("a network destroys handlers that own the objects they wait for", "[memory]") {
  struct owner {
    memory::stream stream;
    memory::timer timer;
    memory::listener listener;
  };
  std::weak_ptr<owner> watch;
  std::optional<memory::peer> client;
  {
    memory::network network;
    auto [peer, stream] = network.pair();
    client = std::move(peer);
    auto all = std::make_shared<owner>(
        owner{std::move(stream), memory::timer{network}, memory::listener{network}});
    watch = all;
    std::error_code ec;
    all->listener.listen(80, ec);
    all->listener.async_accept([all](std::error_code, memory::stream) {});
    all->timer.start(network.now() + 1s, [all] {});
    all->stream.wait_readable([all](std::error_code) {});
    asio::post(network.get_executor(), [all] {});
    all.reset();
    if (GENERATE(false, true)) network.run();
    CHECK_FALSE(watch.expired());
  }
  CHECK(watch.expired());
}
