// A reader whose answers come late: from a server of the test's own.
#include "socketio/adapters/redis/stream_reader.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include "adapters/redis/running.hpp"
#include "socketio/proto/resp/reader.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio;
using namespace std::chrono_literals;

/// Greets whoever comes, and lets the test answer the rest.
struct slow_redis {
  struct peer : std::enable_shared_from_this<peer> {
    peer(slow_redis& s, asio::ip::tcp::socket with) : of{s}, socket{std::move(with)} {}

    void read() {
      const auto room = reader.prepare();
      socket.async_read_some(asio::buffer(room.data(), room.size()),
                             [self = shared_from_this()](std::error_code ec, std::size_t size) {
                               if (ec) return;
                               self->reader.commit(size);
                               while (const auto each = self->reader.next()) self->take(*each);
                               self->read();
                             });
    }
    void take(resp::reply_view command) {
      const std::string_view verb = command[0].text();
      if (verb.starts_with('X')) {
        const std::size_t from = verb == "XRANGE" ? 2 : 0;
        return of.asked.push_back({std::string{verb}, std::string{command[from].text()}, this});
      }
      say(verb == "INFO" ? "$0\r\n\r\n" : "+OK\r\n");
    }
    void say(const std::string& what) {
      std::error_code ec;
      asio::write(socket, asio::buffer(what), ec);
    }

    slow_redis& of;
    asio::ip::tcp::socket socket;
    resp::reader reader;
  };
  struct question {
    std::string verb;
    std::string behind;  ///< that entry, of XRANGE
    peer* from;
  };

  explicit slow_redis(asio::io_context& loop)
      : acceptor{loop, {asio::ip::address_v4::loopback(), 0}} {
    accept();
  }
  void accept() {
    acceptor.async_accept([this](std::error_code ec, asio::ip::tcp::socket s) {
      if (ec) return;
      peers.push_back(std::make_shared<peer>(*this, std::move(s)));
      peers.back()->read();
      accept();
    });
  }

  asio::ip::tcp::acceptor acceptor;
  std::vector<std::shared_ptr<peer>> peers;
  std::vector<question> asked;
};

}  // namespace

TEST_CASE("R144 a reader that finds its place twice reads once", "[streams]") {
  asio::io_context loop;
  slow_redis server{loop};
  redis::options o;
  o.address.port = server.acceptor.local_endpoint().port();
  o.backoff = {.first = 1ms, .longest = 1ms};
  int begun = 0;
  std::vector<std::error_code> losses;
  const ref<redis::detail::stream_reader> reader{new redis::detail::stream_reader{
      loop.get_executor(),
      o,
      "s",
      100,
      5s,
      {[](resp::reply_view, std::size_t) { return true; },
       [&](redis::entry_id) { return ++begun != 0; },
       [&](std::error_code why) { losses.push_back(why); }, [] {}}}};
  reader->open();
  const auto until_asked = [&](std::size_t many) {
    return test::run_until(loop, [&] { return server.asked.size() >= many; });
  };
  const std::string place = "*2\r\n$17\r\nlast-generated-id\r\n$3\r\n5-0\r\n";
  REQUIRE(until_asked(1));
  server.asked[0].from->say(place);
  REQUIRE(until_asked(2));
  CHECK(server.asked[1].verb == "XREAD");
  server.asked[1].from->say("-NOPERM this user may not\r\n");
  REQUIRE(test::run_until(loop, [&] { return losses.size() == 1; }));
  CHECK(losses[0] == redis::error::no_permission);

  // It will try again after a second. Meanwhile the connection is lost, and made anew.
  for (const auto& each : server.peers) each->socket.close();
  REQUIRE(until_asked(4));  // its place, over the new connection, and once more
  for (const std::size_t i : {2U, 3U}) {
    CHECK(server.asked[i].verb == "XINFO");
    server.asked[i].from->say(place);
  }
  REQUIRE(until_asked(5));
  // What it asks after nothing has come. Had there been two, the other's XREAD would come first.
  CHECK(server.asked[4].verb == "XREAD");
  server.asked[4].from->say("*-1\r\n");
  REQUIRE(until_asked(6));
  CHECK(server.asked[5].verb == "XINFO");
  CHECK(begun == 2);
  reader->close();
  for (const auto& each : server.peers) each->socket.close();
}

TEST_CASE("R59 what there is no memory for is read again", "[streams]") {
  asio::io_context loop;
  slow_redis server{loop};
  redis::options o;
  o.address.port = server.acceptor.local_endpoint().port();
  std::vector<std::error_code> losses;
  std::vector<redis::entry_id> places;
  std::vector<std::size_t> pages;
  bool memory = false;
  const ref<redis::detail::stream_reader> reader{new redis::detail::stream_reader{
      loop.get_executor(),
      o,
      "s",
      100,
      5s,
      {[&](resp::reply_view entries, std::size_t first) {
         if (memory) pages.push_back(entries.size() - first);
         return memory;
       },
       [&](redis::entry_id at) {
         if (memory) places.push_back(at);
         return memory;
       },
       [&](std::error_code why) { losses.push_back(why); }, [] {}}}};
  reader->open();
  const auto say = [&](std::string_view to, const std::string& what) {
    REQUIRE(test::run_until(loop, [&] { return !server.asked.empty(); }));
    CHECK(server.asked[0].verb == to);
    server.asked[0].from->say(what);
    server.asked.clear();
  };
  const auto until_lost = [&](std::size_t times) {
    REQUIRE(test::run_until(loop, [&] { return losses.size() == times; }));
    CHECK(losses.back() == std::errc::not_enough_memory);
    CHECK_FALSE(reader->ready());
    memory = true;
  };
  const auto newest = [](const std::string& id) {
    return "*2\r\n$17\r\nlast-generated-id\r\n$3\r\n" + id + "\r\n";
  };
  const auto entry = [](const std::string& id) {
    return "*2\r\n$3\r\n" + id + "\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n";
  };
  say("XINFO", newest("5-0"));
  until_lost(1);
  say("XINFO", newest("5-0"));
  REQUIRE(test::run_until(loop, [&] { return reader->ready(); }));
  CHECK(places == std::vector{redis::entry_id{5, 0}});

  memory = false;
  say("XREAD", "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n" + entry("6-0"));
  until_lost(2);
  say("XINFO", newest("6-0"));
  REQUIRE(test::run_until(loop, [&] { return !server.asked.empty(); }));
  CHECK(server.asked[0].behind == "5-0");
  CHECK(places == std::vector{redis::entry_id{5, 0}, redis::entry_id{5, 0}});
  say("XRANGE", "*2\r\n" + entry("5-0") + entry("6-0"));
  say("XREAD", "*-1\r\n");
  CHECK(pages == std::vector<std::size_t>{1});
  reader->close();
  for (const auto& each : server.peers) each->socket.close();
}
