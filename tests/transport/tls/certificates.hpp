// Certificates made for one test: an authority, and what it signs.
#pragma once

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "socketio/transport/tls/owned.hpp"

namespace socketio::test {

using detail::owned;

inline std::string take_text(const owned<BIO>& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

inline owned<EVP_PKEY> ec_key() { return owned<EVP_PKEY>{EVP_EC_gen("P-256")}; }
inline owned<EVP_PKEY> rsa_key(unsigned bits = 2048) { return owned<EVP_PKEY>{EVP_RSA_gen(bits)}; }

/// A certificate and its key. What it signs, it signs as an authority.
struct signed_key {
  owned<X509> certificate;
  owned<EVP_PKEY> key;

  std::string pem() const {
    const owned<BIO> bio{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(bio.get(), certificate.get());
    return take_text(bio);
  }

  /// Encrypted if there is a password.
  std::string key_pem(std::string_view password = {}) const {
    const owned<BIO> bio{BIO_new(BIO_s_mem())};
    PEM_write_bio_PrivateKey(bio.get(), key.get(), password.empty() ? nullptr : EVP_aes_256_cbc(),
                             reinterpret_cast<const unsigned char*>(password.data()),
                             static_cast<int>(password.size()), nullptr, nullptr);
    return take_text(bio);
  }

  struct wish {
    std::string_view name;   ///< common name
    std::string names = {};  ///< "DNS:example.com,IP:127.0.0.1"
    long begins = -3600;     ///< seconds from now
    long ends = 3600;
    bool authority = false;
  };

  signed_key sign(const wish& w, owned<EVP_PKEY> fresh = ec_key()) const {
    return make(w, std::move(fresh), certificate.get(), key.get());
  }

  static signed_key self_signed(const wish& w, owned<EVP_PKEY> fresh = ec_key()) {
    return make(w, std::move(fresh), nullptr, nullptr);
  }
  static signed_key authority(std::string_view name) {
    return self_signed({.name = name, .authority = true});
  }

 private:
  static signed_key make(const wish& w, owned<EVP_PKEY> fresh, X509* issuer, EVP_PKEY* signer) {
    static long serial = 0x1000;
    owned<X509> made{X509_new()};
    X509* const x = made.get();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(x), w.begins);
    X509_gmtime_adj(X509_getm_notAfter(x), w.ends);
    X509_set_pubkey(x, fresh.get());
    const std::string name{w.name};
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(issuer ? issuer : x));
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer ? issuer : x, x, nullptr, nullptr, 0);
    const auto extend = [&](int id, const char* value) {
      X509_EXTENSION* const e = X509V3_EXT_conf_nid(nullptr, &context, id, value);
      X509_add_ext(x, e, -1);
      X509_EXTENSION_free(e);
    };
    extend(NID_basic_constraints, w.authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!w.names.empty()) extend(NID_subject_alt_name, w.names.c_str());
    X509_sign(x, signer ? signer : fresh.get(), EVP_sha256());
    return {std::move(made), std::move(fresh)};
  }
};

/// A file that goes with the object.
class temporary_file {
 public:
  explicit temporary_file(std::string_view text = {}) {
    const int handle = ::mkstemp(name_.data());
    ::close(handle);
    write(text);
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() { std::remove(name_.c_str()); }

  void write(std::string_view text) {
    std::FILE* const file = std::fopen(name_.c_str(), "wb");
    std::fwrite(text.data(), 1, text.size(), file);
    std::fclose(file);
  }
  const std::string& name() const noexcept { return name_; }

 private:
  std::string name_ = "/tmp/socketio-test-XXXXXX";
};

}  // namespace socketio::test
