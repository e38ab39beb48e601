// layer 1 (proto): the search for line ends.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "socketio/proto/http/head_lines.hpp"
#include "socketio/proto/http/text.hpp"

namespace socketio::http {
namespace detail {

/// Of eight bytes, sets the highest bit of each that is a control character.
inline std::uint64_t controls_among_8(const char* p) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  std::uint64_t bytes;
  std::memcpy(&bytes, p, 8);
  // The sums of the lower seven bits cannot carry into the next byte.
  const std::uint64_t low = bytes & ones * 0x7f;
  const std::uint64_t is_del = low + ones;
  const std::uint64_t from_space_on = low + ones * 0x60;
  return (is_del | ~from_space_on) & ~bytes & ones * 0x80;
}

inline int first_mark(std::uint64_t marks) noexcept {
  constexpr bool little = std::endian::native == std::endian::little;
  return (little ? std::countr_zero(marks) : std::countl_zero(marks)) / 8;
}

/// The first control character other than TAB, or `end`.
inline const char* find_line_end(const char* p, const char* end) noexcept {
#ifdef __SSE2__
  while (end - p >= 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
    const __m128i del = _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7f));
    const auto marks = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(control, del)));
    if (marks == 0) {
      p += 16;
      continue;
    }
    p += std::countr_zero(marks);
    if (*p != '\t') return p;
    ++p;
  }
#endif
  while (end - p >= 8) {
    const std::uint64_t marks = controls_among_8(p);
    if (marks == 0) {
      p += 8;
      continue;
    }
    p += first_mark(marks);
    if (*p != '\t') return p;
    ++p;
  }
  while (p != end && is_line_character(*p)) ++p;
  return p;
}

/// Longer than any method that exists; RFC 9112 §3 answers longer ones with 501.
inline constexpr std::size_t longest_method = 20;

}  // namespace detail

SOCKETIO_DECL std::size_t head_lines::feed(std::string_view input, const limits& most) {
  // No more is looked at than may still come, so that the size limit strikes at the same byte
  // however the input is cut. The request line has a limit of its own.
  const std::size_t before = text_.size();
  const std::string_view window = input.substr(0, most.head - before);
  const std::size_t longest_request_line = detail::longest_method + most.target + 10;
  const char* const begin = window.data();
  const char* const end = begin + window.size();
  const char* p = begin;
  const auto offset = [=](const char* at) { return before + static_cast<std::size_t>(at - begin); };
  bool request_line_too_long = false;
  while (p != end) {
    if (after_cr_) {
      if (*p != '\n') {
        error_ = {400, "CR without LF"};
        break;
      }
      ++p;
      after_cr_ = false;
      const std::size_t line = std::exchange(line_begin_, offset(p));
      if (line_begin_ - line == 2) {
        complete_ = true;
        break;
      }
      if (++lines_ > 1 + most.headers) {
        error_ = {431, "too many headers"};
        break;
      }
    }
    p = detail::find_line_end(p, end);
    request_line_too_long = lines_ == 0 && offset(p) > longest_request_line;
    if (p == end || request_line_too_long) break;
    if (*p != '\r') {
      error_ = {400, "control character in the head"};
      break;
    }
    ++p;
    after_cr_ = true;
  }
  text_.append(begin, static_cast<std::size_t>(p - begin));
  if (request_line_too_long) {
    error_ = text_.find(' ') <= detail::longest_method ? refusal{414, "request target too long"}
                                                       : refusal{501, "method not implemented"};
  } else if (p == end && window.size() < input.size() && !complete_ && !error_) {
    error_ = {431, "request head too large"};
  }
  return static_cast<std::size_t>(p - begin);
}

SOCKETIO_DECL void head_lines::clear(std::size_t keep) noexcept {
  if (text_.capacity() > keep) std::string{}.swap(text_);
  text_.clear();
  line_begin_ = lines_ = 0;
  after_cr_ = complete_ = false;
  error_ = {};
}

}  // namespace socketio::http
