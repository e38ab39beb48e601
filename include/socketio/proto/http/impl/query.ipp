// layer 1 (proto): the search in a query.
#pragma once

#include <utility>

#include "socketio/core/percent.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/proto/http/query.hpp"

namespace socketio::http {
namespace detail {

inline bool is_key(std::string_view sent, std::string_view key) {
  return sent.find_first_of("%+") == sent.npos ? sent == key : form_decode(sent) == key;
}

}  // namespace detail

SOCKETIO_DECL query::result query::find(std::string_view key) const {
  result found;
  for (const auto& [name, sent] : *this) {
    if (!detail::is_key(name, key)) continue;
    std::optional<std::string> value = form_decode(sent);
    if (!value || !is_utf8(*value) || (found.value && *found.value != *value)) {
      return {std::nullopt, true};
    }
    found.value = std::move(value);
  }
  return found;
}

}  // namespace socketio::http
