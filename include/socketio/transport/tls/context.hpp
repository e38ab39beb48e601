// layer 3 (transport): certificates and rules of a TLS server, which can be loaded anew.
#pragma once

#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include "socketio/core/intrusive.hpp"
#include "socketio/transport/tls/configuration.hpp"
#include "socketio/transport/tls/options.hpp"

namespace socketio {

/// What a TLS server shows to its clients and accepts from them.
///
///     io::tls_context tls{"fullchain.pem", "privkey.pem"};
///     server.listen({443, tls});
///     …
///     tls.reload();  // the files have changed
///
/// A handle: copies are the same context. It may be shared by servers and used from any thread.
/// New connections go by the latest load that went well; those that exist keep theirs, and stay.
/// Clients cannot resume sessions from before a reload, they make a whole handshake then.
///
/// The constructors and `reload` throw std::system_error with the name of the file at fault, or
/// report to `ec`. A reload that fails changes nothing.
class tls_context {
 public:
  /// A certificate with its chain and its key, both PEM files.
  tls_context(std::string chain_file, std::string key_file)
      : tls_context{single(std::move(chain_file), std::move(key_file))} {}
  explicit tls_context(tls_options options) : shared_{new shared{std::move(options)}} { reload(); }

  /// After an error, handshakes fail until a reload succeeds.
  tls_context(tls_options options, std::error_code& ec) : shared_{new shared{std::move(options)}} {
    reload(ec);
  }

  /// Reads the files again.
  void reload() { raise(shared_->reload(nullptr)); }
  void reload(std::error_code& ec) { ec = shared_->reload(nullptr).code; }

  /// Goes by other options from now on.
  void reload(tls_options options) { raise(shared_->reload(&options)); }
  void reload(tls_options options, std::error_code& ec) { ec = shared_->reload(&options).code; }

  /// For streams.
  ref<const detail::tls_configuration> configuration() const { return shared_->current(); }

 private:
  class shared : public counted<shared, shared_count> {
   public:
    explicit shared(tls_options o) : options_{std::move(o)} {}

    detail::load_failure reload(tls_options* other) {
      const std::lock_guard one_at_a_time{loading_};
      detail::load_failure failure;
      auto fresh = detail::tls_configuration::load(other ? *other : options_, failure);
      if (failure) return failure;
      if (other) options_ = std::move(*other);
      const std::lock_guard lock{swapping_};
      std::swap(current_, fresh);
      return failure;
    }

    ref<const detail::tls_configuration> current() {
      const std::lock_guard lock{swapping_};
      return current_;
    }

   private:
    std::mutex loading_;
    tls_options options_;
    std::mutex swapping_;
    ref<const detail::tls_configuration> current_;
  };

  static tls_options single(std::string chain_file, std::string key_file) {
    tls_options o;
    o.certificates.push_back({std::move(chain_file), std::move(key_file)});
    return o;
  }

  static void raise(const detail::load_failure& failure) {
    if (failure) throw std::system_error{failure.code, failure.what};
  }

  ref<shared> shared_;
};

}  // namespace socketio
