// layer 0 (core): finding the characters in a JSON string that do not stand for themselves.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace socketio::json::detail {

/// Which bytes of a string need a look: what JSON gives a meaning (quotation mark, backslash and
/// control characters, RFC 8259 §7), and for a writer also what is not ASCII.
enum class stop_at { special, special_or_not_ascii };

template <stop_at Stop>
bool stops(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || c == '"' || c == '\\' ||
         (Stop == stop_at::special_or_not_ascii && byte >= 0x80);
}

/// The eight bytes of `word` that stop, each marked by its top bit. A byte above the lowest marked
/// one may be marked wrongly.
template <stop_at Stop>
std::uint64_t stops_in(std::uint64_t word) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
  const std::uint64_t quote = word ^ (ones * '"'), backslash = word ^ (ones * '\\');
  const std::uint64_t found = ((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) |
                              ((backslash - ones) & ~backslash) |
                              (Stop == stop_at::special_or_not_ascii ? word : 0);
  return found & tops;
}

#ifdef __SSE2__
/// The sixteen bytes of `block` that stop, as so many bits.
template <stop_at Stop>
unsigned stops_in(__m128i block) noexcept {
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
  const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  __m128i found = _mm_or_si128(_mm_or_si128(quote, backslash), control);
  if (Stop == stop_at::special_or_not_ascii) found = _mm_or_si128(found, block);
  return static_cast<unsigned>(_mm_movemask_epi8(found));
}
#endif

/// The first byte that stops, or `end`. Needs no more than the text, and no byte is looked at alone
/// unless there are fewer than four: the last step goes back over what is known not to stop.
template <stop_at Stop>
[[gnu::always_inline]] inline const char* find(const char* text, const char* end) noexcept {
  const std::ptrdiff_t size = end - text;
#ifdef __SSE2__
  if (size >= 16) {
    for (; text < end; text += 16) {
      if (end - text < 16) text = end - 16;
      const auto block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
      const unsigned found = stops_in<Stop>(block);
      if (found != 0) return text + std::countr_zero(found);
    }
    return end;
  }
#endif
  if (size >= 8 && std::endian::native == std::endian::little) {
    for (; text < end; text += 8) {
      if (end - text < 8) text = end - 8;
      std::uint64_t word;
      std::memcpy(&word, text, 8);
      const std::uint64_t found = stops_in<Stop>(word);
      if (found != 0) return text + std::countr_zero(found) / 8;
    }
    return end;
  }
  if (size >= 4 && std::endian::native == std::endian::little) {
    std::uint32_t first, last;
    std::memcpy(&first, text, 4);
    std::memcpy(&last, end - 4, 4);
    const std::uint64_t found = stops_in<Stop>(std::uint64_t{last} << 32 | first);
    if (found == 0) return end;
    const int place = std::countr_zero(found) / 8;
    return place < 4 ? text + place : end - 8 + place;
  }
  while (text != end && !stops<Stop>(*text)) ++text;
  return text;
}

/// Copies text for which a writer has nothing to do but that. False at the first byte that stops;
/// what is in `to` then is of no use. Steps as `find` does.
[[gnu::always_inline]] inline bool copy_plain(char* to, const char* text,
                                              std::size_t size) noexcept {
  constexpr auto stop = stop_at::special_or_not_ascii;
  std::size_t i = 0;
#ifdef __SSE2__
  if (size >= 16) {
    for (; i < size; i += 16) {
      if (size - i < 16) i = size - 16;
      const auto block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + i));
      if (stops_in<stop>(block) != 0) return false;
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), block);
    }
    return true;
  }
#endif
  if (size >= 8) {
    for (; i < size; i += 8) {
      if (size - i < 8) i = size - 8;
      std::uint64_t word;
      std::memcpy(&word, text + i, 8);
      if (stops_in<stop>(word) != 0) return false;
      std::memcpy(to + i, &word, 8);
    }
    return true;
  }
  if (size >= 4) {
    std::uint32_t first, last;
    std::memcpy(&first, text, 4);
    std::memcpy(&last, text + size - 4, 4);
    std::memcpy(to, &first, 4);
    std::memcpy(to + size - 4, &last, 4);
    return stops_in<stop>(std::uint64_t{last} << 32 | first) == 0;
  }
  for (; i < size; ++i) {
    if (stops<stop>(text[i])) return false;
    to[i] = text[i];
  }
  return true;
}

}  // namespace socketio::json::detail
