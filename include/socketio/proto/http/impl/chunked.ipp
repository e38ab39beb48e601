// layer 1 (proto): the automaton of the chunked transfer coding (RFC 9112 §7.1).
#pragma once

#include "socketio/core/digit.hpp"
#include "socketio/proto/http/chunked.hpp"
#include "socketio/proto/http/text.hpp"

namespace socketio::http {

SOCKETIO_DECL std::size_t chunk_decoder::feed(std::string_view input, std::string& body,
                                              const limits& most) {
  std::size_t used = 0;
  while (used != input.size() && !complete() && !error_) {
    if (phase_ == phase::data) {
      const std::string_view piece = input.substr(used, left_);
      body.append(piece);
      used += piece.size();
      left_ -= piece.size();
      if (left_ == 0) phase_ = phase::data_cr;
    } else {
      step(input[used++], body.size(), most);
    }
  }
  return used;
}

SOCKETIO_DECL void chunk_decoder::step(char c, std::size_t body_size, const limits& most) noexcept {
  if (phase_ <= phase::size_lf) {
    error_ = step_size_line(c, body_size, most);
  } else if (phase_ >= phase::trailer) {
    error_ = step_trailers(c, most);
  } else if (c != (phase_ == phase::data_cr ? '\r' : '\n')) {
    error_ = {400, "chunk longer than its size"};
  } else {
    phase_ = phase_ == phase::data_cr ? phase::data_lf : phase::size;
  }
}

SOCKETIO_DECL refusal chunk_decoder::step_size_line(char c, std::size_t body_size,
                                                    const limits& most) noexcept {
  constexpr refusal malformed{400, "malformed chunk size"};
  if (++line_size_ > most.chunk_line) return {400, "chunk line too long"};
  // An honest sender that cuts too fine sends too much; whoever adds extensions means harm.
  if (++lines_size_ > most.chunk_lines) {
    if (extended_) return {400, "too many chunk extensions"};
    return {413, "too many small chunks"};
  }
  switch (phase_) {
    case phase::size:
      if (const int digit = hex_digit(c); digit >= 0) {
        if (++digits_ > 16) return malformed;
        left_ = 16 * left_ + static_cast<std::size_t>(digit);
        if (left_ > most.body - body_size) return {413, "body too large"};
        return {};
      }
      if (digits_ == 0 || (c != '\r' && c != ';')) return malformed;
      phase_ = c == '\r' ? phase::size_lf : phase::extension;
      extended_ |= c == ';';
      return {};
    case phase::extension:
      if (c == '\r') {
        phase_ = phase::size_lf;
      } else if (!is_line_character(c)) {
        return malformed;
      }
      return {};
    default:
      if (c != '\n') return malformed;
      phase_ = left_ == 0 ? phase::trailer : phase::data;
      line_size_ = 0;
      digits_ = 0;
      return {};
  }
}

SOCKETIO_DECL refusal chunk_decoder::step_trailers(char c, const limits& most) noexcept {
  constexpr refusal malformed{400, "malformed trailer"};
  if (++trailers_size_ > most.head) return {431, "trailers too large"};
  switch (phase_) {
    case phase::trailer:
      if (c == '\r') {
        phase_ = phase::last_lf;
        return {};
      }
      phase_ = phase::trailer_name;
      return is_token_character(c) ? refusal{} : malformed;
    case phase::trailer_name:
      if (c == ':') phase_ = phase::trailer_value;
      return c == ':' || is_token_character(c) ? refusal{} : malformed;
    case phase::trailer_value:
      if (c == '\r') phase_ = phase::trailer_lf;
      return c == '\r' || is_line_character(c) ? refusal{} : malformed;
    default:
      if (c != '\n') return malformed;
      if (phase_ == phase::last_lf) {
        phase_ = phase::complete;
        return {};
      }
      phase_ = phase::trailer;
      return ++trailers_ > most.headers ? refusal{431, "too many trailers"} : refusal{};
  }
}

}  // namespace socketio::http
