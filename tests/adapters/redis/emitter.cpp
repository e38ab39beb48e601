// A program without a server says what the official emitter would, byte for byte, to a real Redis.
#include "socketio/adapters/redis/emitter.hpp"

#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include "adapters/bytes_of.hpp"
#include "adapters/redis/classic_vectors.hpp"
#include "adapters/redis/running.hpp"
#include "socketio.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio::test;
namespace redis = io::redis;

using published = std::vector<std::pair<std::string, std::string>>;

/// What is published on these channels while `say` speaks.
template <class Say>
published heard_of(redis::emitter_options o, redis::channel_kind kind,
                   const std::vector<std::string>& channels, Say say) {
  const redis_server server;
  asio::io_context loop;
  redis::options connection;
  connection.address = redis::address{server.url()};
  o.connection = connection;
  redis::client listener{loop.get_executor(), connection};
  redis::emitter emitter{loop.get_executor(), std::move(o)};
  published all;
  std::size_t in_force = 0;
  std::error_code outcome = io::redis::error::closed;
  for (const std::string& each : channels) {
    listener.subscribe(
        kind, each,
        [&](const redis::message& m) {
          all.emplace_back(std::string{m.channel}, std::string{m.payload});
        },
        [&](std::error_code ec) {
          CHECK_FALSE(ec);
          if (++in_force != channels.size()) return;
          say(emitter);
          emitter.flush([&](std::error_code failed) {
            outcome = failed;
            emitter.close();
            // What is published comes before the answer to what is asked later.
            listener.command({"PING"},
                             [&](std::error_code, io::resp::reply_view) { listener.close(); });
          });
        });
  }
  listener.open();
  REQUIRE(run_until(loop, [&] { return loop.stopped(); }));  // nothing is left to do
  CHECK_FALSE(outcome);
  return all;
}

}  // namespace

TEST_CASE("F366 the emitter for the classic adapter", "[adapters][redis-server]") {
  const std::string data{"\x01\x02\x03\xff", 4};
  const std::vector<std::string> r1_r2{"r1", "r2"}, z1_z2{"z1", "z2"};
  const published said =
      heard_of({}, redis::channel_kind::pattern, {"*"}, [&](redis::emitter& emitter) {
        CHECK(emitter.emit("hello", "world"));
        CHECK(emitter.to("r1").emit("bin", io::as_bytes(data)));
        CHECK(emitter.to(r1_r2).except("x1").lossy().compress(false).emit("multi", 1));
        CHECK(emitter.of("chat").to("lobby").emit("hi"));
        emitter.in("r1").sockets_join(z1_z2);
        emitter.in("r1").sockets_leave("z2");
        emitter.in("r1").disconnect_sockets(true);
        CHECK(emitter.server_side_emit("sse", "a", 1));
        CHECK_FALSE(emitter.emit("disconnect"));
        CHECK_FALSE(emitter.server_side_emit("connection"));
      });
  published official;
  for (const auto& each : classic_vectors) {
    if (!std::string_view{each.name}.starts_with("emitter/")) continue;
    official.emplace_back(each.channel, bytes_of(each.text));
  }
  CHECK(said == official);
}

TEST_CASE("F366 the emitter for the sharded adapter", "[adapters][redis-server]") {
  const published said =
      heard_of({.cluster = redis::cluster_kind::sharded, .key = "k"}, redis::channel_kind::shard,
               {"k#/#", "k#/#r1#"}, [&](redis::emitter& emitter) {
                 emitter.to("r1").emit("hello", "world");
                 emitter.to("abcdefghijklmnopqrst").emit("hi");  // as long as an id
                 emitter.in("r1").sockets_join("z1");
                 emitter.server_side_emit("sse", "a", 1);
               });
  const published expected{
      {"k#/#r1#",
       R"({"type":3,"data":{"packet":{"type":2,"data":["hello","world"]},"opts":{"rooms":["r1"],)"
       R"("except":[],"flags":{}}},"uid":"emitter","nsp":"/"})"},
      {"k#/#", R"({"type":3,"data":{"packet":{"type":2,"data":["hi"]},"opts":{"rooms":)"
               R"(["abcdefghijklmnopqrst"],"except":[],"flags":{}}},"uid":"emitter","nsp":"/"})"},
      {"k#/#",
       R"({"type":4,"data":{"opts":{"rooms":["r1"],"except":[],"flags":{}},"rooms":["z1"]},)"
       R"("uid":"emitter","nsp":"/"})"},
      {"k#/#", R"({"type":9,"data":{"packet":["sse","a",1]},"uid":"emitter","nsp":"/"})"}};
  CHECK(said == expected);
}
