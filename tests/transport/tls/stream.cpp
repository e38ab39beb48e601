// TLS streams over memory when nobody means harm.
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "socketio/transport/tls.hpp"
#include "support/catch.hpp"
#include "transport/tls/client.hpp"

using socketio::tls_error;
using namespace socketio::test;
using outcome = std::optional<std::error_code>;

namespace {

auto into(outcome& result) {
  return [&result](std::error_code ec) { result = ec; };
}

std::string pattern(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 23);
  return text;
}

}  // namespace

TEST_CASE("both ends talk, in TLS 1.3 and 1.2", "[tls]") {
  secure_pair pair;
  const bool old = GENERATE(false, true);
  if (old) SSL_CTX_set_max_proto_version(pair.client.context(), TLS1_2_VERSION);
  REQUIRE(pair.handshake());
  CHECK(pair.client.version() == (old ? "TLSv1.2" : "TLSv1.3"));
  CHECK(pair.stream.secure());
  CHECK(pair.stream.remote_address() == "127.0.0.1");
  pair.client.write("hello");
  pair.network.run();
  CHECK(pair.serve());
  CHECK(pair.received == "hello");
  CHECK(pair.write("world") == 5);
  CHECK(pair.client.read() == "world");
}

TEST_CASE("a byte at a time, the same", "[tls]") {
  secure_pair pair;
  const auto piece = GENERATE(std::size_t{1}, std::size_t{7}, std::size_t{1000});
  pair.client.peer().split(piece);
  const std::string text = pattern(40'000);
  std::string answered;
  const auto step = [&] {
    pair.network.run();
    REQUIRE(pair.serve());
  };
  for (int i = 0; i < 10 && !pair.client.handshake(); ++i) step();
  step();
  pair.client.write(text);
  step();
  CHECK(pair.received == text);
  for (std::string_view rest = text; !rest.empty(); answered += pair.client.read()) {
    rest.remove_prefix(pair.write(rest));
  }
  pair.network.run();
  CHECK(answered + pair.client.read() == text);
}

TEST_CASE("writing to a client that has not completed its handshake is an error", "[tls]") {
  secure_pair pair;
  CHECK(pair.write("too early") == 0);
  CHECK(pair.ec == tls_error::handshake_pending);
  pair.client.handshake();
  pair.network.run();
  pair.serve();
  CHECK(pair.write("still too early") == 0);
  CHECK(pair.ec == tls_error::handshake_pending);
  REQUIRE(pair.handshake());
  CHECK(pair.write("now") == 3);
}

TEST_CASE("what is decrypted already counts as readable", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  const std::string text = pattern(100);
  pair.client.write(text);
  pair.network.run();
  std::string got;
  std::array<char, 30> buffer;
  while (got.size() < text.size()) {
    // The connection below has nothing more to tell after the first piece.
    outcome ready;
    pair.stream.wait_readable(into(ready));
    pair.network.run();
    REQUIRE(ready);
    CHECK_FALSE(*ready);
    got.append(buffer.data(), pair.stream.read_some(buffer.data(), buffer.size(), pair.ec));
    CHECK_FALSE(pair.ec);
  }
  CHECK(got == text);
  outcome ready;
  pair.stream.wait_readable(into(ready));
  pair.network.run();
  CHECK_FALSE(ready);
}

TEST_CASE("data and the end, read at once, come one after the other", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  pair.client.write("last words");
  pair.client.end();
  pair.network.run();
  CHECK_FALSE(pair.serve());
  CHECK(pair.received == "last words");
  CHECK(pair.ec == asio::error::eof);
  // And it stays the end, of which a wait tells at once.
  outcome ready;
  pair.stream.wait_readable(into(ready));
  pair.network.run();
  REQUIRE(ready);
  CHECK_FALSE(pair.serve());
  CHECK(pair.ec == asio::error::eof);
  // The other direction is still open.
  CHECK(pair.write("goodbye") == 7);
  pair.stream.shutdown();
  pair.network.run();
  CHECK(pair.client.read() == "goodbye");
  CHECK(pair.client.ended());
}

TEST_CASE("R169 an end that the peer did not sign is no end", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  pair.client.write("a hal");
  SECTION("between two records") { pair.client.peer().half_close(); }
  SECTION("inside a record") {
    pair.client.peer().write(std::string_view{"\x17\x03\x03\x00\x40 abc", 9});
    pair.client.peer().half_close();
  }
  pair.network.run();
  CHECK_FALSE(pair.serve());
  CHECK(pair.received == "a hal");
  CHECK(pair.ec == tls_error::truncated);
  CHECK_FALSE(pair.serve());
  CHECK(pair.ec == tls_error::truncated);
  CHECK(pair.write("anybody?") == 0);
  CHECK(pair.ec);
}

TEST_CASE("R169 a connection that ends inside the handshake is truncated", "[tls]") {
  secure_pair pair;
  pair.client.handshake();
  pair.network.run();
  REQUIRE(pair.serve());
  pair.client.peer().half_close();
  pair.network.run();
  CHECK_FALSE(pair.serve());
  CHECK(pair.ec == tls_error::truncated);
}

TEST_CASE("many small buffers become few records", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  pair.client.read();
  const std::string small = pattern(50);
  const std::string large = pattern(40'000);
  std::vector<asio::const_buffer> buffers(64, asio::buffer(small));
  buffers.insert(buffers.begin() + 10, asio::const_buffer{});
  std::string expected;
  const bool mixed = GENERATE(false, true);
  if (mixed) buffers.insert(buffers.begin() + 32, asio::buffer(large));
  std::size_t size = 0;
  for (const auto& each : buffers) {
    expected.append(static_cast<const char*>(each.data()), each.size());
    size += each.size();
  }
  CHECK(pair.stream.write_some(buffers, pair.ec) == size);
  pair.network.run();
  const std::size_t overhead = pair.client.peer().received().size() - size;
  CHECK(overhead == (mixed ? 3 : 1) * 22);  // header, type and tag
  CHECK(pair.client.read() == expected);
}

TEST_CASE("a reader that stops holds the writer, and gets everything in the end", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  pair.client.read();
  pair.client.peer().stop_reading(20'000);
  const std::string text = pattern(200'000);
  std::string_view rest = text;
  rest.remove_prefix(pair.write(rest));
  // What does not fit any more is a part of the second record, which is taken all the same.
  CHECK(text.size() - rest.size() == 2 * 16 * 1024);
  CHECK(pair.write(rest) == 0);
  CHECK(pair.ec == asio::error::would_block);
  // A writer that has something more urgent to say by now may say it.
  const std::string urgent = "urgent";
  CHECK(pair.write(urgent) == 0);

  outcome writable;
  pair.stream.wait_writable(into(writable));
  pair.network.run();
  CHECK_FALSE(writable);
  std::string got = pair.client.read();
  pair.client.peer().resume_reading();
  pair.network.run();
  REQUIRE(writable);
  CHECK_FALSE(*writable);
  CHECK(pair.write(urgent) == urgent.size());
  while (!rest.empty()) {
    const std::size_t taken = pair.write(rest);
    REQUIRE(taken != 0);
    rest.remove_prefix(taken);
    got += pair.client.read();
  }
  const std::string sent = text.substr(0, 2 * 16 * 1024) + urgent + text.substr(2 * 16 * 1024);
  CHECK(got + pair.client.read() == sent);
}

TEST_CASE("what was taken is sent though nobody waits for it", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  pair.client.read();
  pair.client.peer().stop_reading(100);
  const std::string text = pattern(10'000);
  CHECK(pair.write(text) == text.size());
  const bool over = GENERATE(false, true);
  if (over) pair.stream.shutdown();
  pair.network.run();
  std::string got = pair.client.read();
  CHECK(got.empty());  // not yet a whole record
  pair.client.peer().resume_reading();
  pair.network.run();
  CHECK(pair.client.read() == text);
  CHECK(pair.client.ended() == over);
}

TEST_CASE("new keys are made while nothing can be written", "[tls]") {
  // Reading makes the server write, though the client does not read just now.
  secure_pair pair;
  REQUIRE(pair.handshake());
  pair.client.read();
  pair.client.peer().stop_reading();
  for (int i = 0; i < 5; ++i) {
    SSL_key_update(pair.client.ssl(), SSL_KEY_UPDATE_REQUESTED);
    pair.client.write("next");
    pair.network.run();
    CHECK(pair.serve());
  }
  CHECK(pair.received == "nextnextnextnextnext");
  CHECK(pair.write("answer") == 0);
  CHECK(pair.ec == asio::error::would_block);
  pair.client.peer().resume_reading();
  pair.network.run();
  CHECK(pair.write("answer") == 6);
  CHECK(pair.client.read() == "answer");
}

TEST_CASE("closing ends the waits and what is read and written later", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  pair.client.read();
  const bool abort = GENERATE(false, true);
  outcome readable;
  outcome writable;
  pair.client.peer().stop_reading(10'000);
  CHECK(pair.write(pattern(16'000)) == 16'000);
  pair.stream.wait_readable(into(readable));
  pair.stream.wait_writable(into(writable));
  pair.network.run();
  CHECK_FALSE(readable);
  CHECK_FALSE(writable);
  pair.stream.close(abort);
  pair.network.run();
  CHECK(readable == outcome{asio::error::operation_aborted});
  CHECK(writable == outcome{asio::error::operation_aborted});
  CHECK(pair.client.peer().aborted() == abort);
  std::array<char, 8> buffer;
  CHECK(pair.stream.read_some(buffer.data(), buffer.size(), pair.ec) == 0);
  CHECK(pair.ec == asio::error::bad_descriptor);
  CHECK(pair.write("x") == 0);
  CHECK(pair.ec);
  pair.stream.close(abort);
}

TEST_CASE("a closed stream's client sees the end", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  pair.stream.close(false);
  pair.network.run();
  pair.client.read();
  CHECK(pair.client.ended());
  CHECK(pair.client.peer().closed());
}

TEST_CASE("a wait that was about to tell is told that the stream was closed", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  pair.client.write("two parts");
  pair.network.run();
  char first = 0;
  CHECK(pair.stream.read_some(&first, 1, pair.ec) == 1);
  outcome readable;
  pair.stream.wait_readable(into(readable));
  pair.stream.close(false);
  pair.network.run();
  CHECK(readable == outcome{asio::error::operation_aborted});
}

TEST_CASE("streams move, with their waits", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  outcome readable;
  pair.stream.wait_readable(into(readable));
  secure::stream moved = std::move(pair.stream);
  pair.client.write("x");
  pair.network.run();
  CHECK(readable == outcome{std::error_code{}});
  pair.stream = std::move(moved);
  CHECK(pair.serve());
  CHECK(pair.received == "x");
}

TEST_CASE("whatever fails, at whatever step, ends both ends", "[tls]") {
  const auto failure = GENERATE(as<std::error_code>{}, asio::error::connection_reset,
                                asio::error::would_block, asio::error::no_buffer_space);
  std::size_t step = 0;
  while (true) {
    secure_pair pair;
    pair.network.fail_at(++step, failure);
    bool fine = pair.handshake();
    if (fine) {
      pair.client.write("question");
      pair.network.run();
      fine = pair.serve() && pair.write(pattern(30'000)) != 0;
      pair.client.read();
      pair.stream.shutdown();
      pair.network.run();
    }
    if (failure == asio::error::would_block) {
      CHECK(fine);
    }
    if (!fine) CHECK(pair.ec);
    if (pair.network.operations() < step) break;
    pair.stream.close(!fine);
    pair.network.run();
    pair.client.read();
    CHECK((pair.client.ended() || pair.client.peer().closed()));
  }
  CHECK(step > 10);
}

TEST_CASE("a connection moves to another loop with what it holds", "[tls]") {
  secure_pair pair;
  const auto move = [&] { pair.stream = std::move(pair.stream).rebind(pair.network); };
  SECTION("at any point of the handshake") {
    move();
    pair.client.handshake();
    pair.network.run();
    REQUIRE(pair.serve());
    move();
    CHECK(pair.handshake());
    move();
    pair.client.write("hello");
    pair.network.run();
    CHECK(pair.serve());
    CHECK(pair.received == "hello");
  }
  SECTION("with data that is decrypted, and data that is not sent") {
    REQUIRE(pair.handshake());
    pair.client.read();
    pair.client.peer().stop_reading(100);
    pair.client.write("two parts");
    pair.network.run();
    std::array<char, 4> first;
    CHECK(pair.stream.read_some(first.data(), first.size(), pair.ec) == 4);
    const std::string text = pattern(10'000);
    CHECK(pair.write(text) == text.size());
    outcome never;
    pair.stream.wait_writable(into(never));
    move();
    outcome ready;
    pair.stream.wait_readable(into(ready));
    pair.network.run();
    REQUIRE(ready);
    CHECK(pair.serve());
    CHECK(pair.received == "parts");
    pair.client.peer().resume_reading();
    pair.network.run();
    CHECK(pair.client.read() == text);
    pair.stream.close(false);
    pair.network.run();
    pair.client.read();
    CHECK(pair.client.ended());
  }
}
