// layer 1 (proto): bodies of http/query.hpp.
#pragma once

#include <utility>

#include "socketio/core/percent.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/proto/http/query.hpp"

namespace socketio::http {
namespace detail {

inline bool is_key(std::string_view sent, std::string_view key) {
  if (sent.size() < key.size()) return false;  // decoding makes nothing longer
  return is_decoded(sent) ? sent == key : form_decode(sent) == key;
}

}  // namespace detail

SOCKETIO_DECL void query::note(const pair& each, std::string_view key, result& found) {
  if (found.conflict || !detail::is_key(each.name, key)) return;
  std::optional<std::string> value = form_decode(each.value);
  if (!value || !is_utf8(*value) || (found.value && *found.value != *value)) {
    found = {std::nullopt, true};
  } else {
    found.value = std::move(value);
  }
}

}  // namespace socketio::http
