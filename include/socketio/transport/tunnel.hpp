// layer 3 (transport): a byte stream that is carried on as messages, between two of its users.
#pragma once

#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/any_io_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/error.hpp>

#include "socketio/config.hpp"
#include "socketio/core/byte_queue.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio::detail {

class tunnel;

/// The far user of tunnels, who carries the bytes on.
class carrier : public counted<carrier, shared_count> {
 public:
  virtual ~carrier() = default;

  /// There is something to `take`. Called on the near user's thread, and not again until all has
  /// been taken.
  virtual void wake(ref<tunnel> t) = 0;
};

/// A byte stream between a connection, which uses it like a socket of the system, and a carrier,
/// which may be on another thread. In each direction at most `window` bytes are on their way from
/// one connection to the other: who writes spends that, and is given it back when the other one has
/// read.
///
/// The end of one direction is that of both: what is carried are a request and its answer, or a
/// WebSocket, and after the answer, or the close frame, nothing is of interest.
class tunnel : public counted<tunnel, shared_count> {
 public:
  static constexpr std::size_t window = 128 * 1024;

  /// `address` and `secure` are of the peer whose bytes come out at the near end.
  tunnel(asio::any_io_executor near, ref<carrier> far, std::string address, bool secure)
      : address_{std::move(address)},
        secure_{secure},
        near_{std::move(near)},
        far_{std::move(far)} {}
  virtual ~tunnel() = default;

  const std::string& address() const noexcept { return address_; }
  bool secure() const noexcept { return secure_; }

  // ---- the near user: on its thread. See transport/concept.hpp, where this is a stream
  // -----------------------------------------------------------------------------------------------

  using handler = unique_function<void(std::error_code)>;

  SOCKETIO_DECL std::size_t read(char* data, std::size_t size, std::error_code& ec);
  SOCKETIO_DECL std::size_t write(std::span<const asio::const_buffer> buffers, std::error_code& ec);
  SOCKETIO_DECL void wait_readable(handler h);
  SOCKETIO_DECL void wait_writable(handler h);
  SOCKETIO_DECL void shutdown();

  /// What was written before is still carried, and then the end; with `abort`, nothing is.
  SOCKETIO_DECL void close(bool abort);

  // ---- the far user: on its thread
  // -----------------------------------------------------------------------------------------------

  struct load {
    std::string bytes;
    std::size_t read = 0;  ///< so many bytes have been read since the last time
    bool end = false;      ///< nothing comes behind these bytes
    bool reset = false;    ///< the near user has given it up

    bool empty() const noexcept { return bytes.empty() && read == 0 && !end && !reset; }
  };

  /// What the near user wants carried, with at most so many bytes. To be called again until it is
  /// empty, or the end.
  SOCKETIO_DECL load take(std::size_t most);

  /// Bytes for the near user; false if they are more than the other side may send.
  SOCKETIO_DECL bool deliver(std::string_view bytes, bool end);

  /// So many bytes have been read at the other side; false if they were not sent.
  SOCKETIO_DECL bool grant(std::size_t bytes);

  /// Nothing comes any more, and nothing is carried.
  SOCKETIO_DECL void break_off(std::error_code why);

  /// Whether there is a near user: from its first wait on.
  SOCKETIO_DECL bool adopted();

  /// Whether the near user knows of what it waits for. If not, there was no memory to tell it, and
  /// this has tried again.
  SOCKETIO_DECL bool near_knows();

 private:
  bool readable() const noexcept { return failure_ || in_end_ || in_.size() != 0; }
  bool writable() const noexcept { return failure_ || out_end_ || room_ != 0; }
  void signal();
  void try_to_signal() noexcept;
  void end_waits(std::unique_lock<std::mutex> lock);
  void near_turn();
  void notify(std::unique_lock<std::mutex> lock);

  const std::string address_;
  const bool secure_;
  const asio::any_io_executor near_;
  const ref<carrier> far_;

  std::mutex mutex_;  ///< of all that follows
  byte_queue in_;
  byte_queue out_;
  std::size_t read_ = 0;       ///< since the last `take`
  std::size_t room_ = window;  ///< for bytes to be written
  handler when_readable_;
  handler when_writable_;
  std::error_code failure_;
  bool in_end_ = false;
  bool out_end_ = false;
  bool reset_ = false;         ///< the other side has to be told that it is over
  bool adopted_ = false;       ///< by the near user
  bool closed_ = false;        ///< and given up
  bool carried_ = true;        ///< until the end has been taken or delivered
  bool turn_pending_ = false;  ///< a call of `near_turn` is on its way
  bool woken_ = false;         ///< the far user knows that there is something
};

}  // namespace socketio::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/transport/impl/tunnel.ipp"
#endif
