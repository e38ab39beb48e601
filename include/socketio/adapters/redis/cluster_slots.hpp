// layer 5 (adapters): which slot of a Redis Cluster a key or a shard channel belongs to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace socketio::redis {

inline constexpr std::size_t cluster_slots = 16384;

namespace detail {

/// CRC16 of XMODEM: polynomial 0x1021, nothing reflected, begins with 0.
constexpr std::array<std::uint16_t, 256> crc16_table() noexcept {
  std::array<std::uint16_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) {
    unsigned value = i << 8;
    for (int bit = 0; bit < 8; ++bit) value = (value << 1) ^ ((value & 0x8000) != 0 ? 0x1021 : 0);
    table[i] = static_cast<std::uint16_t>(value);
  }
  return table;
}

constexpr std::uint16_t crc16(std::string_view text) noexcept {
  constexpr auto table = crc16_table();
  unsigned crc = 0;
  for (const char c : text) {
    crc = ((crc << 8) ^ table[((crc >> 8) ^ static_cast<unsigned char>(c)) & 0xff]) & 0xffff;
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace detail

/// Redis Cluster specification, "Key distribution model" and "Hash tags": only what is between the
/// first `{` and the next `}` counts, if that is not nothing.
constexpr std::size_t slot_of(std::string_view key) noexcept {
  if (const auto open = key.find('{'); open != key.npos) {
    const auto close = key.find('}', open + 1);
    if (close != key.npos && close != open + 1) key = key.substr(open + 1, close - open - 1);
  }
  return detail::crc16(key) % cluster_slots;
}

}  // namespace socketio::redis
