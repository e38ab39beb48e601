// A real redis-server for each test.
#include "socketio/adapters/redis/client.hpp"

#include <cerrno>
#include <chrono>
#include <future>

#include <asio/post.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>

#include "adapters/redis/running.hpp"

namespace redis = socketio::redis;
namespace resp = socketio::resp;
using redis::channel_kind;
using socketio::test::redis_server;
using socketio::test::running_client;
using socketio::test::show;
using lines = std::vector<std::string>;

TEST_CASE("redis: commands and their answers, RESP3 and RESP2", "[redis-server]") {
  const redis_server server;
  for (const bool resp2 : {false, true}) {
    auto o = running_client::at(server.url() + "/3", resp2);
    o.name = "the-name";
    running_client r{std::move(o)};
    REQUIRE(r.until_up());
    CHECK(r.client.server().protocol == (resp2 ? 2 : 3));
    CHECK(r.client.server().version.find('.') != std::string::npos);
    CHECK(r.client.server().run_id.size() == 40);
    CHECK(r.client.server().role == "master");
    CHECK(r.ask({"SET", "key", "a\r\nb"}) == "\"OK\"");
    CHECK(r.ask({"GET", "key"}) == "\"a\r\nb\"");
    CHECK(r.ask({"GET", "none"}) == "null");
    CHECK(r.ask({"CLIENT", "GETNAME"}) == "\"the-name\"");
    CHECK(r.ask({"CLIENT", "INFO"}).find("db=3") != std::string::npos);
    CHECK(r.ask({"NONSENSE"}).starts_with("-ERR unknown command"));
    CHECK(r.ask({"HSET", "hash", "a", "1"}) == "1");
    CHECK(r.ask({"HGETALL", "hash"}) == (resp2 ? "[\"a\", \"1\"]" : "{\"a\": \"1\"}"));
    CHECK(r.ask({"DEL", "hash"}) == "1");

    std::string got, empty;
    r.client.transaction({{"GET", "key"}, {"DEL", "key"}},
                         [&](std::error_code ec, resp::reply_view reply) {
                           CHECK(!ec);
                           got = show(reply);
                         });
    r.client.transaction({{"GET", "key"}, {"NONSENSE"}},
                         [&](std::error_code ec, resp::reply_view reply) {
                           CHECK(ec == redis::error::transaction_aborted);
                           empty = show(reply);
                         });
    REQUIRE(r.until([&] { return !empty.empty(); }));
    CHECK(got == "[\"a\r\nb\", 1]");
    CHECK(r.downs.empty());
  }
}

TEST_CASE("redis: a server that knows no HELLO is spoken to in RESP2", "[redis-server]") {
  const redis_server server{{"--rename-command", "HELLO", "", "--requirepass", "secret"}};
  running_client r{"redis://:secret@127.0.0.1:" + std::to_string(server.port())};
  REQUIRE(r.until_up());
  CHECK(r.client.server().protocol == 2);
  CHECK(r.client.server().run_id.size() == 40);
  r.subscribe(channel_kind::plain, "a");
  r.subscribe(channel_kind::pattern, "a*");
  r.subscribe(channel_kind::shard, "a");
  CHECK(r.ask({"PUBLISH", "a", "x"}) == "2");
  CHECK(r.ask({"SPUBLISH", "a", "y"}) == "1");
  REQUIRE(r.until([&] { return r.messages.size() == 3; }));
  std::sort(r.messages.begin(), r.messages.end());
  CHECK(r.messages == lines{"a by a*: x", "a: x", "a: y"});
  CHECK(r.ask({"PUBSUB", "NUMSUB", "a"}) == "[\"a\", 1]");
}

