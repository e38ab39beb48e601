// layer 3 (transport): a connected socket in an epoll set (Linux).
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "socketio/transport/asio_stream.hpp"
#include "socketio/transport/epoll/set.hpp"

namespace socketio::detail {

/// The stream of the transport concept over a descriptor that it owns: non-blocking, and ready to
/// use. Reading and writing are one system call each, waiting is none. `Kind` is what one kind of
/// sockets has of its own: see `tcp_sockets`.
template <class Kind>
class basic_epoll_stream {
 public:
  using socket = typename basic_asio_stream<Kind>::socket;
  using acceptor = typename basic_asio_stream<Kind>::acceptor;

  /// Takes over a connected socket of Asio's.
  explicit basic_epoll_stream(socket s) : basic_epoll_stream{context_of(s), take(s)} {}

  basic_epoll_stream(asio::io_context& context, int descriptor)
      : set_{&epoll_set::of(context)}, entry_{std::make_unique<epoll_entry>()} {
    entry_->descriptor = descriptor;
  }
  basic_epoll_stream(basic_epoll_stream&&) noexcept = default;
  basic_epoll_stream& operator=(basic_epoll_stream&& other) noexcept {
    if (this != &other) {
      close(false);
      set_ = other.set_;
      entry_ = std::move(other.entry_);
    }
    return *this;
  }
  ~basic_epoll_stream() { close(false); }

  static void prepare(asio::io_context& context) { epoll_set::of(context); }

  template <class F>
  static void run_soon(asio::io_context& context, F&& f) {
    epoll_set::run_soon(context, std::forward<F>(f));
  }

  /// Accepted sockets have the options of the listening one.
  static void prepare(acceptor& listening) noexcept {
    std::error_code ignored;
    listening.non_blocking(true, ignored);
    Kind::prepare(listening);
  }

  /// `handler(std::error_code, stream)` with the next connection. Asio would accept it too,
  /// but put it into its own reactor, at the cost of several system calls.
  template <class Handler>
  static void async_accept(acceptor& from, Handler handler) {
    auto& context = context_of(from);
    std::error_code ec;
    const int descriptor = static_cast<int>(repeat([&]() -> ssize_t {
      return ::accept4(from.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    }));
    if (descriptor < 0) ec.assign(errno, asio::error::get_system_category());
    if (ec == asio::error::would_block) {
      from.async_wait(acceptor::wait_read,
                      [&from, &context, h = std::move(handler)](std::error_code failure) mutable {
                        if (!failure) return async_accept(from, std::move(h));
                        h(failure, basic_epoll_stream{context, -1});
                      });
      return;
    }
    asio::post(context,
               [h = std::move(handler), ec, s = basic_epoll_stream{context, descriptor}]() mutable {
                 h(ec, std::move(s));
               });
  }

  std::size_t read_some(char* data, std::size_t size, std::error_code& ec) {
    if (!entry_) return ec = asio::error::bad_descriptor, 0;
    const ssize_t count = repeat([&] { return ::recv(entry_->descriptor, data, size, 0); });
    if (count > 0) {
      // Less than there was room for: there is no more, and epoll tells of what comes later.
      // (Behind urgent data, or descriptors sent along, there may be: a peer that does so harms
      // itself.)
      const auto taken = static_cast<std::size_t>(count);
      if (taken < size && !entry_->ended) entry_->readable = false;
      ec.clear();
      return taken;
    }
    if (count == 0 && size != 0) {
      ec = asio::error::eof;
    } else if (count == 0) {
      ec.clear();
    } else {
      fail(ec, entry_->readable);
    }
    return 0;
  }

  std::size_t write_some(std::span<const asio::const_buffer> buffers, std::error_code& ec) {
    if (!entry_) return ec = asio::error::bad_descriptor, 0;
    const ssize_t count = buffers.size() == 1 ? repeat([&] {
      return ::send(entry_->descriptor, buffers.front().data(), buffers.front().size(),
                    MSG_NOSIGNAL);
    })
                                              : gather(buffers);
    if (count < 0) return fail(ec, entry_->writable), 0;
    ec.clear();
    return static_cast<std::size_t>(count);
  }

  template <class Handler>
  void wait_readable(Handler&& handler) {
    if (!entry_) return set_->refuse(std::forward<Handler>(handler));
    set_->wait_readable(*entry_, std::forward<Handler>(handler));
  }

  template <class Handler>
  void wait_writable(Handler&& handler) {
    if (!entry_) return set_->refuse(std::forward<Handler>(handler));
    set_->wait_writable(*entry_, std::forward<Handler>(handler));
  }

  /// Nothing is registered with the other loop's set before its own thread waits for something.
  basic_epoll_stream rebind(asio::io_context& other) && {
    if (!entry_) return basic_epoll_stream{other, -1};
    set_->forget(*entry_);
    const int descriptor = std::exchange(entry_->descriptor, -1);
    set_->retire(std::move(entry_));
    return basic_epoll_stream{other, descriptor};
  }

  void shutdown() noexcept {
    if (entry_) ::shutdown(entry_->descriptor, SHUT_WR);
  }

  void close(bool abort) {
    if (!entry_) return;
    if (abort) {
      const ::linger at_once{1, 0};
      ::setsockopt(entry_->descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    if (entry_->descriptor >= 0) ::close(entry_->descriptor);
    set_->retire(std::move(entry_));
  }

  std::string remote_address() const {
    return Kind::remote_address([this](std::error_code& ec) {
      typename Kind::protocol::endpoint endpoint;
      ::socklen_t size = static_cast<::socklen_t>(endpoint.capacity());
      if (!entry_ || ::getpeername(entry_->descriptor, endpoint.data(), &size) != 0) {
        ec = asio::error::not_connected;
      } else {
        endpoint.resize(size);
      }
      return endpoint;
    });
  }

  bool secure() const noexcept { return false; }

 private:
  template <class IoObject>
  static asio::io_context& context_of(IoObject& o) {
    return o.get_executor().context();
  }

  static int take(socket& s) {
    std::error_code ec;
    s.native_non_blocking(true, ec);
    Kind::prepare(s);
    return s.release(ec);
  }

  template <class Call>
  static ssize_t repeat(Call&& call) {
    ssize_t result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
  }

  ssize_t gather(std::span<const asio::const_buffer> buffers) {
    std::array<::iovec, 64> parts;
    const std::size_t count = std::min(buffers.size(), parts.size());
    for (std::size_t i = 0; i < count; ++i) {
      parts[i] = {const_cast<void*>(buffers[i].data()), buffers[i].size()};
    }
    ::msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    return repeat([&] { return ::sendmsg(entry_->descriptor, &message, MSG_NOSIGNAL); });
  }

  static void fail(std::error_code& ec, bool& ready) noexcept {
    const int number = errno;
    if (number == EAGAIN || number == EWOULDBLOCK) ready = false;
    ec.assign(number, asio::error::get_system_category());
  }

  epoll_set* set_;
  std::unique_ptr<epoll_entry> entry_;
};

}  // namespace socketio::detail
