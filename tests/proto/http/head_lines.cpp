#include "socketio/proto/http/head_lines.hpp"

#include <string>

#include "proto/http/parsing.hpp"
#include "support/catch.hpp"

using namespace socketio::http;
using namespace http_test;

TEST_CASE("one empty line before a request is ignored, RFC 9112 section 2.2", "[http][head]") {
  CHECK(has(parse("\r\n" + get({}) + "\r\n" + get({})), "idle"));
  CHECK(status("\r\n\r\n" + get({})) == 400);
  CHECK(status("\n" + get({})) == 400);
  CHECK(status("\r" + get({})) == 400);
}

TEST_CASE("R11 lines end with CR LF and nothing else", "[http][head]") {
  CHECK(status("GET / HTTP/1.1\nHost: a\r\n\r\n") == 400);
  CHECK(status("GET / HTTP/1.1\r\nHost: a\n\r\n") == 400);
  CHECK(status("GET / HTTP/1.1\r\nHost: a\r\n\n") == 400);
  CHECK(status("GET / HTTP/1.1\nHost: a\n\n") == 400);
  CHECK(status("GET / HTTP/1.1\rHost: a\r\r") == 400);
  CHECK(status_of_header("X: a\rb") == 400);
  CHECK(status_of_header("X: a\r") == 400);
  CHECK(status("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n") == 400);
}

TEST_CASE("R12 control characters are refused in name, value and target", "[http][head]") {
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

TEST_CASE("R14 L2 too many headers are refused", "[http][head]") {
  std::string lines;
  for (int i = 0; i < 99; ++i) lines += "a:b\r\n";  // Host is the hundredth
  CHECK(status(get(lines)) == 0);
  CHECK(status(get(lines + "a:b\r\n")) == 431);
  for (int i = 0; i < 4000; ++i) lines += "a:b\r\n";
  CHECK(status(get(lines)) == 431);
}

TEST_CASE("R15 L1 a head of 16 KiB is the largest", "[http][head]") {
  const std::size_t frame = get("X: \r\n").size();
  CHECK(status(get("X: " + std::string(16 * 1024 - frame, 'x') + "\r\n")) == 0);
  CHECK(status(get("X: " + std::string(16 * 1024 - frame + 1, 'x') + "\r\n")) == 431);
  CHECK(status(get("X: " + std::string(64 * 1024, 'x') + "\r\n")) == 431);
  // What follows the head does not count.
  CHECK(status(get("X: " + std::string(16 * 1024 - frame, 'x') + "\r\n") + get({})) == 0);
}

TEST_CASE("R16 L3 a target of 8 KiB is the longest", "[http][head]") {
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

TEST_CASE("R41 a TLS handshake on the plain port fails at its first byte", "[http][head]") {
  CHECK(status(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)) == 400);
}
