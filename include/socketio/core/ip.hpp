// layer 0 (core): addresses of the Internet protocol as values, and networks of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "socketio/config.hpp"

namespace socketio {

/// An IPv4 or IPv6 address. An IPv4 address that comes mapped into IPv6, "::ffff:192.0.2.1", is
/// that IPv4 address: listeners for both see the one as the other (RFC 4291 §2.5.5.2).
class ip_address {
 public:
  using bytes = std::array<std::uint8_t, 16>;

  explicit ip_address(const bytes& b) noexcept : bytes_{b} {}

  /// Reads "192.0.2.1" (four decimal numbers, no leading zeros) or "2001:db8::1" (RFC 4291 §2.2),
  /// without brackets, port and zone.
  SOCKETIO_DECL static std::optional<ip_address> parse(std::string_view text) noexcept;

  /// In the one form of RFC 5952; IPv4 in four decimal numbers.
  SOCKETIO_DECL std::string to_string() const;

  SOCKETIO_DECL bool is_v4() const noexcept;

  /// In network order; an IPv4 address as the mapped one.
  const bytes& data() const noexcept { return bytes_; }

  friend bool operator==(const ip_address&, const ip_address&) = default;

 private:
  bytes bytes_;
};

/// All addresses that begin with the same bits.
class ip_network {
 public:
  /// Reads "192.0.2.0/24", "2001:db8::/32" (RFC 4632 §3.1, RFC 4291 §2.3), or one address. Bits
  /// behind the prefix are of no meaning.
  SOCKETIO_DECL static std::optional<ip_network> parse(std::string_view text) noexcept;

  SOCKETIO_DECL bool contains(const ip_address& address) const noexcept;

 private:
  ip_network(const ip_address& base, std::size_t bits) noexcept : base_{base}, bits_{bits} {}

  ip_address base_;
  std::size_t bits_;
};

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/impl/ip.ipp"
#endif
