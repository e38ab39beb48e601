// layer 3 (transport): plain TCP on standalone Asio.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include <asio/basic_socket_acceptor.hpp>
#include <asio/basic_stream_socket.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>

#include "socketio/transport/asio_stream.hpp"
#include "socketio/transport/asio_timer.hpp"
#include "socketio/transport/concept.hpp"
#include "socketio/transport/ip_endpoint.hpp"

#ifdef __linux__
#include "socketio/transport/epoll/stream.hpp"
#endif

#ifndef _WIN32
#include <sys/socket.h>
#endif

namespace socketio {

namespace detail {

/// What sockets of TCP have of their own.
struct tcp_sockets {
  using protocol = asio::ip::tcp;

  /// Of a connected socket, or of a listening one, from which accepted sockets have it. Packets are
  /// gathered before they are written, so waiting for more (Nagle) only adds delay.
  template <class Socket>
  static void prepare(Socket& s) {
    std::error_code ignored;
    s.set_option(protocol::no_delay{true}, ignored);
  }

  /// What users mean by a peer's address: a dual-stack listener sees IPv4 peers as ::ffff:a.b.c.d.
  /// Empty if the peer is gone. `ask(ec)` has its endpoint.
  template <class Ask>
  static std::string remote_address(Ask&& ask) {
    std::error_code ec;
    const asio::ip::address address = ask(ec).address();
    if (ec) return {};
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
      return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
  }

  template <class Socket>
  static protocol protocol_of(const Socket& s, std::error_code& ec) {
    return s.local_endpoint(ec).protocol();
  }
};

using asio_stream = basic_asio_stream<tcp_sockets>;
#ifdef __linux__
using epoll_stream = basic_epoll_stream<tcp_sockets>;
#endif

}  // namespace detail

/// TCP over streams of one kind.
template <class Stream>
struct basic_tcp {
  using context = asio::io_context;
  using endpoint = ip_endpoint;
  using socket = typename Stream::socket;

  static time_point now(context&) noexcept { return time_point::clock::now(); }

  static void prepare(context& c)
    requires requires { Stream::prepare(c); }
  {
    Stream::prepare(c);
  }

  /// Calls `f()` from the loop, after the input that is there now.
  template <class F>
  static void run_soon(context& c, F&& f) {
    Stream::run_soon(c, std::forward<F>(f));
  }

  /// `stream{socket}` takes over a connected socket, also one that the host has accepted itself. A
  /// socket made with another executor type comes over through `release()`.
  using stream = Stream;

  class listener {
   public:
    explicit listener(context& c) : acceptor_{c.get_executor()} {}

    void listen(const endpoint& where, std::error_code& ec) { listen(where, false, ec); }

#if defined(__linux__) && defined(SO_REUSEPORT)
    /// Listens beside others on the same port. Elsewhere than on Linux the option of this name does
    /// not spread connections evenly, or at all.
    void listen_shared(const endpoint& where, std::error_code& ec) { listen(where, true, ec); }
#endif

    std::uint16_t port() const {
      std::error_code ec;
      const auto at = acceptor_.local_endpoint(ec);
      return ec ? std::uint16_t{0} : at.port();
    }

    template <class Handler>
    void async_accept(Handler handler) {
      stream::async_accept(acceptor_, std::move(handler));
    }

    void close() {
      std::error_code ignored;
      acceptor_.close(ignored);
    }

   private:
    void listen(const endpoint& where, bool shared, std::error_code& ec) {
      if (!where.host.empty()) {
        const auto address = asio::ip::make_address(where.host, ec);
        if (!ec) listen_on({address, where.port}, shared, ec);
        return;
      }
      listen_on({asio::ip::address_v6::any(), where.port}, shared, ec);
      if (ec == asio::error::address_family_not_supported || ec == asio::error::invalid_argument ||
          ec == asio::error::no_protocol_option) {
        listen_on({asio::ip::address_v4::any(), where.port}, shared, ec);
      }
    }

    void listen_on(const asio::ip::tcp::endpoint& at, bool shared, std::error_code& ec) {
      close();
      acceptor_.open(at.protocol(), ec);
      if (ec) return;
      std::error_code ignored;
      if (at.address().is_v6() && at.address().is_unspecified()) {
        acceptor_.set_option(asio::ip::v6_only{false}, ignored);
      }
#ifndef _WIN32
      // A restart must not wait for TIME_WAIT (on Windows the option means something else).
      acceptor_.set_option(asio::socket_base::reuse_address{true}, ignored);
#endif
      if (shared) share_port(ec);
      if (!ec) acceptor_.bind(at, ec);
      if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
      if (!ec) stream::prepare(acceptor_);
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

    typename Stream::acceptor acceptor_;
  };

  using timer = detail::asio_timer;
};

#ifdef __linux__
using tcp_stream = detail::epoll_stream;
#else
using tcp_stream = detail::asio_stream;
#endif

/// TCP. `io::server<io::tcp>` runs in the host's asio::io_context, which one thread at a time runs.
struct tcp : basic_tcp<tcp_stream> {};

static_assert(transport<tcp> && transport<basic_tcp<detail::asio_stream>>);

}  // namespace socketio
