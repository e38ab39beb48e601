// layer 2 (engine): bodies of engine/cors.hpp.
#pragma once

#include <algorithm>

#include "socketio/engine/cors.hpp"
#include "socketio/proto/http/response.hpp"

namespace socketio::engine {

namespace detail {

/// "https://example.com:443" → "example.com", without a port that is the scheme's default.
SOCKETIO_DECL std::string_view host_of_origin(std::string_view origin) {
  const auto mark = origin.find("://");
  if (mark == origin.npos) return {};
  const std::string_view scheme = origin.substr(0, mark);
  std::string_view host = origin.substr(mark + 3);
  const std::string_view port = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(port)) host.remove_suffix(port.size());
  return host;
}

SOCKETIO_DECL std::string_view without_default_port(std::string_view host) {
  for (const std::string_view port : {":443", ":80"}) {
    if (host.ends_with(port)) return host.substr(0, host.size() - port.size());
  }
  return host;
}

/// "https://example.com/page" → "https://example.com"
SOCKETIO_DECL std::string_view origin_of_url(std::string_view url) {
  const auto mark = url.find("://");
  return mark == url.npos ? url : url.substr(0, url.find('/', mark + 3));
}

}  // namespace detail

SOCKETIO_DECL bool cors_policy::lists(std::string_view origin) const {
  const auto& origins = options_.origins;
  return std::any_of(origins.begin(), origins.end(), [&](const std::string& each) {
    return each == "*" || http::equal_ignoring_case(each, origin);
  });
}

/// An exception of the host's function must neither open the door nor end the loop.
SOCKETIO_DECL bool cors_policy::names(std::string_view origin) {
  if (lists(origin)) return true;
  try {
    return predicate_ && predicate_(origin);
  } catch (...) {
    return false;
  }
}

SOCKETIO_DECL bool cors_policy::allows_page(const http::request& request, std::string_view origin) {
  const std::string_view host = detail::host_of_origin(origin);
  if (!host.empty() &&
      http::equal_ignoring_case(host, detail::without_default_port(request.host))) {
    return true;
  }
  return names(origin);
}

SOCKETIO_DECL bool cors_policy::allows(const http::request& request) {
  const auto origin = request.header("origin");
  return !origin || allows_page(request, *origin);
}

SOCKETIO_DECL bool cors_policy::allows_script(const http::request& request) {
  // W3C "Fetch Metadata Request Headers" §2.4. No page can make the browser lie in it.
  const auto site = request.header("sec-fetch-site");
  if (site == "same-origin" || site == "none") return true;
  if (const auto page = request.header("referer")) {
    return allows_page(request, detail::origin_of_url(*page));
  }
  // A page may withhold its address; whoever says nothing at all is most likely no browser.
  return !site || lists("*");
}

SOCKETIO_DECL std::string cors_policy::lines(const http::request& request, bool preflight) {
  std::string lines;
  if (!configured()) return lines;
  const cors_options& o = options_;
  const auto origin = request.header("origin");
  const bool any = !o.credentials && lists("*");
  const auto add_list = [&](std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    std::string list;
    for (const auto& each : values) list.append(list.empty() ? "" : ",").append(each);
    http::append_line(lines, name, list);
  };
  // What is allowed depends on who asks: caches must know.
  if (!any) http::append_line(lines, "Vary", "Origin");
  if (!origin || !names(*origin)) return lines;
  http::append_line(lines, "Access-Control-Allow-Origin", any ? std::string_view{"*"} : *origin);
  if (o.credentials) http::append_line(lines, "Access-Control-Allow-Credentials", "true");
  if (!preflight) {
    add_list("Access-Control-Expose-Headers", o.exposed_headers);
    return lines;
  }
  add_list("Access-Control-Allow-Methods", o.methods);
  if (!o.allowed_headers.empty()) {
    add_list("Access-Control-Allow-Headers", o.allowed_headers);
  } else if (const auto asked = request.header("access-control-request-headers")) {
    http::append_line(lines, "Vary", "Access-Control-Request-Headers");
    http::append_line(lines, "Access-Control-Allow-Headers", *asked);
  }
  if (o.max_age.count() > 0) {
    http::append_line(lines, "Access-Control-Max-Age", std::to_string(o.max_age.count()));
  }
  return lines;
}

}  // namespace socketio::engine
