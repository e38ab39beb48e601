// layer 3 (transport): where a server listens on a network: host and port.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace socketio {

/// An address of this machine and a port. Without a host it means every address, IPv6 and IPv4;
/// port 0 means any free one.
struct ip_endpoint {
  ip_endpoint(std::uint16_t p) : port{p} {}
  ip_endpoint(std::string_view h, std::uint16_t p) : host{h}, port{p} {}

  ip_endpoint with_port(std::uint16_t p) const { return {host, p}; }

  std::string host;  ///< "127.0.0.1", "::1"; not a name
  std::uint16_t port;
};

/// For messages to people.
inline std::string to_string(const ip_endpoint& e) {
  if (e.host.empty()) return "port " + std::to_string(e.port);
  const bool v6 = e.host.find(':') != std::string::npos;
  return (v6 ? '[' + e.host + ']' : e.host) + ':' + std::to_string(e.port);
}

}  // namespace socketio
