#include "socketio/proto/http/forwarded.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

namespace http = socketio::http;
using texts = std::vector<std::string>;

namespace {

http::request with(std::vector<http::field> headers) {
  http::request r;
  r.headers = std::move(headers);
  return r;
}

/// Each hop as "address proto host", with "-" for what is not known.
texts shown(const std::vector<http::forwarded_hop>& hops) {
  texts all;
  const auto or_dash = [](std::string_view text) { return std::string{text.empty() ? "-" : text}; };
  for (const auto& hop : hops) {
    const auto address = hop.address();
    all.push_back((address ? address->to_string() : "-") + " " + or_dash(hop.proto) + " " +
                  or_dash(hop.host));
  }
  return all;
}

texts x_forwarded(std::vector<http::field> headers) {
  return shown(http::x_forwarded_hops(with(std::move(headers))));
}

texts forwarded(std::string_view value) {
  return shown(http::forwarded_hops(with({{"Forwarded", value}})));
}

std::string address(std::string_view node) {
  const auto found = http::forwarded_hop{node, {}, {}}.address();
  return found ? found->to_string() : "-";
}

}  // namespace

TEST_CASE("a hop's node is an address with or without a port", "[proto]") {
  CHECK(address("192.0.2.1") == "192.0.2.1");
  CHECK(address("192.0.2.1:8080") == "192.0.2.1");
  CHECK(address("2001:db8::1") == "2001:db8::1");
  CHECK(address("[2001:db8::1]") == "2001:db8::1");
  CHECK(address("[2001:db8::1]:8080") == "2001:db8::1");
  CHECK(address("::ffff:192.0.2.1") == "192.0.2.1");
  for (const char* node : {"", "unknown", "_hidden", "_hidden:_port", "[", "[]", "[::1", "[::1]x",
                           "[192.0.2.1]", ":80", "192.0.2.1:80:80", "example.com", "1"}) {
    CAPTURE(node);
    CHECK(address(node) == "-");
  }
}

TEST_CASE("X-Forwarded-For is one list, however many lines it has", "[proto]") {
  CHECK(x_forwarded({}).empty());
  CHECK(x_forwarded(
            {{"x-forwarded-for", "192.0.2.1, 192.0.2.2"}, {"X-Forwarded-For", "192.0.2.3"}}) ==
        texts{"192.0.2.1 - -", "192.0.2.2 - -", "192.0.2.3 - -"});
  CHECK(x_forwarded({{"X-Forwarded-For", ""}}) == texts{"- - -"});
  CHECK(x_forwarded({{"X-Forwarded-For", ",,192.0.2.1,"}}) ==
        texts{"- - -", "- - -", "192.0.2.1 - -", "- - -"});
}

TEST_CASE("X-Forwarded-Proto and -Host belong to the last hops, or one to all", "[proto]") {
  CHECK(x_forwarded({{"X-Forwarded-For", "192.0.2.1, 192.0.2.2"},
                     {"X-Forwarded-Proto", "https"},
                     {"X-Forwarded-Host", "a.example"}}) ==
        texts{"192.0.2.1 https a.example", "192.0.2.2 https a.example"});
  CHECK(x_forwarded({{"X-Forwarded-For", "192.0.2.1, 192.0.2.2, 192.0.2.3"},
                     {"X-Forwarded-Proto", "https, http"}}) ==
        texts{"192.0.2.1 - -", "192.0.2.2 https -", "192.0.2.3 http -"});
  CHECK(x_forwarded({{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Proto", "https, http"}}) ==
        texts{"192.0.2.1 http -"});
  CHECK(x_forwarded({{"X-Forwarded-Proto", "https"}}) == texts{"- https -"});
}

TEST_CASE("RFC 7239 Forwarded is read to the letter", "[proto]") {
  CHECK(forwarded("for=192.0.2.60;proto=http;by=203.0.113.43") == texts{"192.0.2.60 http -"});
  CHECK(forwarded("For=\"[2001:db8:cafe::17]:4711\"") == texts{"2001:db8:cafe::17 - -"});
  CHECK(forwarded("for=192.0.2.43, for=\"[2001:db8::17]\";Host=\"a.example:8080\" ; PROTO=https") ==
        texts{"192.0.2.43 - -", "2001:db8::17 https a.example:8080"});
  CHECK(forwarded("for=_hidden, for=unknown") == texts{"- - -", "- - -"});
  CHECK(forwarded("for=192.0.2.1;;secret=x;") == texts{"192.0.2.1 - -"});
  CHECK(forwarded("") == texts{"- - -"});
  CHECK(forwarded("by=\"a,b;c\", for=192.0.2.1") == texts{"- - -", "192.0.2.1 - -"});
  CHECK(shown(http::forwarded_hops(
            with({{"Forwarded", "for=192.0.2.1"}, {"forwarded", "for=192.0.2.2"}}))) ==
        texts{"192.0.2.1 - -", "192.0.2.2 - -"});
}

TEST_CASE("RFC 7239 of a Forwarded that is none, the last element counts, which the proxy wrote",
          "[proto]") {
  for (const char* nonsense :
       {"for", "for=", "=x", "for=\"a", "for=\"a\\\"b\"", "for=a=b", "for=a b", "for=[::1]",
        "for=1;for=2", "for=\"a\"x", "f r=a", "\"", "for=a\x01"}) {
    CAPTURE(nonsense);
    CHECK(forwarded(std::string{nonsense} + ", for=192.0.2.9;proto=https") ==
          texts{"192.0.2.9 https -"});
    CHECK(forwarded(nonsense).empty());
    // What stood before is worth nothing either.
    CHECK(shown(http::forwarded_hops(with({{"Forwarded", "for=192.0.2.1"},
                                           {"Forwarded", std::string_view{nonsense}},
                                           {"Forwarded", "for=192.0.2.9"}}))) ==
          texts{"192.0.2.9 - -"});
  }
}
