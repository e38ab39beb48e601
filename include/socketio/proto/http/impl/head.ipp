// layer 1 (proto): request line and headers (RFC 9112 §3, §5, §6; RFC 9110 §7, §8, §10).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "socketio/core/digit.hpp"
#include "socketio/proto/http/head.hpp"

namespace socketio::http {
namespace detail {

/// Letters, digits and what else a name in the DNS or a hosts file has.
inline constexpr std::array<bool, 256> host_characters = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view{"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "abcdefghijklmnopqrstuvwxyz-._~"}) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

/// The authority of a http URI without user information (RFC 9110 §4.2), that is, a Host header.
inline bool is_host(std::string_view text) noexcept {
  std::size_t name_end = 0;
  if (text.starts_with('[')) {
    const auto v6 = [](char c) { return hex_digit(c) >= 0 || c == ':' || c == '.'; };
    name_end = text.find(']');
    if (name_end == text.npos) return false;
    const std::string_view address = text.substr(1, name_end - 1);
    if (!std::all_of(address.begin(), address.end(), v6)) return false;
    if (std::count(address.begin(), address.end(), ':') < 2) return false;
    ++name_end;
  } else {
    while (name_end < text.size() && host_characters[static_cast<unsigned char>(text[name_end])]) {
      ++name_end;
    }
  }
  text.remove_prefix(name_end);
  if (text.empty()) return true;
  return text.front() == ':' && text.size() <= 6 &&
         std::all_of(text.begin() + 1, text.end(), is_digit);
}

/// Visible ASCII without what neither RFC 3986 nor a browser leaves unescaped in a target. A
/// fragment is never sent (RFC 9110 §4.2.5), a backslash is a slash to some and a letter to others,
/// and `%` is only right with two digits behind it.
inline constexpr std::array<bool, 256> target_characters = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0x21; c < 0x7f; ++c) table[c] = true;
  for (const char c : std::string_view{"#\"<>\\%"}) {
    table[static_cast<unsigned char>(c)] = false;
  }
  return table;
}();

/// The end of the target that begins at `p`, in a line that ends with CR.
inline const char* find_target_end(const char* p) noexcept {
  for (;;) {
    while (target_characters[static_cast<unsigned char>(*p)]) ++p;
    if (*p != '%' || hex_digit(p[1]) < 0 || hex_digit(p[2]) < 0) return p;
    p += 3;
  }
}

/// Takes the four forms of RFC 9112 §3.2 apart, except the authority-form of CONNECT.
inline bool parse_target(std::string_view target, bool options, request& out) noexcept {
  out.target = target;
  std::string_view rest = target;
  if (target == "*") {
    out.path = target;
    return options;
  }
  if (target.front() != '/') {
    const std::size_t scheme = target.find("://");
    if (scheme == target.npos) return false;
    if (!equal_ignoring_case(target.substr(0, scheme), "http") &&
        !equal_ignoring_case(target.substr(0, scheme), "https")) {
      return false;
    }
    rest.remove_prefix(scheme + 3);
    out.host = rest.substr(0, rest.find_first_of("/?"));
    if (out.host.empty() || out.host.front() == ':' || !is_host(out.host)) return false;
    rest.remove_prefix(out.host.size());
  }
  const std::size_t mark = rest.find('?');
  out.path = rest.substr(0, mark);
  if (out.path.empty()) out.path = "/";
  if (mark != rest.npos) out.query = rest.substr(mark + 1);
  return true;
}

inline bool parse_method(std::string_view name, method& out) noexcept {
  constexpr std::pair<std::string_view, method> methods[] = {
      {"GET", method::get},       {"POST", method::post}, {"OPTIONS", method::options},
      {"HEAD", method::head},     {"PUT", method::put},   {"PATCH", method::patch},
      {"DELETE", method::delete_}};
  const auto* const found = std::find_if(std::begin(methods), std::end(methods),
                                         [name](const auto& each) { return each.first == name; });
  if (found == std::end(methods)) return false;
  out = found->second;
  return true;
}

/// RFC 9112 §3: one space between the three parts and none elsewhere. A CR follows the line.
inline refusal parse_request_line(std::string_view line, const limits& most, request& out) {
  const std::size_t method_end = line.find(' ');
  const std::string_view name = line.substr(0, method_end);
  if (method_end == line.npos || !is_token(name)) return {400, "malformed request line"};
  if (name == "CONNECT" || name == "TRACE") return {405, "method not allowed"};

  line.remove_prefix(method_end + 1);
  const char* const target_end = find_target_end(line.data());
  const std::string_view target{line.data(), static_cast<std::size_t>(target_end - line.data())};
  if (target.size() > most.target) return {414, "request target too long"};
  if (target.empty() || *target_end != ' ' || !parse_target(target, name == "OPTIONS", out)) {
    return {400, "malformed request target"};
  }

  const std::string_view version = line.substr(target.size() + 1);
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7])) {
    return {400, "malformed HTTP version"};
  }
  if (version[5] != '1' || version[7] > '1') return {505, "HTTP version not supported"};
  out.version_minor = version[7] - '0';
  out.method_text = name;
  if (!parse_method(name, out.method)) return {501, "method not implemented"};
  return {};
}

