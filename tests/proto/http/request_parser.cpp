#include "socketio/proto/http/request_parser.hpp"

#include <string>

#include "outcome.hpp"
#include "support/catch.hpp"

using namespace socketio::http;
using http_test::bytewise;
using http_test::outcome;
using http_test::random_pieces;

namespace {

/// The outcome, after a check that it does not depend on the cut.
std::string parse(std::string_view input, const limits& most = {}) {
  std::string whole = outcome({input}, most);
  CHECK(outcome(bytewise(input), most) == whole);
  for (unsigned seed = 0; seed < 5; ++seed) {
    CHECK(outcome(random_pieces(input, seed), most) == whole);
  }
  return whole;
}

/// The status with which the input is refused, or 0.
int status(std::string_view input, const limits& most = {}) {
  INFO(input.substr(0, 200));
  const std::string text = parse(input, most);
  const std::size_t line = text.rfind('\n') + 1;  // npos + 1 is 0
  const auto number = parse_decimal(std::string_view{text}.substr(line, 3));
  return number ? static_cast<int>(*number) : 0;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string get(std::string_view lines) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string{lines} + "\r\n";
}

std::string post(std::string_view lines, std::string_view body = {}) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string{lines} + "\r\n" + std::string{body};
}

std::string chunked(std::string_view body) { return post("Transfer-Encoding: chunked\r\n", body); }

/// A request whose only header beside Host is this one.
int status_of_header(std::string_view line) { return status(get(std::string{line} + "\r\n")); }

}  // namespace

