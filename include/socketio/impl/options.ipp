// layer 2 (engine): bodies of options.hpp.
#pragma once

#include <algorithm>

#include "socketio/core/ip.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/options.hpp"
#include "socketio/proto/http/response.hpp"

namespace socketio {

SOCKETIO_DECL std::string served_path(const options& o) {
  std::string path = o.path;
  if (path.ends_with('/')) path.pop_back();
  if (o.add_trailing_slash) path.push_back('/');
  return path;
}

namespace detail {

SOCKETIO_DECL std::string_view fault_of(const cors_options& o) {
  const auto any = [](const auto& list, auto&& is) {
    return std::any_of(list.begin(), list.end(), is);
  };
  // They are written into header lines of their own.
  const auto unfit = [](const std::string& text) {
    return text.empty() || !http::is_header("x", text);
  };
  if (o.credentials && any(o.origins, [](const auto& each) { return each == "*"; })) {
    return "cors: credentials need named origins, not \"*\"";
  }
  if (any(o.origins, unfit)) return "cors.origins: no text of a header";
  if (any(o.methods, unfit)) return "cors.methods: no text of a header";
  if (any(o.allowed_headers, unfit)) return "cors.allowed_headers: no text of a header";
  if (any(o.exposed_headers, unfit)) return "cors.exposed_headers: no text of a header";
  if (o.max_age.count() < 0) return "cors.max_age: must not be negative";
  if (o.preflight_status < 200 || o.preflight_status > 299) {
    return "cors.preflight_status: must say success";
  }
  return {};
}

SOCKETIO_DECL std::string_view fault_of(const proxy_options& o) {
  const auto unknown = [](const std::vector<std::string>& list) {
    return std::any_of(list.begin(), list.end(), [](const std::string& each) {
      return each != "unix:" && !ip_network::parse(each);
    });
  };
  if (unknown(o.trusted)) return "proxies.trusted: neither an address nor a network";
  if (unknown(o.proxy_protocol)) return "proxies.proxy_protocol: neither an address nor a network";
  return {};
}

}  // namespace detail

SOCKETIO_DECL std::string_view validate(const options& o) {
  if (o.path.size() < 2 || o.path.front() != '/') {
    return "path: must begin with '/' and name a place";
  }
  if (o.path.find_first_of("?# \t\r\n") != o.path.npos) return "path: must be a path alone";
  if (!o.polling && !o.websocket) return "polling, websocket: one transport must be enabled";
  if (o.ping_interval.count() <= 0) return "ping_interval: must be positive";
  if (o.ping_timeout.count() <= 0) return "ping_timeout: must be positive";
  if (o.upgrade_timeout.count() <= 0) return "upgrade_timeout: must be positive";
  if (o.connect_timeout.count() <= 0) return "connect_timeout: must be positive";
  if (o.max_payload == 0) return "max_payload: must be positive";
  if (o.limits.hard_queue < o.limits.soft_queue) return "limits.hard_queue: less than soft_queue";
  constexpr char separator = '\x1e';  // of packets over long-polling
  if (!is_utf8(o.initial_packet) || o.initial_packet.find(separator) != o.initial_packet.npos) {
    return "initial_packet: must be UTF-8 without U+001E";
  }
  if (o.cookie) {
    http::set_cookie sample = *o.cookie;
    if (sample.name.empty()) sample.name = "io";
    sample.value = "id";
    if (!http::to_header(sample)) return "cookie: browsers would not take it";
  }
  if (const auto fault = validate(o.per_message_deflate); !fault.empty()) return fault;
  if (const auto& r = o.connection_state_recovery) {
    if (r->max_disconnection_duration.count() <= 0) {
      return "connection_state_recovery.max_disconnection_duration: must be positive";
    }
    if (r->max_packets == 0) return "connection_state_recovery.max_packets: must be positive";
  }
  if (const auto fault = validate(o.http_compression); !fault.empty()) return fault;
  if (const auto fault = detail::fault_of(o.proxies); !fault.empty()) return fault;
  return detail::fault_of(o.cors);
}

}  // namespace socketio
