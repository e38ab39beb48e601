// layer 3 (transport): what one load of the TLS options has made: immutable, shared by connections.
#pragma once

#include <vector>

#include "socketio/core/intrusive.hpp"
#include "socketio/transport/tls/identity.hpp"
#include "socketio/transport/tls/options.hpp"
#include "socketio/transport/tls/owned.hpp"

namespace socketio::detail {

/// Connections keep the configuration that they began with, so that a reload concerns new ones.
/// Used from any thread.
class tls_configuration : public counted<tls_configuration, shared_count> {
 public:
  /// Null after a failure.
  static ref<const tls_configuration> load(tls_options& options, load_failure& failure);

  /// A server's end of a new connection; null without memory. The configuration must outlive it.
  owned<SSL> make_session() const noexcept {
    owned<SSL> fresh{SSL_new(context_.get())};
    if (fresh) SSL_set_accept_state(fresh.get());
    return fresh;
  }

 private:
  tls_configuration() = default;

  void set_up(load_failure& failure);
  void load_identities(tls_options& options, load_failure& failure);
  void ask_clients(const tls_options& options, load_failure& failure);

  static int choose_identity(SSL* session, void* configuration) noexcept;
  static int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                             const unsigned char* offered, unsigned offered_size, void*) noexcept;

  owned<SSL_CTX> context_;
  std::vector<tls_identity> identities_;
};

}  // namespace socketio::detail

#include "socketio/transport/tls/impl/configuration.ipp"
