// What the tests of the request parser share: requests in short, and their outcome at any cut.
#pragma once

#include <string>
#include <string_view>

#include "outcome.hpp"
#include "support/catch.hpp"

namespace http_test {

using socketio::http::limits;

/// The outcome, after a check that it does not depend on the cut.
inline std::string parse(std::string_view input, const limits& most = {}) {
  std::string whole = outcome({input}, most);
  CHECK(outcome(bytewise(input), most) == whole);
  for (unsigned seed = 0; seed < 5; ++seed) {
    CHECK(outcome(random_pieces(input, seed), most) == whole);
  }
  return whole;
}

/// The status with which the input is refused, or 0.
inline int status(std::string_view input, const limits& most = {}) {
  INFO(input.substr(0, 200));
  const std::string text = parse(input, most);
  const std::size_t line = text.rfind('\n') + 1;  // npos + 1 is 0
  const auto number = socketio::http::parse_decimal(std::string_view{text}.substr(line, 3));
  return number ? static_cast<int>(*number) : 0;
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

inline std::string get(std::string_view lines) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string{lines} + "\r\n";
}

inline std::string post(std::string_view lines, std::string_view body = {}) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string{lines} + "\r\n" + std::string{body};
}

inline std::string chunked(std::string_view body) {
  return post("Transfer-Encoding: chunked\r\n", body);
}

/// The status for a request whose only header beside Host is this line.
inline int status_of_header(std::string_view line) {
  return status(get(std::string{line} + "\r\n"));
}

}  // namespace http_test
