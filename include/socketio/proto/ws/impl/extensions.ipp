// layer 1 (proto): the grammar of Sec-WebSocket-Extensions.
#pragma once

#include <cstddef>

#include "socketio/proto/http/text.hpp"
#include "socketio/proto/ws/extensions.hpp"

namespace socketio::ws {

SOCKETIO_DECL extension_reader::item extension_reader::next() {
  value_.reset();
  if (failed_) return fail();
  skip_blanks();
  if (inside_ && take(';')) {
    skip_blanks();
    if (!take_token(name_)) return fail();
    skip_blanks();
    if (take('=') && !take_value()) return fail();
    return item::parameter;
  }
  if (inside_ && !rest_.empty() && rest_.front() != ',') return fail();
  inside_ = false;
  while (take(',')) skip_blanks();
  if (rest_.empty()) return item::end;
  if (!take_token(name_)) return fail();
  inside_ = true;
  return item::extension;
}

SOCKETIO_DECL void extension_reader::skip_blanks() noexcept {
  while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) rest_.remove_prefix(1);
}

SOCKETIO_DECL bool extension_reader::take(char c) noexcept {
  if (rest_.empty() || rest_.front() != c) return false;
  rest_.remove_prefix(1);
  return true;
}

SOCKETIO_DECL bool extension_reader::take_token(std::string_view& token) noexcept {
  std::size_t size = 0;
  while (size < rest_.size() && http::is_token_character(rest_[size])) ++size;
  token = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return size != 0;
}

/// "When using the quoted-string syntax variant, the value after quoted-string unescaping MUST
/// conform to the 'token' ABNF", RFC 6455 §9.1.
SOCKETIO_DECL bool extension_reader::take_value() {
  skip_blanks();
  std::string_view token;
  if (!take('"')) {
    if (!take_token(token)) return false;
    value_ = token;
    return true;
  }
  std::string text;
  while (!take('"')) {
    take('\\');
    if (rest_.empty()) return false;
    text.push_back(rest_.front());
    rest_.remove_prefix(1);
  }
  if (!http::is_token(text)) return false;
  value_ = std::move(text);
  return true;
}

SOCKETIO_DECL extension_reader::item extension_reader::fail() noexcept {
  failed_ = true;
  return item::malformed;
}

}  // namespace socketio::ws
