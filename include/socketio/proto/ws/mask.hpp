// layer 1 (proto): the XOR that masks what clients send.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace socketio::ws {

/// The masking key of a frame (RFC 6455 §5.3), from the four bytes of its header.
class mask_key {
 public:
  mask_key() noexcept = default;
  explicit mask_key(const char* bytes) noexcept { std::memcpy(&word_, bytes, sizeof(word_)); }

  /// Masks or unmasks `size` bytes of `in` into `out`, which is `in` or does not overlap it, and
  /// says whether all bytes written are ASCII: in a text most are, and the check costs nothing
  /// here.
  bool apply(char* out, const char* in, std::size_t size) const noexcept;

  /// The key as it stands `size` bytes further on in the payload.
  mask_key advanced(std::size_t size) const noexcept {
    const int bits = static_cast<int>(size % 4 * 8);
    mask_key key;
    key.word_ = std::endian::native == std::endian::little ? std::rotr(word_, bits)
                                                           : std::rotl(word_, bits);
    return key;
  }

 private:
  template <class Word>
  bool apply_by(char* out, const char* in, std::size_t size) const noexcept;
  std::uint64_t doubled() const noexcept { return std::uint64_t{word_} << 32 | word_; }

  std::uint32_t word_ = 0;  // the bytes in the order they have in memory
};

namespace detail {

// Nothing need be aligned; on the machines we care for this is one instruction.
template <class Word>
Word load(const char* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

template <class Word>
void store(char* to, Word word) noexcept {
  std::memcpy(to, &word, sizeof(word));
}

#ifdef __GNUC__
/// As wide as a register of every machine that has vectors; where there are none, compilers make
/// two words of it.
using block [[gnu::vector_size(16)]] = std::uint64_t;
#else
using block = std::uint64_t;
#endif

/// `word` again and again.
template <class Word>
Word repeat(std::uint64_t word) noexcept {
  if constexpr (sizeof(Word) <= sizeof(word)) {
    return static_cast<Word>(word);
  } else {
    return Word{word, word};
  }
}

template <class Word>
bool any_bit(Word word) noexcept {
  if constexpr (sizeof(Word) <= sizeof(std::uint64_t)) {
    return word != 0;
  } else {
    return (word[0] | word[1]) != 0;
  }
}

}  // namespace detail

/// Goes word by word. Instead of a tail of single bytes, the last word overlaps the one before it;
/// it is read first, because by then the bytes it shares may have been written.
template <class Word>
bool mask_key::apply_by(char* out, const char* in, std::size_t size) const noexcept {
  constexpr std::size_t width = sizeof(Word);
  const auto high_bits = detail::repeat<Word>(0x8080808080808080u);
  const auto key = detail::repeat<Word>(doubled());
  const auto last_key = detail::repeat<Word>(advanced(size).doubled());
  const Word last = detail::load<Word>(in + size - width) ^ last_key;
  char* const last_out = out + size - width;

  // Named words, not an array: compilers keep these in registers, and arrays in memory.
  Word seen_a = last, seen_b{}, seen_c{}, seen_d{};
  for (; size > 4 * width; size -= 4 * width, in += 4 * width, out += 4 * width) {
    const Word a = detail::load<Word>(in) ^ key;
    const Word b = detail::load<Word>(in + width) ^ key;
    const Word c = detail::load<Word>(in + 2 * width) ^ key;
    const Word d = detail::load<Word>(in + 3 * width) ^ key;
    seen_a |= a, seen_b |= b, seen_c |= c, seen_d |= d;
    detail::store(out, a);
    detail::store(out + width, b);
    detail::store(out + 2 * width, c);
    detail::store(out + 3 * width, d);
  }
  for (; size > width; size -= width, in += width, out += width) {
    const Word word = detail::load<Word>(in) ^ key;
    seen_a |= word;
    detail::store(out, word);
  }
  detail::store(last_out, last);
  return !detail::any_bit<Word>((seen_a | seen_b | seen_c | seen_d) & high_bits);
}

inline bool mask_key::apply(char* out, const char* in, std::size_t size) const noexcept {
  if (size >= sizeof(detail::block)) return apply_by<detail::block>(out, in, size);
  if (size >= 8) return apply_by<std::uint64_t>(out, in, size);
  if (size >= 4) return apply_by<std::uint32_t>(out, in, size);
  std::array<char, 4> key;
  std::memcpy(key.data(), &word_, key.size());
  unsigned seen = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(in[i] ^ key[i]);
    seen |= byte;
    out[i] = static_cast<char>(byte);
  }
  return (seen & 0x80) == 0;
}

}  // namespace socketio::ws
