// layer 2 (engine): bodies of engine/proxies.hpp.
#pragma once

#include <algorithm>
#include <utility>

#include "socketio/engine/proxies.hpp"
#include "socketio/proto/http/forwarded.hpp"
#include "socketio/proto/http/text.hpp"

namespace socketio::engine {

SOCKETIO_DECL address_list::address_list(const std::vector<std::string>& entries) {
  for (const std::string& each : entries) {
    if (each == "unix:") unix_ = true;
    if (const auto network = ip_network::parse(each)) networks_.push_back(*network);
  }
}

SOCKETIO_DECL bool address_list::has(std::string_view peer) const noexcept {
  if (peer == "unix:") return unix_;
  if (networks_.empty()) return false;
  const auto address = ip_address::parse(peer.substr(0, peer.find('%')));
  return address && has(*address);
}

SOCKETIO_DECL bool address_list::has(const ip_address& peer) const noexcept {
  return std::any_of(networks_.begin(), networks_.end(),
                     [&](const ip_network& each) { return each.contains(peer); });
}

SOCKETIO_DECL proxies::proxies(const proxy_options& o)
    : trusted_{o.trusted}, proxy_protocol_{o.proxy_protocol}, header_{o.header} {}

SOCKETIO_DECL client_address proxies::client_of(const http::request& request, std::string peer,
                                                bool secure) const {
  client_address client{std::move(peer), secure, request.host};
  const auto hops = header_ == forwarded_header::forwarded ? http::forwarded_hops(request)
                                                           : http::x_forwarded_hops(request);
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    if (!hop->proto.empty()) {
      client.secure = http::equal_ignoring_case(hop->proto, "https") ||
                      http::equal_ignoring_case(hop->proto, "wss");
    }
    if (!hop->host.empty()) client.host = hop->host;
    const auto address = hop->address();
    if (!address) break;
    client.text = address->to_string();
    if (!trusted_.has(*address)) break;
  }
  return client;
}

}  // namespace socketio::engine
