// A TLS client at the peer's end of a memory connection, and a server's end without a server.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "socketio/transport/memory.hpp"
#include "socketio/transport/tls.hpp"
#include "transport/tls/certificates.hpp"

namespace socketio::test {

using secure = tls_over<memory>;

/// The certificate of most tests, made out to "localhost".
inline const signed_key& test_authority() {
  static const signed_key made = signed_key::authority("test authority");
  return made;
}
inline const signed_key& test_server() {
  static const signed_key made =
      test_authority().sign({.name = "localhost", .names = "DNS:localhost"});
  return made;
}

inline tls_certificate in_memory(const signed_key& from) {
  tls_certificate c;
  c.chain = from.pem();
  c.key = from.key_pem();
  return c;
}

inline tls_options test_options() {
  tls_options o;
  o.certificates.push_back(in_memory(test_server()));
  return o;
}

/// OpenSSL's client, which is moved by hand: what it has to say goes to the peer in `send`, what
/// the peer has received is given to it in `receive`.
class tls_client {
 public:
  explicit tls_client(memory::peer peer, std::string_view host = "localhost")
      : peer_{std::move(peer)}, context_{SSL_CTX_new(TLS_client_method())}, host_{host} {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), test_authority().certificate.get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    // Whatever the machine's configuration says: what a test offers must be offered.
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
  }

  /// To be set up before the first move.
  SSL_CTX* context() noexcept { return context_.get(); }

  SSL* ssl() {
    if (!ssl_) {
      ssl_.reset(SSL_new(context_.get()));
      SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
      BIO_set_mem_eof_return(SSL_get_rbio(ssl_.get()), -1);
      SSL_set_tlsext_host_name(ssl_.get(), host_.c_str());
      SSL_set1_host(ssl_.get(), host_.c_str());
      SSL_set_connect_state(ssl_.get());
    }
    return ssl_.get();
  }

  memory::peer& peer() noexcept { return peer_; }

  void send() {
    std::array<char, 4096> piece;
    for (int n; (n = BIO_read(SSL_get_wbio(ssl()), piece.data(), piece.size())) > 0;) {
      peer_.write({piece.data(), static_cast<std::size_t>(n)});
    }
  }

  void receive() {
    const std::string come = peer_.take();
    if (!come.empty()) BIO_write(SSL_get_rbio(ssl()), come.data(), static_cast<int>(come.size()));
  }

  /// Advances the handshake as far as it goes; true once it is complete.
  bool handshake() {
    ERR_clear_error();
    receive();
    const bool done = SSL_do_handshake(ssl()) == 1;
    if (const auto code = ERR_get_error()) failure = code;
    send();
    return done;
  }

  void write(std::string_view text) {
    SSL_write(ssl(), text.data(), static_cast<int>(text.size()));
    send();
  }

  /// All that has come.
  std::string read() {
    receive();
    ERR_clear_error();
    std::string all;
    std::array<char, 4096> piece;
    int n = 0;
    while ((n = SSL_read(ssl(), piece.data(), piece.size())) > 0) {
      all.append(piece.data(), static_cast<std::size_t>(n));
    }
    if (const auto code = ERR_get_error()) failure = code;
    send();
    return all;
  }

  /// The server has ended its direction with a close_notify.
  bool ended() { return (SSL_get_shutdown(ssl()) & SSL_RECEIVED_SHUTDOWN) != 0; }

  void end() {
    SSL_shutdown(ssl());
    send();
  }

  std::string version() { return SSL_get_version(ssl()); }

  /// The last code of OpenSSL's, which tells the alert that the server has sent.
  unsigned long failure = 0;
  int reason() const noexcept { return ERR_GET_REASON(failure); }

 private:
  memory::peer peer_;
  owned<SSL_CTX> context_;
  owned<SSL> ssl_;
  std::string host_;
};

/// A client and a stream, connected.
struct secure_pair {
  explicit secure_pair(tls_options options = test_options(), std::string_view host = "localhost")
      : secure_pair{tls_context{std::move(options)}, host} {}
  explicit secure_pair(const tls_context& with, std::string_view host = "localhost")
      : ends_{network.pair()},
        client{std::move(ends_.first), host},
        stream{network, std::move(ends_.second), with} {}

  /// Lets both move until the client's handshake is complete, or nothing happens any more.
  bool handshake() {
    for (int i = 0; i < 10; ++i) {
      const bool done = client.handshake();
      network.run();
      if (done) return serve();
      if (!serve()) return client.handshake();  // which hears why
    }
    return false;
  }

  /// Reads what is there, as a server would; false after an error, which is kept.
  bool serve() {
    std::array<char, 64 * 1024> buffer;
    while (true) {
      const std::size_t size = stream.read_some(buffer.data(), buffer.size(), ec);
      received.append(buffer.data(), size);
      network.run();
      if (size == 0) return ec == asio::error::would_block;
    }
  }

  std::size_t write(std::string_view text) {
    const asio::const_buffer buffer{text.data(), text.size()};
    const std::size_t taken = stream.write_some({&buffer, 1}, ec);
    network.run();
    return taken;
  }

  memory::network network;

 private:
  std::pair<memory::peer, memory::stream> ends_;

 public:
  tls_client client;
  secure::stream stream;
  std::string received;  ///< by the stream
  std::error_code ec;
};

}  // namespace socketio::test
