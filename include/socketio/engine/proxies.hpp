// layer 2 (engine): whom to believe when a proxy speaks for a client.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/core/ip.hpp"
#include "socketio/options.hpp"
#include "socketio/proto/http/request.hpp"

namespace socketio::engine {

/// A list of addresses and networks.
class address_list {
 public:
  /// What is no address or network is left out; `validate` names it.
  SOCKETIO_DECL explicit address_list(const std::vector<std::string>& entries);

  bool empty() const noexcept { return networks_.empty() && !unix_; }

  /// `peer` is the text of an address, perhaps with a zone; of a Unix domain socket it is "unix:".
  /// Empty, it is nobody's: a peer that has gone already must not pass for another.
  SOCKETIO_DECL bool has(std::string_view peer) const noexcept;
  SOCKETIO_DECL bool has(const ip_address& peer) const noexcept;

 private:
  std::vector<ip_network> networks_;
  bool unix_ = false;
};

/// Who sends a request, as far as it is known.
struct client_address {
  std::string text;       ///< without port
  bool secure = false;    ///< whether the client's own connection is encrypted
  std::string_view host;  ///< what the client has asked for, a view into the request
};

/// The proxies of the options.
class proxies {
 public:
  SOCKETIO_DECL explicit proxies(const proxy_options& o);

  /// Whether the connections of this peer begin with a PROXY header.
  bool sends_proxy_header(std::string_view peer) const noexcept {
    return proxy_protocol_.has(peer);
  }
  bool any_sends_proxy_header() const noexcept { return !proxy_protocol_.empty(); }

  bool trusts(std::string_view peer) const noexcept { return trusted_.has(peer); }
  bool any_trusted() const noexcept { return !trusted_.empty(); }

  /// The client behind a request that `peer`, which is trusted, has sent: from the last hop on, as
  /// long as each is the word of a trusted proxy. A client can only add hops in front of those.
  SOCKETIO_DECL client_address client_of(const http::request& request, std::string peer,
                                         bool secure) const;

 private:
  address_list trusted_;
  address_list proxy_protocol_;
  forwarded_header header_;
};

}  // namespace socketio::engine

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/engine/impl/proxies.ipp"
#endif