TEST_CASE("redis: users and passwords", "[redis-server]") {
  const redis_server server{{"--requirepass", "secret", "--user", "me", "on", ">mine", "~*", "&*",
                             "+@all", "-info", "-flushall"}};
  const std::string host = "@127.0.0.1:" + std::to_string(server.port());
  SECTION("right") {
    running_client all{"redis://:secret" + host};
    REQUIRE(all.until_up());
    CHECK(all.ask({"ACL", "WHOAMI"}) == "\"default\"");
    running_client me{"redis://me:mine" + host};
    REQUIRE(me.until_up());
    CHECK(me.ask({"ACL", "WHOAMI"}) == "\"me\"");
    CHECK(me.client.server().run_id.empty());  // INFO is not for this user
    CHECK(me.ask({"FLUSHALL"}).starts_with("-NOPERM"));
  }
  SECTION("wrong, or none") {
    for (const bool resp2 : {false, true}) {
      for (const char* who : {"redis://:wrong", "redis://me:secret", "redis://nobody:secret"}) {
        running_client r{running_client::at(who + host, resp2)};
        REQUIRE(r.until([&] { return !r.downs.empty(); }));
        CHECK(r.downs.front() == redis::error::wrong_password);
      }
      running_client r{running_client::at(server.url(), resp2)};
      REQUIRE(r.until([&] { return !r.downs.empty(); }));
      CHECK(r.downs.front() == redis::error::no_auth);
    }
  }
  SECTION("R144 told once, tried again") {
    running_client r{"redis://:later" + host};
    running_client admin{"redis://:secret" + host};
    REQUIRE(r.until([&] { return !r.downs.empty(); }));
    REQUIRE(admin.until_up());
    CHECK(admin.ask({"CONFIG", "SET", "requirepass", "later"}) == "\"OK\"");
    REQUIRE(r.until_up());
    CHECK(r.downs.size() == 1);
  }
}

TEST_CASE("redis: over a Unix socket", "[redis-server]") {
  const redis_server server;
  running_client r{"unix:" + server.socket_path() + "?db=2"};
  REQUIRE(r.until_up());
  CHECK(r.ask({"CLIENT", "INFO"}).find("db=2") != std::string::npos);

  running_client nowhere{"unix:" + server.socket_path() + ".none"};
  REQUIRE(nowhere.until([&] { return !nowhere.downs.empty(); }));
  CHECK(nowhere.downs.front().value() == ENOENT);
  running_client long_path{"unix:/" + std::string(200, 'x')};
  REQUIRE(long_path.until([&] { return !long_path.downs.empty(); }));
  CHECK(long_path.downs.front() == std::errc::filename_too_long);
}

TEST_CASE("redis: a host by its name, and one that wants TLS without", "[redis-server]") {
  const redis_server server;
  running_client r{"redis://localhost:" + std::to_string(server.port())};
  REQUIRE(r.until_up());
  running_client tls{"rediss://127.0.0.1:" + std::to_string(server.port())};
  REQUIRE(tls.until([&] { return !tls.downs.empty(); }));
  CHECK(tls.downs.front() == redis::error::no_tls);
}

TEST_CASE("redis: thousands of commands in flight, answered in order", "[redis-server]") {
  const redis_server server;
  running_client r{server.url()};
  REQUIRE(r.until_up());
  constexpr int count = 20'000;
  int next = 1;
  for (int i = 0; i < count; ++i) {
    r.client.command({"INCR", "n"}, [&](std::error_code ec, resp::reply_view reply) {
      if (ec || reply.as_integer() != next) FAIL("answer " << next);
      ++next;
    });
  }
  CHECK(r.client.waiting() == count);
  REQUIRE(r.until([&] { return next == count + 1; }));
  CHECK(r.client.waiting() == 0);
  CHECK(r.ask({"GET", "n"}) == "\"20000\"");
}

