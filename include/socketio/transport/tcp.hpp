// layer 3 (transport): plain TCP on standalone Asio.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/basic_socket_acceptor.hpp>
#include <asio/basic_stream_socket.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/steady_timer.hpp>

#include "socketio/transport/concept.hpp"

#ifndef _WIN32
#include <sys/socket.h>
#endif

namespace socketio {

/// TCP. `io::server<io::tcp>` runs in the host's asio::io_context, which one thread at a time runs.
struct tcp {
  using context = asio::io_context;
  using executor = asio::io_context::executor_type;
  using socket = asio::basic_stream_socket<asio::ip::tcp, executor>;

  static time_point now(context&) noexcept { return time_point::clock::now(); }

  class stream {
   public:
    /// Takes over a connected socket, also one that the host has accepted itself. A socket made
    /// with another executor type comes over through `release()`.
    explicit stream(socket s) : socket_{std::move(s)} {
      std::error_code ignored;
      socket_.non_blocking(true, ignored);
      // Packets are gathered before they are written, so waiting for more (Nagle) only adds delay.
      socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
    }

    std::size_t read_some(char* data, std::size_t size, std::error_code& ec) {
      return socket_.read_some(asio::buffer(data, size), ec);
    }

    std::size_t write_some(std::span<const asio::const_buffer> buffers, std::error_code& ec) {
      return buffers.size() == 1 ? socket_.write_some(buffers.front(), ec)
                                 : socket_.write_some(buffers, ec);
    }

    template <class Handler>
    void wait_readable(Handler&& handler) {
      socket_.async_wait(socket::wait_read, std::forward<Handler>(handler));
    }

    template <class Handler>
    void wait_writable(Handler&& handler) {
      socket_.async_wait(socket::wait_write, std::forward<Handler>(handler));
    }

    stream rebind(context& other) && {
      std::error_code ec;
      socket moved{other.get_executor()};
      const auto protocol = socket_.local_endpoint(ec).protocol();
      if (!ec) {
        const auto handle = socket_.release(ec);
        if (!ec) moved.assign(protocol, handle, ec);
      }
      return stream{std::move(moved)};
    }

    void shutdown() {
      std::error_code ignored;
      socket_.shutdown(socket::shutdown_send, ignored);
    }

    void close(bool abort) {
      std::error_code ignored;
      if (abort) socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
      socket_.close(ignored);
    }

    std::string remote_address() const {
      std::error_code ec;
      const auto endpoint = socket_.remote_endpoint(ec);
      if (ec) return {};
      // A dual-stack listener sees IPv4 peers as ::ffff:a.b.c.d; users mean a.b.c.d.
      const auto address = endpoint.address();
      if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
      }
      return address.to_string();
    }

    bool secure() const noexcept { return false; }

   private:
    socket socket_;
  };

  class listener {
   public:
    explicit listener(context& c) : acceptor_{c.get_executor()} {}

    /// An empty host means every address of the machine, IPv6 and IPv4.
    void listen(std::string_view host, std::uint16_t port, std::error_code& ec) {
      listen(host, port, false, ec);
    }

#if defined(__linux__) && defined(SO_REUSEPORT)
    /// Listens beside others on the same port. Elsewhere than on Linux the option of this name does
    /// not spread connections evenly, or at all.
    void listen_shared(std::string_view host, std::uint16_t port, std::error_code& ec) {
      listen(host, port, true, ec);
    }
#endif

    std::uint16_t port() const {
      std::error_code ec;
      const auto endpoint = acceptor_.local_endpoint(ec);
      return ec ? std::uint16_t{0} : endpoint.port();
    }

    template <class Handler>
    void async_accept(Handler handler) {
      acceptor_.async_accept([handler = std::move(handler)](std::error_code ec, socket s) mutable {
        handler(ec, stream{std::move(s)});
      });
    }

    void close() {
      std::error_code ignored;
      acceptor_.close(ignored);
    }

   private:
    void listen(std::string_view host, std::uint16_t port, bool shared, std::error_code& ec) {
      if (!host.empty()) {
        const auto address = asio::ip::make_address(std::string{host}, ec);
        if (!ec) listen_on({address, port}, shared, ec);
        return;
      }
      listen_on({asio::ip::address_v6::any(), port}, shared, ec);
      if (ec == asio::error::address_family_not_supported || ec == asio::error::invalid_argument ||
          ec == asio::error::no_protocol_option) {
        listen_on({asio::ip::address_v4::any(), port}, shared, ec);
      }
    }

    void listen_on(const asio::ip::tcp::endpoint& endpoint, bool shared, std::error_code& ec) {
      close();
      acceptor_.open(endpoint.protocol(), ec);
      if (ec) return;
      std::error_code ignored;
      if (endpoint.address().is_v6() && endpoint.address().is_unspecified()) {
        acceptor_.set_option(asio::ip::v6_only{false}, ignored);
      }
#ifndef _WIN32
      // A restart must not wait for TIME_WAIT (on Windows the option means something else).
      acceptor_.set_option(asio::socket_base::reuse_address{true}, ignored);
#endif
      if (shared) share_port(ec);
      if (!ec) acceptor_.bind(endpoint, ec);
      if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
      if (ec) close();
    }

    void share_port([[maybe_unused]] std::error_code& ec) {
#ifdef SO_REUSEPORT
      const int on = 1;
      if (::setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) {
        ec.assign(errno, std::system_category());
      }
#endif
    }

    asio::basic_socket_acceptor<asio::ip::tcp, executor> acceptor_;
  };

  class timer {
   public:
    explicit timer(context& c) : timer_{c.get_executor()} {}

    template <class Handler>
    void start(time_point when, Handler handler) {
      timer_.expires_at(when);
      timer_.async_wait([handler = std::move(handler)](std::error_code ec) mutable {
        if (!ec) handler();
      });
    }

    void cancel() { timer_.cancel(); }

   private:
    using traits = asio::wait_traits<time_point::clock>;
    asio::basic_waitable_timer<time_point::clock, traits, executor> timer_;
  };
};

static_assert(transport<tcp>);

}  // namespace socketio
