#include "socketio/proto/ws/handshake.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

namespace http = socketio::http;
namespace ws = socketio::ws;
using namespace std::string_view_literals;

namespace {

constexpr std::string_view sample_key = "dGhlIHNhbXBsZSBub25jZQ==";

http::request good_request() {
  http::request request;
  request.headers = {{"Host", "server.example.com"},
                     {"Upgrade", "websocket"},
                     {"Connection", "Upgrade"},
                     {"Sec-WebSocket-Key", sample_key},
                     {"Sec-WebSocket-Version", "13"}};
  return request;
}

void remove(http::request& request, std::string_view name) {
  std::erase_if(request.headers, [&](const http::field& f) { return f.name == name; });
}

http::request with(std::string_view name, std::string_view value) {
  http::request request = good_request();
  remove(request, name);
  request.headers.push_back({name, value});
  return request;
}

http::request without(std::string_view name) {
  http::request request = good_request();
  remove(request, name);
  return request;
}

http::request adding(std::string_view name, std::string_view value) {
  http::request request = good_request();
  request.headers.push_back({name, value});
  return request;
}

int status_of(const http::request& request) {
  const ws::handshake result = ws::check_handshake(request);
  CHECK(static_cast<bool>(result) == (result.status == 101));
  CHECK(result.reason.empty() == (result.status == 101));
  CHECK(result.key.empty() == (result.status != 101));
  return result.status;
}

}  // namespace

TEST_CASE("ws answers the example of RFC 6455 §1.3", "[ws]") {
  const ws::handshake result = ws::check_handshake(good_request());
  REQUIRE(result);
  CHECK(result.key == sample_key);
  const auto value = ws::accept_value(sample_key);
  CHECK(std::string_view{value.data(), value.size()} == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

  std::string answer;
  ws::write_accept(answer, result.key, "X-Extra: 1\r\n");
  CHECK(answer ==
        "HTTP/1.1 101 Switching Protocols\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        "X-Extra: 1\r\n"
        "\r\n");
  answer.clear();
  ws::write_accept(answer, result.key);
  CHECK(answer.ends_with("xOo=\r\n\r\n"));
}

TEST_CASE("R87 the key is 16 bytes in base64, exactly once", "[ws]") {
  const std::string long_key(10'000, 'A');
  CHECK(status_of(without("Sec-WebSocket-Key")) == 400);
  CHECK(status_of(adding("Sec-WebSocket-Key", sample_key)) == 400);
  for (const std::string_view key : {""sv,
                                     "dGhlIHNhbXBsZSBub25j"sv,         // 15 bytes
                                     "dGhlIHNhbXBsZSBub25jZTE="sv,     // 17 bytes
                                     "dGhlIHNhbXBsZSBub25jZQ"sv,       // no padding
                                     "dGhlIHNhbXBsZSBub25jZQ=A"sv,     //
                                     "dGhlIHNhbXBsZSBub25=ZQ=="sv,     //
                                     "dGhlIHNhbXBsZSBub25j_Q=="sv,     // the URL alphabet
                                     "dGhlIHNhbXBsZSBub25j Q=="sv,     //
                                     "dGhlIHNhbXBsZSBub25j\xc3Q=="sv,  //
                                     std::string_view{long_key}}) {
    CAPTURE(key.substr(0, 40));
    CHECK(status_of(with("Sec-WebSocket-Key", key)) == 400);
  }
  CHECK(status_of(with("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")) == 101);
  CHECK(status_of(with("Sec-WebSocket-Key", "+/+/+/+/+/+/+/+/+/+/+/==")) == 101);
}

TEST_CASE("R88 R89 offers of extensions and subprotocols are declined by silence", "[ws]") {
  std::string thousand;
  for (int i = 0; i < 1000; ++i) thousand += "permessage-deflate, ";
  const std::string spaces = "b" + std::string(12'000, ' ') + "x";
  for (const std::string_view offer :
       {"constructor"sv, "__proto__; a=\""sv, "permessage-deflate; client_max_window_bits"sv,
        std::string_view{thousand}}) {
    CHECK(status_of(adding("Sec-WebSocket-Extensions", offer)) == 101);
  }
  for (const std::string_view offer :
       {""sv, "chat, chat"sv, "\xff\xfe"sv, std::string_view{spaces}}) {
    CHECK(status_of(adding("Sec-WebSocket-Protocol", offer)) == 101);
  }
  std::string answer;
  ws::write_accept(answer, sample_key);
  CHECK(answer.find("Extensions") == answer.npos);
  CHECK(answer.find("Protocol:") == answer.npos);
}

TEST_CASE("R90 only a full set of headers upgrades", "[ws]") {
  CHECK(status_of(good_request()) == 101);
  CHECK(status_of(without("Upgrade")) == 400);
  CHECK(status_of(without("Connection")) == 400);
  CHECK(status_of(with("Upgrade", "h2c")) == 400);
  CHECK(status_of(with("Upgrade", "websockets")) == 400);
  CHECK(status_of(with("Connection", "keep-alive")) == 400);
  CHECK(status_of(with("Connection", "Upgrades")) == 400);

  CHECK(status_of(with("Upgrade", "WebSocket")) == 101);
  CHECK(status_of(with("Connection", "keep-alive, Upgrade")) == 101);
  CHECK(status_of(with("Connection", "upgrade")) == 101);
  http::request two_lines = with("Connection", "keep-alive");
  two_lines.headers.push_back({"connection", "upgrade"});
  CHECK(status_of(two_lines) == 101);

  http::request old = good_request();
  old.version_minor = 0;
  CHECK(status_of(old) == 400);
  http::request post = good_request();
  post.method = http::method::post;
  CHECK(status_of(post) == 405);
  CHECK(ws::check_handshake(post).headers == "Allow: GET\r\n");
}

TEST_CASE("R42 a request for an upgrade has no body", "[ws]") {
  http::request request = good_request();
  request.content_length = 0;
  CHECK(status_of(request) == 101);
  request.content_length = 5;
  CHECK(status_of(request) == 400);
  request.content_length.reset();
  request.chunked = true;
  CHECK(status_of(request) == 400);
}

TEST_CASE("R91 another version is told which one is spoken here", "[ws]") {
  std::vector<http::request> requests{without("Sec-WebSocket-Version"),
                                      adding("Sec-WebSocket-Version", "13"),
                                      adding("Sec-WebSocket-Version", "8")};
  for (const std::string_view version : {"7"sv, "8"sv, "0"sv, "25"sv, "13, 8"sv, "013"sv, ""sv}) {
    requests.push_back(with("Sec-WebSocket-Version", version));
  }
  http::request hixie = without("Sec-WebSocket-Version");
  remove(hixie, "Sec-WebSocket-Key");
  hixie.headers.push_back({"Sec-WebSocket-Key1", "4 @1  46546xW%0l 1 5"});
  hixie.headers.push_back({"Sec-WebSocket-Key2", "12998 5 Y3 1  .P00"});
  requests.push_back(hixie);

  for (const http::request& request : requests) {
    CHECK(status_of(request) == 426);
    const std::string_view lines = ws::check_handshake(request).headers;
    CHECK(lines.find("Sec-WebSocket-Version: 13\r\n") != lines.npos);
    CHECK(lines.find("Upgrade: websocket\r\n") != lines.npos);
  }
}
