// layer 3 (transport): TLS 1.2 and 1.3 over another transport; needs OpenSSL 3 (socketio::tls).
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "socketio/core/intrusive.hpp"
#include "socketio/peer_certificate.hpp"
#include "socketio/transport/concept.hpp"
#include "socketio/transport/tcp.hpp"
#include "socketio/transport/tls/context.hpp"
#include "socketio/transport/tls/session.hpp"

namespace socketio {

/// TLS over `Below`, in whose context it lives. `io::tls` is TLS over TCP:
///
///     io::server<io::tls> server{loop};
///     server.listen({443, io::tls_context{"fullchain.pem", "privkey.pem"}});
///
/// The handshake is part of what the first request may take, `limits::http_head_timeout`.
template <transport Below>
struct tls_over {
  using context = typename Below::context;
  using timer = typename Below::timer;

  static time_point now(context& c) noexcept { return Below::now(c); }
  template <class F>
  static void run_soon(context& c, F&& f) {
    Below::run_soon(c, std::forward<F>(f));
  }

  /// Where to listen, and with which certificates.
  struct endpoint {
    endpoint(typename Below::endpoint where, tls_context with)
        : below{std::move(where)}, tls{std::move(with)} {}
    endpoint(std::string_view host, std::uint16_t port, tls_context with)
      requires std::constructible_from<typename Below::endpoint, std::string_view, std::uint16_t>
        : endpoint{typename Below::endpoint{host, port}, std::move(with)} {}

    endpoint with_port(std::uint16_t port) const
      requires shares_ports<Below>
    {
      return {below.with_port(port), tls};
    }

    friend std::string to_string(const endpoint& e) { return to_string(e.below) + " (TLS)"; }

    typename Below::endpoint below;
    tls_context tls;
  };

  class stream {
   public:
    using below_type = typename Below::stream;

    /// Takes over an established stream on which the peer is about to begin its handshake.
    stream(context& c, below_type below, const tls_context& with)
        : session_{
              new session_type{c, std::move(below), detail::tls_progress{with.configuration()}}} {}
    stream(stream&&) noexcept = default;
    stream& operator=(stream&& other) noexcept {
      if (this != &other) {
        close(false);
        session_ = std::move(other.session_);
      }
      return *this;
    }
    ~stream() { close(false); }

    /// `eof` is the peer's own word; without it the error is `tls_error::truncated`.
    std::size_t read_some(char* data, std::size_t size, std::error_code& ec) {
      return session_->read(data, size, ec);
    }
    std::size_t write_some(std::span<const asio::const_buffer> buffers, std::error_code& ec) {
      return session_->write(buffers, ec);
    }

    /// Before the first `read_some`: what a proxy writes in front of the handshake. `put_back` then
    /// returns what was read beyond that.
    std::size_t read_plain(char* data, std::size_t size, std::error_code& ec) {
      return session_->read_plain(data, size, ec);
    }
    void put_back(std::string_view data) { session_->put_back(data); }

    template <class Handler>
    void wait_readable(Handler&& handler) {
      session_->wait_readable(std::forward<Handler>(handler));
    }
    template <class Handler>
    void wait_writable(Handler&& handler) {
      session_->wait_writable(std::forward<Handler>(handler));
    }
    stream rebind(context& other) && { return stream{session_->rebind(other)}; }
    void shutdown() { session_->shutdown(); }
    void close(bool abort) {
      if (session_) session_->close(abort);
    }

    std::string remote_address() const { return session_->below().remote_address(); }
    bool secure() const noexcept { return true; }

    /// What the client has shown in its handshake, null if nothing.
    std::unique_ptr<const socketio::peer_certificate> peer_certificate() const {
      return session_->certificate();
    }

   private:
    using session_type = detail::tls_session<Below>;

    explicit stream(ref<session_type> session) noexcept : session_{std::move(session)} {}

    ref<session_type> session_;
  };

  class listener {
   public:
    explicit listener(context& c) : context_{c}, below_{c} {}

    void listen(const endpoint& where, std::error_code& ec) {
      with_ = where.tls;
      below_.listen(where.below, ec);
    }
    void listen_shared(const endpoint& where, std::error_code& ec)
      requires shares_ports<Below>
    {
      with_ = where.tls;
      below_.listen_shared(where.below, ec);
    }
    std::uint16_t port() const { return below_.port(); }

    template <class Handler>
    void async_accept(Handler handler) {
      below_.async_accept([&c = context_, with = *with_, handler = std::move(handler)](
                              std::error_code ec, typename Below::stream accepted) mutable {
        handler(ec, stream{c, std::move(accepted), with});
      });
    }
    void close() { below_.close(); }

   private:
    context& context_;
    typename Below::listener below_;
    std::optional<tls_context> with_;
  };
};

/// TLS over TCP: https and wss.
using tls = tls_over<tcp>;

static_assert(transport<tls>);

}  // namespace socketio
