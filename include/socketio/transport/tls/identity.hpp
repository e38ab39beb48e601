// layer 3 (transport): a certificate with its key and chain, and the names that it is made out to.
#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include <openssl/crypto.h>
#include <openssl/x509v3.h>

#include "socketio/transport/tls/error.hpp"
#include "socketio/transport/tls/options.hpp"
#include "socketio/transport/tls/owned.hpp"

namespace socketio::detail {

struct tls_identity {
  owned<X509> certificate;
  owned<EVP_PKEY> key;
  owned<STACK_OF(X509)> chain;  ///< without the certificate itself

  /// Whether it is made out to this host, wildcards included (RFC 6125).
  bool serves(std::string_view host) const noexcept {
    return X509_check_host(certificate.get(), host.data(), host.size(), 0, nullptr) == 1;
  }
};

/// What a load found fault with.
struct load_failure {
  std::error_code code;
  std::string what;  ///< a file's name, or which text
  explicit operator bool() const noexcept { return static_cast<bool>(code); }
};

/// A PEM text, given or read from a file. It may contain a key, so it is wiped in the end.
class pem_text {
 public:
  /// `given` is preferred. An unreadable file is a failure.
  pem_text(std::string_view given, const std::string& file, load_failure& failure);
  pem_text(const pem_text&) = delete;
  pem_text& operator=(const pem_text&) = delete;
  ~pem_text() { OPENSSL_cleanse(text_.data(), text_.size()); }

  std::string_view view() const noexcept { return text_; }
  /// The file's name, empty for a text in memory.
  const std::string& file() const noexcept { return file_; }

 private:
  std::string text_;
  std::string file_;
};

/// All certificates of a PEM text, in order.
owned<STACK_OF(X509)> read_certificates(std::string_view pem, std::error_code& ec);

/// `password` may be empty, which means that there is none; nobody is ever asked at a terminal.
tls_identity load_identity(const tls_certificate& from,
                           unique_function<std::string(std::string_view)>& password,
                           load_failure& failure);

}  // namespace socketio::detail

#include "socketio/transport/tls/impl/identity.ipp"
