// layer 1 (proto): reason phrases, and what may become a header.
#pragma once

#include <algorithm>
#include <utility>

#include "socketio/proto/http/response.hpp"
#include "socketio/proto/http/text.hpp"

namespace socketio::http {

namespace detail {

struct status_text {
  unsigned status;
  std::string_view phrase;
};

inline constexpr status_text status_texts[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

}  // namespace detail

SOCKETIO_DECL std::string_view reason_phrase(unsigned status) noexcept {
  for (const auto& [known, phrase] : detail::status_texts) {
    if (known == status) return phrase;
  }
  return {};
}

SOCKETIO_DECL bool is_header(std::string_view name, std::string_view value) noexcept {
  return is_token(name) && std::all_of(value.begin(), value.end(), is_line_character);
}

SOCKETIO_DECL bool header_list::set(std::string_view name, std::string_view value) {
  if (!add(name, value)) return false;
  header added = std::move(headers_.back());
  headers_.pop_back();
  std::erase_if(headers_,
                [&](const header& each) { return equal_ignoring_case(each.name, added.name); });
  headers_.push_back(std::move(added));
  return true;
}

SOCKETIO_DECL bool header_list::add(std::string_view name, std::string_view value) {
  if (!is_header(name, value)) return false;
  for (const std::string_view framing : {"connection", "content-length", "transfer-encoding"}) {
    if (equal_ignoring_case(name, framing)) return false;
  }
  headers_.push_back({std::string{name}, std::string{value}});
  return true;
}

SOCKETIO_DECL bool append_line(std::string& lines, std::string_view name, std::string_view value) {
  if (!is_header(name, value)) return false;
  lines.append(name).append(": ").append(value).append("\r\n");
  return true;
}

}  // namespace socketio::http
