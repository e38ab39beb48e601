// layer 5 (adapters): where a Redis server is, and who we are to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "socketio/config.hpp"

namespace socketio::redis {

/// Where to connect, and as whom.
///
///     redis::address{"redis://127.0.0.1"}                       port 6379, database 0
///     redis::address{"rediss://user:secret@cache.example/2"}    TLS, ACL user, database 2
///     redis::address{"redis://:secret@[::1]:6380"}              the default user's password
///     redis::address{"unix:/run/redis/redis.sock?db=1"}         Unix domain socket
///
/// User and password are percent-decoded.
struct address {
  address() = default;

  /// Throws std::system_error with `error::bad_url`.
  SOCKETIO_DECL explicit address(std::string_view url);

  /// Reports to `ec` and is the default then.
  SOCKETIO_DECL address(std::string_view url, std::error_code& ec);

  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string path;  ///< of a Unix domain socket, which is used instead of host and port
  bool tls = false;
  std::string user;      ///< none is `default`
  std::string password;  ///< none: no AUTH
  unsigned database = 0;
};

/// For people: without user and password.
SOCKETIO_DECL std::string to_string(const address& a);

}  // namespace socketio::redis

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/address.ipp"
#endif
