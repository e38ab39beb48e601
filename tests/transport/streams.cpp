// What every stream over sockets of the system does, on each reactor.
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include "socketio.hpp"
#include "socketio/transport/local.hpp"
#include "socketio/transport/tcp.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace {

using namespace std::chrono_literals;
using socketio::local;
using socketio::tcp;
using portable = socketio::basic_tcp<socketio::detail::asio_stream>;
using portable_local =
    socketio::basic_local<socketio::detail::basic_asio_stream<socketio::detail::local_sockets>>;

template <class T>
inline constexpr bool over_ip = std::same_as<typename T::endpoint, socketio::ip_endpoint>;

/// Where a test listens, and how its peers get there.
template <class T>
struct place {
  using socket = asio::basic_stream_socket<typename T::socket::protocol_type>;

  typename T::endpoint here() const {
    if constexpr (over_ip<T>) {
      return {"127.0.0.1", 0};
    } else {
      return folder / "socket";
    }
  }

  void connect(socket& peer, std::uint16_t port) const {
    if constexpr (over_ip<T>) {
      peer.connect({asio::ip::make_address("127.0.0.1"), port});
    } else {
      peer.connect(folder / "socket");
    }
  }

  socketio::test::temporary_folder folder;
};

/// A listener and one connection to it.
template <class T>
struct pair {
  pair() {
    std::error_code ec;
    listener.listen(at.here(), ec);
    REQUIRE_FALSE(ec);
    at.connect(peer, listener.port());
    listener.async_accept([&](std::error_code failure, typename T::stream s) {
      REQUIRE_FALSE(failure);
      stream.emplace(std::move(s));
    });
    until([&] { return stream.has_value(); });
  }

  /// Runs the loop until it is so. What never comes true ends in a failure, not in a hang.
  template <class Condition>
  void until(Condition&& condition) {
    loop.restart();
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!condition() && std::chrono::steady_clock::now() < end) loop.run_one_for(100ms);
    CHECK(condition());
  }

  /// Runs everything that is ready, and a little of what becomes so.
  void settle() {
    loop.restart();
    loop.run_for(50ms);
  }

  std::string read() {
    std::array<char, 64> buffer;
    std::error_code ec;
    const std::size_t size = stream->read_some(buffer.data(), buffer.size(), ec);
    if (ec == asio::error::eof) return "(end)";
    if (ec == asio::error::would_block) return "(nothing)";
    if (ec) return "(" + ec.message() + ")";
    return {buffer.data(), size};
  }

  /// Waits until there is something, and reads it.
  std::string next() {
    bool ready = false;
    stream->wait_readable([&](std::error_code ec) {
      CHECK_FALSE(ec);
      ready = true;
    });
    CHECK_FALSE(ready);  // never inside the call
    until([&] { return ready; });
    return read();
  }

  place<T> at;
  asio::io_context loop;
  typename T::listener listener{loop};
  typename place<T>::socket peer{loop};
  std::optional<typename T::stream> stream;
};

}  // namespace

TEMPLATE_TEST_CASE("a stream is read when it is readable", "[streams]", tcp, portable, local,
                   portable_local) {
  pair<TestType> p;
  CHECK(p.read() == "(nothing)");
  asio::write(p.peer, asio::buffer(std::string_view{"one"}));
  CHECK(p.next() == "one");
  CHECK(p.read() == "(nothing)");
  asio::write(p.peer, asio::buffer(std::string(100, 'x')));
  CHECK(p.next() == std::string(64, 'x'));
  CHECK(p.next() == std::string(36, 'x'));  // what is left needs no news from the peer
  asio::write(p.peer, asio::buffer(std::string_view{"last"}));
  p.peer.shutdown(asio::socket_base::shutdown_send);
  CHECK(p.next() == "last");
  CHECK(p.next() == "(end)");
  CHECK(p.next() == "(end)");
}

