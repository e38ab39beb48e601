// layer 3 (transport): bodies of transport/tls/identity.hpp.
#pragma once

#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

#include <openssl/pem.h>

#include "socketio/transport/tls/identity.hpp"

namespace socketio::detail {

inline pem_text::pem_text(std::string_view given, const std::string& file, load_failure& failure)
    : text_{given} {
  if (!text_.empty()) return;
  struct closer {
    void operator()(std::FILE* f) const noexcept { std::fclose(f); }
  };
  constexpr std::size_t most = 1 << 20;
  file_ = file;
  errno = 0;
  const std::unique_ptr<std::FILE, closer> opened{std::fopen(file.c_str(), "rb")};
  if (opened) {
    text_.resize(most);
    text_.resize(std::fread(text_.data(), 1, text_.size(), opened.get()));
  }
  if (!opened || std::ferror(opened.get()) != 0) {
    failure = {{errno != 0 ? errno : EIO, std::generic_category()}, file};
  }
}

inline owned<BIO> reader_of(std::string_view text) {
  return owned<BIO>{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

/// Without a callback OpenSSL would ask at the terminal.
inline int no_password(char*, int, int, void*) { return -1; }

inline owned<STACK_OF(X509)> read_certificates(std::string_view pem, std::error_code& ec) {
  ERR_clear_error();
  owned<STACK_OF(X509)> all{sk_X509_new_null()};
  const auto bio = reader_of(pem);
  if (!all || !bio) return ec = std::make_error_code(std::errc::not_enough_memory), nullptr;
  while (owned<X509> each{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)}) {
    if (sk_X509_push(all.get(), each.get()) <= 0) {
      return ec = std::make_error_code(std::errc::not_enough_memory), nullptr;
    }
    static_cast<void>(each.release());
  }
  // The search for one more has to end at the end.
  const unsigned long last = ERR_peek_last_error();
  const bool at_end =
      ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  if (!at_end) return ec = take_openssl_error(), nullptr;
  ERR_clear_error();
  if (sk_X509_num(all.get()) == 0) return ec = tls_error::no_certificate, nullptr;
  return all;
}

inline owned<EVP_PKEY> read_private_key(std::string_view pem, const std::string& file,
                                        unique_function<std::string(std::string_view)>& password) {
  struct asked {
    unique_function<std::string(std::string_view)>& password;
    const std::string& file;
  } question{password, file};
  const auto ask = [](char* into, int size, int, void* about) {
    auto& of = *static_cast<asked*>(about);
    if (!of.password) return -1;
    try {
      std::string word = of.password(of.file);
      const bool fits = word.size() <= static_cast<std::size_t>(size);
      if (fits) word.copy(into, word.size());
      OPENSSL_cleanse(word.data(), word.size());
      return fits ? static_cast<int>(word.size()) : -1;
    } catch (...) {
      return -1;
    }
  };
  const auto bio = reader_of(pem);
  owned<EVP_PKEY> key{bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, ask, &question) : nullptr};
  ERR_clear_error();
  return key;
}

inline std::error_code check_validity(const X509* certificate) {
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0) {
    return tls_error::certificate_expired;
  }
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) >= 0) {
    return tls_error::certificate_not_yet_valid;
  }
  return {};
}

inline tls_identity load_identity(const tls_certificate& from,
                                  unique_function<std::string(std::string_view)>& password,
                                  load_failure& failure) {
  tls_identity result;
  const pem_text chain{from.chain, from.chain_file, failure};
  if (failure) return {};
  std::error_code ec;
  result.chain = read_certificates(chain.view(), ec);
  if (!ec) {
    result.certificate.reset(sk_X509_shift(result.chain.get()));
    ec = check_validity(result.certificate.get());
  }
  if (ec) {
    failure = {ec, chain.file().empty() ? "certificate in memory" : chain.file()};
    return {};
  }

  const bool apart = !from.key.empty() || !from.key_file.empty();
  const pem_text key{apart ? std::string_view{from.key} : chain.view(), from.key_file, failure};
  if (failure) return {};
  const std::string& key_file = apart ? key.file() : chain.file();
  result.key = read_private_key(key.view(), key_file, password);
  if (!result.key) {
    failure.code = tls_error::no_private_key;
  } else if (X509_check_private_key(result.certificate.get(), result.key.get()) != 1) {
    failure.code = take_openssl_error();
  }
  if (failure) failure.what = key_file.empty() ? "private key in memory" : key_file;
  return result;
}

}  // namespace socketio::detail
