// layer 5 (adapters): the bodies of redis/address.hpp.
#pragma once

#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "socketio/adapters/redis/address.hpp"
#include "socketio/adapters/redis/error.hpp"
#include "socketio/core/percent.hpp"

namespace socketio::redis {

namespace detail {

template <class Number>
bool read_number(std::string_view text, Number& value) noexcept {
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  return ec == std::errc{} && end == text.data() + text.size();
}

/// `[user][:password]@` in front of `rest`, which it is taken off.
inline bool take_credentials(std::string_view& rest, address& a) {
  const auto at = rest.substr(0, rest.find('/')).rfind('@');
  if (at == rest.npos) return true;
  const std::string_view credentials = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  const auto colon = credentials.find(':');
  auto user = percent_decode(credentials.substr(0, colon));
  auto password = percent_decode(colon == rest.npos ? "" : credentials.substr(colon + 1));
  if (!user || !password) return false;
  a.user = std::move(*user);
  a.password = std::move(*password);
  return true;
}

inline bool read_local(std::string_view rest, address& a) {
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    if (!take_credentials(rest, a)) return false;
  }
  const auto question = rest.find('?');
  if (question != rest.npos) {
    const std::string_view query = rest.substr(question + 1);
    if (!query.starts_with("db=") || !read_number(query.substr(3), a.database)) return false;
  }
  auto path = percent_decode(rest.substr(0, question));
  if (!path || path->empty() || path->find('\0') != path->npos) return false;
  a.path = std::move(*path);
  return true;
}

inline bool read_tcp(std::string_view rest, address& a) {
  if (!take_credentials(rest, a)) return false;
  if (const auto slash = rest.find('/'); slash != rest.npos) {
    const std::string_view database = rest.substr(slash + 1);
    if (!database.empty() && !read_number(database, a.database)) return false;
    rest = rest.substr(0, slash);
  }
  std::string_view host = rest, port;
  if (rest.starts_with('[')) {  // RFC 3986 section 3.2.2
    const auto end = rest.find(']');
    if (end == rest.npos) return false;
    host = rest.substr(1, end - 1);
    port = rest.substr(end + 1);
  } else if (const auto colon = rest.find(':'); colon != rest.npos) {
    host = rest.substr(0, colon);
    port = rest.substr(colon);
  }
  if (host.empty() || host.find_first_of("?#@ %\\") != host.npos) return false;
  a.host = host;
  if (port.empty()) return true;
  return port.starts_with(':') && read_number(port.substr(1), a.port) && a.port != 0;
}

inline bool read_url(std::string_view url, address& a) {
  const auto take = [&url](std::string_view scheme) {
    if (!url.starts_with(scheme)) return false;
    url.remove_prefix(scheme.size());
    return true;
  };
  if (take("unix:")) return read_local(url, a);
  a.tls = take("rediss://");
  return (a.tls || take("redis://")) && read_tcp(url, a);
}

}  // namespace detail

SOCKETIO_DECL address::address(std::string_view url, std::error_code& ec) {
  ec = {};
  if (detail::read_url(url, *this)) return;
  *this = {};
  ec = error::bad_url;
}

SOCKETIO_DECL address::address(std::string_view url) {
  if (!detail::read_url(url, *this)) throw std::system_error{error::bad_url};
}

SOCKETIO_DECL std::string to_string(const address& a) {
  if (!a.path.empty()) return "unix:" + a.path;
  const bool v6 = a.host.find(':') != a.host.npos;
  std::string text = a.tls ? "rediss://" : "redis://";
  text += v6 ? "[" + a.host + "]" : a.host;
  return text.append(":").append(std::to_string(a.port));
}

}  // namespace socketio::redis