TEMPLATE_TEST_CASE("what came before the wait counts", "[streams]", tcp, portable, local,
                   portable_local) {
  pair<TestType> p;
  asio::write(p.peer, asio::buffer(std::string_view{"early"}));
  p.settle();
  CHECK(p.next() == "early");
}

TEMPLATE_TEST_CASE("a wait ends with an error when the stream is closed", "[streams]", tcp,
                   portable, local, portable_local) {
  pair<TestType> p;
  std::optional<std::error_code> read;
  bool inside = true;
  p.stream->wait_readable([&](std::error_code ec) {
    CHECK_FALSE(inside);
    read = ec;
  });
  p.stream->close(false);
  inside = false;
  p.until([&] { return read.has_value(); });
  CHECK(*read == asio::error::operation_aborted);
}

TEMPLATE_TEST_CASE("a wait for a closed stream ends with an error, too", "[streams]", tcp, portable,
                   local, portable_local) {
  pair<TestType> p;
  p.stream->close(true);
  int failures = 0;
  const auto count = [&](std::error_code ec) { failures += ec ? 1 : 0; };
  p.stream->wait_readable(count);
  p.stream->wait_writable(count);
  CHECK(failures == 0);
  p.until([&] { return failures == 2; });
}

TEMPLATE_TEST_CASE("writing stops when the peer does not read, and goes on when it does",
                   "[streams]", tcp, portable, local, portable_local) {
  pair<TestType> p;
  const std::string block(256 * 1024, 'y');
  const asio::const_buffer parts[] = {asio::buffer(block), asio::buffer(block)};
  std::size_t written = 0;
  std::error_code ec;
  for (int i = 0; i < 1000 && !ec; ++i) written += p.stream->write_some(parts, ec);
  REQUIRE(ec == asio::error::would_block);
  bool writable = false;
  p.stream->wait_writable([&](std::error_code failure) {
    CHECK_FALSE(failure);
    writable = true;
  });
  p.settle();
  CHECK_FALSE(writable);
  std::string received(written, '\0');
  asio::read(p.peer, asio::buffer(received));
  p.until([&] { return writable; });
  CHECK(p.stream->write_some({parts, 1}, ec) > 0);
  CHECK_FALSE(ec);
}

TEMPLATE_TEST_CASE("R153 a reset is an error of the next read", "[streams]", tcp, portable) {
  pair<TestType> p;
  p.peer.set_option(asio::socket_base::linger{true, 0});
  p.peer.close();
  const std::string seen = p.next();
  CHECK(seen.starts_with("("));
  CHECK(seen != "(nothing)");
}

TEMPLATE_TEST_CASE("abort resets the peer, close does not", "[streams]", tcp, portable) {
  pair<TestType> p;
  const bool abort = GENERATE(true, false);
  p.stream->close(abort);
  char byte;
  std::error_code ec;
  asio::read(p.peer, asio::buffer(&byte, 1), ec);
  CHECK(ec == (abort ? asio::error_code{asio::error::connection_reset}
                     : asio::error_code{asio::error::eof}));
}

TEMPLATE_TEST_CASE("a stream moves to another loop", "[streams]", tcp, portable, local,
                   portable_local) {
  pair<TestType> p;
  asio::io_context other;
  CHECK((asio::write(p.peer, asio::buffer(std::string_view{"a"})), p.next()) == "a");
  auto moved = std::move(*p.stream).rebind(other);
  p.stream.reset();
  asio::write(p.peer, asio::buffer(std::string_view{"b"}));
  bool ready = false;
  moved.wait_readable([&](std::error_code ec) {
    CHECK_FALSE(ec);
    ready = true;
  });
  p.settle();
  CHECK_FALSE(ready);
  other.run_for(10s);
  REQUIRE(ready);
  char byte = 0;
  std::error_code ec;
  CHECK(moved.read_some(&byte, 1, ec) == 1);
  CHECK(byte == 'b');
}

