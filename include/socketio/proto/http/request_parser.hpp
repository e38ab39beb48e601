// layer 1 (proto): the requests of one connection, one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/proto/http/chunked.hpp"
#include "socketio/proto/http/head_lines.hpp"
#include "socketio/proto/http/limits.hpp"
#include "socketio/proto/http/refusal.hpp"
#include "socketio/proto/http/request.hpp"

namespace socketio::http {

enum class parse_state : std::uint8_t {
  need_more,      ///< feed what comes next
  head_complete,  ///< a body follows: answer `Expect`, or refuse, or feed on
  complete,       ///< the whole request is there; `next` starts the following one
  failed          ///< answer with `error` and close; nothing is taken any more
};

/// A strict, incremental HTTP/1.1 parser (RFC 9112). It takes one request at a time and nothing
/// behind it: pipelined requests, and the first frames behind an upgrade, stay with the caller.
/// What is taken is the same however the bytes are cut, in time linear in their number.
///
///     std::size_t used = parser.feed(input);
///     switch (parser.state()) …
///
/// A request without a body goes straight to `complete`; one that announces more than the limit
/// fails before any of its body is taken. Memory grows with the bytes that came, never by an
/// announced size alone.
class request_parser {
 public:
  explicit request_parser(const limits& most = {}) noexcept : limits_{most} {}

  // The message views the parser's own memory.
  request_parser(const request_parser&) = delete;
  request_parser& operator=(const request_parser&) = delete;

  /// Takes bytes of the current request from the front of `input` and returns how many. At
  /// `head_complete` it goes on with the body.
  SOCKETIO_DECL std::size_t feed(std::string_view input);

  parse_state state() const noexcept { return state_; }

  /// Of the head from `head_complete` on, with the body from `complete` on; valid until `next`.
  const request& message() const noexcept { return message_; }

  /// Says in the message who has sent it. The texts are to stay valid until `next`.
  void set_sender(std::string_view address, bool secure, std::string_view host) noexcept {
    message_.address = address;
    message_.secure = secure;
    message_.host = host;
  }

  /// The body's memory, for readers that work in place: data()[size()] is there and is 0.
  std::string& body() noexcept { return body_; }

  /// The head as it came, each line with its CR LF, without the empty line; from `head_complete`
  /// on.
  std::string_view head_text() const noexcept { return head_.text(); }

  /// Why the request failed: the status to answer with.
  const refusal& error() const noexcept { return error_; }

  /// No byte of a request has come since the last one ended: the connection may be closed without
  /// harm, and the keep-alive deadline applies instead of the head's.
  bool idle() const noexcept { return state_ == parse_state::need_more && head_.empty(); }

  /// The bytes of the current request that are kept.
  std::size_t held() const noexcept { return head_.size() + body_.size(); }

  /// Starts the next request, unless one has failed. Large buffers are given back, small ones kept.
  void next() noexcept { restart(small_buffer, small_header_count); }

  /// The same, and gives all memory back.
  void release() noexcept { restart(0, 0); }

 private:
  static constexpr std::size_t small_buffer = 1024;  // bytes; most requests of browsers fit
  static constexpr std::size_t small_header_count = 32;

  std::size_t feed_head(std::string_view input);
  std::size_t feed_body(std::string_view input);
  void read_head();
  void complete() noexcept;
  void fail(const refusal& error) noexcept;
  SOCKETIO_DECL void restart(std::size_t buffer, std::size_t headers) noexcept;

  limits limits_;
  head_lines head_;
  chunk_decoder chunks_;
  request message_;
  std::string body_;
  refusal error_;
  parse_state state_ = parse_state::need_more;
  bool in_body_ = false;
  bool empty_line_seen_ = false;
};

}  // namespace socketio::http

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/http/impl/request_parser.ipp"
#endif
