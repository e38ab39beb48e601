#include "socketio/adapters/redis/address.hpp"

#include "socketio/adapters/redis/error.hpp"
#include "support/catch.hpp"

namespace redis = socketio::redis;

TEST_CASE("redis: addresses are read from URLs", "[redis]") {
  const redis::address plain{"redis://localhost"};
  CHECK(plain.host == "localhost");
  CHECK(plain.port == 6379);
  CHECK(!plain.tls);
  CHECK(plain.password.empty());
  CHECK(plain.database == 0);

  const redis::address all{"rediss://us%40er:pa%3Ass@cache.example:7000/12"};
  CHECK(all.host == "cache.example");
  CHECK(all.port == 7000);
  CHECK(all.tls);
  CHECK(all.user == "us@er");
  CHECK(all.password == "pa:ss");
  CHECK(all.database == 12);
  CHECK(to_string(all) == "rediss://cache.example:7000");

  const redis::address v6{"redis://:secret@[::1]:6380/"};
  CHECK(v6.host == "::1");
  CHECK(v6.port == 6380);
  CHECK(v6.user.empty());
  CHECK(v6.password == "secret");
  CHECK(to_string(v6) == "redis://[::1]:6380");
  CHECK(redis::address{"redis://[fe80::1]"}.host == "fe80::1");

  const redis::address local{"unix:/run/my%20redis.sock?db=3"};
  CHECK(local.path == "/run/my redis.sock");
  CHECK(local.database == 3);
  CHECK(to_string(local) == "unix:/run/my redis.sock");
  const redis::address with_user{"unix://me:secret@/run/redis.sock"};
  CHECK(with_user.path == "/run/redis.sock");
  CHECK(with_user.user == "me");
  CHECK(with_user.password == "secret");
}

TEST_CASE("redis: what is no address is refused", "[redis]") {
  for (const char* url : {"",
                          "redis",
                          "redis:",
                          "redis://",
                          "redis:///1",
                          "http://host",
                          "REDIS://host",
                          "redis://host:",
                          "redis://host:0",
                          "redis://host:65536",
                          "redis://host:-1",
                          "redis://host:80x",
                          "redis://host/x",
                          "redis://host/-1",
                          "redis://host/1/2",
                          "redis://[::1",
                          "redis://[]",
                          "redis://[::1]x",
                          "redis://a b",
                          "redis://%zz@host",
                          "redis://u:%0@host",
                          "redis://host?db=1",
                          "redis://host#a",
                          "unix:",
                          "unix:?db=1",
                          "unix:/a?db=",
                          "unix:/a?db=x",
                          "unix:/a?other=1",
                          "unix:/a%00b",
                          "unix:/a%"}) {
    CAPTURE(url);
    std::error_code ec;
    const redis::address a{url, ec};
    CHECK(ec == redis::error::bad_url);
    CHECK(a.host == "127.0.0.1");
    CHECK_THROWS_AS(redis::address{url}, std::system_error);
  }
}

TEST_CASE("redis: errors have a sentence, and a code for what servers say", "[redis]") {
  const auto code = [](std::string_view text) {
    socketio::resp::detail::node n;
    n.type = socketio::resp::type::error;
    n.size = static_cast<std::uint32_t>(text.size());
    n.text = 0;
    return redis::error_of({&n, text.data()});
  };
  CHECK(code("WRONGPASS invalid") == redis::error::wrong_password);
  CHECK(code("LOADING Redis is loading") == redis::error::loading);
  CHECK(code("READONLY You can't") == redis::error::read_only);
  CHECK(code("MOVED 1 a:1") == redis::error::moved);
  CHECK(code("OOM command not allowed") == redis::error::out_of_memory);
  CHECK(code("ERR unknown command 'HELLO'") == redis::error::no_such_command);
  CHECK(code("ERR syntax error") == redis::error::refused);
  CHECK(code("SOMETHING else") == redis::error::refused);
  CHECK(code("") == redis::error::refused);
  CHECK(!redis::error_of({}));
  CHECK(make_error_code(redis::error::queue_full).message() == "too many commands are waiting");
  CHECK(make_error_code(redis::error::moved).category().name() == std::string{"socketio.redis"});
}
