// Streams of the memory transport when nothing goes wrong by itself.
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
