// layer 1 (proto): C++ values to MessagePack, written straight into the packet.
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <vector>

#include "socketio/core/bytes.hpp"
#include "socketio/core/json/number.hpp"
#include "socketio/core/value/value.hpp"
#include "socketio/proto/msgpack/format.hpp"

namespace socketio::msgpack {

/// Writes what the JavaScript library notepack.io would: numbers that are whole as the shortest
/// integer, all others as doubles, sizes as short as they can be. It is used like json::writer, and
/// `to_writer` writes every value to either; binary is binary here.
///
/// `Sink` has the append, push_back, size and data of std::string. That every beginning has its end
/// is up to the caller.
template <class Sink>
class writer {
 public:
  explicit writer(Sink& out) : out_{out} {}

  void null() { begin_value(nil); }
  void boolean(bool b) { begin_value(b ? true_ : false_); }

  void integer(std::int64_t i) {
    if (i >= 0) {
      unsigned_integer(static_cast<std::uint64_t>(i));
    } else if (i >= -0x20) {
      begin_value(static_cast<std::uint8_t>(i));
    } else {
      const auto fits = [i](auto limit) { return i >= limit; };
      const int size = fits(-0x80) ? 0 : fits(-0x8000) ? 1 : fits(-0x8000'0000LL) ? 2 : 3;
      begin_value(static_cast<std::uint8_t>(int8 + size));
      number(static_cast<std::uint64_t>(i), std::size_t{1} << size);
    }
  }

  void unsigned_integer(std::uint64_t i) {
    if (i < 0x80) {
      begin_value(static_cast<std::uint8_t>(i));
    } else {
      const int size = log2_of_bytes(i);
      begin_value(static_cast<std::uint8_t>(uint8 + size));
      number(i, std::size_t{1} << size);
    }
  }

  void real(double d) {
    if (d == std::trunc(d) && d >= -0x1p63 && d < 0x1p64) {
      return d < 0 ? integer(static_cast<std::int64_t>(d))
                   : unsigned_integer(static_cast<std::uint64_t>(d));
    }
    if (std::isnan(d)) d = std::numeric_limits<double>::quiet_NaN();
    begin_value(float64);
    number(std::bit_cast<std::uint64_t>(d), 8);
  }

  /// The digits that a float has, instead of those of the double nearest to it.
  void real(float f) {
    if (f == std::trunc(f) || !std::isfinite(f)) return real(static_cast<double>(f));
    json::detail::number_text text;
    raw(json::detail::print(text, f));
  }

  void string(std::string_view text) {
    count();
    write_text(text);
  }

  void binary(bytes_view data) {
    const int size = log2_of_bytes(data.size());
    begin_value(static_cast<std::uint8_t>(bin8 + size));
    number(data.size(), std::size_t{1} << size);
    out_.append(reinterpret_cast<const char*>(data.data()), data.size());
  }

  void begin_array() { begin(fixarray); }
  void end_array() { end(fixarray, array16); }
  void begin_object() { begin(fixmap); }
  void end_object() { end(fixmap, map16); }

  void key(std::string_view text) { write_text(text); }

  /// A value that is JSON text.
  void raw(std::string_view text) { to_writer(*this, value{raw_json{std::string{text}}}); }

 private:
  /// A container that is open: where it begins, and its elements or members so far.
  struct container {
    std::size_t begin;
    std::size_t size;
  };

  container& innermost() { return depth_ > few_.size() ? more_.back() : few_[depth_ - 1]; }

  void count() {
    if (depth_ != 0) ++innermost().size;
  }

  void begin_value(std::uint8_t first) {
    count();
    out_.push_back(static_cast<char>(first));
  }

  /// How long the shortest of the numbers of one, two, four and eight bytes is that can hold `n`.
  static constexpr int log2_of_bytes(std::uint64_t n) noexcept {
    return n < 0x100 ? 0 : n < 0x1'0000 ? 1 : n < 0x1'0000'0000 ? 2 : 3;
  }

  /// The lower bytes of `n`, the most significant one first.
  static char* put(char* at, std::uint64_t n, std::size_t bytes) noexcept {
    while (bytes != 0) *at++ = static_cast<char>(n >> 8 * --bytes);
    return at;
  }

  void number(std::uint64_t n, std::size_t bytes) {
    std::array<char, 8> text;
    put(text.data(), n, bytes);
    out_.append(text.data(), bytes);
  }

  void write_text(std::string_view text) {
    if (text.size() < 0x20) {
      out_.push_back(static_cast<char>(fixstr + text.size()));
    } else {
      const int size = log2_of_bytes(text.size());
      out_.push_back(static_cast<char>(str8 + size));
      number(text.size(), std::size_t{1} << size);
    }
    out_.append(text.data(), text.size());
  }

  void begin(std::uint8_t first) {
    begin_value(first);
    const container fresh{out_.size() - 1, 0};
    if (depth_ < few_.size()) {
      few_[depth_] = fresh;
    } else {
      more_.push_back(fresh);
    }
    ++depth_;
  }

  /// The size is known now. The first byte has room for a small one; for all others the contents
  /// move by two or four bytes.
  void end(std::uint8_t fix, std::uint8_t with_16_bits) {
    assert(depth_ != 0);
    const container done = innermost();
    if (depth_ > few_.size()) more_.pop_back();
    --depth_;
    if (done.size < 0x10) {
      out_.data()[done.begin] = static_cast<char>(fix + done.size);
      return;
    }
    const bool is_small = done.size < 0x1'0000;
    const std::size_t added = is_small ? 2 : 4;
    const std::size_t contents = out_.size() - done.begin - 1;
    out_.append("\0\0\0", added);
    char* const at = out_.data() + done.begin;
    std::memmove(at + 1 + added, at + 1, contents);
    *at = static_cast<char>(is_small ? with_16_bits : with_16_bits + 1);
    put(at + 1, done.size, added);
  }

  Sink& out_;
  std::size_t depth_ = 0;
  std::array<container, 8> few_;  // the outermost of the containers that are open
  std::vector<container> more_;   // the others
};

}  // namespace socketio::msgpack
