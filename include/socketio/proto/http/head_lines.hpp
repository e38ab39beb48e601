// layer 1 (proto): the lines of a request's head, collected as they come.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/proto/http/limits.hpp"
#include "socketio/proto/http/refusal.hpp"

namespace socketio::http {

/// Collects the lines up to the empty one. Everything that a single byte decides is decided here,
/// as soon as the byte is there: lines end with CR LF and nothing else, no control characters, no
/// more bytes and lines than allowed. The outcome is the same however the input is cut.
class head_lines {
 public:
  /// Takes what belongs to the head from the front of `input` and returns its size.
  SOCKETIO_DECL std::size_t feed(std::string_view input, const limits& most);

  bool empty() const noexcept { return text_.empty(); }
  std::size_t size() const noexcept { return text_.size(); }
  bool complete() const noexcept { return complete_; }
  const refusal& error() const noexcept { return error_; }

  /// Once complete: all lines, each with its CR LF, without the empty one.
  std::string_view text() const noexcept { return {text_.data(), text_.size() - 2}; }

  /// Starts anew. A buffer of more than `keep` bytes is given back.
  SOCKETIO_DECL void clear(std::size_t keep) noexcept;

 private:
  std::string text_;
  std::size_t line_begin_ = 0;  // of the line under way
  std::size_t lines_ = 0;
  bool after_cr_ = false;
  bool complete_ = false;
  refusal error_;
};

}  // namespace socketio::http

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/http/impl/head_lines.ipp"
#endif
