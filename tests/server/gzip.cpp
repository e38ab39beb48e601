// Compression of polling answers, in a whole server.
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "socketio.hpp"
#include "socketio/deflate.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/inflate.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;

io::options with_gzip(const io::gzip_settings& settings = {}) {
  io::options o;
  o.http_compression = io::gzip(settings);
  return o;
}

/// A server, and a polling client in its main namespace.
struct world {
  explicit world(const io::options& o = with_gzip()) : server{network, o} {
    server.on("say",
              [](io::socket& s, std::size_t size) { s.emit("said", std::string(size, 'x')); });
    server.listen(port);
  }

  /// The answer to a GET that begins before or after there is something to fetch.
  http_answer fetch(std::size_t size, std::string_view lines, bool held = false) {
    polling_client client{network};
    client.join();
    const auto request = http_client::get(client.target(), lines);
    if (held) client.gets.write(request);
    REQUIRE(client.post("42[\"say\"," + std::to_string(size) + "]").body == "ok");
    if (!held) client.gets.write(request);
    return client.gets.answer();
  }

  io::memory::network network;
  io::server<io::memory> server{network};
};

std::string said(std::size_t size) { return "42[\"said\",\"" + std::string(size, 'x') + "\"]"; }

}  // namespace

TEST_CASE("F093 a polling answer is compressed for clients that accept it", "[server][gzip]") {
  world w;
  for (const bool held : {false, true}) {
    const auto zipped = w.fetch(2000, "Accept-Encoding: gzip, deflate, br\r\n", held);
    CHECK(zipped.header("Content-Encoding") == "gzip");
    CHECK(zipped.header("Content-Type") == "text/plain; charset=UTF-8");
    CHECK(zipped.header("cache-control") == "no-store");
    CHECK(zipped.body.size() < 100);
    CHECK(inflate_all(zipped.body, 31) == said(2000));

    const auto deflated = w.fetch(2000, "Accept-Encoding: deflate\r\n", held);
    CHECK(deflated.header("Content-Encoding") == "deflate");
    CHECK(inflate_all(deflated.body, 15) == said(2000));

    for (const std::string_view lines : {"", "Accept-Encoding: br\r\n"}) {
      const auto plain = w.fetch(2000, lines, held);
      CHECK(plain.header("Content-Encoding") == "(none)");
      CHECK(plain.body == said(2000));
    }
  }
}

TEST_CASE("F093 the threshold counts the bytes of the payload", "[server][gzip]") {
  world w;
  const std::size_t around = said(0).size();
  const auto coding = [&](std::size_t size) {
    return w.fetch(size - around, "Accept-Encoding: gzip\r\n").header("Content-Encoding");
  };
  CHECK(coding(1023) == "(none)");
  CHECK(coding(1024) == "gzip");
}

TEST_CASE("F097 answers to POSTs are not compressed", "[server][gzip]") {
  world w{with_gzip({.threshold = 1})};
  polling_client client{w.network, {}, "Accept-Encoding: gzip\r\n"};
  CHECK(client.open.starts_with("0{\"sid\""));  // it would not be shorter
  const auto ok =
      client.posts.exchange(http_client::post(client.target(), "40", "Accept-Encoding: gzip\r\n"));
  CHECK(ok.body == "ok");
  CHECK(ok.header("Content-Encoding") == "(none)");
}

TEST_CASE("F095 F312 an answer with a packet that is not to be compressed is sent as it is",
          "[server][gzip]") {
  world w;
  polling_client client{w.network};
  client.join();
  const auto fetch = [&] {
    client.gets.write(http_client::get(client.target(), "Accept-Encoding: gzip\r\n"));
    return client.gets.answer();
  };
  const std::string x(2000, 'x');
  w.server.compress(false).emit("said", x);
  const auto as_it_is = fetch();
  CHECK(as_it_is.header("Content-Encoding") == "(none)");
  CHECK(as_it_is.body == said(2000));
  w.server.emit("said", x);
  CHECK(fetch().header("Content-Encoding") == "gzip");
  w.server.emit("said", x);
  w.server.compress(false).emit("said", x);
  CHECK(fetch().header("Content-Encoding") == "(none)");
}

TEST_CASE("F009 without the option nothing is compressed", "[server][gzip]") {
  world w{io::options{}};
  CHECK(w.fetch(2000, "Accept-Encoding: gzip\r\n").body == said(2000));
}

TEST_CASE("a server refuses impossible settings of compression", "[server][gzip]") {
  io::memory::network network;
  CHECK_THROWS_AS((io::server<io::memory>{network, with_gzip({.level = 10})}),
                  std::invalid_argument);
}
