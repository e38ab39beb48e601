// layer 3 (transport): Unix domain sockets on standalone Asio.
#pragma once

#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

#include <asio/basic_socket_acceptor.hpp>
#include <asio/detail/config.hpp>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>

#include "socketio/transport/asio_stream.hpp"
#include "socketio/transport/asio_timer.hpp"
#include "socketio/transport/concept.hpp"
#include "socketio/transport/local/endpoint.hpp"
#include "socketio/transport/local/socket_file.hpp"

#ifdef __linux__
#include "socketio/transport/epoll/stream.hpp"
#endif

#ifndef ASIO_HAS_LOCAL_SOCKETS
#error "socketio: this system, or this version of Asio for it, has no Unix domain sockets"
#endif

namespace socketio {

namespace detail {

/// What Unix domain sockets have of their own; see `tcp_sockets`.
struct local_sockets {
  using protocol = asio::local::stream_protocol;

  template <class Socket>
  static void prepare(Socket&) noexcept {}

  /// Peers of this kind are all the same to us. Nobody is asked: what a peer has bound its own end
  /// to may be longer than any address that Asio takes.
  template <class Ask>
  static std::string remote_address(Ask&&) {
    return "unix:";
  }

  template <class Socket>
  static protocol protocol_of(const Socket&, std::error_code& ec) noexcept {
    ec = {};
    return {};
  }
};

}  // namespace detail

/// Unix domain sockets over streams of one kind.
template <class Stream>
struct basic_local {
  using context = asio::io_context;
  using endpoint = local_endpoint;
  using stream = Stream;  ///< `stream{socket}` takes over a connected socket
  using socket = typename Stream::socket;
  using timer = detail::asio_timer;

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

  class listener {
   public:
    explicit listener(context& c) : acceptor_{c.get_executor()} {}
    listener(const listener&) = delete;
    ~listener() { close(); }

    /// Takes over a file that a dead server has left. Errors: `address_in_use`, if somebody listens
    /// there or the path is that of something else; `name_too_long` (107 bytes are the most on
    /// Linux); `invalid_argument`, if the path is empty, holds a NUL or begins with '@'; and what
    /// the system says.
    void listen(const endpoint& where, std::error_code& ec) {
      close();
      ec = detail::fault_of(where);
      if (!ec) acceptor_.open({}, ec);
      if (ec) return;
      const detail::folder_lock alone{where.path};
      acceptor_.bind(where.path, ec);
      if (ec == asio::error::address_in_use && detail::socket_file::remove_stale(where.path)) {
        acceptor_.bind(where.path, ec);
      }
      // Nobody can connect before there is a queue: until then the mode of the file is set.
      if (!ec) file_.claim(where, ec);
      if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
      if (!ec) Stream::prepare(acceptor_);
      if (ec) close();
    }

    std::uint16_t port() const noexcept { return 0; }

    template <class Handler>
    void async_accept(Handler handler) {
      Stream::async_accept(acceptor_, std::move(handler));
    }

    /// Removes the file, if it is still the one that was made here.
    void close() {
      file_.remove();
      std::error_code ignored;
      acceptor_.close(ignored);
    }

   private:
    typename Stream::acceptor acceptor_;
    detail::socket_file file_;
  };
};

#ifdef __linux__
using local_stream = detail::basic_epoll_stream<detail::local_sockets>;
#else
using local_stream = detail::basic_asio_stream<detail::local_sockets>;
#endif

/// Unix domain sockets: for proxies and programs on the same machine.
///
///     io::server<io::local> server{loop};
///     server.listen("/run/chat/socket");
///
/// The address of every client is "unix:", also in `proxy_options`, unless a trusted proxy names
/// the client that it speaks for.
struct local : basic_local<local_stream> {};

static_assert(transport<local> &&
              transport<basic_local<detail::basic_asio_stream<detail::local_sockets>>>);

}  // namespace socketio
