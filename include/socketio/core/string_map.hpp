// layer 0 (core): hash maps keyed by strings that may come from the network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "socketio/core/random.hpp"

namespace socketio {

/// A keyed hash, so that nobody outside can choose names which all fall into one bucket. The key is
/// drawn once per process. (wyhash-style multiply and fold, 8 bytes a step.)
class seeded_hash {
 public:
  using is_transparent = void;

  std::size_t operator()(std::string_view text) const noexcept {
    static const std::uint64_t key = random_seed() | 1;
    std::uint64_t state = key ^ text.size();
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left >= 8; at += 8, left -= 8) state = fold(state ^ load(at, 8), key);
    if (left != 0) state = fold(state ^ load(at, left), key);
    return static_cast<std::size_t>(fold(state, 0x9e3779b97f4a7c15ULL));
  }

 private:
  static std::uint64_t load(const char* from, std::size_t size) noexcept {
    std::uint64_t word = 0;
    std::char_traits<char>::copy(reinterpret_cast<char*>(&word), from, size);
    return word;
  }

  /// Both halves of the 128-bit product, folded: every input bit reaches every output bit.
  static std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
#ifdef __SIZEOF_INT128__
    __extension__ using wide = unsigned __int128;
    const wide product = static_cast<wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
#else
    const std::uint64_t a_high = a >> 32, a_low = a & 0xffffffff;
    const std::uint64_t b_high = b >> 32, b_low = b & 0xffffffff;
    const std::uint64_t cross_1 = a_high * b_low, cross_2 = a_low * b_high;
    const std::uint64_t middle = (a_low * b_low >> 32) + (cross_1 & 0xffffffff) + cross_2;
    const std::uint64_t high = a_high * b_high + (cross_1 >> 32) + (middle >> 32);
    return (a * b) ^ high;
#endif
  }
};

/// Equality without the call that an ordering costs.
inline bool same_text(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::char_traits<char>::compare(a.data(), b.data(), a.size()) == 0;
}

/// std::unordered_map that looks up by string_view without making a string.
template <class Value>
using string_map = std::unordered_map<std::string, Value, seeded_hash, std::equal_to<>>;

/// The same where the key lives inside the value: it must stay in place while the entry exists.
template <class Value>
using view_map = std::unordered_map<std::string_view, Value, seeded_hash, std::equal_to<>>;

}  // namespace socketio
