// layer 4 (hub): how the requests of a session reach the server that has it.
#pragma once

#include <string>
#include <string_view>

#include <asio/any_io_executor.hpp>

#include "socketio/core/function.hpp"

namespace socketio::cluster {

/// What relaying needs of a message broker: messages of any bytes, up to 64 KiB, to one server. A
/// server is known by its mark, six characters of `A-Z a-z 0-9 - _`.
///
/// Messages from one server to another arrive in their order, or get lost: that is found out. All
/// calls are made on the loop; so are those of the bus, and never within a call to it.
class relay_bus {
 public:
  virtual ~relay_bus() = default;

  using receiver = unique_function<void(std::string_view message)>;

  /// Once, before everything else; the only call that may come before the loop runs. From now on,
  /// what is sent to `mark` goes to `to`.
  virtual void open(asio::any_io_executor loop, std::string_view mark, receiver to) = 0;

  /// `done` is called once: with false if nobody has this mark, or if it is known that the message
  /// does not arrive. It is dropped, not called, if the bus is destroyed before.
  virtual void send(std::string_view to, std::string_view message,
                    unique_function<void(bool arrives)> done) = 0;

  /// Once, at the end. What was sent before may still go out, and nothing comes any more.
  virtual void close() = 0;
};

}  // namespace socketio::cluster
