// layer 0 (core): the bodies of json/number.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <system_error>
#include <type_traits>

#ifndef __cpp_lib_to_chars
#include <locale.h>
#include <stdlib.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif
#endif

#include "socketio/core/json/number.hpp"

namespace socketio::json::detail {

/// What a number that no double can hold is taken for. Only the decimal position of its first digit
/// other than 0 matters, as it is hundreds of places away from where doubles end.
inline double nearest_limit(const char* digits, const char* end) noexcept {
  long position = 0;  // of the decimal point, counted from the first digit other than 0
  bool leading = true, fraction = false;
  for (; digits != end && (is_digit(*digits) || *digits == '.'); ++digits) {
    if (*digits == '.') {
      fraction = true;
    } else {
      leading = leading && *digits == '0';
      if (fraction && leading) --position;
      if (!fraction && !leading) ++position;
    }
  }
  if (digits != end) {
    ++digits;  // the e
    const bool negative = *digits == '-';
    if (*digits == '-' || *digits == '+') ++digits;
    long exponent = 0;
    for (; digits != end && exponent < std::numeric_limits<long>::max() / 20; ++digits) {
      exponent = exponent * 10 + (*digits - '0');
    }
    position += negative ? -exponent : exponent;
  }
  return position > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

/// The double nearest to a number of correct form, independent of the program's locale.
inline double to_double(const char* text, const char* end) noexcept {
#ifdef __cpp_lib_to_chars
  double value = 0;
  if (std::from_chars(text, end, value).ec == std::errc{}) return value;
  const bool negative = *text == '-';
  const double magnitude = nearest_limit(text + negative, end);
  return negative ? -magnitude : magnitude;
#else
  static const locale_t c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
  return (void)end, strtod_l(text, nullptr, c_locale);
#endif
}

// Most fractions that people write have few digits, and need no search for the nearest double or
// the shortest text: an integer below 10^15 and a power of ten are doubles themselves, so that
// their quotient is the double nearest to the decimal number (IEEE 754 §5.4.1); and a decimal
// number of up to 15 digits is the shortest text of the double nearest to it. None of this holds
// where the machine calculates with more than doubles, or rounds otherwise than to the nearest.
inline constexpr bool exact_quotients = FLT_EVAL_METHOD == 0;
inline constexpr int short_digits = std::numeric_limits<double>::digits10;
inline constexpr std::array<double, short_digits + 1> powers_of_ten = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

SOCKETIO_DECL const char* read_number(const char* text, socketio::detail::node& out) noexcept {
  const bool negative = *text == '-';
  const char* const digits = text + negative;
  const char* at = digits;
  std::uint64_t value = 0;
  if (*at == '0') {
    ++at;
  } else {
    while (is_digit(*at)) value = value * 10 + static_cast<unsigned>(*at++ - '0');
    if (at == digits) return nullptr;
  }

  constexpr int always_fit = std::numeric_limits<std::int64_t>::digits10;
  bool whole = at - digits <= always_fit;
  if (*at == '.') {
    whole = false;
    if (!is_digit(*++at)) return nullptr;
    const char* const fraction = at;
    while (is_digit(*at)) value = value * 10 + static_cast<unsigned>(*at++ - '0');
    if (exact_quotients && at - digits <= short_digits + 1 && *at != 'e' && *at != 'E') {
      const double nearest =
          static_cast<double>(value) / powers_of_ten[static_cast<std::size_t>(at - fraction)];
      out.become(value_type::real).real = negative ? -nearest : nearest;
      return at;
    }
  } else if (!whole && *at != 'e' && *at != 'E') {
    std::int64_t exact = 0;
    if (negative && std::from_chars(text, at, exact).ec == std::errc{}) {
      out.become(value_type::integer).integer = exact;
      return at;
    }
    if (!negative && std::from_chars(text, at, value).ec == std::errc{}) {
      const bool fits =
          value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
      if (fits) {
        out.become(value_type::integer).integer = static_cast<std::int64_t>(value);
      } else {
        out.become(value_type::unsigned_integer).unsigned_integer = value;
      }
      return at;
    }
  }
  if (*at == 'e' || *at == 'E') {
    whole = false;
    ++at;
    if (*at == '+' || *at == '-') ++at;
    if (!is_digit(*at)) return nullptr;
    while (is_digit(*at)) ++at;
  }

  if (!whole) {
    out.become(value_type::real).real = to_double(text, at);
  } else if (negative && value == 0) {
    out.become(value_type::real).real = -0.0;
  } else {
    const auto magnitude = static_cast<std::int64_t>(value);
    out.become(value_type::integer).integer = negative ? -magnitude : magnitude;
  }
  return at;
}

/// Lays `digits` out around a decimal point that is `point` places to the right of their beginning.
inline char* lay_out(char* out, std::string_view digits, int point) noexcept {
  const int count = static_cast<int>(digits.size());
  const auto put = [&out](std::string_view text) {
    out = std::copy(text.begin(), text.end(), out);
  };
  if (point > 21 || point <= -6) {
    put(digits.substr(0, 1));
    if (count > 1) put("."), put(digits.substr(1));
    put(point > 0 ? "e+" : "e-");
    return std::to_chars(out, out + 3, std::abs(point - 1)).ptr;
  }
  if (point <= 0) {
    put("0.");
    out = std::fill_n(out, -point, '0');
    put(digits);
  } else if (point < count) {
    const auto whole = static_cast<std::size_t>(point);
    put(digits.substr(0, whole)), put("."), put(digits.substr(whole));
  } else {
    put(digits);
    out = std::fill_n(out, point - count, '0');
  }
  return out;
}

/// Prints a fraction of few digits; false, and nothing is printed, if it has many.
inline bool print_short(char*& out, double value) noexcept {
  const double magnitude = std::abs(value);
  if (!exact_quotients || !(magnitude < 1e12)) return false;
  // As many places as leave `scaled` below 10^15.
  const int places = magnitude < 1e6 ? 9 : magnitude < 1e9 ? 6 : 3;
  const double scale = powers_of_ten[static_cast<std::size_t>(places)];
  const auto scaled = static_cast<std::int64_t>(magnitude * scale + 0.5);
  if (static_cast<double>(scaled) / scale != magnitude) return false;
  std::array<char, 20> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), scaled).ptr;
  const int point = static_cast<int>(end - digits.data()) - places;
  while (end[-1] == '0') --end;
  if (value < 0) *out++ = '-';
  out = lay_out(out, {digits.data(), static_cast<std::size_t>(end - digits.data())}, point);
  return true;
}

