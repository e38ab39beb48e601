// layer 0 (core): the SHA-1 computation.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "socketio/core/sha1.hpp"

namespace socketio {
namespace detail {

inline void store_big_endian(std::uint64_t value, unsigned char* out, std::size_t size) noexcept {
  for (std::size_t i = size; i-- > 0; value >>= 8) out[i] = static_cast<unsigned char>(value);
}

/// FIPS 180-4 §6.1.2, twenty of the 80 rounds. Each gives the five variables new names; after five
/// they have their own ones again, so nothing is moved.
template <class Function>
void sha1_rounds(std::array<std::uint32_t, 5>& v, const std::uint32_t* w, std::uint32_t k,
                 Function f) noexcept {
  const auto round = [&](std::uint32_t a, std::uint32_t& b, std::uint32_t c, std::uint32_t d,
                         std::uint32_t& e, std::uint32_t word) {
    e += std::rotl(a, 5) + f(b, c, d) + k + word;
    b = std::rotl(b, 30);
  };
  std::uint32_t a = v[0], b = v[1], c = v[2], d = v[3], e = v[4];
  for (std::size_t t = 0; t < 20; t += 5) {
    round(a, b, c, d, e, w[t]);
    round(e, a, b, c, d, w[t + 1]);
    round(d, e, a, b, c, w[t + 2]);
    round(c, d, e, a, b, w[t + 3]);
    round(b, c, d, e, a, w[t + 4]);
  }
  v = {a, b, c, d, e};
}

/// FIPS 180-4 §6.1.2, one block of 64 bytes.
inline void sha1_block(std::array<std::uint32_t, 5>& hash, const unsigned char* block) noexcept {
  std::array<std::uint32_t, 80> w;
  for (std::size_t t = 0; t < 16; ++t) {
    const unsigned char* p = block + 4 * t;
    w[t] = std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
  }
  for (std::size_t t = 16; t < 80; ++t) {
    w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
  }
  const auto choose = [](auto b, auto c, auto d) { return d ^ (b & (c ^ d)); };
  const auto parity = [](auto b, auto c, auto d) { return b ^ c ^ d; };
  const auto majority = [](auto b, auto c, auto d) { return (b & c) | (d & (b | c)); };
  auto v = hash;
  sha1_rounds(v, &w[0], 0x5a827999, choose);
  sha1_rounds(v, &w[20], 0x6ed9eba1, parity);
  sha1_rounds(v, &w[40], 0x8f1bbcdc, majority);
  sha1_rounds(v, &w[60], 0xca62c1d6, parity);
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] += v[i];
}

}  // namespace detail

SOCKETIO_DECL std::array<char, 20> sha1(std::string_view message) noexcept {
  std::array<std::uint32_t, 5> hash{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  std::array<unsigned char, 64> block;
  const std::uint64_t bits = std::uint64_t{message.size()} * 8;
  for (; message.size() >= block.size(); message.remove_prefix(block.size())) {
    std::memcpy(block.data(), message.data(), block.size());
    detail::sha1_block(hash, block.data());
  }

  // FIPS 180-4 §5.1.1: one 1 bit, zeros, and the length in bits in the last eight bytes.
  block.fill(0);
  if (!message.empty()) std::memcpy(block.data(), message.data(), message.size());
  block[message.size()] = 0x80;
  if (message.size() >= 56) {
    detail::sha1_block(hash, block.data());
    block.fill(0);
  }
  detail::store_big_endian(bits, block.data() + 56, 8);
  detail::sha1_block(hash, block.data());

  std::array<unsigned char, 20> digest;
  for (std::size_t i = 0; i < 5; ++i) detail::store_big_endian(hash[i], digest.data() + 4 * i, 4);
  return std::bit_cast<std::array<char, 20>>(digest);
}

}  // namespace socketio
