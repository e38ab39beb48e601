// layer 0 (core): the body of value/iso_time.hpp.
#pragma once

#include <chrono>
#include <cstddef>

#include "socketio/core/value/iso_time.hpp"

namespace socketio::detail {

SOCKETIO_DECL std::string_view print_iso_time(iso_time_text& out,
                                              std::int64_t milliseconds) noexcept {
  const std::chrono::sys_time<std::chrono::milliseconds> time{
      std::chrono::milliseconds{milliseconds}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};

  char* at = out.data();
  const auto put = [&at](auto number, int digits) {
    for (int i = digits; i-- != 0; number /= 10) at[i] = static_cast<char>('0' + number % 10);
    at += digits;
  };
  const int year = static_cast<int>(date.year());
  if (year >= 0 && year <= 9999) {
    put(year, 4);
  } else {
    *at++ = year < 0 ? '-' : '+';
    put(year < 0 ? -year : year, 6);
  }
  *at++ = '-';
  put(static_cast<unsigned>(date.month()), 2);
  *at++ = '-';
  put(static_cast<unsigned>(date.day()), 2);
  *at++ = 'T';
  put(clock.hours().count(), 2);
  *at++ = ':';
  put(clock.minutes().count(), 2);
  *at++ = ':';
  put(clock.seconds().count(), 2);
  *at++ = '.';
  put(clock.subseconds().count(), 3);
  *at++ = 'Z';
  return {out.data(), static_cast<std::size_t>(at - out.data())};
}

}  // namespace socketio::detail
