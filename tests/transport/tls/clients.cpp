// Client certificates, ALPN and the resumption of sessions.
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/server.hpp"
#include "socketio/transport/tls.hpp"
#include "support/catch.hpp"
#include "transport/tls/client.hpp"

using socketio::client_certificates;
using socketio::tls_context;
using socketio::tls_options;
using namespace socketio::test;

namespace {

tls_options asking(client_certificates how) {
  tls_options o = test_options();
  o.clients = how;
  o.client_ca = test_authority().pem();
  return o;
}

void show(tls_client& client, const signed_key& certificate) {
  SSL_CTX_use_certificate(client.context(), certificate.certificate.get());
  SSL_CTX_use_PrivateKey(client.context(), certificate.key.get());
}

enum showing { none, good, foreign, expired };

const signed_key& alice() {
  static const signed_key made = test_authority().sign({.name = "Alice Ä"});
  return made;
}

}  // namespace

TEST_CASE("a client certificate is asked for as the options say", "[tls]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  const auto how = GENERATE(client_certificates::ignored, client_certificates::optional,
                            client_certificates::required);
  const auto which = GENERATE(none, good, foreign, expired);
  secure_pair pair{asking(how)};
  SSL_CTX_set_max_proto_version(pair.client.context(), version);
  if (which == good) show(pair.client, alice());
  if (which == foreign) show(pair.client, signed_key::self_signed({.name = "Mallory"}));
  if (which == expired) {
    show(pair.client, test_authority().sign({.name = "Old", .begins = -7200, .ends = -3600}));
  }
  const bool served = how == client_certificates::ignored || which == good ||
                      (which == none && how == client_certificates::optional);
  CHECK(pair.handshake() == served);
  const auto shown = pair.stream.peer_certificate();
  if (which == good && how != client_certificates::ignored) {
    REQUIRE(shown);
    CHECK(shown->subject == "CN=Alice Ä");
    CHECK(shown->issuer == "CN=test authority");
    CHECK(shown->pem == alice().pem());
    CHECK(shown->serial.size() == 4);
    CHECK(shown->fingerprint.size() == 64);
  } else if (served) {
    CHECK_FALSE(shown);
  }
}

TEST_CASE("before its handshake a client has shown nothing", "[tls]") {
  secure_pair pair{asking(client_certificates::required)};
  CHECK_FALSE(pair.stream.peer_certificate());
}

TEST_CASE("a handler sees the certificate of its client", "[tls]") {
  socketio::memory::network network;
  socketio::server<secure> server{network};
  std::optional<socketio::peer_certificate> seen;
  server.on_connection([&](socketio::socket& socket) {
    CHECK(socket.handshake().secure());
    if (const auto* shown = socket.handshake().certificate()) seen = *shown;
  });
  server.listen({443, tls_context{asking(client_certificates::optional)}});
  tls_client client{network.connect(443)};
  const bool shows = GENERATE(false, true);
  if (shows) show(client, alice());
  for (int i = 0; i < 10 && !client.handshake(); ++i) network.run();
  network.run();
  client.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n");
  network.run();
  const std::string opened = client.read();
  const auto at = opened.find("\"sid\":\"") + 7;
  client.write("POST /socket.io/?EIO=4&transport=polling&sid=" +
               opened.substr(at, opened.find('"', at) - at) +
               " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n40");
  network.run();
  CHECK(client.read().starts_with("HTTP/1.1 200"));
  REQUIRE(seen.has_value() == shows);
  if (seen) CHECK(seen->subject == "CN=Alice Ä");
}

TEST_CASE("ALPN: HTTP/1.1, or nothing", "[tls]") {
  secure_pair pair;
  const auto offer = [&](std::string_view list) {
    SSL_set_alpn_protos(pair.client.ssl(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  };
  SECTION("what browsers offer") {
    offer("\x02h2\x08http/1.1");
    REQUIRE(pair.handshake());
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(pair.client.ssl(), &chosen, &size);
    CHECK(std::string_view{reinterpret_cast<const char*>(chosen), size} == "http/1.1");
  }
  SECTION("no offer") { CHECK(pair.handshake()); }
  SECTION("another protocol") {
    offer("\x02h2\x04imap");
    CHECK_FALSE(pair.handshake());
    CHECK(pair.client.reason() == SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL);
  }
}

namespace {

using session = std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>;

/// A session that can be resumed.
session first_session(const tls_context& context, int version) {
  secure_pair pair{context};
  SSL_CTX_set_max_proto_version(pair.client.context(), version);
  show(pair.client, alice());
  REQUIRE(pair.handshake());
  pair.client.read();  // the tickets of TLS 1.3 come after the handshake
  pair.client.end();   // without it OpenSSL takes the session for a broken one
  SSL_SESSION* const made = SSL_get1_session(pair.client.ssl());
  CHECK(SSL_SESSION_is_resumable(made) == 1);
  return {made, SSL_SESSION_free};
}

bool resumes(const tls_context& context, int version, SSL_SESSION* from) {
  secure_pair pair{context};
  SSL_CTX_set_max_proto_version(pair.client.context(), version);
  show(pair.client, alice());
  SSL_set_session(pair.client.ssl(), from);
  REQUIRE(pair.handshake());
  // Who it is stays known.
  const auto shown = pair.stream.peer_certificate();
  CHECK(shown);
  return SSL_session_reused(pair.client.ssl()) == 1;
}

}  // namespace

TEST_CASE("sessions are resumed, also by clients with a certificate", "[tls]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  tls_context context{asking(client_certificates::required)};
  const session before = first_session(context, version);
  CHECK(resumes(context, version, before.get()));

  // Who was trusted then need not be trusted now.
  context.reload();
  CHECK_FALSE(resumes(context, version, before.get()));
}
