// layer 0 (core): the body of value/iso_time.hpp.
#pragma once

#include <cstddef>

#include "socketio/core/value/iso_time.hpp"

namespace socketio::detail {

struct calendar_day {
  std::int64_t year, month, day;
};

/// The Gregorian date of a day, counted from 1970-01-01. Years begin in March here, so that the day
/// that is sometimes missing is their last, and every 400 of them have the same 146,097 days.
inline calendar_day to_calendar(std::int64_t day) noexcept {
  constexpr std::int64_t from_march_of_year_0 = 719'468, in_400_years = 146'097;
  constexpr std::int64_t in_4_years = 1'461, in_100_years = 36'524;
  const std::int64_t shifted = day + from_march_of_year_0;
  const std::int64_t cycle = (shifted >= 0 ? shifted : shifted - (in_400_years - 1)) / in_400_years;
  const std::int64_t in_cycle = shifted - cycle * in_400_years;
  const std::int64_t leap_days =
      in_cycle / (in_4_years - 1) - in_cycle / in_100_years + in_cycle / (in_400_years - 1);
  const std::int64_t year = (in_cycle - leap_days) / 365;
  const std::int64_t in_year = in_cycle - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * in_year + 2) / 153;  // five months have 153 days
  const std::int64_t next_year = month >= 10 ? 1 : 0;
  return {cycle * 400 + year + next_year, month + 3 - 12 * next_year,
          in_year - (153 * month + 2) / 5 + 1};
}

SOCKETIO_DECL std::string_view print_iso_time(iso_time_text& out,
                                              std::int64_t milliseconds) noexcept {
  constexpr std::int64_t in_day = 86'400'000, limit = 100'000'000 * in_day;
  if (milliseconds < -limit || milliseconds > limit) return {};
  const std::int64_t day = (milliseconds + limit) / in_day - limit / in_day;
  const std::int64_t time = milliseconds - day * in_day;
  const calendar_day date = to_calendar(day);

  char* at = out.data();
  const auto put = [&at](std::int64_t number, int digits, char after) {
    for (int i = digits; i-- != 0; number /= 10) at[i] = static_cast<char>('0' + number % 10);
    at += digits;
    *at++ = after;
  };
  if (date.year >= 0 && date.year <= 9999) {
    put(date.year, 4, '-');
  } else {
    *at++ = date.year < 0 ? '-' : '+';
    put(date.year < 0 ? -date.year : date.year, 6, '-');
  }
  put(date.month, 2, '-');
  put(date.day, 2, 'T');
  put(time / 3'600'000, 2, ':');
  put(time / 60'000 % 60, 2, ':');
  put(time / 1'000 % 60, 2, '.');
  put(time % 1'000, 3, 'Z');
  return {out.data(), static_cast<std::size_t>(at - out.data())};
}

}  // namespace socketio::detail
