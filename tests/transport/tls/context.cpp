// Certificates, keys and what is wrong with them; reloads.
#include "socketio/transport/tls/context.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <openssl/sslerr.h>
#include <openssl/x509err.h>

#include "support/catch.hpp"
#include "transport/tls/client.hpp"

using socketio::tls_certificate;
using socketio::tls_context;
using socketio::tls_error;
using socketio::tls_options;
using namespace socketio::test;

namespace {

tls_options of(const std::string& chain, const std::string& key) {
  tls_options o;
  o.certificates.push_back({.chain = chain, .key = key});
  return o;
}

std::error_code load(tls_options o) {
  std::error_code ec;
  const tls_context context{std::move(o), ec};
  return ec;
}

/// What a client sees: the common name of the server's certificate.
std::string shown(secure_pair& pair) {
  if (!pair.handshake()) return "no handshake";
  const owned<X509> certificate{SSL_get1_peer_certificate(pair.client.ssl())};
  std::array<char, 64> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                            name.size());
  return name.data();
}

}  // namespace

TEST_CASE("a certificate comes from two files, from one, or from memory", "[tls]") {
  const auto& server = test_server();
  const temporary_file chain{server.pem()};
  const temporary_file key{server.key_pem()};
  const temporary_file both{server.pem() + server.key_pem()};

  secure_pair from_two{tls_context{chain.name(), key.name()}};
  CHECK(from_two.handshake());
  secure_pair from_one{tls_context{both.name(), ""}};
  CHECK(from_one.handshake());
  secure_pair from_memory{tls_context{of(server.pem(), server.key_pem())}};
  CHECK(from_memory.handshake());
  secure_pair from_one_text{tls_context{of(server.key_pem() + server.pem(), "")}};
  CHECK(from_one_text.handshake());
}

TEST_CASE("the certificates between server and root are sent along", "[tls]") {
  const auto middle = test_authority().sign({.name = "middle", .authority = true});
  const auto server = middle.sign({.name = "localhost", .names = "DNS:localhost"});
  secure_pair whole{of(server.pem() + middle.pem(), server.key_pem())};
  CHECK(whole.handshake());
  secure_pair cut{of(server.pem(), server.key_pem())};
  CHECK_FALSE(cut.handshake());
}

TEST_CASE("the password of a key is asked for", "[tls]") {
  const auto& server = test_server();
  const temporary_file chain{server.pem()};
  const temporary_file key{server.key_pem("open sesame")};
  std::string asked;
  const auto with = [&](auto answer) {
    tls_options o;
    o.certificates.push_back({.chain_file = chain.name(), .key_file = key.name()});
    o.password = [&asked, answer](std::string_view file) -> std::string {
      asked = file;
      return answer();
    };
    return load(std::move(o));
  };
  CHECK_FALSE(with([] { return "open sesame"; }));
  CHECK(asked == key.name());
  CHECK(with([] { return "open barley"; }) == tls_error::no_private_key);
  CHECK(with([] { return ""; }) == tls_error::no_private_key);
  CHECK(with([] { return std::string(5000, 'x'); }) == tls_error::no_private_key);
  CHECK(with([]() -> std::string { throw std::runtime_error{"no terminal"}; }) ==
        tls_error::no_private_key);

  // Without anybody to ask, nobody is asked: OpenSSL's own way would be the terminal.
  CHECK(load(of(server.pem(), server.key_pem("secret"))) == tls_error::no_private_key);
}

TEST_CASE("R170 what is wrong with a certificate is told", "[tls]") {
  const auto& server = test_server();
  CHECK(load({}) == tls_error::no_certificate);
  CHECK(load(of("nonsense", server.key_pem())) == tls_error::no_certificate);
  CHECK(load(of(server.key_pem(), server.key_pem())) == tls_error::no_certificate);
  CHECK(load(of(server.pem(), "nonsense")) == tls_error::no_private_key);
  CHECK(load(of(server.pem(), server.pem())) == tls_error::no_private_key);

  std::string damaged = server.pem();
  damaged.replace(100, 4, "****");
  const auto ec = load(of(damaged, server.key_pem()));
  CHECK(ec.category() == socketio::openssl_category());
  CHECK_FALSE(ec.message().empty());

  const auto other = test_authority().sign({.name = "other"});
  const auto mismatch = load(of(server.pem(), other.key_pem()));
  CHECK(mismatch.category() == socketio::openssl_category());
  CHECK(mismatch.message() == "key values mismatch");

  const auto old = test_authority().sign({.name = "old", .begins = -7200, .ends = -3600});
  CHECK(load(of(old.pem(), old.key_pem())) == tls_error::certificate_expired);
  const auto early = test_authority().sign({.name = "early", .begins = 3600, .ends = 7200});
  CHECK(load(of(early.pem(), early.key_pem())) == tls_error::certificate_not_yet_valid);

  const auto weak = test_authority().sign({.name = "weak"}, rsa_key(1024));
  CHECK(ERR_GET_REASON(static_cast<unsigned long>(load(of(weak.pem(), weak.key_pem())).value())) ==
        SSL_R_EE_KEY_TOO_SMALL);

  tls_options no_authority = test_options();
  no_authority.clients = socketio::client_certificates::required;
  CHECK(load(std::move(no_authority)) == tls_error::no_client_authority);
}

