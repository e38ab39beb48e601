#include "socketio/adapters/redis/tls.hpp"

#include "adapters/redis/running.hpp"
#include "transport/tls/certificates.hpp"

namespace redis = socketio::redis;
using socketio::test::redis_server;
using socketio::test::running_client;
using socketio::test::signed_key;
using socketio::test::temporary_file;

TEST_CASE("redis: over TLS, to nobody but the right server", "[redis-server]") {
  const signed_key authority = signed_key::authority("ours");
  const signed_key stranger = signed_key::authority("strangers");
  const signed_key server_key = authority.sign({.name = "redis", .names = "IP:127.0.0.1"});
  const signed_key client_key = authority.sign({.name = "client"});
  const temporary_file ca{authority.pem()}, other_ca{stranger.pem()};
  const temporary_file chain{server_key.pem()}, key{server_key.key_pem()};
  const temporary_file client_chain{client_key.pem()}, client_private{client_key.key_pem()};
  const redis_server server{{"--tls-port", redis_server::any_port, "--tls-cert-file", chain.name(),
                             "--tls-key-file", key.name(), "--tls-ca-cert-file", ca.name()}};
  const std::string at = ":" + server.value("--tls-port");

  SECTION("both show certificates") {
    auto o = running_client::at("rediss://127.0.0.1" + at);
    o.tls = redis::make_tls({.ca_file = ca.name(),
                             .chain_file = client_chain.name(),
                             .key_file = client_private.name()});
    running_client r{std::move(o)};
    REQUIRE(r.until_up());
    r.subscribe(redis::channel_kind::plain, "a");
    const std::string big(1'000'000, 'x');
    CHECK(r.ask({"PUBLISH", "a", big}) == "1");
    REQUIRE(r.until([&] { return !r.messages.empty(); }));
    CHECK(r.messages.front() == "a: " + big);
    CHECK(r.ask({"CLIENT", "KILL", "TYPE", "pubsub", "SKIPME", "no"}) == "1");
    REQUIRE(r.until_up(2));
  }
  SECTION("an authority that we do not know, and a name that it does not have") {
    auto unknown = running_client::at("rediss://127.0.0.1" + at);
    unknown.tls = redis::make_tls({.ca_file = other_ca.name()});
    running_client a{std::move(unknown)};
    auto misnamed = running_client::at("rediss://localhost" + at);
    misnamed.tls = redis::make_tls({.ca_file = ca.name()});
    running_client b{std::move(misnamed)};
    REQUIRE(a.until([&] { return !a.downs.empty(); }));
    CHECK(a.downs.front().category() == asio::error::get_ssl_category());
    REQUIRE(b.until([&] { return !b.downs.empty(); }));
    CHECK(b.downs.front().category() == asio::error::get_ssl_category());
  }
  SECTION("files that are not there") {
    std::error_code ec;
    CHECK(!redis::make_tls({.ca_file = "/nowhere"}, ec));
    CHECK(ec);
    CHECK_THROWS_AS(redis::make_tls({.ca_file = "/nowhere"}), std::system_error);
  }
}