TEST_CASE("redis: values of megabytes, both ways, and as messages", "[redis-server]") {
  const redis_server server;
  running_client r{server.url()};
  REQUIRE(r.until_up());
  std::string big(5'000'000, 'x');
  for (std::size_t i = 0; i < big.size(); ++i) big[i] = static_cast<char>(i * 7919 >> 3);
  CHECK(r.ask({"SET", "big", big}) == "\"OK\"");
  CHECK(r.ask({"GET", "big"}) == "\"" + big + "\"");
  r.subscribe(channel_kind::plain, "c");
  CHECK(r.ask({"PUBLISH", "c", big}) == "1");
  REQUIRE(r.until([&] { return !r.messages.empty(); }));
  CHECK(r.messages.front() == "c: " + big);
}

TEST_CASE("redis: subscriptions of all kinds, and their ends", "[redis-server]") {
  const redis_server server;
  running_client publisher{server.url()};
  REQUIRE(publisher.until_up());
  for (const bool resp2 : {false, true}) {
    running_client r{running_client::at(server.url(), resp2)};
    // Before there is a connection, too.
    r.subscribe(channel_kind::plain, "socket.io-request#/#");
    r.subscribe(channel_kind::pattern, "socket.io#/#*");
    r.subscribe(channel_kind::shard, "socket.io#/#");
    CHECK(publisher.ask({"PUBLISH", "socket.io-request#/#", "1"}) == "1");
    CHECK(publisher.ask({"PUBLISH", "socket.io#/#room#", std::string_view{"\0\r\n", 3}}) == "1");
    CHECK(publisher.ask({"SPUBLISH", "socket.io#/#", ""}) == "1");
    CHECK(publisher.ask({"PUBLISH", "other", "4"}) == "0");
    REQUIRE(r.until([&] { return r.messages.size() == 3; }));
    CHECK(r.messages == lines{"socket.io-request#/#: 1",
                              "socket.io#/#room# by socket.io#/#*: " + std::string{"\0\r\n", 3},
                              "socket.io#/#: "});
    CHECK(r.ask({"PING"}) == "\"PONG\"");

    r.client.unsubscribe(channel_kind::pattern, "socket.io#/#*");
    r.client.unsubscribe(channel_kind::shard, "socket.io#/#");
    r.client.unsubscribe(channel_kind::plain, "never subscribed");
    r.subscribe(channel_kind::plain, "after");
    CHECK(publisher.ask({"PUBLISH", "socket.io#/#room#", "x"}) == "0");
    CHECK(publisher.ask({"SPUBLISH", "socket.io#/#", "x"}) == "0");
    CHECK(publisher.ask({"PUBLISH", "after", "x"}) == "1");
    REQUIRE(r.until([&] { return r.messages.size() == 4; }));
    CHECK(r.messages.back() == "after: x");
    CHECK(r.downs.empty());
  }
}

TEST_CASE("redis: handlers may end and replace subscriptions, and destroy the client",
          "[redis-server]") {
  const redis_server server;
  running_client r{server.url()};
  REQUIRE(r.until_up());
  lines seen;
  r.client.subscribe(channel_kind::plain, "a", [&](const redis::message& m) {
    seen.emplace_back("first: ").append(m.payload);
    r.client.subscribe(channel_kind::plain, "a", [&](const redis::message& n) {
      seen.emplace_back("second: ").append(n.payload);
      r.client.unsubscribe(channel_kind::plain, "a");
    });
  });
  for (const char* each : {"1", "2", "3"}) r.client.command({"PUBLISH", "a", each});
  CHECK(r.ask({"PING"}) == "\"PONG\"");
  CHECK(seen == lines{"first: 1", "second: 2"});

  auto other =
      std::make_unique<redis::client>(r.loop.get_executor(), running_client::at(server.url()));
  bool gone = false;
  other->on_up([&](const redis::server_info&) {
    other->command({"PING"}, [&](std::error_code, resp::reply_view) {
      other.reset();
      gone = true;
    });
    other->command({"PING"}, [&](std::error_code, resp::reply_view) { FAIL("after its end"); });
  });
  other->open();
  REQUIRE(r.until([&] { return gone; }));
  CHECK(r.ask({"PING"}) == "\"PONG\"");
}

