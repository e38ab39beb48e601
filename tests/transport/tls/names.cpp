// Which of several certificates a client gets: by the name it asks for, and by what it can use.
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/transport/tls.hpp"
#include "support/catch.hpp"
#include "transport/tls/client.hpp"

using socketio::tls_context;
using socketio::tls_options;
using namespace socketio::test;

namespace {

/// The first has RSA, so that nothing hangs on the type of key.
tls_context several() {
  const auto& ca = test_authority();
  tls_options o;
  o.certificates.push_back(
      in_memory(ca.sign({.name = "default", .names = "DNS:default.test"}, rsa_key())));
  o.certificates.push_back(
      in_memory(ca.sign({.name = "one", .names = "DNS:one.test,DNS:uno.test"})));
  o.certificates.push_back(in_memory(ca.sign({.name = "wild", .names = "DNS:*.wild.test"})));
  o.certificates.push_back(in_memory(ca.sign({.name = "both ec", .names = "DNS:both.test"})));
  o.certificates.push_back(
      in_memory(ca.sign({.name = "both rsa", .names = "DNS:both.test"}, rsa_key())));
  o.certificates.push_back(in_memory(ca.sign({.name = "late", .names = "DNS:one.test"})));
  return tls_context{std::move(o)};
}

struct wish {
  const char* name;
  int version = TLS1_3_VERSION;
  const char* algorithms = nullptr;
};

/// The common name of the certificate that the client gets.
std::string shown(const tls_context& context, wish w) {
  secure_pair pair{context, w.name};
  SSL_CTX_set_verify(pair.client.context(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_max_proto_version(pair.client.context(), w.version);
  if (w.algorithms) SSL_CTX_set1_sigalgs_list(pair.client.context(), w.algorithms);
  if (!pair.handshake()) return pair.ec.message();
  const owned<X509> certificate{SSL_get1_peer_certificate(pair.client.ssl())};
  std::array<char, 64> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                            static_cast<int>(name.size()));
  return name.data();
}

}  // namespace

TEST_CASE("SNI: a client gets the certificate made out to the name it asks for", "[tls]") {
  const tls_context context = several();
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  CHECK(shown(context, {"one.test", version}) == "one");
  CHECK(shown(context, {"ONE.test", version}) == "one");
  CHECK(shown(context, {"uno.test", version}) == "one");
  CHECK(shown(context, {"a.wild.test", version}) == "wild");
  CHECK(shown(context, {"default.test", version}) == "default");
}

TEST_CASE("SNI: without a name that fits, a client gets the first certificate", "[tls]") {
  const tls_context context = several();
  CHECK(shown(context, {"unknown.test"}) == "default");
  CHECK(shown(context, {"wild.test"}) == "default");
  CHECK(shown(context, {"a.b.wild.test"}) == "default");
  CHECK(shown(context, {""}) == "default");
}

TEST_CASE("SNI: of two certificates of one name, the client gets the one it can use", "[tls]") {
  const tls_context context = several();
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  CHECK(shown(context, {"both.test", version, "ECDSA+SHA256"}) == "both ec");
  CHECK(shown(context, {"both.test", version, "RSA-PSS+SHA256:RSA+SHA256"}) == "both rsa");
  // Nothing of the first certificate is left where another one is asked for.
  CHECK(shown(context, {"one.test", version, "RSA-PSS+SHA256:RSA+SHA256"}) != "default");
}
