// layer 1 (proto): an HTTP request, as views of the parser's memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "socketio/proto/http/text.hpp"

namespace socketio::http {

/// The methods that are served. The parser answers all others itself, CONNECT and TRACE with 405
/// and unknown ones with 501.
enum class method : std::uint8_t { get, head, post, put, delete_, patch, options };

/// One header line, name and value as sent, without the white space around the value.
struct field {
  std::string_view name;
  std::string_view value;
};

/// A request that passed every check of the parser: no view holds CR, LF, NUL or another control
/// character except TAB. All views are valid until the parser is told to go on with `next`.
struct request {
  http::method method = http::method::get;
  std::string_view method_text;
  std::string_view target;  ///< as sent: "/path?query", "http://host/path?query" or "*"
  std::string_view path;    ///< of the target, as sent: never decoded, never normalised
  std::string_view query;   ///< of the target, undecoded, without the question mark
  int version_minor = 1;    ///< HTTP/1.0 or HTTP/1.1
  std::vector<field> headers;
  /// The target's authority, or else the Host header, with its port. Behind trusted proxies, what
  /// they say that the client asked for.
  std::string_view host;
  std::string_view content_type;
  std::string_view body;

  // Not of the request itself: what the server knows of its sender when it asks the host's
  // functions. Behind trusted proxies, all of it is of the client.
  std::string_view address;  ///< the peer's, without port
  bool secure = false;       ///< whether it came encrypted

  std::optional<std::uint64_t> content_length;  ///< announced; nothing for chunked or no body
  bool chunked = false;
  bool keep_alive = true;          ///< the client lets the connection persist (RFC 9112 §9.3)
  bool expects_continue = false;   ///< waits for "100 Continue" before it sends the body
  bool upgrade_websocket = false;  ///< a GET of HTTP/1.1 that asks for this upgrade

  /// The value of the first header of this name, in any case.
  std::optional<std::string_view> header(std::string_view name) const noexcept {
    for (const field& each : headers) {
      if (equal_ignoring_case(each.name, name)) return each.value;
    }
    return std::nullopt;
  }

  /// How many headers have this name.
  std::size_t count(std::string_view name) const noexcept {
    std::size_t found = 0;
    for (const field& each : headers) found += equal_ignoring_case(each.name, name) ? 1 : 0;
    return found;
  }
};

}  // namespace socketio::http
