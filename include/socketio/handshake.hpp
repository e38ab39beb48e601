// layer 4 (hub): what a client said when it connected.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/core/value/value.hpp"
#include "socketio/engine/request_info.hpp"
#include "socketio/proto/http/query.hpp"

namespace socketio {

/// The data of a socket's connection: the HTTP request that opened the session, which all
/// namespaces of a connection share, and the auth data of this namespace. A copy is cheap, valid
/// for ever, and usable from any thread.
class handshake {
 public:
  handshake(ref<const engine::request_info> request, value auth)
      : request_{std::move(request)}, auth_{std::move(auth)} {}

  /// False once the server has forgotten it, where `options.keep_handshake` is off: from the end of
  /// the first `on_connection` of a client on, `socket.handshake()` knows `address`, `secure` and
  /// `issued`. There are no headers, no query and no certificate any more, `url` is empty and
  /// `auth` null; also for the middlewares of further namespaces, but these see their own `auth`.
  /// What was copied before stays whole; views into it do not outlive it.
  bool kept() const noexcept { return request_->whole(); }

  /// What the client gave as `auth`; an empty object if it gave nothing.
  value_view auth() const noexcept { return auth_; }

  /// The value of a query parameter, decoded.
  std::optional<std::string> query(std::string_view name) const {
    return http::query{request_->query()}.find(name).value;
  }

  /// The value of a request header; names in any case.
  std::optional<std::string_view> header(std::string_view name) const {
    return request_->header(name);
  }

  /// Path and query of the request, as sent.
  std::string_view url() const noexcept { return request_->url(); }

  /// The client's address without port; "unix:" over Unix domain sockets. Behind a proxy this is
  /// the proxy's, unless the options (`proxy_options`) say whom to believe.
  const std::string& address() const noexcept { return request_->address(); }

  /// Whether the client's connection is encrypted.
  bool secure() const noexcept { return request_->secure(); }

  /// The client's TLS certificate; null if it was not asked for one, or has shown none.
  const peer_certificate* certificate() const noexcept { return request_->certificate(); }

  /// Whether the request names the page it comes from, as browsers do across origins.
  bool cross_domain() const noexcept { return request_->header("origin").has_value(); }

  /// When the session was opened.
  std::chrono::system_clock::time_point issued() const noexcept { return request_->issued(); }

  /// The whole request: `for_each_header` and so on.
  const engine::request_info& request() const noexcept { return *request_; }

 private:
  ref<const engine::request_info> request_;
  value auth_;
};

}  // namespace socketio
