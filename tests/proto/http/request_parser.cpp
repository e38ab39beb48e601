#include "socketio/proto/http/request_parser.hpp"

#include <string>

#include "proto/http/parsing.hpp"
#include "support/catch.hpp"

using namespace socketio::http;
using namespace http_test;

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
  parser.next();
  CHECK(parser.feed(get({})) == 0);
  parser.release();
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
