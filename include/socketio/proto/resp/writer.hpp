// layer 1 (proto): commands for a Redis server.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace socketio::resp {

/// Writes what both protocol versions want of a client: arrays of bulk strings. `Sink` has the
/// append of std::string. Arguments are bytes: nothing in them is special.
///
///     resp::writer{out}.command("PUBLISH", channel, payload);
///
/// or, when they are not known at once, as many arguments as have been announced:
///
///     resp::writer w{out};   w.begin(2 + names.size());   w.argument("PUBSUB");   …
template <class Sink>
class writer {
 public:
  explicit writer(Sink& out) noexcept : out_{out} {}

  template <class... Arguments>
  void command(const Arguments&... arguments) {
    begin(sizeof...(arguments));
    (argument(arguments), ...);
  }
  void command(std::span<const std::string_view> arguments) {
    begin(arguments.size());
    for (const std::string_view each : arguments) argument(each);
  }

  void begin(std::size_t arguments) { number('*', arguments); }

  void argument(std::string_view text) {
    number('$', text.size());
    out_.append(text.data(), text.size());
    out_.append("\r\n", 2);
  }
  void argument(std::integral auto value) {
    char digits[20];
    char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    argument(std::string_view{digits, static_cast<std::size_t>(end - digits)});
  }

 private:
  void number(char mark, std::size_t value) {
    char line[24];
    line[0] = mark;
    char* end = std::to_chars(line + 1, line + 21, value).ptr;
    *end++ = '\r';
    *end++ = '\n';
    out_.append(line, static_cast<std::size_t>(end - line));
  }

  Sink& out_;
};

}  // namespace socketio::resp
