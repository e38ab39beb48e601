#include "socketio/transport/memory.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <asio/post.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using socketio::memory;

namespace {

std::size_t write(memory::stream& to, std::string_view text, std::error_code& ec) {
  const std::array buffers{asio::const_buffer{text.data(), text.size()}};
  return to.write_some(buffers, ec);
}

std::string read(memory::stream& from, std::error_code& ec, std::size_t at_most = 1024) {
  std::string buffer(at_most, '\0');
  buffer.resize(from.read_some(buffer.data(), buffer.size(), ec));
  return buffer;
}

/// What came out of a wait: nothing yet, or its error.
using outcome = std::optional<std::error_code>;

auto into(outcome& result) {
  return [&result](std::error_code ec) { result = ec; };
}

/// Reads all it gets, notes the pieces, and ends with the stream.
struct reader {
  explicit reader(memory::stream s) : stream{std::move(s)} { wait(); }

  void wait() {
    stream.wait_readable([this](std::error_code ec) {
      if (ec) {
        end = ec;
        return;
      }
      std::string piece = read(stream, ec);
      if (!piece.empty()) pieces.push_back(piece);
      if (ec && ec != asio::error::would_block) {
        end = ec;
      } else {
        wait();
      }
    });
  }

  std::string all() const {
    std::string text;
    for (const auto& each : pieces) text += each;
    return text;
  }

  memory::stream stream;
  std::vector<std::string> pieces;
  std::error_code end;
};

}  // namespace

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
  listener.listen("", 0, ec);
  REQUIRE_FALSE(ec);
  REQUIRE(listener.port() != 0);

  memory::listener other{network};
  other.listen("", listener.port(), ec);
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
  listener.listen("", 80, ec);

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
  next.listen("", 80, ec);
  CHECK_FALSE(ec);
}

TEST_CASE("reading: would block, bytes, the end", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  std::error_code ec;
  CHECK(read(stream, ec).empty());
  CHECK(ec == asio::error::would_block);

  outcome ready;
  stream.wait_readable(into(ready));
  network.run();
  CHECK_FALSE(ready);
  peer.write("hello");
  CHECK(peer.unread() == 5);
  CHECK_FALSE(ready);
  network.run();
  REQUIRE(ready);
  CHECK_FALSE(*ready);
  CHECK(read(stream, ec, 2) == "he");
  CHECK_FALSE(ec);
  CHECK(peer.unread() == 3);
  CHECK(stream.read_some(nullptr, 0, ec) == 0);
  CHECK_FALSE(ec);

  peer.write(" world");
  peer.half_close();
  network.run();
  CHECK(read(stream, ec) == "llo world");
  CHECK_FALSE(ec);
  ready.reset();
  stream.wait_readable(into(ready));
  network.run();
  CHECK(ready);
  CHECK(read(stream, ec).empty());
  CHECK(ec == asio::error::eof);

  // The other direction is still open.
  CHECK(write(stream, "bye", ec) == 3);
  network.run();
  CHECK(peer.take() == "bye");
}

TEST_CASE("writing is gathered, and ends with shutdown", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  std::error_code ec;
  const std::array buffers{asio::const_buffer{"ab", 2}, asio::const_buffer{nullptr, 0},
                           asio::const_buffer{"cd", 2}};
  CHECK(stream.write_some(buffers, ec) == 4);
  CHECK_FALSE(ec);
  stream.shutdown();
  CHECK(write(stream, "x", ec) == 0);
  CHECK(ec == asio::error::broken_pipe);
  CHECK_FALSE(peer.closed());
  network.run();
  CHECK(peer.closed());
  CHECK_FALSE(peer.aborted());
  CHECK(peer.take(1) == "a");
  CHECK(peer.received() == "bcd");

  peer.write("still heard");
  network.run();
  CHECK(read(stream, ec) == "still heard");
}