TEST_CASE("redis: a subscription that is refused is none", "[redis-server]") {
  const redis_server server{
      {"--user", "default", "on", "nopass", "~*", "+@all", "resetchannels", "&allowed"}};
  running_client r{server.url()};
  std::vector<std::error_code> done;
  r.client.subscribe(
      channel_kind::plain, "secret", [](const redis::message&) {},
      [&](std::error_code ec) { done.push_back(ec); });
  REQUIRE(r.until([&] { return done.size() == 1; }));
  CHECK(done[0] == redis::error::no_permission);
  REQUIRE(r.until_up());
  r.client.subscribe(
      channel_kind::shard, "secret", [](const redis::message&) {},
      [&](std::error_code ec) { done.push_back(ec); });
  r.client.subscribe(channel_kind::pattern, "*", [](const redis::message&) {});
  r.subscribe(channel_kind::plain, "allowed");
  CHECK(done.size() == 2);
  CHECK(done.back() == redis::error::no_permission);
  CHECK(r.ask({"CLIENT", "KILL", "SKIPME", "no", "TYPE", "pubsub"}) == "1");
  REQUIRE(r.until_up(2));
  CHECK(r.downs.size() == 1);
}

TEST_CASE("R144 a subscription that is refused while a script runs is in force after that",
          "[redis-server]") {
  const redis_server server{{"--lua-time-limit", "1"}};
  running_client admin{server.url()};
  REQUIRE(admin.until_up());
  for (const bool resp2 : {false, true}) {
    running_client r{running_client::at(server.url(), resp2)};
    REQUIRE(r.until_up());
    running_client other{server.url()};
    REQUIRE(other.until_up());
    bool ended = false;
    other.client.command({"EVAL", "while true do end", "0"},
                         [&](std::error_code, resp::reply_view) { ended = true; });
    while (!admin.ask({"PING"}).starts_with("-BUSY")) other.loop.poll();

    int told = 0;
    lines heard;
    r.client.subscribe(
        channel_kind::plain, "news",
        [&](const redis::message& m) { heard.emplace_back(m.payload); },
        [&](std::error_code ec) {
          CHECK(!ec);
          ++told;
        });
    REQUIRE(r.until([&] { return !r.downs.empty(); }));
    CHECK(r.downs.front() == redis::error::busy);
    CHECK(told == 0);
    CHECK(admin.ask({"SCRIPT", "KILL"}) == "\"OK\"");
    REQUIRE(other.until([&] { return ended; }));
    REQUIRE(r.until([&] { return told == 1; }));
    CHECK(admin.ask({"PUBLISH", "news", "x"}) == "1");
    REQUIRE(r.until([&] { return !heard.empty(); }));
    CHECK(heard == lines{"x"});
  }
}

TEST_CASE("redis: on a strand, of which the threads take turns", "[redis-server]") {
  const redis_server server;
  asio::thread_pool threads{3};
  const auto strand = asio::make_strand(threads);
  redis::client client{strand, running_client::at(server.url())};
  int answered = 0;
  int messages = 0;
  std::promise<void> done;
  const auto count = [&](int& which) {
    ++which;
    if (answered == 1000 && messages == 1000) done.set_value();
  };
  asio::post(strand, [&] {
    client.subscribe(channel_kind::plain, "a", [&](const redis::message&) { count(messages); });
    client.open();
  });
  for (int i = 0; i < 1000; ++i) {
    asio::post(threads, [&] {
      asio::post(strand, [&] {
        client.command({"PUBLISH", "a", "x"},
                       [&](std::error_code, resp::reply_view) { count(answered); });
      });
    });
  }
  const auto state = done.get_future().wait_for(std::chrono::seconds{30});
  asio::post(strand, [&] { client.close(); });
  threads.join();
  CHECK(state == std::future_status::ready);
}
