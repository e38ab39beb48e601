// layer 1 (proto): cookies.
#pragma once

#include <algorithm>

#include "socketio/proto/http/cookie.hpp"
#include "socketio/proto/http/text.hpp"

namespace socketio::http {
namespace detail {

/// cookie-octet, RFC 6265 §4.1.1.
constexpr bool is_cookie_character(char c) noexcept {
  return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
}

/// path-value, RFC 6265 §4.1.1; browsers ignore one that does not begin with a slash.
inline bool is_cookie_path(std::string_view path) noexcept {
  const auto fits = [](char c) { return c >= 0x20 && c < 0x7f && c != ';'; };
  return path.empty() || (path.front() == '/' && std::all_of(path.begin(), path.end(), fits));
}

/// A host name, with a dot in front if need be (RFC 6265 §5.2.3).
inline bool is_cookie_domain(std::string_view domain) noexcept {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '.';
  };
  return domain != "." && std::all_of(domain.begin(), domain.end(), fits);
}

}  // namespace detail

SOCKETIO_DECL std::optional<std::string_view> cookies::find(std::string_view name) const noexcept {
  for (auto [each, value] : *this) {
    if (each != name) continue;
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    return value;
  }
  return std::nullopt;
}

SOCKETIO_DECL std::optional<std::string> to_header(const set_cookie& cookie) {
  if (!is_token(cookie.name) ||
      !std::all_of(cookie.value.begin(), cookie.value.end(), detail::is_cookie_character) ||
      !detail::is_cookie_path(cookie.path) || !detail::is_cookie_domain(cookie.domain) ||
      (cookie.same_site == same_site::none && !cookie.secure)) {
    return std::nullopt;
  }
  std::string text = cookie.name + "=" + cookie.value;
  if (cookie.max_age) text.append("; Max-Age=").append(std::to_string(cookie.max_age->count()));
  if (!cookie.domain.empty()) text.append("; Domain=").append(cookie.domain);
  if (!cookie.path.empty()) text.append("; Path=").append(cookie.path);
  if (cookie.http_only) text.append("; HttpOnly");
  if (cookie.secure) text.append("; Secure");
  switch (cookie.same_site) {
    case same_site::unspecified:
      break;
    case same_site::none:
      text.append("; SameSite=None");
      break;
    case same_site::lax:
      text.append("; SameSite=Lax");
      break;
    case same_site::strict:
      text.append("; SameSite=Strict");
      break;
  }
  return text;
}

}  // namespace socketio::http
