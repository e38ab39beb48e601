// layer 5 (adapters): links over Asio's sockets.
#pragma once

#include <string>
#include <utility>

#include <asio/connect.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include "socketio/adapters/redis/link.hpp"
#include "socketio/config.hpp"

namespace socketio::redis {
namespace detail {

/// What all streams have in common. `Stream` is a socket, or has one as its lowest layer.
template <class Stream>
class stream_link : public link {
 public:
  template <class... Arguments>
  explicit stream_link(Arguments&&... arguments) : stream_{std::forward<Arguments>(arguments)...} {}

  void read(asio::mutable_buffer into, transferred done) override {
    stream_.async_read_some(into, std::move(done));
  }
  void write(asio::const_buffer from, transferred done) override {
    asio::async_write(stream_, from, std::move(done));
  }
  void close() override {
    std::error_code ignored;
    stream_.lowest_layer().close(ignored);
  }

 protected:
  Stream stream_;
};

/// Connects `socket` with any of the addresses that the host has. Numbers need no resolver, which
/// would be a thread.
class tcp_connector {
 public:
  explicit tcp_connector(const asio::any_io_executor& executor) : resolver_{executor} {}

  void connect(asio::ip::tcp::socket& socket, const address& to, link::connected done) {
    std::error_code ec;
    const auto number = asio::ip::make_address(to.host, ec);
    if (!ec) {
      socket.async_connect({number, to.port},
                           [&socket, done = std::move(done)](std::error_code failed) mutable {
                             if (!failed) prepare(socket);
                             done(failed);
                           });
      return;
    }
    resolver_.async_resolve(
        to.host, std::to_string(to.port),
        [&socket, done = std::move(done)](std::error_code failed, const auto& found) mutable {
          if (failed) return done(failed);
          asio::async_connect(
              socket, found,
              [&socket, done = std::move(done)](std::error_code none, const auto&) mutable {
                if (!none) prepare(socket);
                done(none);
              });
        });
  }

  void cancel() { resolver_.cancel(); }

 private:
  static void prepare(asio::ip::tcp::socket& socket) {
    std::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
  }

  asio::ip::tcp::resolver resolver_;
};

}  // namespace detail

/// The link that the address asks for; null with `error::no_tls` or `error::no_local_sockets`.
SOCKETIO_DECL ref<link> make_link(const asio::any_io_executor& executor, const address& to,
                                  const secure_links* tls, std::error_code& ec);

}  // namespace socketio::redis

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/socket_link.ipp"
#endif
