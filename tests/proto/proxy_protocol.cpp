#include "socketio/proto/proxy_protocol.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "support/catch.hpp"

using socketio::proxy::decoder;
using status = decoder::status;

namespace {

struct outcome {
  status state = status::need_more;
  std::string source;  ///< "-" if there is none
  bool secure = false;
  std::string rest;  ///< what was not taken
  friend bool operator==(const outcome&, const outcome&) = default;
};

/// Feeds pieces of a size until the decoder is done or the text is at its end.
outcome decode(std::string_view text, std::size_t piece = std::string_view::npos) {
  decoder d;
  outcome o;
  while (!text.empty() && o.state == status::need_more) {
    std::string_view part = text.substr(0, piece);
    const std::size_t size = part.size();
    o.state = d.feed(part);
    text.remove_prefix(size - part.size());
  }
  o.rest = text;
  o.source = d.source() ? d.source()->to_string() : "-";
  o.secure = d.secure();
  return o;
}

/// The same whole and in pieces of every size up to 20.
outcome decode_anyhow(std::string_view text) {
  const outcome whole = decode(text);
  for (std::size_t piece = 1; piece <= 20; ++piece) {
    CAPTURE(piece);
    CHECK(decode(text, piece) == whole);
  }
  return whole;
}

bool fails(std::string_view text) { return decode_anyhow(text).state == status::failed; }

std::string binary(unsigned command, unsigned family, std::string_view body) {
  std::string text{"\r\n\r\n\0\r\nQUIT\n", 12};
  text.push_back(static_cast<char>(command));
  text.push_back(static_cast<char>(family));
  text.push_back(static_cast<char>(body.size() >> 8));
  text.push_back(static_cast<char>(body.size() & 0xff));
  return text.append(body);
}

std::string extension(unsigned type, std::string_view value) {
  std::string text{static_cast<char>(type), static_cast<char>(value.size() >> 8),
                   static_cast<char>(value.size() & 0xff)};
  return text.append(value);
}

const std::string v4_body{"\xc0\x00\x02\x01\xc0\x00\x02\x02\xdc\x04\x01\xbb", 12};
const std::string v6_body =
    std::string{"\x20\x01\x0d\xb8", 4} + std::string(11, '\0') + "\x01" + std::string(20, '\0');

}  // namespace

TEST_CASE("PROXY 2.1 a line names the client", "[proto]") {
  CHECK(decode_anyhow("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\nGET / HTTP/1.1\r\n") ==
        outcome{status::done, "192.0.2.1", false, "GET / HTTP/1.1\r\n"});
  CHECK(decode_anyhow("PROXY TCP6 2001:db8::1 ::1 0 65535\r\n") ==
        outcome{status::done, "2001:db8::1", false, ""});
  CHECK(decode_anyhow("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n").source == "192.0.2.1");
  CHECK(decode_anyhow("PROXY UNKNOWN\r\nx") == outcome{status::done, "-", false, "x"});
  CHECK(decode_anyhow("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n").state ==
        status::done);
}

TEST_CASE("PROXY 2.1 a line has one form", "[proto]") {
  for (const std::string_view line : {"PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\n",
                                      "PROXY  TCP4 192.0.2.1 1.1.1.1 1 2\r\n",
                                      "PROXY TCP4 192.0.2.1  1.1.1.1 1 2\r\n",
                                      "PROXY TCP4 192.0.2.1 1.1.1.1 1\r\n",
                                      "PROXY TCP4 192.0.2.1 1.1.1.1 1 2 3\r\n",
                                      "PROXY TCP4 192.0.2.1 1.1.1.1 1 2 \r\n",
                                      "PROXY TCP4 ::1 1.1.1.1 1 2\r\n",
                                      "PROXY TCP6 192.0.2.1 ::1 1 2\r\n",
                                      "PROXY TCP4 192.0.2.1 ::1 1 2\r\n",
                                      "PROXY TCP4 192.0.2.1 1.1.1.1 65536 2\r\n",
                                      "PROXY TCP4 192.0.2.1 1.1.1.1 01 2\r\n",
                                      "PROXY TCP4 192.0.2.1 1.1.1.1 -1 2\r\n",
                                      "PROXY TCP4 192.0.2.1 1.1.1.1 1 \r\n",
                                      "PROXY TCP4\r\n",
                                      "PROXY \r\n",
                                      "PROXY TCP5 a b c d\r\n",
                                      "PROXY tcp4 192.0.2.1 1.1.1.1 1 2\r\n",
                                      "PROXY UNKNOWNX\r\n",
                                      "PROXY TCP4 localhost a 1 2\r\n",
                                      "PROXY\r\n",
                                      "proxy TCP4 192.0.2.1 1.1.1.1 1 2\r\n",
                                      "GET / HTTP/1.1\r\n",
                                      "\n",
                                      "P\n"}) {
    CAPTURE(line);
    CHECK(fails(line));
  }
}

