// layer 1 (proto): the body of sio/nsp_query.hpp.
#pragma once

#include <utility>

#include "socketio/core/percent.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/proto/http/pairs.hpp"
#include "socketio/proto/sio/nsp_query.hpp"

namespace socketio::sio {

SOCKETIO_DECL std::optional<std::map<std::string, std::string>> nsp_query::auth() const {
  std::map<std::string, std::string> decoded;
  for (const auto& [key, sent] : http::pairs<'&'>{query}) {
    auto name_text = form_decode(key);
    auto value_text = form_decode(sent);
    if (!name_text || !value_text || !is_utf8(*name_text) || !is_utf8(*value_text)) {
      return std::nullopt;
    }
    decoded.insert_or_assign(*std::move(name_text), *std::move(value_text));
  }
  return decoded;
}

}  // namespace socketio::sio
