// layer 1 (proto): compression, for programs that link socketio::deflate (zlib).
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "socketio/compression_options.hpp"
#include "socketio/proto/http/content_coding.hpp"
#include "socketio/proto/http/gzip.hpp"
#include "socketio/proto/http/request.hpp"
#include "socketio/proto/http/response.hpp"
#include "socketio/proto/ws/deflate.hpp"

namespace socketio {

/// Offers compressed WebSocket messages to clients (permessage-deflate, RFC 7692):
///
///     options.per_message_deflate = io::deflate();
///     options.per_message_deflate = io::deflate({.threshold = 4096, .level = 6});
inline per_message_deflate deflate(const deflate_settings& settings = {}) {
  return {
      settings,
      [](const deflate_settings& s, std::size_t max_message) -> std::unique_ptr<ws::codec_pool> {
        return std::make_unique<ws::deflate_pool>(s, max_message);
      }};
}

/// Compresses the answers of HTTP long-polling, as gzip or deflate, for clients that accept one:
///
///     options.http_compression = io::gzip();
///     options.http_compression = io::gzip({.threshold = 4096, .level = 6});
inline http_compression gzip(const gzip_settings& settings = {}) {
  return {settings, [](const gzip_settings& s) -> std::unique_ptr<http::compressor> {
            return std::make_unique<http::gzip_compressor>(s);
          }};
}

/// The body in this coding, to be sent with `Content-Encoding: to_string(coding)`. Empty when it
/// would not be shorter, or is not to be coded: then send it as it is. For content that is
/// compressed once and sent often, a high level is worth its time.
inline std::string compress(std::string_view body, http::content_coding coding, int level = 9) {
  http::gzip_compressor compressor{{.level = std::clamp(level, 1, 9)}};
  return std::string{compressor.compress(body, coding)};
}

namespace detail {

/// Whether content of this type becomes shorter: text and what is written as text.
inline bool is_compressible(std::string_view content_type) noexcept {
  const std::string_view type = http::trim(content_type.substr(0, content_type.find(';')));
  constexpr std::string_view text = "text/";
  if (http::equal_ignoring_case(type.substr(0, text.size()), text)) return true;
  for (const std::string_view ending : {"javascript", "json", "xml", "wasm", "manifest"}) {
    const std::size_t size = std::min(type.size(), ending.size());
    if (http::equal_ignoring_case(type.substr(type.size() - size), ending)) return true;
  }
  return false;
}

inline std::string_view find_header(const http::response& answer, std::string_view name) {
  for (const auto& each : answer.headers) {
    if (http::equal_ignoring_case(each.name, name)) return each.value;
  }
  return {};
}

inline void compress_answer(const http::request& request, http::response& answer,
                            const gzip_settings& settings) {
  if (!is_compressible(find_header(answer, "Content-Type")) || answer.status == 206 ||
      !find_header(answer, "Content-Encoding").empty() ||
      http::has_token(find_header(answer, "Cache-Control"), "no-transform")) {
    return;
  }
  answer.headers.add("Vary", "Accept-Encoding");
  if (answer.body.size() < settings.threshold) return;
  const auto coding = http::choose_coding(request);
  http::gzip_compressor compressor{settings};
  const std::string_view shorter = compressor.compress(answer.body, coding);
  if (shorter.empty()) return;
  answer.set("Content-Encoding", to_string(coding));
  // A strong validator speaks of bytes, and these are others (RFC 9110 §8.8.1).
  const std::string tag{find_header(answer, "ETag")};
  if (tag.starts_with('"')) answer.set("ETag", "W/" + tag);
  answer.body = shorter;
}

}  // namespace detail

/// Wraps an HTTP handler that answers at once, so that its text is compressed for clients that
/// accept it:
///
///     server.http().prefix("/page/", io::compressed(io::serve_folder("/page/", "files")));
///
/// Each answer is compressed anew: for large files that are asked for often, keep the result of
/// `io::compress`.
template <class Handler>
auto compressed(Handler handler, const gzip_settings& settings = {}) {
  static_assert(std::is_invocable_r_v<http::response, Handler&, const http::request&>,
                "socketio: io::compressed takes a function http::response (http::request const&)");
  return [handler = std::move(handler), settings](const http::request& request) mutable {
    http::response answer = handler(request);
    detail::compress_answer(request, answer, settings);
    return answer;
  };
}

}  // namespace socketio
