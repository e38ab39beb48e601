// The stream between a connection and who carries its bytes to another server.
#include "socketio/transport/tunnel.hpp"

#include <string>
#include <string_view>
#include <system_error>

#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"

using namespace socketio;

namespace {

struct counting final : detail::carrier {
  void wake(ref<detail::tunnel>) override { ++woken; }
  int woken = 0;
};

struct ends {
  std::string read() {
    char buffer[64];
    return {buffer, way->read(buffer, sizeof buffer, ec)};
  }
  std::size_t write(std::string_view text) {
    const asio::const_buffer all{text.data(), text.size()};
    return way->write({&all, 1}, ec);
  }

  memory::network network;
  ref<counting> far{new counting};
  ref<detail::tunnel> way{new detail::tunnel{network.get_executor(),
                                             ref<detail::carrier>{far.get()}, "1.2.3.4", false}};
  std::error_code ec;
};

}  // namespace

TEST_CASE("what was written before a tunnel is closed is carried, and then its end", "[tunnel]") {
  ends e;
  SECTION("as it is closed") {
    CHECK(e.write("bye") == 3);
    e.way->close(false);
    CHECK(e.far->woken == 1);
    const auto load = e.way->take(100);
    CHECK(load.bytes == "bye");
    CHECK(load.end);
    CHECK_FALSE(load.reset);
    CHECK(e.way->take(100).empty());
  }
  SECTION("in pieces") {
    CHECK(e.write("good bye") == 8);
    e.way->close(false);
    CHECK(e.way->take(5).bytes == "good ");
    const auto load = e.way->take(5);
    CHECK(load.bytes == "bye");
    CHECK(load.end);
  }
  SECTION("with nothing written") {
    e.way->close(false);
    CHECK(e.far->woken == 1);
    CHECK(e.way->take(100).end);
  }
  SECTION("but not if it is given up") {
    CHECK(e.write("bye") == 3);
    e.way->close(true);
    const auto load = e.way->take(100);
    CHECK(load.bytes.empty());
    CHECK(load.reset);
  }
  SECTION("and who has shut it down before has ended it, too") {
    CHECK(e.write("bye") == 3);
    e.way->shutdown();
    e.way->close(false);
    const auto load = e.way->take(100);
    CHECK(load.bytes == "bye");
    CHECK(load.end);
  }
  CHECK(e.write("more") == 0);
  CHECK(e.ec == asio::error::bad_descriptor);
}

TEST_CASE("the last bytes that come out of a tunnel are read before its end", "[tunnel]") {
  ends e;
  CHECK(e.way->deliver("bye", true));
  CHECK(e.read() == "bye");
  CHECK(e.read().empty());
  CHECK(e.ec == asio::error::eof);
}

TEST_CASE("a tunnel has a near user from its first wait on", "[tunnel]") {
  ends e;
  CHECK_FALSE(e.way->adopted());
  e.way->wait_readable([](std::error_code) {});
  CHECK(e.way->adopted());
  e.way->close(true);
  e.network.run();
}
