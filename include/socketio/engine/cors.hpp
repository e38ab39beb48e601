// layer 2 (engine): which pages of other origins may use the server.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "socketio/config.hpp"
#include "socketio/core/function.hpp"
#include "socketio/options.hpp"
#include "socketio/proto/http/request.hpp"

namespace socketio::engine {

/// The options and, for the origins that they do not list, the host's own word (Fetch standard,
/// "CORS protocol").
class cors_policy {
 public:
  explicit cors_policy(cors_options o) : options_{std::move(o)} {}

  /// `allowed(origin)` is asked about each request whose origin is not in `cors_options::origins`.
  void ask(unique_function<bool(std::string_view)> allowed) { predicate_ = std::move(allowed); }

  /// Whether other origins were spoken of at all. If not, browsers and we keep to the server's own.
  bool configured() const noexcept { return !options_.origins.empty() || predicate_; }

  /// Whether a page of this origin may use the server: the server's own pages may (the origin's
  /// host is the request's host), others as they are listed, or as the host says. Requests without
  /// Origin are not from pages.
  SOCKETIO_DECL bool allows(const http::request& request);

  /// Whether a page may load the answer to this request as a script, as far as the browser tells
  /// where the page is from. CORS does not apply to scripts: browsers let any page do that, and
  /// send cookies along.
  SOCKETIO_DECL bool allows_script(const http::request& request);

  /// The CORS header lines of an answer, preflight or not; empty if CORS is not configured or the
  /// origin is not allowed.
  SOCKETIO_DECL std::string lines(const http::request& request, bool preflight);

  const cors_options& options() const noexcept { return options_; }

 private:
  bool lists(std::string_view origin) const;
  bool names(std::string_view origin);
  bool allows_page(const http::request& request, std::string_view origin);

  cors_options options_;
  unique_function<bool(std::string_view)> predicate_;
};

}  // namespace socketio::engine

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/engine/impl/cors.ipp"
#endif
