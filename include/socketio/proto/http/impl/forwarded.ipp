// layer 1 (proto): bodies of proto/http/forwarded.hpp.
#pragma once

#include <algorithm>

#include "socketio/proto/http/forwarded.hpp"
#include "socketio/proto/http/text.hpp"

namespace socketio::http {

namespace detail {

/// The elements of all headers of this name, as if they were one list (RFC 9110 §5.3).
SOCKETIO_DECL std::vector<std::string_view> elements_of(const request& r, std::string_view name) {
  std::vector<std::string_view> all;
  for (const field& each : r.headers) {
    if (!equal_ignoring_case(each.name, name)) continue;
    for_each_element(each.value, [&](std::string_view element) { all.push_back(element); });
  }
  return all;
}

/// The value that belongs to hop `i` of `count`.
SOCKETIO_DECL std::string_view value_at(const std::vector<std::string_view>& values, std::size_t i,
                                        std::size_t count) {
  if (values.size() == 1) return values.front();
  const std::size_t from_the_end = count - i;
  return from_the_end > values.size() ? std::string_view{} : values[values.size() - from_the_end];
}

/// Takes a token or a quoted string off the front (RFC 9110 §5.6.4); false if there is none. A
/// backslash has no place in an address or a host.
SOCKETIO_DECL bool take_value(std::string_view& text, std::string_view& value) {
  if (text.starts_with('"')) {
    const std::size_t end = text.find_first_of("\"\\", 1);
    if (end == text.npos || text[end] == '\\') return false;
    value = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return true;
  }
  const auto end = std::find_if_not(text.begin(), text.end(), is_token_character);
  value = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(value.size());
  return !value.empty();
}

SOCKETIO_DECL void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

/// Appends the elements of one header line; false if it breaks the grammar (RFC 7239 §4).
SOCKETIO_DECL bool read_forwarded(std::string_view text, std::vector<forwarded_hop>& hops) {
  for (;;) {
    forwarded_hop hop;
    for (;;) {
      skip_blanks(text);
      if (!text.empty() && text.front() != ';' && text.front() != ',') {
        const std::size_t equals = text.find('=');
        if (equals == text.npos) return false;
        const std::string_view name = text.substr(0, equals);
        text.remove_prefix(equals + 1);
        std::string_view value;
        if (!is_token(name) || !take_value(text, value)) return false;
        std::string_view* const place = equal_ignoring_case(name, "for")     ? &hop.node
                                        : equal_ignoring_case(name, "proto") ? &hop.proto
                                        : equal_ignoring_case(name, "host")  ? &hop.host
                                                                             : nullptr;
        if (place && !place->empty()) return false;  // each at most once
        if (place) *place = value;
        skip_blanks(text);
      }
      if (!text.starts_with(';')) break;
      text.remove_prefix(1);
    }
    hops.push_back(hop);
    if (text.empty()) return true;
    if (text.front() != ',') return false;
    text.remove_prefix(1);
  }
}

}  // namespace detail

SOCKETIO_DECL std::optional<ip_address> forwarded_hop::address() const noexcept {
  std::string_view text = node;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos || (end + 1 < text.size() && text[end + 1] != ':')) return std::nullopt;
    text = text.substr(1, end - 1);
    return text.find(':') == text.npos ? std::nullopt : ip_address::parse(text);
  }
  if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
  return ip_address::parse(text);
}

SOCKETIO_DECL std::vector<forwarded_hop> x_forwarded_hops(const request& r) {
  auto nodes = detail::elements_of(r, "x-forwarded-for");
  const auto protos = detail::elements_of(r, "x-forwarded-proto");
  const auto hosts = detail::elements_of(r, "x-forwarded-host");
  if (nodes.empty() && !(protos.empty() && hosts.empty())) nodes.emplace_back();
  std::vector<forwarded_hop> hops;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    hops.push_back({nodes[i], detail::value_at(protos, i, nodes.size()),
                    detail::value_at(hosts, i, nodes.size())});
  }
  return hops;
}

SOCKETIO_DECL std::vector<forwarded_hop> forwarded_hops(const request& r) {
  std::vector<forwarded_hop> hops;
  for (const field& each : r.headers) {
    if (!equal_ignoring_case(each.name, "forwarded")) continue;
    if (detail::read_forwarded(each.value, hops)) continue;
    // A client may have written nonsense to which the proxy has added its element. That one holds
    // no comma, and whatever stands to its left is worth nothing.
    hops.clear();
    const std::string_view last = each.value.substr(each.value.rfind(',') + 1);
    if (!detail::read_forwarded(last, hops)) hops.clear();
  }
  return hops;
}

}  // namespace socketio::http