TEMPLATE_TEST_CASE("a loop without waits has nothing to do", "[streams]", tcp, portable, local,
                   portable_local) {
  pair<TestType> p;
  p.peer.close();
  CHECK(p.next() == "(end)");
  p.listener.close();
  p.loop.restart();
  p.loop.run();  // returns
  CHECK(p.loop.stopped());
}

TEMPLATE_TEST_CASE("streams may be closed by the handlers of others", "[streams]", tcp, portable,
                   local, portable_local) {
  asio::io_context loop;
  typename TestType::listener listener{loop};
  std::error_code ec;
  const place<TestType> at;
  listener.listen(at.here(), ec);
  std::vector<typename place<TestType>::socket> peers;
  std::vector<std::unique_ptr<typename TestType::stream>> streams;
  for (int i = 0; i < 20; ++i) {
    at.connect(peers.emplace_back(loop), listener.port());
    listener.async_accept([&](std::error_code, typename TestType::stream s) {
      streams.push_back(std::make_unique<typename TestType::stream>(std::move(s)));
    });
    loop.restart();
    while (static_cast<int>(streams.size()) == i) loop.run_one();
  }
  int called = 0, aborted = 0;
  for (auto& each : streams) {
    each->wait_readable([&](std::error_code failure) {
      if (failure) {
        ++aborted;
        return;
      }
      ++called;
      streams.clear();  // all of them, this one too, in the middle of the same round of news
    });
  }
  for (auto& each : peers) asio::write(each, asio::buffer(std::string_view{"x"}));
  loop.restart();
  loop.run();
  CHECK(called == 1);
  CHECK(aborted == 19);
}

TEMPLATE_TEST_CASE("a loop that is destroyed takes pending waits along", "[streams]", tcp, portable,
                   local, portable_local) {
  const auto alive = std::make_shared<int>();
  {
    pair<TestType> p;
    auto owner = std::make_shared<typename TestType::stream>(std::move(*p.stream));
    auto& stream = *owner;
    stream.wait_readable([owner = std::move(owner), alive](std::error_code) { FAIL("called"); });
    CHECK(alive.use_count() == 2);
  }
  CHECK(alive.use_count() == 1);
}

TEMPLATE_TEST_CASE("an exception of one handler costs the others nothing", "[streams]", tcp,
                   portable, local, portable_local) {
  pair<TestType> a;
  std::optional<typename TestType::stream> b;
  typename place<TestType>::socket peer{a.loop};
  a.at.connect(peer, a.listener.port());
  a.listener.async_accept(
      [&](std::error_code, typename TestType::stream s) { b.emplace(std::move(s)); });
  a.until([&] { return b.has_value(); });
  int called = 0;
  for (auto* each : {&*a.stream, &*b}) {
    each->wait_readable([&](std::error_code) {
      ++called;
      throw called;
    });
  }
  asio::write(a.peer, asio::buffer(std::string_view{"x"}));
  asio::write(peer, asio::buffer(std::string_view{"y"}));
  int caught = 0;
  a.loop.restart();
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (caught < 2 && std::chrono::steady_clock::now() < end) {
    try {
      a.loop.run_one_for(100ms);
    } catch (int) {
      ++caught;
    }
  }
  CHECK(called == 2);
  CHECK(caught == 2);
}

TEMPLATE_TEST_CASE("a server serves over every kind of stream", "[streams]", tcp, portable, local,
                   portable_local) {
  asio::io_context loop;
  socketio::server<TestType> server{loop};
  const place<TestType> at;
  server.listen(at.here());
  std::string answer;
  std::thread client{[&, port = server.port()] {
    asio::io_context own;
    typename place<TestType>::socket s{own};
    at.connect(s, port);
    asio::write(s, asio::buffer(std::string_view{
                       "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n"
                       "Connection: close\r\n\r\n"}));
    std::error_code ec;
    asio::read(s, asio::dynamic_buffer(answer), ec);
    server.close(0ms);
  }};
  loop.run();
  client.join();
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(answer.find(R"(0{"sid":")") != answer.npos);
}