/// Reads the header lines of one request and draws the conclusions that need several of them.
class field_reader {
 public:
  field_reader(const limits& most, request& out) noexcept : most_{most}, out_{out} {}

  refusal read(std::string_view lines) {
    constexpr auto blank = [](char c) { return c == ' ' || c == '\t'; };
    const char* p = lines.data();
    const char* const end = p + lines.size();
    while (p != end) {
      // Each of these stops at the line's CR at the latest.
      const char* const name = p;
      while (is_token_character(*p)) ++p;
      if (p == name || *p != ':') return {400, "malformed header line"};
      const char* const colon = p++;
      while (blank(*p)) ++p;
      const char* const value = p;
      p = static_cast<const char*>(std::memchr(p, '\r', static_cast<std::size_t>(end - p)));
      const char* value_end = p;
      while (value_end != value && blank(value_end[-1])) --value_end;

      out_.headers.push_back({{name, static_cast<std::size_t>(colon - name)},
                              {value, static_cast<std::size_t>(value_end - value)}});
      if (!note(out_.headers.back())) return error_;
      p += 2;
    }
    return conclude();
  }

 private:
  bool refuse(std::uint16_t status, std::string_view reason) noexcept {
    error_ = {status, reason};
    return false;
  }

  /// Fields that decide where a message ends must be there once, in exactly one form: whoever
  /// stands in front of us and reads them otherwise would see other requests than we do.
  bool note(const field& last) {
    const auto is = [&last](std::string_view name) { return equal_ignoring_case(last.name, name); };
    switch (last.name.size()) {
      case 4:
        return !is("host") || note_host(last.value);
      case 6:
        return !is("expect") || note_expectation(last.value);
      case 7:
        if (is("upgrade")) websocket_ |= has_token(last.value, "websocket");
        return true;
      case 10:
        if (is("connection")) note_connection(last.value);
        return true;
      case 12:
        if (is("content-type") && out_.content_type.empty()) out_.content_type = last.value;
        return true;
      case 14:
        return !is("content-length") || note_length(last.value);
      case 17:
        return !is("transfer-encoding") || note_encoding(last.value);
      default:
        return true;
    }
  }

  bool note_host(std::string_view value) {
    if (host_seen_) return refuse(400, "more than one Host");
    if (!is_host(value)) return refuse(400, "malformed Host");
    host_seen_ = true;
    if (out_.host.empty()) out_.host = value;  // the target's authority wins, RFC 9112 §3.2.2
    return true;
  }

  bool note_expectation(std::string_view value) {
    if (!equal_ignoring_case(value, "100-continue")) return refuse(417, "unknown expectation");
    return out_.expects_continue = true;
  }

  void note_connection(std::string_view value) {
    for_each_element(value, [this](std::string_view option) {
      close_ |= equal_ignoring_case(option, "close");
      keep_alive_ |= equal_ignoring_case(option, "keep-alive");
      upgrade_ |= equal_ignoring_case(option, "upgrade");
    });
  }

  bool note_length(std::string_view value) {
    if (out_.content_length) return refuse(400, "more than one Content-Length");
    out_.content_length = parse_decimal(value);
    return out_.content_length || refuse(400, "malformed Content-Length");
  }

  bool note_encoding(std::string_view value) {
    if (out_.chunked) return refuse(400, "more than one Transfer-Encoding");
    out_.chunked = equal_ignoring_case(value, "chunked");
    if (out_.chunked) return true;
    if (!is_token(value)) return refuse(400, "malformed Transfer-Encoding");  // lists of them too
    return refuse(501, "transfer coding not implemented");
  }

  refusal conclude() {
    const bool http_1_1 = out_.version_minor == 1;
    if (http_1_1 && !host_seen_) return {400, "no Host"};
    if (out_.chunked && out_.content_length) return {400, "two lengths of the body"};
    if (out_.chunked && !http_1_1) return {400, "Transfer-Encoding in HTTP/1.0"};

    const std::uint64_t length = out_.content_length.value_or(0);
    const bool has_body = out_.chunked || length != 0;
    // RFC 9110 §7.8: HTTP/1.0 cannot upgrade.
    out_.upgrade_websocket = upgrade_ && websocket_ && http_1_1 && out_.method == method::get;
    if (out_.upgrade_websocket && has_body) return {400, "an upgrade with a body"};
    if (length > most_.body) return {413, "body too large"};

    out_.expects_continue &= has_body && http_1_1;
    out_.keep_alive = !close_ && (http_1_1 || keep_alive_);
    return {};
  }

  const limits& most_;
  request& out_;
  refusal error_;
  bool host_seen_ = false;
  bool close_ = false, keep_alive_ = false, upgrade_ = false;  // named by Connection
  bool websocket_ = false;                                     // named by Upgrade
};

}  // namespace detail

SOCKETIO_DECL refusal parse_head(std::string_view text, const limits& most, request& out) {
  const std::size_t end = text.find('\r');
  if (const refusal no = detail::parse_request_line(text.substr(0, end), most, out)) return no;
  return detail::field_reader{most, out}.read(text.substr(end + 2));
}

}  // namespace socketio::http
