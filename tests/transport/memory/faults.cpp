// Streams of the memory transport with faults on the way.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "transport/memory/ends.hpp"

using namespace std::chrono_literals;
using socketio::memory;
using namespace socketio::test;

TEST_CASE("a split stream passes in pieces, both ways", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  peer.split(2);
  reader server{std::move(stream)};
  peer.write("abcde");
  peer.write("f");
  network.run();
  CHECK(server.pieces == std::vector<std::string>{"ab", "cd", "e", "f"});
  std::error_code ec;
  CHECK(write(server.stream, "12345", ec) == 2);
  CHECK(write(server.stream, "345", ec) == 2);
  network.run();
  CHECK(peer.take() == "1234");

  SECTION("with a pause between the pieces") {
    server.pieces.clear();
    peer.split(1, 1s);
    peer.write("xyz");
    network.run();
    CHECK(server.all() == "x");
    network.advance(1s);
    CHECK(server.all() == "xy");
    network.advance(10s);
    CHECK(server.all() == "xyz");
  }
}

TEST_CASE("a megabyte in pieces of one byte takes linear time", "[memory]") {
  memory::network network;
  network.split(1);
  auto [peer, stream] = network.pair();
  const std::string much(1'000'000, 'x');
  peer.write(much);
  network.run();
  CHECK(peer.unread() == much.size());
  std::error_code ec;
  CHECK(read(stream, ec, 2'000'000) == much);
}

TEST_CASE("a delay postpones arrivals and never reorders them", "[memory]") {
  memory::network network;
  network.delay(100ms);
  auto [peer, stream] = network.pair();
  reader server{std::move(stream)};
  peer.write("a");
  network.advance(50ms);
  peer.delay(0s);
  peer.write("b");
  peer.half_close();
  network.advance(49ms);
  CHECK(server.pieces.empty());
  network.advance(1ms);
  CHECK(server.all() == "ab");
  CHECK(server.end == asio::error::eof);

  std::error_code ec;
  peer.delay(1s);
  write(server.stream, "c", ec);
  network.advance(999ms);
  CHECK(peer.received().empty());
  network.advance(1ms);
  CHECK(peer.received() == "c");
}

TEST_CASE("a stream can be cut after any byte", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  std::error_code ec;

  SECTION("towards the server") {
    peer.cut_after_sent(3);
    reader server{std::move(stream)};
    peer.write("ab");
    network.run();
    CHECK_FALSE(peer.closed());
    peer.write("cd");
    network.run();
    CHECK(server.all() == "abc");
    CHECK(server.end == asio::error::connection_reset);
    CHECK(peer.aborted());
  }
  SECTION("towards the client") {
    peer.cut_after_received(3);
    write(stream, "abcd", ec);
    network.run();
    CHECK(peer.received() == "abc");
    CHECK(peer.aborted());
    read(stream, ec);
    CHECK(ec == asio::error::connection_reset);
  }
}

TEST_CASE("while the link is down nothing arrives and nobody is told", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  reader server{std::move(stream)};
  peer.link_down();
  peer.write("a");
  peer.close();
  std::error_code ec;
  std::size_t taken = 0;
  do {
    taken += write(server.stream, std::string(10'000, 'x'), ec);
    network.advance(1s);
  } while (!ec);
  CHECK(ec == asio::error::would_block);
  CHECK(taken == 64 * 1024);
  CHECK(server.pieces.empty());
  CHECK_FALSE(server.end);

  SECTION("for ever") {
    server.stream.close(false);
    network.advance(1h);
    CHECK_FALSE(peer.closed());
    CHECK(peer.received().empty());
  }
  SECTION("until it is up again") {
    peer.link_up();
    network.run();
    CHECK(server.all() == "a");
  }
}

TEST_CASE("each operation can be made to fail", "[memory]") {
  const std::error_code failure = asio::error::timed_out;
  std::string log;
  for (std::size_t n = 1;; ++n) {
    memory::network network;
    network.fail_at(n, failure);
    memory::listener listener{network};
    std::error_code ec;
    listener.listen(80, ec);
    auto peer = network.connect(80);
    peer.write("hello");
    std::optional<memory::stream> stream;
    listener.async_accept([&](std::error_code error, memory::stream s) {
      ec = error;
      if (!error) stream.emplace(std::move(s));
    });
    network.run();
    if (ec == failure) {
      log += "accept ";
      // The connection is still there for the next accept.
      listener.async_accept([&](std::error_code error, memory::stream) { ec = error; });
      network.run();
      CHECK_FALSE(ec);
    } else {
      read(*stream, ec);
      if (ec == failure) log += "read ";
      const bool reading_failed = ec == failure;
      write(*stream, "hello", ec);
      if (!reading_failed && ec == failure) log += "write ";
      network.run();
      CHECK(peer.aborted() == (n <= 3));
    }
    if (network.operations() < n) break;
  }
  CHECK(log == "accept read write ");
}

TEST_CASE("an injected failure wakes who waits, and stays", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  network.fail_at(1, asio::error::connection_reset);
  outcome readable;
  stream.wait_readable(into(readable));
  std::error_code ec;
  CHECK(write(stream, "x", ec) == 0);
  CHECK(ec == asio::error::connection_reset);
  network.run();
  CHECK(readable);
  CHECK(peer.aborted());
  read(stream, ec);
  CHECK(ec == asio::error::connection_reset);
}

TEST_CASE("an injected would_block is a spurious wake-up", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  network.fail_at(1, asio::error::would_block);
  reader server{std::move(stream)};
  peer.write("hello");
  network.run();
  CHECK(server.all() == "hello");
  CHECK(network.operations() == 2);
}
