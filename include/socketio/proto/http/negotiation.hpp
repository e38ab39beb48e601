// layer 1 (proto): what a request says of the answers that it can use.
#pragma once

#include <string_view>

#include "socketio/proto/http/text.hpp"

namespace socketio::http {

namespace detail {

/// The weight in the parameters of an element, in thousandths; 0 if it is none (RFC 9110 §12.4.2).
constexpr unsigned weight_of(std::string_view parameters) noexcept {
  parameters = trim(parameters);
  if (parameters.empty()) return 1000;
  if (parameters.size() < 3 || to_lower(parameters[0]) != 'q' || parameters[1] != '=') return 0;
  parameters.remove_prefix(2);
  if (parameters.size() > 5 || (parameters.size() > 1 && parameters[1] != '.')) return 0;
  unsigned weight = 0;
  for (unsigned i = 0, place = 1000; i < parameters.size(); ++i) {
    if (i == 1) continue;
    if (!is_digit(parameters[i])) return 0;
    weight += static_cast<unsigned>(parameters[i] - '0') * place;
    place /= 10;
  }
  return weight > 1000 ? 0 : weight;
}

}  // namespace detail

/// How much the value of an Accept-Encoding header likes `coding`, from 1000 to 0, which is not at
/// all (RFC 9110 §12.5.3).
constexpr unsigned quality_of(std::string_view accept_encoding, std::string_view coding) noexcept {
  unsigned named = 0, any = 0;
  bool is_named = false;
  for_each_element(accept_encoding, [&](std::string_view element) {
    const auto semicolon = element.find(';');
    const std::string_view name = trim(element.substr(0, semicolon));
    const unsigned weight =
        semicolon == element.npos ? 1000 : detail::weight_of(element.substr(semicolon + 1));
    if (equal_ignoring_case(name, coding)) {
      named = weight;
      is_named = true;
    } else if (name == "*") {
      any = weight;
    }
  });
  return is_named ? named : any;
}

/// Whether the value of an If-None-Match header names `etag`, by the weak comparison (RFC 9110
/// §13.1.2).
constexpr bool etag_matches(std::string_view if_none_match, std::string_view etag) noexcept {
  const auto opaque = [](std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
  };
  bool found = false;
  for_each_element(if_none_match, [&](std::string_view each) {
    found |= !each.empty() && (each == "*" || opaque(each) == opaque(etag));
  });
  return found;
}

}  // namespace socketio::http
