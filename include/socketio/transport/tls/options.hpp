// layer 3 (transport): what a TLS server shows, accepts and asks for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/types.h>

#include "socketio/core/function.hpp"

namespace socketio {

/// A certificate and its private key in PEM form, each in a file or in memory. The key may stand
/// in the same file or text as the certificate.
struct tls_certificate {
  std::string chain_file{};  ///< the certificate, then those between it and the root
  std::string key_file{};    ///< empty: in `chain_file`
  std::string chain{};       ///< the text itself, instead of a file
  std::string key{};
};

/// Whether clients are asked for certificates.
enum class client_certificates : std::uint8_t {
  ignored,   ///< not asked for
  optional,  ///< asked for; a client without one is served, one with a bad one is not
  required,  ///< clients without a good one are not served
};

/// Only TLS 1.2 and 1.3 are spoken, with forward secrecy and authenticated ciphers; a client cannot
/// ask for a new handshake; sessions are resumed by tickets; ALPN answers "http/1.1".
struct tls_options {
  /// At least one. A client that names a host gets a certificate made out to that name; if there
  /// are several, with keys of different types, the one that it can use. All others get the first.
  std::vector<tls_certificate> certificates{};

  /// Called once for each encrypted key, with the name of its file (empty if it is in memory).
  unique_function<std::string(std::string_view key_file)> password{};

  client_certificates clients = client_certificates::ignored;
  std::string client_ca_file{};  ///< PEM: who may sign the certificates of clients
  std::string client_ca{};       ///< the text itself, instead of a file

  /// For what is said nowhere here: called last, with the finished SSL_CTX, on each (re)load. May
  /// throw, which fails the load.
  unique_function<void(SSL_CTX*)> configure{};
};

}  // namespace socketio
