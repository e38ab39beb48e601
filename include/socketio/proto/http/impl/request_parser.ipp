// layer 1 (proto): from head to body to the next request.
#pragma once

#include <utility>
#include <vector>

#include "socketio/proto/http/head.hpp"
#include "socketio/proto/http/request_parser.hpp"

namespace socketio::http {

SOCKETIO_DECL std::size_t request_parser::feed(std::string_view input) {
  if (state_ == parse_state::complete || state_ == parse_state::failed) return 0;
  state_ = parse_state::need_more;
  return in_body_ ? feed_body(input) : feed_head(input);
}

SOCKETIO_DECL std::size_t request_parser::feed_head(std::string_view input) {
  std::size_t used = head_.feed(input, limits_);
  if (head_.complete() && head_.text().empty() && !empty_line_seen_) {
    // RFC 9112 §2.2: old clients send an empty line behind a body. One is ignored.
    empty_line_seen_ = true;
    head_.clear(small_buffer);
    used += head_.feed(input.substr(used), limits_);
  }
  if (head_.error()) {
    fail(head_.error());
  } else if (head_.complete()) {
    read_head();
  }
  return used;
}

SOCKETIO_DECL void request_parser::read_head() {
  if (const refusal no = parse_head(head_.text(), limits_, message_)) return fail(no);
  if (message_.chunked || message_.content_length.value_or(0) != 0) {
    in_body_ = true;
    state_ = parse_state::head_complete;
  } else {
    complete();
  }
}

SOCKETIO_DECL std::size_t request_parser::feed_body(std::string_view input) {
  if (message_.chunked) {
    const std::size_t used = chunks_.feed(input, body_, limits_);
    if (chunks_.error()) {
      fail(chunks_.error());
    } else if (chunks_.complete()) {
      complete();
    }
    return used;
  }
  const std::string_view piece = input.substr(0, *message_.content_length - body_.size());
  body_.append(piece);
  if (body_.size() == *message_.content_length) complete();
  return piece.size();
}

SOCKETIO_DECL void request_parser::complete() noexcept {
  message_.body = body_;
  state_ = parse_state::complete;
}

SOCKETIO_DECL void request_parser::fail(const refusal& error) noexcept {
  std::string{}.swap(body_);
  error_ = error;
  state_ = parse_state::failed;
}

SOCKETIO_DECL void request_parser::restart(std::size_t buffer, std::size_t headers) noexcept {
  head_.clear(buffer);
  chunks_ = {};
  if (body_.capacity() > buffer) std::string{}.swap(body_);
  body_.clear();

  std::vector<field> fields;
  if (message_.headers.capacity() <= headers) fields.swap(message_.headers);
  fields.clear();
  message_ = {};
  message_.headers.swap(fields);

  if (state_ != parse_state::failed) state_ = parse_state::need_more;
  in_body_ = empty_line_seen_ = false;
}

}  // namespace socketio::http
