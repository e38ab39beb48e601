#include "socketio/proto/http/response.hpp"

#include "socketio/core/frame_builder.hpp"
#include "support/catch.hpp"

using namespace socketio::http;

namespace {

std::string written(const response& r, bool keep_alive = true, int version_minor = 1,
                    bool head_only = false) {
  std::string text;
  write_response(text, r, keep_alive, version_minor, head_only);
  return text;
}

std::string written(const answer& a) {
  std::string text;
  write_answer(text, a);
  return text;
}

}  // namespace

TEST_CASE("a response has its status, headers, length and body", "[http][response]") {
  response r;
  r.body = "hello";
  CHECK(r.set("Content-Type", "text/plain"));
  CHECK(r.set("X-Empty", ""));
  CHECK(
      written(r) ==
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Empty: \r\nContent-Length: 5\r\n\r\nhello");
  CHECK(written(response{404, {}, "no"}) ==
        "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
}

TEST_CASE("the connection's fate is said where it is not the default", "[http][response]") {
  const std::string start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
  CHECK(written(response{}, true, 1) == start + "\r\n");
  CHECK(written(response{}, false, 1) == start + "Connection: close\r\n\r\n");
  CHECK(written(response{}, true, 0) == start + "Connection: keep-alive\r\n\r\n");
  CHECK(written(response{}, false, 0) == start + "Connection: close\r\n\r\n");
}

TEST_CASE("HEAD, 1xx, 204 and 304 have no body, RFC 9112 section 6.3", "[http][response]") {
  CHECK(written(response{200, {}, "hello"}, true, 1, true) ==
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  CHECK(written(response{204, {}, "hello"}) == "HTTP/1.1 204 No Content\r\n\r\n");
  CHECK(written(response{304, {}, "hello"}) == "HTTP/1.1 304 Not Modified\r\n\r\n");
  CHECK(written(response{101, {}, "hello"}) == "HTTP/1.1 101 Switching Protocols\r\n\r\n");
}

TEST_CASE("a status is three digits", "[http][response]") {
  CHECK(written(response{299, {}, {}}).substr(0, 15) == "HTTP/1.1 299 \r\n");
  for (const unsigned status : {0u, 99u, 600u, 1000u}) {
    CHECK(written(response{status, {}, {}}).substr(0, 12) == "HTTP/1.1 500");
  }
  for (const unsigned status :
       {400u, 403u, 405u, 408u, 413u, 414u, 417u, 426u, 431u, 500u, 501u, 503u, 505u}) {
    CHECK_FALSE(reason_phrase(status).empty());
  }
}

TEST_CASE("R46 headers that would split the response are refused", "[http][response]") {
  response r;
  for (const std::string_view value :
       {"a\r\nX: y", "a\nX: y", "a\rb", "\r\n\r\nbody", "\x01", "\x7f"}) {
    CHECK_FALSE(r.set("X", value));
    CHECK_FALSE(r.headers.add("Set-Cookie", value));
  }
  CHECK_FALSE(r.set("Location", std::string_view{"/a\0b", 4}));
  for (const std::string_view name :
       {"", "a b", "a:b", "a\r\nb", "a\r\n", ":", "\xc3\xa9", "a\t"}) {
    CHECK_FALSE(r.set(name, "x"));
  }
  CHECK(r.headers.empty());
  CHECK(r.set("X", "tab\tand \xc3\xa9"));
  CHECK_FALSE(r.set("X", "a\r\n"));
  CHECK(r.headers.begin()->value == "tab\tand \xc3\xa9");

  std::string lines;
  CHECK(append_line(lines, "X-A", "1"));
  CHECK_FALSE(append_line(lines, "X-B", "1\r\nX-C: 2"));
  CHECK_FALSE(append_line(lines, "X-B\r\n", "1"));
  CHECK(lines == "X-A: 1\r\n");
}

TEST_CASE("R46 nobody but the writer says where the response ends", "[http][response]") {
  response r;
  CHECK_FALSE(r.set("Content-Length", "100"));
  CHECK_FALSE(r.set("transfer-encoding", "chunked"));
  CHECK_FALSE(r.headers.add("CONNECTION", "close"));
  CHECK(r.headers.empty());
}

TEST_CASE("set replaces in any case, add does not", "[http][response]") {
  response r;
  CHECK(r.set("Vary", "a"));
  CHECK(r.headers.add("vary", "b"));
  CHECK(r.headers.size() == 2);
  CHECK(r.set("X", "y"));
  CHECK(r.set("VARY", r.headers.begin()->value));  // a view of what is replaced
  CHECK(written(r) == "HTTP/1.1 200 OK\r\nX: y\r\nVARY: a\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("an answer is written from its parts", "[http][response]") {
  answer a;
  a.content_type = "text/plain; charset=UTF-8";
  a.body = "2probe";
  a.lines = "cache-control: no-store\r\n";
  a.more_lines = "Vary: Origin\r\n";
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\ncache-control: no-store\r\n"
      "Vary: Origin\r\nContent-Length: 6\r\n";
  CHECK(written(a) == head + "\r\n2probe");
  a.head_only = true;
  CHECK(written(a) == head + "\r\n");
  a.keep_alive = false;
  CHECK(written(a) == head + "Connection: close\r\n\r\n");
  a.status = 204;
  CHECK(written(a).substr(0, 25) == "HTTP/1.1 204 No Content\r\n");
  CHECK(written(a).find("Content-Length") == std::string::npos);

  socketio::frame_builder builder;
  write_answer(builder, a);
  CHECK(builder.view() == written(a));
}
