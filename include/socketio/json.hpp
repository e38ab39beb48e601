// layer 0 (core): JSON text for any purpose.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "socketio/core/json/reader.hpp"
#include "socketio/core/json/writer.hpp"
#include "socketio/core/value/convert.hpp"
#include "socketio/core/value/value.hpp"

namespace socketio {

/// The text that JSON.stringify would produce. Binary, which JSON does not know, becomes null.
template <writable T>
std::string to_json(const T& x) {
  std::string text;
  json::writer<std::string> writer{text};
  to_writer(writer, x);
  return text;
}

/// Nothing if the text is not JSON, or something else than a T.
template <readable T>
std::optional<T> from_json(std::string_view text) {
  static_assert(!holds_view_v<T>,
                "socketio: the text is gone when from_json returns, so T must not contain views of "
                "it. Use std::string instead of std::string_view, io::value instead of "
                "io::value_view.");
  std::string copy{text};
  tape parsed{{.nodes = std::numeric_limits<std::size_t>::max()}};
  if (json::read(copy.data(), copy.size(), parsed) != json::status::ok) return {};
  return parsed.root().to<T>();
}

}  // namespace socketio