TEST_CASE("what is thrown names the file", "[tls]") {
  const temporary_file chain{test_server().pem()};
  const auto what = [](const std::string& chain_file, const std::string& key_file) {
    try {
      const tls_context context{chain_file, key_file};
    } catch (const std::system_error& e) {
      return std::string{e.what()};
    }
    return std::string{};
  };
  CHECK(what("/nowhere/chain.pem", "") == "/nowhere/chain.pem: No such file or directory");
  CHECK(what(chain.name(), "/nowhere/key.pem") == "/nowhere/key.pem: No such file or directory");
  CHECK(what("/tmp", "") == "/tmp: Is a directory");
  CHECK(what(chain.name(), chain.name()) ==
        chain.name() + ": no private key in PEM form, or wrong password");
}

TEST_CASE("a context that could not be loaded refuses, until it can", "[tls]") {
  std::error_code ec;
  tls_context context{tls_options{}, ec};
  REQUIRE(ec);
  secure_pair refused{context};
  CHECK_FALSE(refused.handshake());
  CHECK(refused.ec == tls_error::no_certificate);

  context.reload(test_options(), ec);
  REQUIRE_FALSE(ec);
  secure_pair served{context};
  CHECK(served.handshake());
}

TEST_CASE("R170 a reload concerns new connections, and leaves the others alone", "[tls]") {
  const auto first = test_authority().sign({.name = "first", .names = "DNS:localhost"});
  const auto second = test_authority().sign({.name = "second", .names = "DNS:localhost"});
  temporary_file chain{first.pem()};
  temporary_file key{first.key_pem()};
  tls_context context{chain.name(), key.name()};
  secure_pair before{context};
  CHECK(shown(before) == "first");

  chain.write(second.pem());
  key.write(second.key_pem());
  secure_pair meanwhile{context};
  CHECK(shown(meanwhile) == "first");
  context.reload();
  secure_pair after{context};
  CHECK(shown(after) == "second");

  before.client.write("still there");
  before.network.run();
  CHECK(before.serve());
  CHECK(before.received == "still there");
  CHECK(before.write("of course") == 9);
  CHECK(before.client.read() == "of course");
}

TEST_CASE("R170 a reload that fails changes nothing", "[tls]") {
  temporary_file chain{test_server().pem()};
  temporary_file key{test_server().key_pem()};
  tls_context context{chain.name(), key.name()};
  std::error_code ec;
  const auto other = test_authority().sign({.name = "other"});

  key.write(other.key_pem());
  context.reload(ec);
  CHECK(ec);
  CHECK_THROWS_AS(context.reload(), std::system_error);
  const auto old = test_authority().sign({.name = "old", .begins = -7200, .ends = -3600});
  context.reload(of(old.pem(), old.key_pem()), ec);
  CHECK(ec == tls_error::certificate_expired);

  secure_pair pair{context};
  CHECK(shown(pair) == "localhost");

  // The options are the first ones, too: the same files, once they are right.
  chain.write(other.pem());
  context.reload(ec);
  CHECK_FALSE(ec);
}

TEST_CASE("the host has the last word over OpenSSL's context", "[tls]") {
  tls_options o = test_options();
  o.configure = [](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION); };
  secure_pair pair{std::move(o)};
  REQUIRE(pair.handshake());
  CHECK(pair.client.version() == "TLSv1.2");

  tls_options bad = test_options();
  bad.configure = [](SSL_CTX*) { throw std::runtime_error{"no"}; };
  CHECK_THROWS_AS(tls_context{std::move(bad)}, std::runtime_error);
}

TEST_CASE("a context is a handle", "[tls]") {
  tls_context context{test_options()};
  const tls_context copy = context;
  const auto renewed = test_authority().sign({.name = "renewed", .names = "DNS:localhost"});
  context.reload(of(renewed.pem(), renewed.key_pem()));
  secure_pair pair{copy};
  CHECK(shown(pair) == "renewed");
}
