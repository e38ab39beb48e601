// layer 3 (transport): a connected socket on Asio's own reactor, for every system.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include <asio/basic_socket_acceptor.hpp>
#include <asio/basic_stream_socket.hpp>
#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

namespace socketio::detail {

/// `Kind` is what one kind of sockets has of its own: see `tcp_sockets`.
template <class Kind>
class basic_asio_stream {
 public:
  using executor = asio::io_context::executor_type;
  using socket = asio::basic_stream_socket<typename Kind::protocol, executor>;
  using acceptor = asio::basic_socket_acceptor<typename Kind::protocol, executor>;

  explicit basic_asio_stream(socket s) : socket_{std::move(s)} {
    std::error_code ignored;
    socket_.non_blocking(true, ignored);
    Kind::prepare(socket_);
  }

  template <class F>
  static void run_soon(asio::io_context& context, F&& f) {
    asio::post(context, std::forward<F>(f));
  }

  static void prepare(acceptor&) noexcept {}

  /// `handler(std::error_code, stream)` with the next connection.
  template <class Handler>
  static void async_accept(acceptor& from, Handler handler) {
    from.async_accept([handler = std::move(handler)](std::error_code ec, socket s) mutable {
      handler(ec, basic_asio_stream{std::move(s)});
    });
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

  basic_asio_stream rebind(asio::io_context& other) && {
    std::error_code ec;
    socket moved{other.get_executor()};
    const auto protocol = Kind::protocol_of(socket_, ec);
    if (!ec) {
      const auto handle = socket_.release(ec);
      if (!ec) moved.assign(protocol, handle, ec);
    }
    return basic_asio_stream{std::move(moved)};
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
    return Kind::remote_address(
        [this](std::error_code& ec) { return socket_.remote_endpoint(ec); });
  }

  bool secure() const noexcept { return false; }

 private:
  socket socket_;
};

}  // namespace socketio::detail
