// layer 1 (proto): HTTP responses and how they are written.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/config.hpp"

namespace socketio::http {

/// The reason phrase of RFC 9110 §15, empty for a status it does not know.
SOCKETIO_DECL std::string_view reason_phrase(unsigned status) noexcept;

/// 1xx, 204 and 304 end with the head, whatever it says (RFC 9112 §6.3).
constexpr bool has_body(unsigned status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

/// True when the line `name: value` means one header and nothing else on the wire: no CR, LF, NUL
/// or other control character, and a proper name.
SOCKETIO_DECL bool is_header(std::string_view name, std::string_view value) noexcept;

/// The headers of a response. Only what `is_header` accepts gets in, and not Connection,
/// Content-Length and Transfer-Encoding: where a message ends is the writer's business.
class header_list {
 public:
  struct header {
    std::string name;
    std::string value;
  };

  /// Replaces all headers of this name. False, and nothing changes, when they are not accepted.
  SOCKETIO_DECL bool set(std::string_view name, std::string_view value);

  /// The same beside those that are there, for headers that may come more than once: Set-Cookie.
  SOCKETIO_DECL bool add(std::string_view name, std::string_view value);

  auto begin() const noexcept { return headers_.begin(); }
  auto end() const noexcept { return headers_.end(); }
  std::size_t size() const noexcept { return headers_.size(); }
  bool empty() const noexcept { return headers_.empty(); }

 private:
  std::vector<header> headers_;
};

struct response {
  unsigned status = 200;
  header_list headers;
  std::string body;

  /// Sets a header. Whatever came from outside may be passed: what would split the response is
  /// refused with false.
  bool set(std::string_view name, std::string_view value) { return headers.set(name, value); }
};

/// A response of parts that are known to be right, which costs no allocation of its own.
struct answer {
  unsigned status = 200;
  std::string_view content_type;  ///< none when empty
  std::string_view body;
  std::string_view lines;       ///< further header lines, each with its CR LF
  std::string_view more_lines;  ///< and more of them
  bool keep_alive = true;
  int version_minor = 1;   ///< of the request
  bool head_only = false;  ///< the request was a HEAD
};

/// The interim response to `Expect: 100-continue`.
inline constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

/// Appends `name: value` with its CR LF to prepared lines; false, and nothing, unless `is_header`.
SOCKETIO_DECL bool append_line(std::string& lines, std::string_view name, std::string_view value);

/// Calls `visit(name, value)` for each of the lines that `append_line` has made.
template <class Visitor>
void for_each_line(std::string_view lines, Visitor&& visit) {
  while (!lines.empty()) {
    const std::size_t colon = lines.find(": "), end = lines.find("\r\n");
    visit(lines.substr(0, colon), lines.substr(colon + 2, end - colon - 2));
    lines.remove_prefix(end + 2);
  }
}

namespace detail {

using namespace std::string_view_literals;  // whose length need not be counted

template <class Sink>
void write_number(Sink& sink, std::size_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  sink.append(std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())});
}

template <class Sink>
void write_status_line(Sink& sink, unsigned status) {
  if (status == 200) return (void)sink.append("HTTP/1.1 200 OK\r\n"sv);
  if (status < 100 || status > 599) status = 500;  // three digits, RFC 9112 §4
  sink.append("HTTP/1.1 ");
  write_number(sink, status);
  sink.append(" ").append(reason_phrase(status)).append("\r\n"sv);
}

/// Ends the head. HTTP/1.1 connections persist unless one side says otherwise, those of HTTP/1.0
/// end unless both do (RFC 9112 §9.3).
template <class Sink>
void write_head_end(Sink& sink, unsigned status, std::size_t body_size, bool keep_alive,
                    int version_minor) {
  if (has_body(status)) {
    sink.append("Content-Length: "sv);
    write_number(sink, body_size);
    sink.append("\r\n"sv);
  }
  if (!keep_alive) {
    sink.append("Connection: close\r\n"sv);
  } else if (version_minor == 0) {
    sink.append("Connection: keep-alive\r\n"sv);
  }
  sink.append("\r\n"sv);
}

}  // namespace detail

/// Writes a whole response to anything that appends like std::string.
template <class Sink>
void write_answer(Sink& sink, const answer& a) {
  using namespace std::string_view_literals;
  detail::write_status_line(sink, a.status);
  if (!a.content_type.empty()) {
    sink.append("Content-Type: "sv).append(a.content_type).append("\r\n"sv);
  }
  sink.append(a.lines).append(a.more_lines);
  detail::write_head_end(sink, a.status, a.body.size(), a.keep_alive, a.version_minor);
  if (has_body(a.status) && !a.head_only) sink.append(a.body);
}

/// Writes a whole response, or its head alone as the answer to HEAD. `lines` are further header
/// lines, each with its CR LF.
template <class Sink>
void write_response(Sink& sink, const response& r, bool keep_alive, int version_minor = 1,
                    bool head_only = false, std::string_view lines = {}) {
  detail::write_status_line(sink, r.status);
  for (const auto& [name, value] : r.headers) {
    sink.append(name).append(": ").append(value).append("\r\n");
  }
  sink.append(lines);
  detail::write_head_end(sink, r.status, r.body.size(), keep_alive, version_minor);
  if (has_body(r.status) && !head_only) sink.append(r.body);
}

}  // namespace socketio::http

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/http/impl/response.ipp"
#endif
