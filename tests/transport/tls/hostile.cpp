// TLS peers that mean harm, or are hopelessly old.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "socketio/server.hpp"
#include "socketio/transport/tls.hpp"
#include "support/catch.hpp"
#include "transport/tls/client.hpp"
#include "transport/tls/raw_records.hpp"

using namespace std::chrono_literals;
using socketio::tls_error;
using namespace socketio::test;

namespace {

std::string bytes(std::initializer_list<int> list) {
  std::string text;
  for (const int each : list) text.push_back(static_cast<char>(each));
  return text;
}

/// A length in network order.
std::string length(std::size_t value, int width) {
  std::string text;
  for (int i = width - 1; i >= 0; --i) text.push_back(static_cast<char>(value >> (8 * i)));
  return text;
}

std::string records(std::string_view message, std::size_t size) {
  std::string all;
  for (; !message.empty(); message.remove_prefix(std::min(size, message.size()))) {
    const auto piece = message.substr(0, size);
    all += bytes({22, 3, 1}) + length(piece.size(), 2);
    all += piece;
  }
  return all;
}

/// The beginning of a client's talk, before any of it goes out.
std::string first_flight(tls_client& client) {
  SSL_do_handshake(client.ssl());
  std::string text(64 * 1024, '\0');
  const int size = BIO_read(SSL_get_wbio(client.ssl()), text.data(), static_cast<int>(text.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace

TEST_CASE("R166 TLS 1.1 and older is refused", "[tls]") {
  const int version = GENERATE(TLS1_VERSION, TLS1_1_VERSION);
  secure_pair pair;
  SSL_CTX_set_max_proto_version(pair.client.context(), version);
  CHECK_FALSE(pair.handshake());
  CHECK(pair.ec.message() == "unsupported protocol");
  CHECK(pair.client.reason() == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION);
}

TEST_CASE("R166 weak ciphers are refused", "[tls]") {
  // Without forward secrecy, without authentication of each record, without encryption, broken.
  const char* const weak = GENERATE("AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "NULL", "3DES",
                                    "RC4", "aNULL", "ECDHE-ECDSA-AES256-SHA384");
  secure_pair pair;
  SSL_CTX_set_max_proto_version(pair.client.context(), TLS1_2_VERSION);
  const std::string list = std::string{weak} + ":@SECLEVEL=0";
  if (SSL_CTX_set_cipher_list(pair.client.context(), list.c_str()) != 1) return;  // no more built
  CHECK_FALSE(pair.handshake());
  CHECK(pair.ec.message() == "no shared cipher");
}

TEST_CASE("R166 signatures with SHA-1 are refused", "[tls]") {
  secure_pair pair;
  SSL_CTX_set_max_proto_version(pair.client.context(), TLS1_2_VERSION);
  REQUIRE(SSL_CTX_set1_sigalgs_list(pair.client.context(), "ECDSA+SHA1") == 1);
  CHECK_FALSE(pair.handshake());
}

TEST_CASE("R167 a ClientHello is refused by the length that it announces", "[tls]") {
  const std::size_t announced =
      GENERATE(std::size_t{16'385}, std::size_t{131'396}, (std::size_t{1} << 24) - 1);
  const std::size_t record = GENERATE(std::size_t{1}, std::size_t{3}, std::size_t{1000});
  secure_pair pair;
  std::string hello = bytes({1}) + length(announced, 3) + bytes({3, 3});
  hello += std::string(32, 'r');
  pair.client.peer().write(records(hello, record));
  pair.network.run();
  CHECK_FALSE(pair.serve());
  CHECK(pair.ec == tls_error::handshake_too_long);
}

TEST_CASE("R167 a ClientHello of any honest length is read, however it comes", "[tls]") {
  // Padding makes it as long as the longest: 16 KiB with its header of four bytes.
  const std::size_t size = GENERATE(std::size_t{0}, std::size_t{4000}, std::size_t{16'384});
  const std::size_t record = GENERATE(std::size_t{1}, std::size_t{100}, std::size_t{16'384});
  secure_pair pair;
  std::string hello = first_flight(pair.client).substr(5);
  if (size > hello.size()) {
    const std::size_t padding = size - hello.size();
    std::string extension = bytes({0, 21}) + length(padding, 2) + std::string(padding, '\0');
    hello += extension;
    // The lengths of all extensions and of the message grow with it.
    const std::size_t sid = static_cast<unsigned char>(hello[38]);
    const std::size_t ciphers = 39 + sid;
    const auto u16 = [&](std::size_t at) {
      return static_cast<std::size_t>(static_cast<unsigned char>(hello[at])) << 8 |
             static_cast<unsigned char>(hello[at + 1]);
    };
    const std::size_t compression = ciphers + 2 + u16(ciphers);
    const std::size_t extensions = compression + 1 + static_cast<unsigned char>(hello[compression]);
    hello.replace(extensions, 2, length(u16(extensions) + extension.size(), 2));
    hello.replace(1, 3, length(hello.size() - 4, 3));
    REQUIRE(hello.size() == size + 4);
  }
  pair.client.peer().write(records(hello, record));
  pair.network.run();
  CHECK(pair.serve());
  // The server has answered: with its own hello.
  const std::string answer = pair.client.peer().take();
  REQUIRE(answer.size() > 6);
  CHECK(answer.substr(0, 3) == bytes({22, 3, 3}));
  CHECK(answer[5] == 2);
}

TEST_CASE("R167 ten thousand server names in one hello", "[tls]") {
  secure_pair pair;
  std::string list;
  for (int i = 0; i < 1500; ++i) list += bytes({0}) + length(5, 2) + "a.com";
  std::string extension = length(list.size(), 2) + list;
  extension = bytes({0, 0}) + length(extension.size(), 2) + extension;
  std::string body = bytes({3, 3}) + std::string(32, 'r') + bytes({0, 0, 2, 0xC0, 0x2B, 1, 0});
  body += length(extension.size(), 2) + extension;
  const std::string hello = bytes({1}) + length(body.size(), 3) + body;
  pair.client.peer().write(records(hello, 16'384));
  pair.network.run();
  CHECK_FALSE(pair.serve());
  CHECK(pair.ec);
}

TEST_CASE("R167 garbage as a client certificate", "[tls]") {
  socketio::tls_options options = test_options();
  options.clients = socketio::client_certificates::required;
  options.client_ca = test_authority().pem();
  secure_pair pair{std::move(options)};
  SSL_CTX_set_max_proto_version(pair.client.context(), TLS1_2_VERSION);
  pair.client.handshake();
  pair.network.run();
  REQUIRE(pair.serve());
  // Certificate (11): one of 100 bytes, which is none.
  const std::string list = length(100, 3) + std::string(100, '\x30');
  const std::string message = bytes({11}) + length(list.size() + 3, 3) + length(list.size(), 3);
  pair.client.peer().write(records(message + list, 16'384));
  pair.network.run();
  CHECK_FALSE(pair.serve());
  CHECK(pair.ec);
}

TEST_CASE("R168 a client that wants to renegotiate is told no", "[tls]") {
  secure_pair pair;
  SSL_CTX_set_max_proto_version(pair.client.context(), TLS1_2_VERSION);
  REQUIRE(pair.handshake());
  pair.client.write("before");
  REQUIRE(SSL_renegotiate(pair.client.ssl()) == 1);
  pair.client.handshake();
  pair.network.run();
  CHECK(pair.serve());
  CHECK(pair.received == "before");
  pair.client.handshake();
  CHECK(pair.client.reason() == SSL_R_NO_RENEGOTIATION);
}

TEST_CASE("R168 a client that goes on renegotiating is cut off", "[tls]") {
  secure_pair pair;
  SSL_CTX* const context = pair.client.context();
  SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES128-GCM-SHA256");
  const std::string hello = first_flight(pair.client).substr(5);
  pair.client.peer().write(records(hello, 16'384));
  pair.network.run();
  REQUIRE(pair.serve());
  REQUIRE(pair.handshake());
  record_forger forger{pair.client.ssl(), 1};

  SECTION("data in forged records is data") {
    pair.client.peer().write(forger.seal(23, "hello"));
    pair.network.run();
    CHECK(pair.serve());
    CHECK(pair.received == "hello");
  }
  SECTION("hellos are not") {
    int asked = 0;
    do {
      pair.client.peer().write(forger.seal(22, hello));
      pair.network.run();
    } while (++asked < 1000 && pair.serve());
    CHECK(pair.ec == tls_error::unwanted_handshake);
    CHECK(asked <= 3);
  }
  SECTION("hellos at once are not either") {
    std::string flood;
    for (int i = 0; i < 1000; ++i) flood += forger.seal(22, hello);
    pair.client.peer().write(flood);
    pair.network.run();
    CHECK_FALSE(pair.serve());
    CHECK(pair.ec == tls_error::unwanted_handshake);
    // Read was little more than one buffer of OpenSSL's.
    CHECK(pair.client.peer().unread() > flood.size() - 40'000);
  }
}

TEST_CASE("R168 new keys again and again", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  const bool asked_for_ours = GENERATE(false, true);
  int updates = 0;
  do {
    SSL_key_update(pair.client.ssl(),
                   asked_for_ours ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED);
    SSL_do_handshake(pair.client.ssl());
    pair.client.send();
    pair.network.run();
  } while (++updates < 100'000 && pair.serve());
  CHECK(pair.ec == tls_error::unwanted_handshake);
  CHECK(updates <= 18);
}

TEST_CASE("R168 an honest number of new keys is fine", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  for (int i = 0; i < 100; ++i) {
    SSL_key_update(pair.client.ssl(), SSL_KEY_UPDATE_REQUESTED);
    pair.client.write("x");
    pair.network.run();
    REQUIRE(pair.serve());
    pair.client.read();
  }
  CHECK(pair.received == std::string(100, 'x'));
}

TEST_CASE("R168 new keys of a client that never reads the answers", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  pair.client.peer().stop_reading();
  int updates = 0;
  do {
    SSL_key_update(pair.client.ssl(), SSL_KEY_UPDATE_REQUESTED);
    pair.client.write("x");
    pair.network.run();
  } while (++updates < 100'000 && pair.serve());
  CHECK(pair.ec == tls_error::too_much_unsent);
}

TEST_CASE("R41 HTTP on the port of TLS is closed", "[tls]") {
  secure_pair pair;
  pair.client.peer().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  pair.network.run();
  CHECK_FALSE(pair.serve());
  CHECK(pair.ec.message() == "http request");
}

TEST_CASE("R154 a flipped bit ends the connection", "[tls]") {
  secure_pair pair;
  REQUIRE(pair.handshake());
  SSL_write(pair.client.ssl(), "hello", 5);
  std::array<char, 256> record;
  const int size = BIO_read(SSL_get_wbio(pair.client.ssl()), record.data(), record.size());
  record[8] = static_cast<char>(record[8] ^ 1);
  pair.client.peer().write({record.data(), static_cast<std::size_t>(size)});
  pair.network.run();
  CHECK_FALSE(pair.serve());
  CHECK(pair.received.empty());
  pair.client.read();
  CHECK(pair.client.reason() == SSL_R_SSLV3_ALERT_BAD_RECORD_MAC);
}

// ---- a whole server, in virtual time

namespace {

struct secure_server {
  secure_server() {
    server.on("echo", [](socketio::socket& s, std::string text) { s.emit("echo", text); });
    server.listen({443, socketio::tls_context{test_options()}});
  }

  /// A client that has done its handshake.
  tls_client connect() {
    tls_client client{network.connect(443)};
    for (int i = 0; i < 10 && !client.handshake(); ++i) network.run();
    network.run();
    return client;
  }

  std::string ask(tls_client& client, std::string_view request) {
    client.write(request);
    network.run();
    return client.read();
  }

  socketio::memory::network network;
  socketio::server<secure> server{network};
};

constexpr std::string_view open_request =
    "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n";

}  // namespace

TEST_CASE("L28 R167 a handshake has ten seconds, however it drips", "[tls]") {
  secure_server s;
  tls_client honest = s.connect();
  tls_client silent{s.network.connect(443)};
  tls_client dripping{s.network.connect(443)};
  const std::string hello = first_flight(dripping);
  for (std::size_t i = 0; i < 9; ++i) {
    dripping.peer().write(hello.substr(i, 1));
    s.network.advance(1s);
    CHECK_FALSE(dripping.peer().closed());
    CHECK_FALSE(silent.peer().closed());
  }
  // Nobody waits for them.
  CHECK(s.ask(honest, open_request).starts_with("HTTP/1.1 200"));
  s.network.advance(1100ms);
  CHECK(dripping.peer().closed());
  CHECK(silent.peer().closed());
  CHECK(s.server.engine().session_count() == 1);
}

TEST_CASE("L28 half a handshake has ten seconds, too", "[tls]") {
  secure_server s;
  tls_client client{s.network.connect(443)};
  client.handshake();
  s.network.run();
  CHECK_FALSE(client.peer().received().empty());
  s.network.advance(9s);
  CHECK_FALSE(client.peer().closed());
  s.network.advance(1100ms);
  CHECK(client.peer().closed());
}

TEST_CASE("R169 a request that is cut off is not carried out", "[tls]") {
  secure_server s;
  bool heard = false;
  s.server.on("cut", [&] { heard = true; });
  tls_client client = s.connect();
  const std::string opened = s.ask(client, open_request);
  const auto at = opened.find("\"sid\":\"") + 7;
  const std::string sid = opened.substr(at, opened.find('"', at) - at);
  const auto post = [&](std::string_view body, std::size_t announced) {
    return "POST /socket.io/?EIO=4&transport=polling&sid=" + sid +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(announced) +
           "\r\n\r\n" + std::string{body};
  };
  REQUIRE(s.ask(client, post("40", 2)).starts_with("HTTP/1.1 200"));
  client.write(post("42[\"cut\"]", 9 + 2));
  client.peer().half_close();
  s.network.run();
  CHECK_FALSE(heard);
  CHECK(s.server.engine().session_count() == 0);
  CHECK(client.peer().closed());
}
