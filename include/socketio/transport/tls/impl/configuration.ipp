// layer 3 (transport): bodies of transport/tls/configuration.hpp.
#pragma once

#include <string_view>

#include "socketio/transport/tls/configuration.hpp"

namespace socketio::detail {

inline ref<const tls_configuration> tls_configuration::load(tls_options& options,
                                                            load_failure& failure) {
  const ref<tls_configuration> fresh{new tls_configuration};
  ERR_clear_error();
  fresh->context_.reset(SSL_CTX_new(TLS_server_method()));
  if (!fresh->context_) {
    failure = {take_openssl_error(), "OpenSSL"};
    return nullptr;
  }
  fresh->set_up(failure);
  if (!failure) fresh->load_identities(options, failure);
  if (!failure) fresh->ask_clients(options, failure);
  if (failure) return nullptr;
  if (options.configure) options.configure(fresh->context_.get());
  return fresh;
}

inline void tls_configuration::set_up(load_failure& failure) {
  SSL_CTX* const ctx = context_.get();
  // 112 bits and up: no RSA below 2048, no SHA-1. Distributions choose differently.
  SSL_CTX_set_security_level(ctx, 2);
  SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_clear_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_LEGACY_SERVER_CONNECT);
  // An idle connection keeps no buffers; reading ahead takes several small records at once.
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(ctx, 1);
  // Sessions are resumed by what the clients keep, so nothing grows here.
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  static constexpr unsigned char session_context[] = "socketio";
  SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, nullptr);
  if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
      SSL_CTX_set_session_id_context(ctx, session_context, sizeof session_context - 1) != 1) {
    failure = {take_openssl_error(), "OpenSSL"};
  }
}

inline void tls_configuration::load_identities(tls_options& options, load_failure& failure) {
  if (options.certificates.empty()) {
    failure = {tls_error::no_certificate, "certificates"};
    return;
  }
  // OpenSSL's own demands, such as the least size of keys, are checked on a session of no use.
  const owned<SSL> trial{SSL_new(context_.get())};
  for (const auto& each : options.certificates) {
    tls_identity& fresh = identities_.emplace_back(load_identity(each, options.password, failure));
    if (failure) return;
    if (!trial || SSL_use_cert_and_key(trial.get(), fresh.certificate.get(), fresh.key.get(),
                                       fresh.chain.get(), 1) != 1) {
      failure = {take_openssl_error(), each.chain_file};
      return;
    }
  }
  const tls_identity& first = identities_.front();
  if (SSL_CTX_use_cert_and_key(context_.get(), first.certificate.get(), first.key.get(),
                               first.chain.get(), 1) != 1) {
    failure = {take_openssl_error(), options.certificates.front().chain_file};
  }
  if (identities_.size() > 1) SSL_CTX_set_cert_cb(context_.get(), choose_identity, this);
}

inline void tls_configuration::ask_clients(const tls_options& options, load_failure& failure) {
  if (options.clients == client_certificates::ignored) return;
  if (options.client_ca.empty() && options.client_ca_file.empty()) {
    failure = {tls_error::no_client_authority, "client_ca_file"};
    return;
  }
  const pem_text text{options.client_ca, options.client_ca_file, failure};
  if (failure) return;
  std::error_code ec;
  const auto all = read_certificates(text.view(), ec);
  X509_STORE* const store = SSL_CTX_get_cert_store(context_.get());
  for (int i = 0; !ec && i < sk_X509_num(all.get()); ++i) {
    X509* const each = sk_X509_value(all.get(), i);
    if (X509_STORE_add_cert(store, each) != 1 || SSL_CTX_add_client_CA(context_.get(), each) != 1) {
      ec = take_openssl_error();
    }
  }
  if (ec) failure = {ec, text.file().empty() ? "client_ca" : text.file()};
  const bool required = options.clients == client_certificates::required;
  SSL_CTX_set_verify(context_.get(),
                     SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
}

/// Gives the session all certificates made out to the host that the client names; OpenSSL picks the
/// one that suits the client's algorithms.
inline int tls_configuration::choose_identity(SSL* session, void* configuration) noexcept {
  const auto& all = static_cast<tls_configuration*>(configuration)->identities_;
  const char* const name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
  if (!name) return 1;
  bool found = false;
  for (auto each = all.rbegin(); each != all.rend(); ++each) {  // of two alike the first is last
    if (!each->serves(name)) continue;
    if (!found) SSL_certs_clear(session);
    found = true;
    if (SSL_use_cert_and_key(session, each->certificate.get(), each->key.get(), each->chain.get(),
                             1) != 1) {
      return 0;
    }
  }
  return 1;
}

/// A client that offers protocols, but not HTTP/1.1, is refused (RFC 7301 section 3.2).
inline int tls_configuration::choose_protocol(SSL*, const unsigned char** chosen,
                                              unsigned char* chosen_size,
                                              const unsigned char* offered, unsigned offered_size,
                                              void*) noexcept {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  unsigned char* found = nullptr;
  const int result =
      SSL_select_next_proto(&found, chosen_size, ours, sizeof ours - 1, offered, offered_size);
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace socketio::detail
