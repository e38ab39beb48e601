#include "socketio/core/ip.hpp"

#include <string>
#include <string_view>

#include "support/catch.hpp"

using socketio::ip_address;
using socketio::ip_network;

namespace {

/// The address written out again; "-" if it is none.
std::string again(std::string_view text) {
  const auto address = ip_address::parse(text);
  return address ? address->to_string() : "-";
}

bool within(std::string_view network, std::string_view address) {
  const auto parsed = ip_network::parse(network);
  REQUIRE(parsed);
  return parsed->contains(*ip_address::parse(address));
}

}  // namespace

TEST_CASE("IPv4 addresses have one form", "[core]") {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255", "192.0.2.10"}) {
    CHECK(again(text) == text);
    CHECK(ip_address::parse(text)->is_v4());
  }
  for (const char* text :
       {"",         ".",         "1",         "1.2.3",      "1.2.3.4.",   "1.2.3.4.5", ".1.2.3",
        "1..2.3",   "256.0.0.1", "1.2.3.04",  "01.2.3.4",   "1.2.3.4 ",   " 1.2.3.4",  "+1.2.3.4",
        "1.2.3.-4", "0x1.2.3.4", "1.2.3.4/8", "1.2.3.4:80", "1.2.3.1000", "1.2.3.a"}) {
    CAPTURE(text);
    CHECK(again(text) == "-");
  }
}

TEST_CASE("IPv6 addresses are read in every form of RFC 4291 and written in that of RFC 5952",
          "[core]") {
  CHECK(again("::") == "::");
  CHECK(again("::1") == "::1");
  CHECK(again("1::") == "1::");
  CHECK(again("2001:DB8:0:0:8:800:200C:417A") == "2001:db8::8:800:200c:417a");
  CHECK(again("2001:db8:0:1:1:1:1:1") == "2001:db8:0:1:1:1:1:1");  // one zero group is no gap
  CHECK(again("2001:0:0:1:0:0:0:1") == "2001:0:0:1::1");           // the longest
  CHECK(again("2001:db8:0:0:1:0:0:1") == "2001:db8::1:0:0:1");     // the first of equals
  CHECK(again("1:2:3:4:5:6:7::") == "1:2:3:4:5:6:7:0");
  CHECK(again("::2:3:4:5:6:7:8") == "0:2:3:4:5:6:7:8");
  CHECK(again("0:0:0:0:0:0:0:0") == "::");
  CHECK(again("fe80::0001") == "fe80::1");
  CHECK(again("64:ff9b::192.0.2.33") == "64:ff9b::c000:221");
  for (const char* text : {":",
                           ":::",
                           "1",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8::",
                           "::1::",
                           "1:2:3:4::5:6:7:8:9",
                           ":1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:",
                           "12345::",
                           "g::",
                           "::1%eth0",
                           "[::1]",
                           "::1/64",
                           "1.2.3.4::",
                           "::1.2.3",
                           "::1.2.3.4:5",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "::-1",
                           "::+1",
                           "::0x1",
                           ":: 1"}) {
    CAPTURE(text);
    CHECK(again(text) == "-");
  }
}

TEST_CASE("an IPv4 address mapped into IPv6 is that address", "[core]") {
  CHECK(again("::ffff:192.0.2.1") == "192.0.2.1");
  CHECK(again("::FFFF:c000:201") == "192.0.2.1");
  CHECK(ip_address::parse("::ffff:192.0.2.1") == ip_address::parse("192.0.2.1"));
  CHECK_FALSE(ip_address::parse("::192.0.2.1")->is_v4());
}

TEST_CASE("a network holds the addresses with its prefix", "[core]") {
  CHECK(within("10.0.0.0/8", "10.255.0.1"));
  CHECK_FALSE(within("10.0.0.0/8", "11.0.0.0"));
  CHECK(within("192.0.2.128/25", "192.0.2.200"));
  CHECK_FALSE(within("192.0.2.128/25", "192.0.2.127"));
  CHECK(within("192.0.2.77/24", "192.0.2.1"));
  CHECK(within("192.0.2.1", "192.0.2.1"));
  CHECK_FALSE(within("192.0.2.1", "192.0.2.2"));
  CHECK(within("0.0.0.0/0", "203.0.113.9"));
  CHECK_FALSE(within("0.0.0.0/0", "2001:db8::1"));
  CHECK(within("::/0", "2001:db8::1"));
  CHECK(within("::/0", "192.0.2.1"));
  CHECK(within("fd00::/8", "fdff::1"));
  CHECK_FALSE(within("fd00::/8", "fe00::1"));
  CHECK(within("2001:db8::/33", "2001:db8:7fff::"));
  CHECK_FALSE(within("2001:db8::/33", "2001:db8:8000::"));
  CHECK(within("::1", "::1"));
  CHECK(within("::1/128", "::1"));
  for (const char* text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/+1",
        "10.0.0.0/8/8", "::/129", "::/1000", "10/8", "localhost", "10.0.0.0/255.0.0.0"}) {
    CAPTURE(text);
    CHECK_FALSE(ip_network::parse(text));
  }
}
