// layer 5 (adapters): the stream of bytes under a connection with Redis: TCP, Unix socket, or TLS.
#pragma once

#include <cstddef>
#include <system_error>

#include <asio/any_io_executor.hpp>
#include <asio/buffer.hpp>

#include "socketio/adapters/redis/address.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio::redis {

/// One connection, not yet made. Operations end on the executor that it was made with; whoever
/// starts one keeps the link until it has ended. One read and one write at a time.
class link : public counted<link> {
 public:
  using connected = unique_function<void(std::error_code)>;
  using transferred = unique_function<void(std::error_code, std::size_t)>;

  virtual ~link() = default;
  virtual void connect(const address& to, connected done) = 0;
  virtual void read(asio::mutable_buffer into, transferred done) = 0;  ///< some
  virtual void write(asio::const_buffer from, transferred done) = 0;   ///< all of it
  virtual void close() = 0;  ///< operations end soon after, with an error
};

/// Makes links that are encrypted: see <socketio/adapters/redis/tls.hpp>.
class secure_links : public counted<secure_links, shared_count> {
 public:
  virtual ~secure_links() = default;
  virtual ref<link> make(const asio::any_io_executor& executor) const = 0;
};

}  // namespace socketio::redis
