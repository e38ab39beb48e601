// layer 1 (proto): bodies of http/query.hpp.
#pragma once

#include <utility>

#include "socketio/core/percent.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/proto/http/query.hpp"

namespace socketio::http {

SOCKETIO_DECL void query::note(std::string_view sent, result& found) {
  if (found.conflict) return;
  std::optional<std::string> value = form_decode(sent);
  if (!value || !is_utf8(*value) || (found.value && *found.value != *value)) {
    found = {std::nullopt, true};
  } else {
    found.value = std::move(value);
  }
}

}  // namespace socketio::http
