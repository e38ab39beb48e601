// layer 1 (proto): the rules of the WebSocket opening handshake.
#pragma once

#include <cassert>

#include "socketio/core/base64.hpp"
#include "socketio/core/sha1.hpp"
#include "socketio/proto/ws/handshake.hpp"

namespace socketio::ws {
namespace detail {

inline constexpr std::size_t key_size = 24;  // 16 bytes in base64, RFC 6455 §4.1

/// The bytes that the key stands for are never used, so only its form is checked. Bits of the last
/// digit that belong to no byte may be set, as they may for other servers.
inline bool is_key(std::string_view text) noexcept {
  if (text.size() != key_size || !text.ends_with("==")) return false;
  return text.substr(0, key_size - 2).find_first_not_of(socketio::detail::base64_alphabet) ==
         text.npos;
}

/// Whether one of the headers of this name, each of them a list, has this element.
inline bool lists(const http::request& request, std::string_view name,
                  std::string_view element) noexcept {
  for (const http::field& field : request.headers) {
    if (http::equal_ignoring_case(field.name, name) && http::has_token(field.value, element)) {
      return true;
    }
  }
  return false;
}

}  // namespace detail

SOCKETIO_DECL handshake check_handshake(const http::request& request) noexcept {
  const auto refuse = [](int status, std::string_view reason, std::string_view headers = {}) {
    return handshake{status, reason, headers, {}};
  };
  if (request.method != http::method::get) {
    return refuse(405, "A WebSocket is opened by a GET request.", "Allow: GET\r\n");
  }
  if (request.version_minor != 1) return refuse(400, "A WebSocket needs HTTP/1.1.");
  // A body would stand where the first frame is expected.
  if (request.chunked || request.content_length.value_or(0) != 0) {
    return refuse(400, "A request for a WebSocket has no body.");
  }
  if (!detail::lists(request, "Upgrade", "websocket")) {
    return refuse(400, "The Upgrade header does not ask for a WebSocket.");
  }
  if (!detail::lists(request, "Connection", "Upgrade")) {
    return refuse(400, "The Connection header does not name Upgrade.");
  }
  // §4.2.2, item 4. Drafts before version 13 had other keys, or none: this comes first.
  if (request.count("Sec-WebSocket-Version") != 1 ||
      request.header("Sec-WebSocket-Version") != "13") {
    return refuse(426, "The WebSocket version is not 13.",
                  "Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
  }
  if (request.count("Sec-WebSocket-Key") != 1) {
    return refuse(400, "There is not exactly one Sec-WebSocket-Key.");
  }
  const std::string_view key = *request.header("Sec-WebSocket-Key");
  if (!detail::is_key(key)) return refuse(400, "The Sec-WebSocket-Key is not 16 bytes in base64.");
  return handshake{.key = key};
}

SOCKETIO_DECL std::array<char, 28> accept_value(std::string_view key) noexcept {
  assert(key.size() == detail::key_size);
  constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<char, detail::key_size + guid.size()> text;
  guid.copy(text.data() + key.copy(text.data(), detail::key_size), guid.size());
  const auto digest = sha1({text.data(), text.size()});
  std::array<char, 28> value;
  static_assert(value.size() == base64_encoded_size(digest.size()));
  base64_encode({digest.data(), digest.size()}, value.data());
  return value;
}

}  // namespace socketio::ws
