// layer 1 (proto): how MessagePack values begin.
#pragma once

#include <cstdint>

namespace socketio::msgpack {

/// MessagePack specification, "Formats": the first byte of a value. Small values have the rest of
/// their meaning in the lower bits of it.
enum format : std::uint8_t {
  positive_fixint = 0x00,  // to 0x7f
  fixmap = 0x80,           // to 0x8f
  fixarray = 0x90,         // to 0x9f
  fixstr = 0xa0,           // to 0xbf
  nil = 0xc0,
  never_used = 0xc1,
  false_ = 0xc2,
  true_ = 0xc3,
  bin8 = 0xc4,
  bin16,
  bin32,
  ext8 = 0xc7,
  ext16,
  ext32,
  float32 = 0xca,
  float64,
  uint8 = 0xcc,
  uint16,
  uint32,
  uint64,
  int8 = 0xd0,
  int16,
  int32,
  int64,
  fixext1 = 0xd4,
  fixext2,
  fixext4,
  fixext8,
  fixext16,
  str8 = 0xd9,
  str16,
  str32,
  array16 = 0xdc,
  array32,
  map16 = 0xde,
  map32,
  negative_fixint = 0xe0,  // to 0xff
};

}  // namespace socketio::msgpack
