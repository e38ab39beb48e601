#include "socketio/core/value/iso_time.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "socketio/json.hpp"
#include "support/catch.hpp"

TEST_CASE("F238 dates have the form of toISOString", "[value]") {
  // new Date(ms).toISOString() of Node.js 20
  const std::pair<std::int64_t, const char*> vectors[] = {
      {0, "1970-01-01T00:00:00.000Z"},
      {-1, "1969-12-31T23:59:59.999Z"},
      {1709210096789, "2024-02-29T12:34:56.789Z"},
      {951782400000, "2000-02-29T00:00:00.000Z"},
      {4107542400000, "2100-03-01T00:00:00.000Z"},
      {253402300799999, "9999-12-31T23:59:59.999Z"},
      {253402300800000, "+010000-01-01T00:00:00.000Z"},
      {-62135596800000, "0001-01-01T00:00:00.000Z"},
      {-62167219200000, "0000-01-01T00:00:00.000Z"},
      {-62167219200001, "-000001-12-31T23:59:59.999Z"},
      {8640000000000000, "+275760-09-13T00:00:00.000Z"},
      {-8640000000000000, "-271821-04-20T00:00:00.000Z"},
  };
  for (const auto& [milliseconds, text] : vectors) {
    socketio::detail::iso_time_text out;
    CHECK(socketio::detail::print_iso_time(out, milliseconds) == text);
  }
  socketio::detail::iso_time_text out;
  CHECK(socketio::detail::print_iso_time(out, 8640000000000001).empty());
  CHECK(socketio::detail::print_iso_time(out, -8640000000000001).empty());
}

TEST_CASE("F238 every day of 800 years follows the one before it", "[value]") {
  using namespace std::chrono;
  const auto name = [](sys_days day) {
    const year_month_day date{day};
    const auto two = [](unsigned n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
    return std::to_string(static_cast<int>(date.year())) + "-" +
           two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day()));
  };
  for (sys_days day{year{1600} / 1 / 1}; day < sys_days{year{2400} / 1 / 1}; day += days{1}) {
    socketio::detail::iso_time_text out;
    const auto text =
        socketio::detail::print_iso_time(out, milliseconds{day.time_since_epoch()}.count());
    if (text.substr(0, 10) != name(day)) FAIL(text << " should be " << name(day));
  }
}

TEST_CASE("F238 time_points of the system clock are sent as dates", "[value]") {
  using namespace std::chrono;
  CHECK(socketio::to_json(system_clock::time_point{milliseconds{1709210096789}}) ==
        "\"2024-02-29T12:34:56.789Z\"");
  CHECK(socketio::to_json(sys_days{year{2024} / 2 / 29}) == "\"2024-02-29T00:00:00.000Z\"");
  CHECK(socketio::to_json(sys_time<nanoseconds>{nanoseconds{-1}}) ==
        "\"1969-12-31T23:59:59.999Z\"");
  CHECK(socketio::to_json(sys_time<milliseconds>::max()) == "null");
}
