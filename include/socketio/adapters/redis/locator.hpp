// layer 5 (adapters): who says where the server is today.
#pragma once

#include <system_error>

#include <asio/any_io_executor.hpp>

#include "socketio/adapters/redis/address.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio::redis {

/// Asked before each attempt to connect. Of its answer, host, port and path are used.
class locator : public counted<locator> {
 public:
  using located = unique_function<void(std::error_code, const address&)>;

  virtual ~locator() = default;

  /// Calls `done` once, on the executor, at the latest after the connect timeout of its own
  /// options.
  virtual void locate(const asio::any_io_executor& executor, located done) = 0;
};

}  // namespace socketio::redis
