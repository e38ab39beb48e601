// layer 1 (proto): the bodies of eio/jsonp.hpp.
#pragma once

#include <cstddef>

#include "socketio/core/json/quote.hpp"
#include "socketio/proto/eio/jsonp.hpp"

namespace socketio::eio {

namespace detail {

/// The first U+2028 or U+2029, in valid text.
inline std::size_t find_line_separator(std::string_view text) noexcept {
  constexpr std::string_view common = "\xe2\x80";  // U+2000 to U+203F begin with it
  std::size_t at = text.find(common);
  while (at != text.npos && text[at + 2] != '\xa8' && text[at + 2] != '\xa9') {
    at = text.find(common, at + 3);
  }
  return at;
}

}  // namespace detail

SOCKETIO_DECL void write_script(std::string& out, std::uint32_t callback,
                                std::string_view payload) {
  std::string quoted;
  quoted.reserve(payload.size() + payload.size() / 8 + 2);
  json::detail::append_quoted(quoted, payload);
  out.append("___eio[").append(std::to_string(callback)).append("](");
  std::string_view rest = quoted;
  for (;;) {
    const std::size_t at = detail::find_line_separator(rest);
    out.append(rest.substr(0, at));
    if (at == rest.npos) break;
    out.append(rest[at + 2] == '\xa8' ? "\\u2028" : "\\u2029");
    rest.remove_prefix(at + 3);
  }
  out.append(");");
}

SOCKETIO_DECL void unescape_form_payload(std::string& payload) noexcept {
  const std::string_view text = payload;
  std::size_t out = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("\\\\n")) {
      payload[out++] = '\\';
      payload[out++] = 'n';
      i += 3;
    } else if (rest.starts_with("\\n")) {
      payload[out++] = '\n';
      i += 2;
    } else {
      payload[out++] = text[i++];
    }
  }
  payload.resize(out);
}

}  // namespace socketio::eio
