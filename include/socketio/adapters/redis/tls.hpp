// layer 5 (adapters): `rediss://`: TLS to a Redis server; needs OpenSSL 3 (socketio::tls).
#pragma once

#include <string>
#include <system_error>
#include <utility>

#include <asio/ssl/context.hpp>
#include <asio/ssl/host_name_verification.hpp>
#include <asio/ssl/stream.hpp>

#include "socketio/adapters/redis/link.hpp"
#include "socketio/adapters/redis/socket_link.hpp"

namespace socketio::redis {

/// Whom to believe, and what to show.
struct tls_options {
  std::string ca_file = {};      ///< PEM; empty: those that the system trusts
  std::string chain_file = {};   ///< our own certificate, if the server asks for one
  std::string key_file = {};     ///< its key
  std::string server_name = {};  ///< that the certificate must have; empty: the host of the address
  bool verify = true;            ///< false: anybody may be the server
};

namespace detail {

class tls_link final : public stream_link<asio::ssl::stream<asio::ip::tcp::socket>> {
 public:
  tls_link(const asio::any_io_executor& executor, asio::ssl::context& with,
           ref<const secure_links> owner, const tls_options& o)
      : stream_link{executor, with},
        owner_{std::move(owner)},
        server_name_{o.server_name},
        verify_{o.verify},
        connector_{executor} {}

  void connect(const address& to, connected done) override {
    std::error_code ec;
    const std::string& name = server_name_.empty() ? to.host : server_name_;
    if (verify_) {
      stream_.set_verify_mode(asio::ssl::verify_peer, ec);
      if (!ec) stream_.set_verify_callback(asio::ssl::host_name_verification{name}, ec);
    }
    std::error_code no_number;
    asio::ip::make_address(name, no_number);
    if (no_number) SSL_set_tlsext_host_name(stream_.native_handle(), name.c_str());
    connector_.connect(stream_.next_layer(), to,
                       [this, failed = ec, done = std::move(done)](std::error_code none) mutable {
                         if (none || failed) return done(none ? none : failed);
                         stream_.async_handshake(asio::ssl::stream_base::client, std::move(done));
                       });
  }
  void close() override {
    connector_.cancel();
    stream_link::close();
  }

 private:
  ref<const secure_links> owner_;  // of the context
  std::string server_name_;
  bool verify_;
  tcp_connector connector_;
};

class tls_links final : public secure_links {
 public:
  tls_links(tls_options o, std::error_code& ec) : options_{std::move(o)} {
    SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_2_VERSION);
    if (options_.ca_file.empty()) {
      context_.set_default_verify_paths(ec);
    } else {
      context_.load_verify_file(options_.ca_file, ec);
    }
    if (!ec && !options_.chain_file.empty()) {
      context_.use_certificate_chain_file(options_.chain_file, ec);
      if (!ec) context_.use_private_key_file(options_.key_file, asio::ssl::context::pem, ec);
    }
  }

  ref<link> make(const asio::any_io_executor& executor) const override {
    return ref<link>{new tls_link{executor, context_, ref<const secure_links>{this}, options_}};
  }

 private:
  tls_options options_;
  mutable asio::ssl::context context_{asio::ssl::context::tls_client};
};

}  // namespace detail

/// For `options::tls`:
///
///     redis::options o;
///     o.address = redis::address{"rediss://cache.example"};
///     o.tls = redis::make_tls({.ca_file = "ca.pem"});
///
/// May be shared by clients on any threads. Reports files that cannot be read to `ec`, or throws
/// std::system_error.
inline ref<const secure_links> make_tls(tls_options o, std::error_code& ec) {
  ec = {};
  ref<const secure_links> made{new detail::tls_links{std::move(o), ec}};
  return ec ? nullptr : made;
}
inline ref<const secure_links> make_tls(tls_options o = {}) {
  std::error_code ec;
  auto made = make_tls(std::move(o), ec);
  if (ec) throw std::system_error{ec, "TLS for Redis"};
  return made;
}

}  // namespace socketio::redis
