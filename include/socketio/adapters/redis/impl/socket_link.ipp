// layer 5 (adapters): the bodies of redis/socket_link.hpp.
#pragma once

#include <system_error>
#include <utility>

#include <asio/detail/config.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>

#include "socketio/adapters/redis/error.hpp"
#include "socketio/adapters/redis/socket_link.hpp"
#include "socketio/transport/local/socket_file.hpp"

namespace socketio::redis {

namespace detail {

class tcp_link final : public stream_link<asio::ip::tcp::socket> {
 public:
  explicit tcp_link(const asio::any_io_executor& executor)
      : stream_link{executor}, connector_{executor} {}

  void connect(const address& to, connected done) override {
    connector_.connect(stream_, to, std::move(done));
  }
  void close() override {
    connector_.cancel();
    stream_link::close();
  }

 private:
  tcp_connector connector_;
};

#ifdef ASIO_HAS_LOCAL_SOCKETS
class local_link final : public stream_link<asio::local::stream_protocol::socket> {
 public:
  using stream_link::stream_link;

  void connect(const address& to, connected done) override {
    const std::error_code fault = socketio::detail::fault_of(local_endpoint{to.path});
    if (!fault) return stream_.async_connect({to.path}, std::move(done));
    asio::post(stream_.get_executor(), [fault, done = std::move(done)]() mutable { done(fault); });
  }
};
#endif

}  // namespace detail

SOCKETIO_DECL ref<link> make_link(const asio::any_io_executor& executor, const address& to,
                                  const secure_links* tls, std::error_code& ec) {
  ec = {};
  if (!to.path.empty()) {
#ifdef ASIO_HAS_LOCAL_SOCKETS
    return ref<link>{new detail::local_link{executor}};
#else
    return ec = error::no_local_sockets, nullptr;
#endif
  }
  if (!to.tls) return ref<link>{new detail::tcp_link{executor}};
  if (!tls) return ec = error::no_tls, nullptr;
  return tls->make(executor);
}

}  // namespace socketio::redis
