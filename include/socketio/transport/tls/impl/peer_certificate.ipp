// layer 3 (transport): reads the certificate of a client.
#pragma once

#include <array>
#include <memory>
#include <string>

#include <openssl/pem.h>

#include "socketio/transport/tls/session.hpp"

namespace socketio::detail {

inline std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text{data, static_cast<std::size_t>(size > 0 ? size : 0)};
  static_cast<void>(BIO_reset(bio));
  return text;
}

inline std::string hex_of(const unsigned char* data, std::size_t size) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char* each = data; each != data + size; ++each) {
    text.append({digits[*each >> 4], digits[*each & 15]});
  }
  return text;
}

inline std::unique_ptr<const peer_certificate> peer_certificate_of(const SSL* session) {
  const owned<X509> shown{SSL_get1_peer_certificate(session)};
  const owned<BIO> bio{shown ? BIO_new(BIO_s_mem()) : nullptr};
  if (!bio) return nullptr;
  auto result = std::make_unique<peer_certificate>();
  const auto name = [&](const X509_NAME* of) {
    X509_NAME_print_ex(bio.get(), of, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    return text_of(bio.get());
  };
  result->subject = name(X509_get_subject_name(shown.get()));
  result->issuer = name(X509_get_issuer_name(shown.get()));
  const ASN1_INTEGER* const serial = X509_get0_serialNumber(shown.get());
  result->serial =
      hex_of(ASN1_STRING_get0_data(serial), static_cast<std::size_t>(ASN1_STRING_length(serial)));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (X509_digest(shown.get(), EVP_sha256(), digest.data(), &size) == 1) {
    result->fingerprint = hex_of(digest.data(), size);
  }
  if (PEM_write_bio_X509(bio.get(), shown.get()) == 1) result->pem = text_of(bio.get());
  ERR_clear_error();
  return result;
}

}  // namespace socketio::detail
