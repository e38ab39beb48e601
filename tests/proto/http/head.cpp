#include "socketio/proto/http/head.hpp"

#include <string>

#include "proto/http/parsing.hpp"
#include "support/catch.hpp"

using namespace socketio::http;
using namespace http_test;

TEST_CASE("a browser's request is taken apart", "[http][head]") {
  const std::string text = parse(
      "GET /socket.io/?EIO=4&transport=polling&t=a%20b HTTP/1.1\r\nHost: chat.example:3000\r\n"
      "Accept: */*\r\nX-Empty:\r\nX-Spaces: \t in  between\t \r\nX-Latin: \xe9\r\n\r\n");
  CHECK(
      text ==
      "GET\n  method=0\n  target=/socket.io/?EIO=4&transport=polling&t=a%20b\n  path=/socket.io/\n"
      "  query=EIO=4&transport=polling&t=a%20b\n  version=1\n  host=chat.example:3000\n  type=\n"
      "  keep-alive=yes\n  continue=no\n  websocket=no\n  Host=chat.example:3000\n  Accept=*/*\n"
      "  X-Empty=\n  X-Spaces=in  between\n  X-Latin=\xe9\n  body=\nidle");
}

TEST_CASE("every served method has its name", "[http][head]") {
  const std::pair<std::string_view, method> methods[] = {
      {"GET", method::get},       {"HEAD", method::head},   {"POST", method::post},
      {"PUT", method::put},       {"PATCH", method::patch}, {"OPTIONS", method::options},
      {"DELETE", method::delete_}};
  for (const auto& [name, value] : methods) {
    request_parser parser;
    parser.feed(std::string{name} + " / HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(parser.state() == parse_state::complete);
    CHECK(parser.message().method == value);
    CHECK(parser.message().method_text == name);
  }
}

TEST_CASE("persistence follows RFC 9112 section 9.3", "[http][head]") {
  const auto keeps = [](std::string_view version, std::string_view lines) {
    return has(
        parse("GET / " + std::string{version} + "\r\nHost: a\r\n" + std::string{lines} + "\r\n"),
        "keep-alive=yes");
  };
  CHECK(keeps("HTTP/1.1", ""));
  CHECK(keeps("HTTP/1.1", "Connection: keep-alive\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1", "Connection: keep-alive, Close\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1", "Connection: x\r\nconnection: CLOSE\r\n"));
  CHECK_FALSE(keeps("HTTP/1.0", ""));
  CHECK(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
  CHECK_FALSE(keeps("HTTP/1.0", "Connection: keep-alive, close\r\n"));
}

TEST_CASE("R1 R2 both lengths in one request are refused", "[http][head]") {
  CHECK(status(post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nX")) == 400);
  CHECK(status(post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                    "5c\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n")) == 400);
  CHECK(status(post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")) == 400);
}

TEST_CASE("R3 R4 a second Content-Length is refused, even an equal one", "[http][head]") {
  CHECK(status(post("Content-Length: 5\r\nContent-Length: 10\r\n", "hello")) == 400);
  CHECK(status(post("Content-Length: 5\r\ncontent-length: 5\r\n", "hello")) == 400);
  CHECK(status(post("Content-Length: 5, 5\r\n", "hello")) == 400);
  CHECK(status(post("Content-Length: 5, 10\r\n", "hello")) == 400);
}

TEST_CASE("R5 R6 a Content-Length is digits and nothing else", "[http][head]") {
  for (const std::string_view value :
       {"+5", "-1", "0x5", "5 5", "", "-0", "\xd9\xa5", "18446744073709551616",
        "111111111111111111111111111111", "5.0", "5e0", "1_0", "5;", "005", "00", "05"}) {
    CHECK(status(post("Content-Length: " + std::string{value} + "\r\n", "hello")) == 400);
  }
  CHECK(status(post("Content-Length: 18446744073709551615\r\n")) == 413);
  CHECK(status(post("Content-Length:\t 5 \t\r\n", "hello")) == 0);
}

TEST_CASE("R7 only the transfer coding chunked is known", "[http][head]") {
  for (const std::string_view value : {"xchunked", "chunkedx", "identity", "gzip"}) {
    CHECK(status(post("Transfer-Encoding: " + std::string{value} + "\r\n", "0\r\n\r\n")) == 501);
  }
  for (const std::string_view value : {"chunked, chunked", "chunked, identity", "gzip, chunked",
                                       "\"chunked\"", "", "chunked;q=1", "chunked,", ",chunked"}) {
    CHECK(status(post("Transfer-Encoding: " + std::string{value} + "\r\n", "0\r\n\r\n")) == 400);
  }
  CHECK(status(post("Transfer-Encoding: \x0b"
                    "chunked\r\n",
                    "0\r\n\r\n")) == 400);
  CHECK(status(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) == 400);
  CHECK(status(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n")) == 400);
  CHECK(status(post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n")) == 501);
  CHECK(status(post("transfer-encoding: Chunked\r\n", "0\r\n\r\n")) == 0);
}

TEST_CASE("R8 no space stands before the colon or the name", "[http][head]") {
  CHECK(status(post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")) == 400);
  CHECK(status(post(" Transfer-Encoding: chunked\r\n", "0\r\n\r\n")) == 400);
  CHECK(status(post("Content-Length : 5\r\n", "hello")) == 400);
  CHECK(status(post("Content-Length\t: 5\r\n", "hello")) == 400);
}

TEST_CASE("R9 HTTP/1.0 has no Transfer-Encoding", "[http][head]") {
  CHECK(status("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
}

TEST_CASE("R10 folded headers are refused", "[http][head]") {
  CHECK(status_of_header("X: a\r\n b") == 400);
  CHECK(status_of_header("X: a\r\n\tb") == 400);
  CHECK(status(post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")) == 400);
  CHECK(status_of_header("X: a\r\n ") == 400);
}

TEST_CASE("R13 a header line is a name, a colon and a value", "[http][head]") {
  CHECK(status_of_header(": x") == 400);
  CHECK(status_of_header("no colon") == 400);
  CHECK(status_of_header("nocolon") == 400);
  CHECK(status_of_header("X[]: y") == 400);
  CHECK(status_of_header("X\xc3\xa9: y") == 400);
  CHECK(status("GET / HTTP/1.1\r\n Host: a\r\n\r\n") == 400);
  CHECK(status_of_header("X::") == 0);
}

TEST_CASE("R17 HTTP/1.1 has one Host, and that is a host", "[http][head]") {
  CHECK(status("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(status("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
  CHECK(status("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n") == 400);
  CHECK(status("GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n") == 400);
  CHECK(status("GET / HTTP/1.0\r\n\r\n") == 0);
  const auto host = [](std::string_view value) {
    return status("GET / HTTP/1.1\r\nHost: " + std::string{value} + "\r\n\r\n");
  };
  for (const std::string_view value :
       {"a, b",    "a b",      "[::",    "user@a",   "a/b",      "a?b", "a:b", "a:-1",
        "a:1:2",   "a:123456", "[::1]x", "[::1",     "::1",      "[]",  "[a]", "[x::1]",
        "[::1]:x", "a\\b",     "a%00b",  "\xc3\xa9", "http://a", "a\"", "a,b", "<a>"}) {
    INFO(value);
    CHECK(host(value) == 400);
  }
  for (const std::string_view value :
       {"a", "A.example-1.org", "my_host~", "127.0.0.1:3000", "[::1]", "[2001:db8::1]:65535",
        "[::ffff:1.2.3.4]", "a:80", "a:", "", "xn--bcher-kva.example"}) {
    INFO(value);
    CHECK(host(value) == 0);
  }
}

TEST_CASE("R18 only HTTP/1.0 and HTTP/1.1 are spoken", "[http][head]") {
  const auto version = [](std::string_view text) {
    return status("GET / " + std::string{text} + "\r\nHost: a\r\n\r\n");
  };
  CHECK(status("GET /x\r\n\r\n") == 400);
  CHECK(status("GET /x \r\n\r\n") == 400);
  CHECK(version("HTTP/1.1") == 0);
  CHECK(version("HTTP/1.0") == 0);
  for (const std::string_view text : {"HTTP/1.2", "HTTP/9.9", "HTTP/2.0", "HTTP/0.9"}) {
    CHECK(version(text) == 505);
  }
  for (const std::string_view text : {"http/1.1", "HTTP/01.1", "HTTP/1.01", "HTTP/1", "HTTP/1.",
                                      "HTTP/.1", "HTTP 1.1", "HTTP/1,1", "HTTP/a.b", "XTTP/1.1"}) {
    CHECK(version(text) == 400);
  }
}

TEST_CASE("R19 one space separates the parts of the request line", "[http][head]") {
  for (const std::string_view line :
       {"GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET\t/ HTTP/1.1", "GET /\tHTTP/1.1",
        "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET / HTTP/1.1\t", "GET", "GET ", "GET / x HTTP/1.1",
        "GET HTTP/1.1", " "}) {
    CHECK(status(std::string{line} + "\r\nHost: a\r\n\r\n") == 400);
  }
}

TEST_CASE("R20 unknown methods are refused", "[http][head]") {
  const auto method = [](std::string_view text) {
    return status(std::string{text} + " / HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  CHECK(method("get") == 501);
  CHECK(method("FOO") == 501);
  CHECK(method("GETX") == 501);
  CHECK(method("GE") == 501);
  CHECK(method("G(T") == 400);
  CHECK(method("G\xc3T") == 400);
  CHECK(method(std::string(64 * 1024, 'A')) == 501);
}

TEST_CASE("R21 CONNECT and TRACE are not allowed", "[http][head]") {
  CHECK(status("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n") == 405);
  CHECK(status("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n") == 405);
}

TEST_CASE("R22 the asterisk is a target of OPTIONS only", "[http][head]") {
  CHECK(has(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), "path=*"));
  CHECK(status("GET * HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(status("OPTIONS *x HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
}

TEST_CASE("R23 the authority of an absolute target wins over Host", "[http][head]") {
  const auto absolute = [](std::string_view target) {
    return parse("GET " + std::string{target} + " HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  const std::string text = absolute("http://b:1/socket.io/?EIO=4");
  CHECK(has(text, "\n  path=/socket.io/\n  query=EIO=4\n"));
  CHECK(has(text, "\n  host=b:1\n"));
  CHECK(has(absolute("HTTPS://[::1]?x"), "\n  path=/\n  query=x\n"));
  CHECK(has(absolute("http://b"), "\n  path=/\n  query=\n"));
  for (const std::string_view target :
       {"http://", "http:///x", "http://u@b/", "http://:80/", "http:/b", "ftp://b/", "b/", "a:1",
        "://b", "//", "?x", "http://b:x/", "http://b%20c/"}) {
    INFO(target);
    CHECK((absolute(target).substr(0, 3) == "400") == (target != "//"));
  }
}

TEST_CASE("R24 R25 a target has no fragment, no bad escape, no backslash", "[http][head]") {
  const auto target = [](std::string_view text) {
    return status("GET " + std::string{text} + " HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  for (const std::string_view text : {"/#frag", "/?#", "/%zz", "/%", "/%4", "/?a=%4g", "/?%%20",
                                      "/\\..", "/\xc3\xa9", "/\"", "/<x>", "/?a=%"}) {
    INFO(text);
    CHECK(target(text) == 400);
  }
  // Decoding is left to whoever knows what the bytes are for.
  CHECK(has(parse("GET /%00%0d%0a%c0%af?%0d%0a HTTP/1.1\r\nHost: a\r\n\r\n"),
            "path=/%00%0d%0a%c0%af\n  query=%0d%0a\n"));
  // Browsers leave these as they are.
  CHECK(target("/a;b,c:d@e!f$g&'()*+=-._~[]|?{}^`[]|/?:") == 0);
}

TEST_CASE("R26 paths are never normalised", "[http][head]") {
  for (const std::string_view path :
       {"/socket.io", "/socket.io//", "/socket.io/../socket.io/", "/SOCKET.IO/", "/%73ocket.io/",
        "/socket.io/x/", "//socket.io/", "/./socket.io/"}) {
    CHECK(has(parse("GET " + std::string{path} + "?a HTTP/1.1\r\nHost: a\r\n\r\n"),
              "\n  path=" + std::string{path} + "\n  query=a\n"));
  }
}

TEST_CASE("R37 R39 the only expectation is 100-continue", "[http][head]") {
  const std::string one = "Expect: 100-Continue\r\nContent-Length: 1\r\n";
  CHECK(has(parse(post(one, "x")), "continue=yes"));
  CHECK(has(parse(post("Expect: 100-continue\r\n")), "continue=no"));       // there is no body
  CHECK(has(parse("POST / HTTP/1.0\r\n" + one + "\r\nx"), "continue=no"));  // RFC 9110 §10.1.1
  CHECK(status(post("Expect: bogus\r\n")) == 417);
  CHECK(status(post("Expect: 100-continue, bogus\r\n")) == 417);
}

TEST_CASE("R40 an upgrade to anything else is ignored", "[http][head]") {
  CHECK(has(parse(get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n")), "websocket=no"));
  CHECK(status("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 400);
}

TEST_CASE("R86h R90 behind an upgrade nothing is consumed", "[http][head]") {
  const std::string lines =
      "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n";
  CHECK(has(parse(get(lines) + "\x81\x05hello"), "upgraded, then: \x81\x05hello"));
  CHECK(has(parse(get("Content-Length: 0\r\n" + lines)), "websocket=yes"));
  CHECK(has(parse(get("Upgrade: websocket\r\n")), "websocket=no"));
  CHECK(has(parse(get("Connection: upgrade\r\n")), "websocket=no"));
  CHECK(has(parse(get("Connection: keep-alive\r\nUpgrade: websocket\r\n")), "websocket=no"));
  CHECK(has(parse(post(lines)), "websocket=no"));
  CHECK(has(parse("GET / HTTP/1.0\r\n" + lines + "\r\n"), "websocket=no"));
}

TEST_CASE("R42 an upgrade has no body", "[http][head]") {
  const std::string lines = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
  CHECK(status(get(lines + "Content-Length: 5\r\n") + "hello") == 400);
  CHECK(status(get(lines + "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n") == 400);
}
