// layer 1 (proto): what proxies write into a request about the client they speak for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/core/ip.hpp"
#include "socketio/proto/http/request.hpp"

namespace socketio::http {

/// One hop of a request, as the proxy at its end describes it. What it does not say is empty. Text
/// is as it was sent, and can be anything: clients write these headers too.
struct forwarded_hop {
  std::string_view node;   ///< who sent the request to that proxy: an address, perhaps with a port
  std::string_view proto;  ///< "http" or "https"
  std::string_view host;   ///< the Host header that the proxy got

  /// The address in `node`; nothing if it is hidden, unknown or no address.
  SOCKETIO_DECL std::optional<ip_address> address() const noexcept;
};

/// The hops in X-Forwarded-For, the first hop of the request first. The values of X-Forwarded-Proto
/// and X-Forwarded-Host belong to the last hops if there are fewer of them, each proxy having added
/// its own, or to all of them if there is one, which the first proxy set.
SOCKETIO_DECL std::vector<forwarded_hop> x_forwarded_hops(const request& r);

/// The hops in Forwarded (RFC 7239), the first one first. Of what breaks the grammar, only the last
/// element counts, and only if it is right by itself.
SOCKETIO_DECL std::vector<forwarded_hop> forwarded_hops(const request& r);

}  // namespace socketio::http

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/http/impl/forwarded.ipp"
#endif
