#include "socketio/engine/proxies.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace engine = socketio::engine;
namespace http = socketio::http;
using socketio::proxy_options;

namespace {

http::request with(std::vector<http::field> headers) {
  http::request r;
  r.headers = std::move(headers);
  r.host = "inner";
  return r;
}

/// The client's address, with "s" behind it if it came encrypted.
std::string client(const engine::proxies& p, std::vector<http::field> headers,
                   std::string_view peer = "10.0.0.1") {
  const http::request request = with(std::move(headers));
  const auto found = p.client_of(request, std::string{peer}, false);
  return found.text + (found.secure ? "s" : "");
}

}  // namespace

TEST_CASE("a list of addresses and networks", "[engine]") {
  const engine::address_list list{{"10.0.0.0/8", "2001:db8::/32", "192.0.2.1", "unix:"}};
  CHECK(list.has("10.1.2.3"));
  CHECK(list.has("::ffff:10.1.2.3"));
  CHECK(list.has("2001:db8::9"));
  CHECK(list.has("2001:db8::9%eth0"));
  CHECK(list.has("192.0.2.1"));
  CHECK(list.has("unix:"));
  CHECK_FALSE(list.has(""));  // gone already, and then nobody knows who it was
  CHECK_FALSE(list.has("192.0.2.2"));
  CHECK_FALSE(list.has("nonsense"));
  CHECK(engine::address_list{{}}.empty());
  CHECK_FALSE(engine::address_list{{"10.0.0.0/8"}}.has("unix:"));
}

TEST_CASE("the client is the last address that no trusted proxy vouches for", "[engine]") {
  const engine::proxies p{proxy_options{.trusted = {"10.0.0.0/8"}}};
  CHECK(client(p, {}) == "10.0.0.1");
  CHECK(client(p, {{"X-Forwarded-For", "203.0.113.7"}}) == "203.0.113.7");
  // Forged in front of what the proxy adds.
  CHECK(client(p, {{"X-Forwarded-For", "192.0.2.66, 203.0.113.7"}}) == "203.0.113.7");
  CHECK(client(p, {{"X-Forwarded-For", "10.0.0.9"}, {"X-Forwarded-For", "203.0.113.7"}}) ==
        "203.0.113.7");
  // Two proxies.
  CHECK(client(p, {{"X-Forwarded-For", "192.0.2.66, 203.0.113.7, 10.0.0.2"}}) == "203.0.113.7");
  // All of them trusted: the first.
  CHECK(client(p, {{"X-Forwarded-For", "10.0.0.9, 10.0.0.2"}}) == "10.0.0.9");
  CHECK(client(p, {{"X-Forwarded-For", "203.0.113.7, unknown"}}) == "10.0.0.1");
  CHECK(client(p, {{"X-Forwarded-For", "nonsense, 203.0.113.7"}}) == "203.0.113.7");
  CHECK(client(p, {{"X-Forwarded-For", "203.0.113.7:1234"}, {"X-Forwarded-Proto", "HTTPS"}}) ==
        "203.0.113.7s");
  CHECK(client(p, {{"X-Forwarded-Proto", "https"}}) == "10.0.0.1s");
  CHECK(client(p, {{"X-Forwarded-Proto", "javascript"}}) == "10.0.0.1");
  // The other header is not listened to: clients can send it through.
  CHECK(client(p, {{"Forwarded", "for=192.0.2.66;proto=https"}}) == "10.0.0.1");
}

TEST_CASE("Forwarded counts if the options say so, and then alone", "[engine]") {
  const engine::proxies p{proxy_options{.trusted = {"10.0.0.0/8", "fd00::/8"},
                                        .header = socketio::forwarded_header::forwarded}};
  CHECK(client(p, {{"Forwarded", "for=192.0.2.66, for=203.0.113.7;proto=https"}}) ==
        "203.0.113.7s");
  CHECK(client(p, {{"Forwarded", "for=203.0.113.7;proto=https, for=\"[fd00::1]\";proto=http"}}) ==
        "203.0.113.7s");
  CHECK(client(p, {{"Forwarded", "for=_hidden"}}) == "10.0.0.1");
  CHECK(client(p, {{"X-Forwarded-For", "192.0.2.66"}}) == "10.0.0.1");
}

TEST_CASE("the host that the client asked for comes from the same hop", "[engine]") {
  const engine::proxies p{proxy_options{.trusted = {"10.0.0.0/8"}}};
  const auto host = [&](std::vector<http::field> headers) {
    const http::request request = with(std::move(headers));
    return std::string{p.client_of(request, "10.0.0.1", false).host};
  };
  CHECK(host({}) == "inner");
  CHECK(host({{"X-Forwarded-For", "203.0.113.7"}}) == "inner");
  CHECK(host({{"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-Host", "chat.example"}}) ==
        "chat.example");
}
