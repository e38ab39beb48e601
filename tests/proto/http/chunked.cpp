#include "socketio/proto/http/chunked.hpp"

#include <string>

#include "proto/http/parsing.hpp"
#include "support/catch.hpp"

using namespace socketio::http;
using namespace http_test;

TEST_CASE("R28 chunk lines end with CR LF and nothing else", "[http][chunked]") {
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

TEST_CASE("R29 a chunk size is hexadecimal digits and nothing else", "[http][chunked]") {
  for (const std::string_view size :
       {"0x1", "+1", "-2", "1_0", " 1", "1 ", "", "g", ";x", "1 ;x"}) {
    INFO(size);
    CHECK(status(chunked(std::string{size} + "\r\na\r\n0\r\n\r\n")) == 400);
  }
}

TEST_CASE("R30 a huge chunk size is refused at once", "[http][chunked]") {
  CHECK(status(chunked("f4241")) == 413);
  CHECK(status(chunked("ffffffffffffffff")) == 413);
  CHECK(status(chunked("fffffffffffffffff")) == 413);
  CHECK(status(chunked("00000000000000001")) == 400);
  CHECK(has(parse(chunked("0000000000000001\r\na\r\n0\r\n\r\n")), "body=a\n"));
}

TEST_CASE("R31 chunk data is as long as its size", "[http][chunked]") {
  CHECK(status(chunked("1\r\nabc\r\n0\r\n\r\n")) == 400);
  CHECK(status(chunked("3\r\na\r\n0\r\n\r\n")) == 400);
}

TEST_CASE("R32 L8 chunk extensions are limited by line and by body", "[http][chunked]") {
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
          "[http][chunked]") {
  std::string body;
  for (int i = 0; i < 5'460; ++i) body += "1\r\na\r\n";  // 3 bytes of chunk line each
  CHECK(has(parse(chunked(body + "0\r\n\r\n") + get({})), std::string(5'460, 'a') + "\nGET"));
  CHECK(status(chunked(body + "1\r\na\r\n0\r\n\r\n")) == 413);
  for (int i = 0; i < 994'540; ++i) body += "1\r\na\r\n";
  CHECK(outcome({chunked(body)}) == outcome(bytewise(chunked(body))));

  limits narrow;
  narrow.chunk_lines = 6;
  CHECK(status(chunked("1\r\na\r\n0\r\n\r\n"), narrow) == 0);
  narrow.chunk_lines = 5;
  CHECK(status(chunked("1\r\na\r\n0\r\n\r\n"), narrow) == 413);

  limits wide;
  wide.chunk_lines = 4'000'000;
  CHECK(has(outcome({chunked(body + "0\r\n\r\n")}, wide), std::string(1'000'000, 'a') + "\nidle"));
}

TEST_CASE("R34 L9 trailers are checked and dropped", "[http][chunked]") {
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

TEST_CASE("R74 L7 chunks beyond the limit are refused", "[http][chunked]") {
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