TEST_CASE("PROXY 2.1 a line has at most 107 bytes", "[proto]") {
  const std::string begin = "PROXY UNKNOWN ";
  CHECK(decode_anyhow(begin + std::string(105 - begin.size(), 'x') + "\r\n").state == status::done);
  CHECK(fails(begin + std::string(106 - begin.size(), 'x') + "\r\n"));
  CHECK(fails(std::string{"PROXY "} + std::string(1000, 'x')));
}

TEST_CASE("PROXY 2.2 a binary header names the client", "[proto]") {
  CHECK(decode_anyhow(binary(0x21, 0x11, v4_body) + "GET") ==
        outcome{status::done, "192.0.2.1", false, "GET"});
  CHECK(decode_anyhow(binary(0x21, 0x21, v6_body)) ==
        outcome{status::done, "2001:db8::1", false, ""});
  // The proxy's own connection, such as a health check: whatever it carries is skipped.
  CHECK(decode_anyhow(binary(0x20, 0x11, v4_body) + "x") == outcome{status::done, "-", false, "x"});
  CHECK(decode_anyhow(binary(0x20, 0, "")) == outcome{status::done, "-", false, ""});
  CHECK(decode_anyhow(binary(0x21, 0x31, std::string(216, 'a'))).source == "-");
  CHECK(decode_anyhow(binary(0x21, 0x00, "anything")).source == "-");
}

TEST_CASE("PROXY 2.2 a binary header that is none", "[proto]") {
  for (const unsigned command : {0x01u, 0x11u, 0x31u, 0x22u, 0x2fu, 0x00u}) {
    CAPTURE(command);
    CHECK(fails(binary(command, 0x11, v4_body)));
  }
  CHECK(fails(binary(0x21, 0x11, v4_body.substr(1))));
  CHECK(fails(binary(0x21, 0x21, v6_body.substr(1))));
  CHECK(fails(binary(0x21, 0x31, std::string(215, 'a'))));
  std::string wrong = binary(0x21, 0x11, v4_body);
  wrong[11] = '\r';
  CHECK(fails(wrong));
}

TEST_CASE("PROXY 2.2 the length of a binary header is limited before it is waited for", "[proto]") {
  CHECK(decode_anyhow(binary(0x20, 0, std::string(decoder::longest_body, 'a'))).state ==
        status::done);
  std::string text = binary(0x20, 0, std::string(decoder::longest_body + 1, 'a'));
  CHECK(fails(text));
  text.resize(16);
  CHECK(fails(text));
}

TEST_CASE("PROXY 2.2.5 the extension for TLS says whether the client came encrypted", "[proto]") {
  const std::string other = extension(0x02, "example.com");
  CHECK(decode_anyhow(
            binary(0x21, 0x11, v4_body + other + extension(0x20, std::string{"\1\0\0\0\0", 5})))
            .secure);
  CHECK_FALSE(
      decode_anyhow(binary(0x21, 0x11, v4_body + extension(0x20, std::string{"\2\0\0\0\0", 5})))
          .secure);
  CHECK_FALSE(decode_anyhow(binary(0x21, 0x11, v4_body + other)).secure);
  CHECK(fails(binary(0x21, 0x11, v4_body + extension(0x20, "\1"))));
  CHECK(fails(binary(0x21, 0x11, v4_body + "\x20")));
  CHECK(fails(binary(0x21, 0x11, v4_body + std::string{"\x20\0\5\1", 4})));
  CHECK(fails(binary(0x21, 0x11, v4_body + std::string{"\x04\xff\xff", 3})));
}

TEST_CASE("a PROXY decoder stays as it ended", "[proto]") {
  decoder d;
  std::string_view text = "nonsense";
  CHECK(d.feed(text) == status::failed);
  const std::string good = "PROXY UNKNOWN\r\n";
  text = good;
  CHECK(d.feed(text) == status::failed);
  CHECK(text == good);

  decoder done;
  CHECK(done.feed(text) == status::done);
  text = good;
  CHECK(done.feed(text) == status::done);
  CHECK(text == good);
}
