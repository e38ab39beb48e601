// layer 1 (proto): the body of msgpack/reader.hpp.
#pragma once

#include <bit>
#include <cstddef>
#include <string_view>

#include "socketio/core/utf8.hpp"
#include "socketio/core/utf8_mend.hpp"
#include "socketio/core/value/iso_time.hpp"
#include "socketio/proto/msgpack/format.hpp"
#include "socketio/proto/msgpack/reader.hpp"

namespace socketio::msgpack {
namespace detail {

/// Numbers have their most significant byte first.
inline std::uint64_t unsigned_number(std::string_view bytes) noexcept {
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

inline std::int64_t signed_number(std::string_view bytes) noexcept {
  const std::size_t unused = 64 - 8 * bytes.size();
  return static_cast<std::int64_t>(unsigned_number(bytes) << unused) >> unused;
}

/// Takes values from the front of the bytes. The first false is the end: the bytes are malformed,
/// or the tape takes no more.
class value_reader {
 public:
  value_reader(std::string_view bytes, tape& out) noexcept : rest_{bytes}, out_{out} {}

  bool at_end() const noexcept { return rest_.empty(); }

  bool value() {
    std::string_view bytes;
    if (!take(1, bytes)) return false;
    const auto first = static_cast<std::uint8_t>(bytes[0]);
    if (first < fixmap || first >= negative_fixint) return out_.integer(signed_number(bytes));
    if (first < fixarray) return object(first - fixmap);
    if (first < fixstr) return array(first - fixarray);
    if (first < nil) return string(first);

    std::uint64_t size;
    switch (first) {
      case nil:
        return out_.null();
      case false_:
      case true_:
        return out_.boolean(first == true_);
      case bin8:
      case bin16:
      case bin32:
        return take_size(first - bin8, size) && take(size, bytes) && out_.binary(as_bytes(bytes));
      case ext8:
      case ext16:
      case ext32:
        return take_size(first - ext8, size) && extension(size, false);
      case fixext1:
      case fixext2:
      case fixext4:
      case fixext8:
      case fixext16:
        return extension(std::size_t{1} << (first - fixext1), true);
      case float32:
        return take(4, bytes) &&
               out_.real(std::bit_cast<float>(static_cast<std::uint32_t>(unsigned_number(bytes))));
      case float64:
        return take(8, bytes) && out_.real(std::bit_cast<double>(unsigned_number(bytes)));
      case uint8:
      case uint16:
      case uint32:
      case uint64:
        return take_size(first - uint8, size) && out_.unsigned_integer(size);
      case int8:
      case int16:
      case int32:
      case int64:
        return take(std::size_t{1} << (first - int8), bytes) && out_.integer(signed_number(bytes));
      case str8:
      case str16:
      case str32:
        return string(first);
      case array16:
      case array32:
        return take_size(first - array16 + 1, size) && array(size);
      case map16:
      case map32:
        return take_size(first - map16 + 1, size) && object(size);
      default:
        return false;  // 0xc1, which is never used
    }
  }

 private:
  bool take(std::uint64_t size, std::string_view& taken) noexcept {
    if (size > rest_.size()) return false;
    taken = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(taken.size());
    return true;
  }

  /// A number of one, two, four or eight bytes.
  bool take_size(int log2_of_bytes, std::uint64_t& size) noexcept {
    std::string_view bytes;
    if (!take(std::uint64_t{1} << log2_of_bytes, bytes)) return false;
    size = unsigned_number(bytes);
    return true;
  }

  /// What follows the first byte of a string.
  bool take_text(std::uint8_t first, std::string_view& text) {
    std::uint64_t size = first & 0x1f;
    if (first >= str8 && first <= str32) {
      if (!take_size(first - str8, size)) return false;
    } else if (first < fixstr || first >= nil) {
      return false;
    }
    if (!take(size, text)) return false;
    if (!is_utf8(text)) text = out_.store(mend_utf8(text));
    return true;
  }

  bool string(std::uint8_t first) {
    std::string_view text;
    return take_text(first, text) && out_.string(text);
  }

  bool array(std::uint64_t size) {
    if (size > rest_.size() || !out_.begin_array()) return false;
    for (; size != 0; --size) {
      if (!value()) return false;
    }
    return out_.end_array();
  }

  bool object(std::uint64_t size) {
    if (size > rest_.size() / 2 || !out_.begin_object()) return false;
    for (; size != 0; --size) {
      std::string_view first, name;
      if (!take(1, first) || !take_text(static_cast<std::uint8_t>(first[0]), name)) return false;
      if (skip_undefined()) continue;
      if (!out_.key(name) || !value()) return false;
    }
    return out_.end_object();
  }

  bool skip_undefined() noexcept {
    constexpr std::string_view undefined{"\xd4\x00", 2};
    if (!rest_.starts_with(undefined) || rest_.size() == undefined.size()) return false;
    rest_.remove_prefix(undefined.size() + 1);
    return true;
  }

  bool extension(std::uint64_t size, bool fixed) {
    std::string_view type, bytes;
    if (!take(1, type) || !take(size, bytes)) return false;
    const std::int64_t number = signed_number(type);
    if (number == -1) return timestamp(bytes);
    if (number == 0 && !fixed) return out_.binary(as_bytes(bytes));
    if (number == 0 && size == 1) return out_.null();
    if (number == 0 && size == 8) return date(signed_number(bytes));
    return out_.begin_array() && out_.integer(number) && out_.binary(as_bytes(bytes)) &&
           out_.end_array();
  }

  /// Seconds in 32 bits, nanoseconds and seconds in 30 and 34, or in 32 and 64.
  bool timestamp(std::string_view bytes) {
    std::uint64_t nanoseconds = 0;
    std::int64_t seconds = 0;
    switch (bytes.size()) {
      case 4:
        seconds = static_cast<std::int64_t>(unsigned_number(bytes));
        break;
      case 8:
        nanoseconds = unsigned_number(bytes) >> 34;
        seconds = static_cast<std::int64_t>(unsigned_number(bytes) & 0x3'ffff'ffff);
        break;
      case 12:
        nanoseconds = unsigned_number(bytes.substr(0, 4));
        seconds = signed_number(bytes.substr(4));
        break;
      default:
        return false;
    }
    if (nanoseconds > 999'999'999) return false;
    constexpr std::int64_t beyond_dates = 10'000'000'000'000;
    if (seconds < -beyond_dates || seconds > beyond_dates) return out_.null();
    return date(seconds * 1'000 + static_cast<std::int64_t>(nanoseconds / 1'000'000));
  }

  bool date(std::int64_t milliseconds) {
    socketio::detail::iso_time_text memory;
    const std::string_view text = socketio::detail::print_iso_time(memory, milliseconds);
    return text.empty() ? out_.null() : out_.string(out_.store(text));
  }

  std::string_view rest_;
  tape& out_;
};

}  // namespace detail

SOCKETIO_DECL status read(bytes_view data, tape& out) {
  detail::value_reader reader{as_text(data), out};
  const bool read = reader.value();
  if (out.failure() == tape::fault::too_deep) return status::too_deep;
  if (out.failure() == tape::fault::too_large) return status::too_large;
  return read && reader.at_end() ? status::ok : status::malformed;
}

}  // namespace socketio::msgpack
