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

/// FIPS 180-4 §6.1.2, one block of 64 bytes. The schedule keeps only the 16 words still needed.
inline void sha1_block(std::array<std::uint32_t, 5>& hash, const unsigned char* block) noexcept {
  std::array<std::uint32_t, 16> w;
  for (std::size_t t = 0; t < 16; ++t) {
    const unsigned char* p = block + 4 * t;
    w[t] = std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
  }
  // Not a structured binding: clang before 16 cannot capture those in the lambda.
  std::uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4];
  const auto round = [&](std::size_t t, std::uint32_t f, std::uint32_t k) {
    if (t >= 16) {
      w[t % 16] = std::rotl(w[(t + 13) % 16] ^ w[(t + 8) % 16] ^ w[(t + 2) % 16] ^ w[t % 16], 1);
    }
    const std::uint32_t next = std::rotl(a, 5) + f + e + k + w[t % 16];
    e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
  };
  for (std::size_t t = 0; t < 20; ++t) round(t, (b & c) ^ (~b & d), 0x5a827999);
  for (std::size_t t = 20; t < 40; ++t) round(t, b ^ c ^ d, 0x6ed9eba1);
  for (std::size_t t = 40; t < 60; ++t) round(t, (b & c) ^ (b & d) ^ (c & d), 0x8f1bbcdc);
  for (std::size_t t = 60; t < 80; ++t) round(t, b ^ c ^ d, 0xca62c1d6);
  hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d, hash[4] += e;
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
