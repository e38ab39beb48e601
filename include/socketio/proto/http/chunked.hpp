// layer 1 (proto): bodies in the chunked transfer coding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/proto/http/limits.hpp"
#include "socketio/proto/http/refusal.hpp"

namespace socketio::http {

/// Takes the framing of RFC 9112 §7.1 off. Chunk extensions are skipped, trailers are checked and
/// dropped: nothing in them can change a request that has been judged already.
class chunk_decoder {
 public:
  /// Appends data to `body`, takes nothing behind the body's end, returns the bytes taken.
  SOCKETIO_DECL std::size_t feed(std::string_view input, std::string& body, const limits& most);

  bool complete() const noexcept { return phase_ == phase::complete; }
  const refusal& error() const noexcept { return error_; }

 private:
  enum class phase : std::uint8_t {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer,  // at the start of a line
    trailer_name,
    trailer_value,
    trailer_lf,
    last_lf,
    complete
  };

  void step(char c, std::size_t body_size, const limits& most) noexcept;
  refusal step_size_line(char c, std::size_t body_size, const limits& most) noexcept;
  refusal step_trailers(char c, const limits& most) noexcept;

  std::size_t left_ = 0;        // of the chunk under way
  std::size_t line_size_ = 0;   // of the size line under way
  std::size_t lines_size_ = 0;  // of all size lines
  std::size_t trailers_ = 0;
  std::size_t trailers_size_ = 0;
  std::uint8_t digits_ = 0;
  bool extended_ = false;  // some chunk had an extension
  phase phase_ = phase::size;
  refusal error_;
};

}  // namespace socketio::http

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/http/impl/chunked.ipp"
#endif
