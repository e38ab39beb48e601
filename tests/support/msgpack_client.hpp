// A client with the parser for MessagePack, on the in-memory network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "socketio.hpp"
#include "socketio/json.hpp"
#include "socketio/proto/msgpack/reader.hpp"
#include "socketio/proto/sio/msgpack_codec.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace socketio::test {

/// A message of such a client.
inline std::string msgpack_message(sio::packet_type type, const value& data = {},
                                   std::optional<std::uint64_t> id = {},
                                   std::string_view nsp = "/") {
  return std::string{sio::encode_msgpack({type, 0, nsp, id, data}).packet()};
}

template <class... Args>
std::string msgpack_event(const Args&... name_and_arguments) {
  return msgpack_message(sio::packet_type::event, value{std::tuple{name_and_arguments...}});
}

/// A value as JSON, in which binary is text, and keys are without quotes.
inline std::string show(value_view v) {
  if (const auto data = v.as_binary()) return "<" + std::string{as_text(*data)} + ">";
  std::string text, comma;
  for (const value_view element : v.elements()) text += std::exchange(comma, ",") + show(element);
  for (const auto& [key, member] : v.members()) {
    text += std::exchange(comma, ",").append(key).append(":") + show(member);
  }
  if (v.is_array()) return "[" + text + "]";
  return v.is_object() ? "{" + text + "}" : to_json(v);
}

/// What it receives is shown so.
struct msgpack_client : ws_client {
  using ws_client::ws_client;

  packets take() {
    packets all = ws_client::take();
    for (std::string& each : all) {
      if (!each.starts_with("b:")) continue;
      tape values;
      const std::string bytes = each.substr(2);
      CHECK(msgpack::read(as_bytes(bytes), values) == msgpack::status::ok);
      each = show(values.root());
    }
    return all;
  }

  std::string join() {
    send_binary(msgpack_message(sio::packet_type::connect));
    const packets answer = take();
    return answer.empty() ? "" : between(answer.front(), "sid:\"", "\"");
  }
};

}  // namespace socketio::test
