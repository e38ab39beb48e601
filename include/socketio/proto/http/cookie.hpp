// layer 1 (proto): cookies, read and set (RFC 6265).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/proto/http/pairs.hpp"

namespace socketio::http {

/// Reads a Cookie header. Iterating gives all pairs, values as they were sent.
class cookies : public pairs<';'> {
 public:
  using pairs::pairs;

  /// The value of the first cookie of this name, in this case, without quotes around it.
  SOCKETIO_DECL std::optional<std::string_view> find(std::string_view name) const noexcept;
};

enum class same_site : std::uint8_t { unspecified, none, lax, strict };

/// A Set-Cookie header. The defaults keep the cookie from scripts and from other sites' requests.
struct set_cookie {
  std::string name = {};
  std::string value = {};
  std::string path = "/";                            ///< none when empty
  std::string domain = {};                           ///< none when empty: this host only
  std::optional<std::chrono::seconds> max_age = {};  ///< nothing: until the browser is closed
  bool http_only = true;
  bool secure = false;
  http::same_site same_site = http::same_site::lax;
};

/// The header's value, or nothing when a part could break out of its place, or when every browser
/// would drop the cookie (SameSite=None without Secure). See CVE-2024-47764.
SOCKETIO_DECL std::optional<std::string> to_header(const set_cookie& cookie);

}  // namespace socketio::http

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/http/impl/cookie.ipp"
#endif
