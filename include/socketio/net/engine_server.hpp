// layer 5 (net): an Engine.IO server: sessions over any transport, for any application.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/post.hpp>

#include "socketio/engine/application.hpp"
#include "socketio/error.hpp"
#include "socketio/net/connection.hpp"
#include "socketio/net/http_routes.hpp"
#include "socketio/net/listener.hpp"
#include "socketio/net/session.hpp"
#include "socketio/net/shard.hpp"
#include "socketio/options.hpp"

namespace socketio {

/// Listens, accepts, and keeps Engine.IO sessions for an engine::application. io::server is this
/// with Socket.IO as the application; programs with a protocol of their own use it directly.
///
/// It runs in the host's context and is used on the thread that runs it, or while nobody does;
/// `close` may be called from any thread. It must be destroyed before the context.
template <transport Transport>
class engine_server {
 public:
  using context = typename Transport::context;
  using session = socketio::session<Transport>;

  /// Throws std::invalid_argument with the option's name if `validate(o)` finds fault. The
  /// application outlives the server, or comes with `serve` before the first `listen`.
  explicit engine_server(context& host, const options& o = {})
      : shard_{new shard<Transport>{host, checked(o)}} {}
  engine_server(context& host, const options& o, engine::application& application)
      : engine_server{host, o} {
    serve(application);
  }

  void serve(engine::application& application) { shard_->serve(application); }

  engine_server(const engine_server&) = delete;
  engine_server& operator=(const engine_server&) = delete;

  /// Ends all sessions and connections at once.
  ~engine_server() { stop(); }

  /// The same, without destroying the server.
  void stop() {
    for (const auto& each : listeners_) each->close();
    listeners_.clear();
    shard_->abort();
  }

  /// Listens on all addresses, or on that of `host` ("127.0.0.1", "::1"). Port 0 means any free
  /// one; `port` tells which. May be called several times. Throws std::system_error.
  void listen(std::uint16_t port) { listen({}, port); }
  void listen(std::string_view host, std::uint16_t port) {
    std::error_code ec;
    listen(host, port, ec);
    if (ec) throw std::system_error{ec, "listen on port " + std::to_string(port)};
  }
  void listen(std::string_view host, std::uint16_t port, std::error_code& ec) {
    if (shard_->closing()) {
      ec = error::server_closed;
      return;
    }
    const ref<listener<Transport>> fresh{new listener<Transport>{*shard_}};
    fresh->listen(host, port, ec);
    if (!ec) listeners_.push_back(fresh);
  }

  /// The port of the first `listen`, 0 before.
  std::uint16_t port() const {
    return listeners_.empty() ? std::uint16_t{0} : listeners_.front()->port();
  }

  /// Serves a connection that the host has accepted, and bytes that it has read from it already.
  void accept(typename Transport::stream stream, std::string_view already_read = {}) {
    if (!shard_->closing()) shard_->adopt(std::move(stream), already_read);
  }

  /// The host's own HTTP handlers on the same ports.
  http_routes& http() noexcept { return shard_->routes(); }

  /// Stops listening and ends every session: clients are told, what is queued is still written, and
  /// what is not done by the deadline is cut off. Then nothing of the server is left in the loop.
  void close(std::chrono::milliseconds deadline = std::chrono::seconds{10}) {
    asio::post(shard_->executor(), [s = shard_, all = listeners_, deadline] {
      for (const auto& each : all) each->close();
      s->close(deadline);
    });
  }

  /// Open sessions.
  std::size_t session_count() const noexcept { return shard_->session_count(); }

  shard<Transport>& core() noexcept { return *shard_; }

 private:
  static const options& checked(const options& o) {
    const std::string_view fault = validate(o);
    if (!fault.empty()) throw std::invalid_argument{std::string{fault}};
    return o;
  }

  ref<shard<Transport>> shard_;
  std::vector<ref<listener<Transport>>> listeners_;
};

}  // namespace socketio
