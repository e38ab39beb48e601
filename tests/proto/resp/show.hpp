// Replies as text: kind and contents.
#pragma once

#include <string>
#include <string_view>

#include "socketio/proto/resp/reader.hpp"

namespace socketio::test {

/// `"text"`, `:1`, `[...]`, `{k: v, ...}`, `>[...]`, `-ERR ...`: what the values are.
inline std::string show(resp::reply_view v) {
  const auto list = [&v](std::string before, std::string_view after) {
    std::size_t index = 0;
    for (const resp::reply_view each : v) {
      if (index++ != 0) before += v.type() == resp::type::map && index % 2 == 0 ? ": " : ", ";
      before += show(each);
    }
    return before.append(after);
  };
  switch (v.type()) {
    case resp::type::null:
      return "null";
    case resp::type::boolean:
      return v.as_bool() == true ? "true" : "false";
    case resp::type::integer:
      return std::to_string(*v.as_integer());
    case resp::type::real:
      return std::string{"~"}.append(std::to_string(*v.as_double()));
    case resp::type::string:
      return std::string{"\""}.append(v.text()).append("\"");
    case resp::type::big_number:
      return std::string{"("}.append(v.text()).append(")");
    case resp::type::error:
      return std::string{"-"}.append(v.text());
    case resp::type::array:
      return list("[", "]");
    case resp::type::set:
      return list("~[", "]");
    case resp::type::map:
      return list("{", "}");
    default:
      return list(">[", "]");
  }
}

/// Feeds `bytes` in pieces of the sizes that `next_size()` says; what comes out, one line for each
/// reply, and at last what the reader has against the rest.
template <class NextSize>
std::string read_replies(std::string_view bytes, resp::limits limits, NextSize next_size) {
  resp::reader reader{limits};
  std::string seen;
  do {
    const std::span<char> room = reader.prepare();
    const std::string_view piece = bytes.substr(0, std::min<std::size_t>(next_size(), room.size()));
    piece.copy(room.data(), piece.size());
    bytes.remove_prefix(piece.size());
    reader.commit(piece.size());
    while (const auto reply = reader.next()) seen += show(*reply) + "\n";
  } while (!bytes.empty());
  switch (reader.failure()) {
    case resp::reader::fault::none:
      return seen;
    case resp::reader::fault::malformed:
      return seen + "malformed";
    case resp::reader::fault::too_deep:
      return seen + "too deep";
    default:
      return seen + "too large";
  }
}

}  // namespace socketio::test