TEST_CASE("a peer that does not read fills the window", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  std::error_code ec;
  peer.stop_reading(10);
  CHECK(write(stream, "0123456789abc", ec) == 10);
  CHECK_FALSE(ec);
  CHECK(write(stream, "abc", ec) == 0);
  CHECK(ec == asio::error::would_block);
  outcome ready;
  stream.wait_writable(into(ready));
  network.advance(1h);
  CHECK_FALSE(ready);
  CHECK(peer.received().empty());
  peer.resume_reading();
  CHECK_FALSE(ready);
  network.run();
  CHECK(ready);
  CHECK(peer.take() == "0123456789");
  CHECK(write(stream, "abc", ec) == 3);
}

TEST_CASE("without more ado the window is that of a socket's buffer", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  std::error_code ec;
  const std::string much(1'000'000, 'x');
  std::size_t sent = write(stream, much, ec);
  CHECK(sent < much.size());
  while (sent < much.size()) {
    outcome ready;
    stream.wait_writable(into(ready));
    network.run();
    REQUIRE(ready);
    sent += write(stream, std::string_view{much}.substr(sent), ec);
    REQUIRE_FALSE(ec);
  }
  network.run();
  CHECK(peer.received() == much);
}

TEST_CASE("close ends waits with operation_aborted, not inside the call", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  peer.stop_reading();
  outcome readable, writable;
  stream.wait_readable(into(readable));
  stream.wait_writable(into(writable));
  const bool destroyed = GENERATE(false, true);
  if (destroyed) {
    const memory::stream gone = std::move(stream);
  } else {
    stream.close(false);
  }
  CHECK_FALSE(readable);
  network.run();
  CHECK(readable == outcome{asio::error::operation_aborted});
  CHECK(writable == outcome{asio::error::operation_aborted});
  CHECK(peer.closed());
  CHECK_FALSE(peer.aborted());
  if (!destroyed) {
    std::error_code ec;
    read(stream, ec);
    CHECK(ec == asio::error::bad_descriptor);
    write(stream, "x", ec);
    CHECK(ec == asio::error::bad_descriptor);
  }
}

TEST_CASE("a close delivers what was written, an abort does not", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  std::error_code ec;
  write(stream, "last words", ec);
  const bool abort = GENERATE(false, true);
  stream.close(abort);
  network.run();
  CHECK(peer.closed());
  CHECK(peer.aborted() == abort);
  CHECK(peer.received() == (abort ? "" : "last words"));
}

TEST_CASE("a close with unread input resets, and the last words are lost", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  std::error_code ec;
  peer.write("a body that nobody reads");
  network.run();
  write(stream, "413", ec);
  stream.close(false);
  network.run();
  CHECK(peer.aborted());
  CHECK(peer.received().empty());
}

TEST_CASE("what a peer sends to a closed stream is answered with a reset", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  std::error_code ec;
  write(stream, "413", ec);
  stream.close(false);
  network.run();
  CHECK(peer.closed());
  CHECK_FALSE(peer.aborted());
  peer.write("more");
  network.run();
  CHECK(peer.aborted());
  CHECK(peer.received() == "413");
}

TEST_CASE("a peer's reset arrives behind its bytes", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  reader server{std::move(stream)};
  peer.write("hello");
  peer.abort();
  network.run();
  CHECK(server.all() == "hello");
  CHECK(server.end == asio::error::connection_reset);
  std::error_code ec;
  write(server.stream, "x", ec);
  CHECK(ec == asio::error::connection_reset);
}

TEST_CASE("writing to a peer that has closed works once, then it is reset", "[memory]") {
  memory::network network;
  auto [peer, stream] = network.pair();
  std::error_code ec;
  {
    const memory::peer gone = std::move(peer);
  }
  network.run();
  CHECK(read(stream, ec).empty());
  CHECK(ec == asio::error::eof);
  CHECK(write(stream, "x", ec) == 1);
  CHECK_FALSE(ec);
  network.run();
  write(stream, "y", ec);
  CHECK(ec == asio::error::connection_reset);
}

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
    listener.listen("", 80, ec);
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
  listener.listen("", 80, ec);
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
    all->listener.listen("", 80, ec);
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