TEST_CASE("a browser's request is taken apart", "[http][parser]") {
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

TEST_CASE("every served method has its name", "[http][parser]") {
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

TEST_CASE("bodies come by length and by chunks", "[http][parser]") {
  CHECK(has(parse(post("Content-Length: 5\r\nContent-Type: text/plain\r\n", "hello")),
            "type=text/plain"));
  CHECK(has(parse(post("Content-Length: 5\r\n", "hello")), "body=hello\nidle"));
  CHECK(has(parse(post("Content-Length: 0\r\n")), "body=\nidle"));
  CHECK(has(parse(chunked("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n")), "body=hello!\nidle"));
  CHECK(has(parse(chunked("00A;x=y\r\n0123456789\r\na\r\n0123456789\r\n000\r\n\r\n")),
            "body=01234567890123456789\nidle"));
  CHECK(has(parse(chunked("0\r\n\r\n")), "body=\nidle"));
}

TEST_CASE("requests without a body are complete at once, others pause behind the head",
          "[http][parser]") {
  request_parser parser;
  const std::string text = post("Content-Length: 5\r\n", "hello");
  const std::size_t head = text.size() - 5;
  CHECK(parser.feed(text) == head);
  CHECK(parser.state() == parse_state::head_complete);
  CHECK(parser.message().content_length == 5);
  CHECK(parser.feed({}) == 0);
  CHECK(parser.state() == parse_state::need_more);
  CHECK(parser.feed("hello, next") == 5);
  CHECK(parser.state() == parse_state::complete);
  CHECK(parser.feed("next") == 0);
  CHECK(parser.message().body == "hello");
  CHECK(parser.body().data()[5] == '\0');
  parser.body()[0] = 'j';
  CHECK(parser.message().body == "jello");
  parser.next();
  CHECK(parser.feed(get({})) == get({}).size());
  CHECK(parser.state() == parse_state::complete);
  CHECK_FALSE(parser.message().content_length);
}

TEST_CASE("a failed parser stays failed and takes nothing", "[http][parser]") {
  request_parser parser;
  parser.feed("\x16\x03\x01");
  REQUIRE(parser.state() == parse_state::failed);
  CHECK(parser.feed(get({})) == 0);
  CHECK(parser.state() == parse_state::failed);
  CHECK(parser.error().status == 400);
  CHECK_FALSE(parser.error().reason.empty());
}

TEST_CASE("idle tells whether a request has begun", "[http][parser]") {
  request_parser parser;
  CHECK(parser.idle());
  parser.feed("\r\n");
  CHECK(parser.idle());
  parser.feed("G");
  CHECK_FALSE(parser.idle());
  parser.feed("ET / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK_FALSE(parser.idle());
  parser.next();
  CHECK(parser.idle());
}

TEST_CASE("one empty line before a request is ignored, RFC 9112 section 2.2", "[http][parser]") {
  CHECK(has(parse("\r\n" + get({}) + "\r\n" + get({})), "idle"));
  CHECK(status("\r\n\r\n" + get({})) == 400);
  CHECK(status("\n" + get({})) == 400);
  CHECK(status("\r" + get({})) == 400);
}

TEST_CASE("persistence follows RFC 9112 section 9.3", "[http][parser]") {
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

TEST_CASE("R1 R2 both lengths in one request are refused", "[http][parser]") {
  CHECK(status(post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nX")) == 400);
  CHECK(status(post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                    "5c\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n")) == 400);
  CHECK(status(post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")) == 400);
}

TEST_CASE("R3 R4 a second Content-Length is refused, even an equal one", "[http][parser]") {
  CHECK(status(post("Content-Length: 5\r\nContent-Length: 10\r\n", "hello")) == 400);
  CHECK(status(post("Content-Length: 5\r\ncontent-length: 5\r\n", "hello")) == 400);
  CHECK(status(post("Content-Length: 5, 5\r\n", "hello")) == 400);
  CHECK(status(post("Content-Length: 5, 10\r\n", "hello")) == 400);
}

TEST_CASE("R5 R6 a Content-Length is digits and nothing else", "[http][parser]") {
  for (const std::string_view value :
       {"+5", "-1", "0x5", "5 5", "", "-0", "\xd9\xa5", "18446744073709551616",
        "111111111111111111111111111111", "5.0", "5e0", "1_0", "5;", "005", "00", "05"}) {
    CHECK(status(post("Content-Length: " + std::string{value} + "\r\n", "hello")) == 400);
  }
  CHECK(status(post("Content-Length: 18446744073709551615\r\n")) == 413);
  CHECK(status(post("Content-Length:\t 5 \t\r\n", "hello")) == 0);
}

TEST_CASE("R7 only the transfer coding chunked is known", "[http][parser]") {
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

TEST_CASE("R8 no space stands before the colon or the name", "[http][parser]") {
  CHECK(status(post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")) == 400);
  CHECK(status(post(" Transfer-Encoding: chunked\r\n", "0\r\n\r\n")) == 400);
  CHECK(status(post("Content-Length : 5\r\n", "hello")) == 400);
  CHECK(status(post("Content-Length\t: 5\r\n", "hello")) == 400);
}

TEST_CASE("R9 HTTP/1.0 has no Transfer-Encoding", "[http][parser]") {
  CHECK(status("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
}

TEST_CASE("R10 folded headers are refused", "[http][parser]") {
  CHECK(status_of_header("X: a\r\n b") == 400);
  CHECK(status_of_header("X: a\r\n\tb") == 400);
  CHECK(status(post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")) == 400);
  CHECK(status_of_header("X: a\r\n ") == 400);
}

TEST_CASE("R11 lines end with CR LF and nothing else", "[http][parser]") {
  CHECK(status("GET / HTTP/1.1\nHost: a\r\n\r\n") == 400);
  CHECK(status("GET / HTTP/1.1\r\nHost: a\n\r\n") == 400);
  CHECK(status("GET / HTTP/1.1\r\nHost: a\r\n\n") == 400);
  CHECK(status("GET / HTTP/1.1\nHost: a\n\n") == 400);
  CHECK(status("GET / HTTP/1.1\rHost: a\r\r") == 400);
  CHECK(status_of_header("X: a\rb") == 400);
  CHECK(status_of_header("X: a\r") == 400);
  CHECK(status("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n") == 400);
}

TEST_CASE("R12 control characters are refused in name, value and target", "[http][parser]") {
  for (int c = 0; c < 0x80; ++c) {
    if ((c >= 0x20 && c != 0x7f) || c == '\t') continue;
    const std::string byte(1, static_cast<char>(c));
    // CR LF is not tested here: it ends a line.
    CHECK(status("GET /" + byte + "x HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(status(get("X" + byte + "y: z\r\n")) == 400);
    CHECK(status(get("X: y" + byte + "z\r\n")) == 400);
    CHECK(status(get("X: a long value of which the end" + byte + " is read alone\r\n")) == 400);
  }
  CHECK(status(get("X: a\tb\r\n")) == 0);
  CHECK(status(get("X: a long value with a tab\tin the middle and \x80\xff opaque bytes\r\n")) ==
        0);
  CHECK(status("GET /\t HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(status(get("X\ty: z\r\n")) == 400);
}

TEST_CASE("R13 a header line is a name, a colon and a value", "[http][parser]") {
  CHECK(status_of_header(": x") == 400);
  CHECK(status_of_header("no colon") == 400);
  CHECK(status_of_header("nocolon") == 400);
  CHECK(status_of_header("X[]: y") == 400);
  CHECK(status_of_header("X\xc3\xa9: y") == 400);
  CHECK(status("GET / HTTP/1.1\r\n Host: a\r\n\r\n") == 400);
  CHECK(status_of_header("X::") == 0);
}

TEST_CASE("R14 L2 too many headers are refused", "[http][parser]") {
  std::string lines;
  for (int i = 0; i < 99; ++i) lines += "a:b\r\n";  // Host is the hundredth
  CHECK(status(get(lines)) == 0);
  CHECK(status(get(lines + "a:b\r\n")) == 431);
  for (int i = 0; i < 4000; ++i) lines += "a:b\r\n";
  CHECK(status(get(lines)) == 431);
}

TEST_CASE("R15 L1 a head of 16 KiB is the largest", "[http][parser]") {
  const std::size_t frame = get("X: \r\n").size();
  CHECK(status(get("X: " + std::string(16 * 1024 - frame, 'x') + "\r\n")) == 0);
  CHECK(status(get("X: " + std::string(16 * 1024 - frame + 1, 'x') + "\r\n")) == 431);
  CHECK(status(get("X: " + std::string(64 * 1024, 'x') + "\r\n")) == 431);
  // What follows the head does not count.
  CHECK(status(get("X: " + std::string(16 * 1024 - frame, 'x') + "\r\n") + get({})) == 0);
}

TEST_CASE("R16 L3 a target of 8 KiB is the longest", "[http][parser]") {
  const auto target = [](std::size_t size) {
    return "GET /" + std::string(size - 1, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  CHECK(status(target(8 * 1024)) == 0);
  CHECK(status(target(8 * 1024 + 1)) == 414);
  // Around the length at which the request line is not read to its end.
  for (std::size_t more = 2; more < 50; ++more) CHECK(status(target(8 * 1024 + more)) == 414);
  CHECK(status(target(64 * 1024)) == 414);
  CHECK(status(std::string(9'000, ' ')) == 414);
}

TEST_CASE("R17 HTTP/1.1 has one Host, and that is a host", "[http][parser]") {
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

TEST_CASE("R18 only HTTP/1.0 and HTTP/1.1 are spoken", "[http][parser]") {
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

TEST_CASE("R19 one space separates the parts of the request line", "[http][parser]") {
  for (const std::string_view line :
       {"GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET\t/ HTTP/1.1", "GET /\tHTTP/1.1",
        "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET / HTTP/1.1\t", "GET", "GET ", "GET / x HTTP/1.1",
        "GET HTTP/1.1", " "}) {
    CHECK(status(std::string{line} + "\r\nHost: a\r\n\r\n") == 400);
  }
}

TEST_CASE("R20 unknown methods are refused", "[http][parser]") {
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

TEST_CASE("R21 CONNECT and TRACE are not allowed", "[http][parser]") {
  CHECK(status("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n") == 405);
  CHECK(status("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n") == 405);
}

TEST_CASE("R22 the asterisk is a target of OPTIONS only", "[http][parser]") {
  CHECK(has(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), "path=*"));
  CHECK(status("GET * HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(status("OPTIONS *x HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
}

TEST_CASE("R23 the authority of an absolute target wins over Host", "[http][parser]") {
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

TEST_CASE("R24 R25 a target has no fragment, no bad escape, no backslash", "[http][parser]") {
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

TEST_CASE("R26 paths are never normalised", "[http][parser]") {
  for (const std::string_view path :
       {"/socket.io", "/socket.io//", "/socket.io/../socket.io/", "/SOCKET.IO/", "/%73ocket.io/",
        "/socket.io/x/", "//socket.io/", "/./socket.io/"}) {
    CHECK(has(parse("GET " + std::string{path} + "?a HTTP/1.1\r\nHost: a\r\n\r\n"),
              "\n  path=" + std::string{path} + "\n  query=a\n"));
  }
}

TEST_CASE("R28 chunk lines end with CR LF and nothing else", "[http][parser]") {
  CHECK(status(chunked("1;\na\r\n0\r\n\r\n")) == 400);
  CHECK(status(chunked("1;x\na\r\n0\r\n\r\n")) == 400);
  CHECK(status(chunked("1\na\r\n0\r\n\r\n")) == 400);
  CHECK(status(chunked("1\r\na\n0\r\n\r\n")) == 400);
  CHECK(status(chunked("1\r\na\r0\r\n\r\n")) == 400);
  CHECK(status(chunked("1\ra\r\n0\r\n\r\n")) == 400);
  CHECK(status(chunked("1;x\ry\r\na\r\n0\r\n\r\n")) == 400);
  CHECK(status(chunked("1;\x01\r\na\r\n0\r\n\r\n")) == 400);
  CHECK(status(chunked("0\r\n\n")) == 400);
  CHECK(status(chunked("0\n\r\n")) == 400);
  CHECK(status(chunked("0\r\n\rx")) == 400);
}

TEST_CASE("R29 a chunk size is hexadecimal digits and nothing else", "[http][parser]") {
  for (const std::string_view size :
       {"0x1", "+1", "-2", "1_0", " 1", "1 ", "", "g", ";x", "1 ;x"}) {
    INFO(size);
    CHECK(status(chunked(std::string{size} + "\r\na\r\n0\r\n\r\n")) == 400);
  }
}

TEST_CASE("R30 a huge chunk size is refused at once", "[http][parser]") {
  CHECK(status(chunked("f4241")) == 413);
  CHECK(status(chunked("ffffffffffffffff")) == 413);
  CHECK(status(chunked("fffffffffffffffff")) == 413);
  CHECK(status(chunked("00000000000000001")) == 400);
  CHECK(has(parse(chunked("0000000000000001\r\na\r\n0\r\n\r\n")), "body=a\n"));
}

TEST_CASE("R31 chunk data is as long as its size", "[http][parser]") {
  CHECK(status(chunked("1\r\nabc\r\n0\r\n\r\n")) == 400);
  CHECK(status(chunked("3\r\na\r\n0\r\n\r\n")) == 400);
}

TEST_CASE("R32 L8 chunk extensions are limited by line and by body", "[http][parser]") {
  CHECK(status(chunked("1;" + std::string(64 * 1024, 'x') + "\r\na\r\n0\r\n\r\n")) == 400);
  CHECK(status(chunked("1;" + std::string(252, 'x') + "\r\na\r\n0\r\n\r\n")) == 0);
  CHECK(status(chunked("1;" + std::string(253, 'x') + "\r\na\r\n0\r\n\r\n")) == 400);
  std::string body;
  const auto add = [&body](int count) {
    for (int i = 0; i < count; ++i) body += "1;" + std::string(100, 'x') + "\r\na\r\n";
  };
  add(157);  // 104 bytes of chunk line each, then 3 bytes: 16 KiB is 157 * 104 + 56
  CHECK(status(chunked(body + "0\r\n\r\n")) == 0);
  add(1);
  CHECK(status(chunked(body + "0\r\n\r\n")) == 400);
}

TEST_CASE("R33 many small chunks are served up to the limit, without counting wrong",
          "[http][parser]") {
  std::string body;
  for (int i = 0; i < 5'460; ++i) body += "1\r\na\r\n";  // 3 bytes of chunk line each
  CHECK(has(parse(chunked(body + "0\r\n\r\n") + get({})), std::string(5'460, 'a') + "\nGET"));
  CHECK(status(chunked(body + "1\r\na\r\n0\r\n\r\n")) == 413);
  for (int i = 0; i < 994'540; ++i) body += "1\r\na\r\n";
  CHECK(outcome({chunked(body)}) == outcome(bytewise(chunked(body))));

  limits wide;
  wide.chunk_lines = 4'000'000;
  CHECK(has(outcome({chunked(body + "0\r\n\r\n")}, wide), std::string(1'000'000, 'a') + "\nidle"));
}

TEST_CASE("R34 L9 trailers are checked and dropped", "[http][parser]") {
  const std::string text =
      parse(chunked("1\r\na\r\n0\r\nContent-Length: 5\r\nHost: evil\r\nTransfer-Encoding: x\r\n"
                    "Authorization: y\r\nConnection: close\r\n\r\n") +
            get({}));
  CHECK(has(text, "host=a"));
  CHECK_FALSE(has(text, "evil"));
  CHECK_FALSE(has(text, "Authorization"));
  CHECK_FALSE(has(text, "keep-alive=no"));
  CHECK(has(text, "body=a\nGET"));

  CHECK(status(chunked("0\r\nX: " + std::string(16 * 1024 - 7, 'x') + "\r\n\r\n")) == 0);
  CHECK(status(chunked("0\r\nX: " + std::string(16 * 1024 - 6, 'x') + "\r\n\r\n")) == 431);
  CHECK(status(chunked("0\r\nX: " + std::string(64 * 1024, 'x') + "\r\n\r\n")) == 431);
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "a:b\r\n";
  CHECK(status(chunked("0\r\n" + lines + "\r\n")) == 0);
  CHECK(status(chunked("0\r\n" + lines + "a:b\r\n\r\n")) == 431);
  for (const std::string_view line :
       {": x", "no colon", " X: y", "X : y", "X: \x01", "X", "X: y\rz"}) {
    INFO(line);
    CHECK(status(chunked("0\r\n" + std::string{line} + "\r\n\r\n")) == 400);
  }
  CHECK(status(chunked("0\r\nX: y\n\r\n")) == 400);
}

TEST_CASE("R35 a body without its end is never complete", "[http][parser]") {
  CHECK(parse(chunked("5\r\nhello\r\n")) == "head\nunfinished");
  CHECK(parse(chunked("5\r\nhello\r\n0\r\n")) == "head\nunfinished");
  CHECK(parse(post("Content-Length: 6\r\n", "hello")) == "head\nunfinished");
}

TEST_CASE("R36 a body of GET is consumed, never read as a request", "[http][parser]") {
  const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string text =
      parse(get("Content-Length: " + std::to_string(hidden.size()) + "\r\n") + hidden + get({}));
  CHECK(has(text, "body=" + hidden + "\nGET"));
  CHECK_FALSE(has(text, "path=/hidden"));
}

TEST_CASE("R37 R39 the only expectation is 100-continue", "[http][parser]") {
  const std::string one = "Expect: 100-Continue\r\nContent-Length: 1\r\n";
  CHECK(has(parse(post(one, "x")), "continue=yes"));
  CHECK(has(parse(post("Expect: 100-continue\r\n")), "continue=no"));       // there is no body
  CHECK(has(parse("POST / HTTP/1.0\r\n" + one + "\r\nx"), "continue=no"));  // RFC 9110 §10.1.1
  CHECK(status(post("Expect: bogus\r\n")) == 417);
  CHECK(status(post("Expect: 100-continue, bogus\r\n")) == 417);
}

TEST_CASE("R38 R74 L7 a body that is announced too large fails at the head", "[http][parser]") {
  request_parser parser;
  const std::string head = post("Expect: 100-continue\r\nContent-Length: 1000001\r\n");
  CHECK(parser.feed(head) == head.size());
  CHECK(parser.state() == parse_state::failed);
  CHECK(parser.error().status == 413);

  CHECK(status(post("Content-Length: 2000000\r\n")) == 413);
  CHECK(
      has(outcome({post("Content-Length: 1000000\r\n"), std::string(1'000'000, 'x')}), "x\nidle"));
}

TEST_CASE("R74 L7 chunks beyond the limit are refused", "[http][parser]") {
  limits small;
  small.body = 10;
  CHECK(status(chunked("a\r\n0123456789\r\n0\r\n\r\n"), small) == 0);
  CHECK(status(chunked("b\r\n"), small) == 413);
  CHECK(status(chunked("5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"), small) == 0);
  CHECK(status(chunked("5\r\n01234\r\n6\r\n"), small) == 413);
  CHECK(status(post("Content-Length: 10\r\n", "0123456789"), small) == 0);
  CHECK(status(post("Content-Length: 11\r\n"), small) == 413);
  small.body = 0;
  CHECK(status(chunked("0\r\n\r\n"), small) == 0);
  CHECK(status(chunked("1\r\n"), small) == 413);
}

TEST_CASE("R40 an upgrade to anything else is ignored", "[http][parser]") {
  CHECK(has(parse(get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n")), "websocket=no"));
  CHECK(status("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 400);
}

TEST_CASE("R41 a TLS handshake on the plain port fails at its first byte", "[http][parser]") {
  CHECK(status(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)) == 400);
}

TEST_CASE("R86h R90 behind an upgrade nothing is consumed", "[http][parser]") {
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

TEST_CASE("R42 an upgrade has no body", "[http][parser]") {
  const std::string lines = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
  CHECK(status(get(lines + "Content-Length: 5\r\n") + "hello") == 400);
  CHECK(status(get(lines + "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n") == 400);
}

TEST_CASE("R43 pipelined requests are taken one at a time", "[http][parser]") {
  const std::string one = get({});
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += one;
  request_parser parser;
  std::string_view rest = many;
  int served = 0;
  while (!rest.empty()) {
    REQUIRE(parser.feed(rest) == one.size());
    REQUIRE(parser.state() == parse_state::complete);
    rest.remove_prefix(one.size());
    parser.next();
    ++served;
  }
  CHECK(served == 20'000);
  CHECK(has(parse(post("Content-Length: 5\r\n", "hello") + chunked("1\r\na\r\n0\r\n\r\n") + one),
            "body=\nidle"));
}

TEST_CASE("R45 every valid request means the same cut at every byte", "[http][parser]") {
  for (const std::string& input :
       {get("X: a\r\n"), post("Content-Length: 5\r\n", "hello") + get({}),
        chunked("5;x\r\nhello\r\n1\r\n!\r\n0\r\nX: y\r\n\r\n") + get({}), "\r\n" + get({}),
        get("Connection: Upgrade\r\nUpgrade: websocket\r\n") + "\x81\x01x"}) {
    const std::string whole = outcome({input});
    for (std::size_t cut = 0; cut <= input.size(); ++cut) {
      CHECK(outcome({std::string_view{input}.substr(0, cut),
                     std::string_view{input}.substr(cut)}) == whole);
    }
  }
}

TEST_CASE("R75 memory grows with the bytes that came, not with those announced", "[http][parser]") {
  request_parser parser;
  parser.feed(post("Content-Length: 1000000\r\n"));
  parser.feed("x");
  CHECK(parser.body().capacity() < 1024);
  std::size_t moves = 0;
  const char* at = parser.body().data();
  for (int i = 1; i < 1'000'000; ++i) {
    parser.feed("x");
    if (parser.body().data() != at) ++moves;
    at = parser.body().data();
  }
  CHECK(parser.state() == parse_state::complete);
  CHECK(moves < 25);
  CHECK(parser.body().capacity() <= 2'000'000);
}

TEST_CASE("between requests a parser keeps little, after release nothing", "[http][parser]") {
  request_parser parser;
  std::string lines;
  for (int i = 0; i < 90; ++i) lines += "a:b\r\n";
  parser.feed(post("Content-Length: 100000\r\n" + lines));
  parser.feed(std::string(100'000, 'x'));
  REQUIRE(parser.state() == parse_state::complete);
  CHECK(parser.message().body.size() == 100'000);
  parser.next();
  CHECK(parser.body().capacity() <= 1024);
  CHECK(parser.message().headers.capacity() <= 32);

  parser.feed(get("X: y\r\n"));
  REQUIRE(parser.state() == parse_state::complete);
  CHECK(parser.message().headers.size() == 2);
  parser.release();
  CHECK(parser.body().capacity() == std::string{}.capacity());
  CHECK(parser.message().headers.capacity() == 0);
  CHECK(parser.idle());
}