template <class Float>
std::string_view print_shortest(number_text& out, Float value) noexcept {
  if (!std::isfinite(value)) return "null";
  char* end = out.data();
  if (std::abs(value) < Float{0x1p53} && value == std::trunc(value)) {
    const auto whole = static_cast<std::int64_t>(value);
    end = std::to_chars(end, end + out.size(), whole).ptr;
    return {out.data(), static_cast<std::size_t>(end - out.data())};
  }
  if constexpr (std::is_same_v<Float, double>) {
    if (print_short(end, value)) {
      return {out.data(), static_cast<std::size_t>(end - out.data())};
    }
  }

  // -d.ddde-xx
  std::array<char, 32> form;
  const char* from = form.data();
  const char* const to =
      std::to_chars(form.data(), form.data() + form.size(), value, std::chars_format::scientific)
          .ptr;
  if (*from == '-') *end++ = *from++;
  const char* const e = std::find(from, to, 'e');
  std::array<char, 20> digits;
  const char* const digits_end = std::remove_copy(from, e, digits.data(), '.');
  int exponent = 0;
  std::from_chars(e[1] == '+' ? e + 2 : e + 1, to, exponent);
  end = lay_out(end, {digits.data(), static_cast<std::size_t>(digits_end - digits.data())},
                exponent + 1);
  return {out.data(), static_cast<std::size_t>(end - out.data())};
}

SOCKETIO_DECL std::string_view print(number_text& out, double value) noexcept {
  return print_shortest(out, value);
}

SOCKETIO_DECL std::string_view print(number_text& out, float value) noexcept {
  return print_shortest(out, value);
}

}  // namespace socketio::json::detail
