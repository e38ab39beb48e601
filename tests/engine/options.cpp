#include "socketio/options.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using socketio::options;
using socketio::validate;

namespace {

/// The fault of options that `change` has spoilt.
template <class Change>
std::string fault(Change&& change) {
  options o;
  change(o);
  return std::string{validate(o)};
}

}  // namespace

TEST_CASE("F001 F002 F003 F004 F196 F197 the defaults are those of Node's server", "[engine]") {
  const options o;
  CHECK(validate(o).empty());
  CHECK(o.path == "/socket.io/");
  CHECK(o.add_trailing_slash);
  CHECK(o.polling);
  CHECK(o.websocket);
  CHECK(o.allow_upgrades);
  CHECK(o.ping_interval == 25s);
  CHECK(o.ping_timeout == 20s);
  CHECK(o.upgrade_timeout == 10s);
  CHECK(o.connect_timeout == 45s);
  CHECK(o.max_payload == 1'000'000);
  CHECK(o.initial_packet.empty());
  CHECK_FALSE(o.cookie);
  CHECK(o.cors.origins.empty());
  CHECK_FALSE(o.connection_state_recovery);
  CHECK(socketio::recovery_options{}.max_disconnection_duration == 120s);
  CHECK_FALSE(o.cors.credentials);
  CHECK(o.cors.preflight_status == 204);
}

TEST_CASE("options that cannot work are named", "[engine]") {
  CHECK(fault([](options& o) { o.path = "/"; }).starts_with("path"));
  CHECK(fault([](options& o) { o.path = "socket.io/"; }).starts_with("path"));
  CHECK(fault([](options& o) { o.path = "/a?b"; }).starts_with("path"));
  CHECK(fault([](options& o) { o.path = "/a\r\nb"; }).starts_with("path"));
  CHECK(fault([](options& o) { o.polling = o.websocket = false; }).starts_with("polling"));
  CHECK(fault([](options& o) { o.ping_interval = 0ms; }).starts_with("ping_interval"));
  CHECK(fault([](options& o) { o.ping_timeout = -1ms; }).starts_with("ping_timeout"));
  CHECK(fault([](options& o) { o.upgrade_timeout = 0ms; }).starts_with("upgrade_timeout"));
  CHECK(fault([](options& o) { o.connect_timeout = 0ms; }).starts_with("connect_timeout"));
  CHECK(fault([](options& o) { o.max_payload = 0; }).starts_with("max_payload"));
  CHECK(fault([](options& o) { o.limits.soft_queue = 9 << 20; }).starts_with("limits.hard_queue"));
  CHECK(fault([](options& o) {
          o.initial_packet =
              "a\x1e"
              "b";
        }).starts_with("initial_packet"));
  CHECK(fault([](options& o) { o.initial_packet = "\xff"; }).starts_with("initial_packet"));
}

TEST_CASE("R68 credentials cannot be given to everybody", "[engine]") {
  CHECK(fault([](options& o) {
          o.cors.origins = {"*"};
          o.cors.credentials = true;
        }).starts_with("cors"));
  CHECK(fault([](options& o) {
          o.cors.origins = {"https://example.com"};
          o.cors.credentials = true;
        }).empty());
}

TEST_CASE("R46 options that would split an answer are refused", "[engine]") {
  CHECK(fault([](options& o) { o.cors.methods = {"GET\r\nX: y"}; }).starts_with("cors.methods"));
  CHECK(fault([](options& o) { o.cors.origins = {"a\nb"}; }).starts_with("cors.origins"));
  CHECK(fault([](options& o) { o.cors.allowed_headers = {""}; }).starts_with("cors.allowed"));
  CHECK(fault([](options& o) { o.cors.exposed_headers = {"\r"}; }).starts_with("cors.exposed"));
  CHECK(fault([](options& o) { o.cors.preflight_status = 404; }).starts_with("cors.preflight"));
  CHECK(fault([](options& o) { o.cors.max_age = -1s; }).starts_with("cors.max_age"));
}

TEST_CASE("proxies are addresses or networks", "[engine]") {
  const auto trusted = [](std::string entry) {
    return fault([&](options& o) { o.proxies.trusted = {std::move(entry)}; });
  };
  for (const char* good : {"10.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "unix:"}) {
    CHECK(trusted(good).empty());
  }
  for (const char* bad : {"", "localhost", "10.0.0.0/33", "10.0.0.1:80", "*"}) {
    CHECK(trusted(bad).starts_with("proxies.trusted"));
  }
  CHECK(fault([](options& o) { o.proxies.proxy_protocol = {"x"}; }).starts_with("proxies.proxy"));
}

TEST_CASE("R69 a cookie's parts are checked", "[engine]") {
  CHECK(fault([](options& o) { o.cookie.emplace(); }).empty());
  const auto cookie = [](auto change) {
    return fault([&](options& o) { change(o.cookie.emplace()); });
  };
  using socketio::http::set_cookie;
  CHECK(cookie([](set_cookie& c) { c.name = "a;b"; }).starts_with("cookie"));
  CHECK(cookie([](set_cookie& c) { c.name = "a\r\nb"; }).starts_with("cookie"));
  CHECK(cookie([](set_cookie& c) { c.path = "/;x"; }).starts_with("cookie"));
  CHECK(cookie([](set_cookie& c) { c.domain = "a;b"; }).starts_with("cookie"));
  // Browsers drop SameSite=None without Secure.
  CHECK(cookie([](set_cookie& c) {
          c.same_site = socketio::http::same_site::none;
        }).starts_with("cookie"));
  CHECK(cookie([](set_cookie& c) {
          c.same_site = socketio::http::same_site::none;
          c.secure = true;
        }).empty());
  CHECK(cookie([](set_cookie& c) { c.value = "ignored\r\n"; }).empty());
}
