// layer 3 (transport): a connection inside the process, with all that can go wrong on its way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>

#include "socketio/config.hpp"
#include "socketio/core/byte_queue.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/transport/memory/core.hpp"

namespace socketio::detail::wire {

inline constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// The room of a direction from the server, about that of a socket's send buffer.
inline constexpr std::size_t default_window = 64 * 1024;

/// How bytes travel in one direction.
struct path {
  std::size_t piece = unlimited;      ///< at most so many bytes arrive at once
  duration pause{};                   ///< between pieces of one write
  duration delay{};                   ///< from the write to its arrival
  std::size_t cut_after = unlimited;  ///< the connection breaks when so many bytes have arrived
  std::size_t window = unlimited;     ///< at most so many bytes are under way or arrived and unread
};

class connection;

/// One direction of a connection: what is under way, and what has arrived but is not read yet.
class pipe {
 public:
  pipe(core& world, connection& owner, const path& by) noexcept
      : way{by}, core_{world}, owner_{owner} {}

  path way;

  // ---- the sending end
  // ---------------------------------------------------------------------------

  std::size_t unread() const noexcept { return under_way_.size() + arrived_.size(); }
  std::size_t room() const noexcept { return way.window > unread() ? way.window - unread() : 0; }
  bool finished() const noexcept { return finished_; }
  void send(std::string_view bytes);
  void finish();
  /// The end comes behind what is under way, or instead of it.
  void reset(bool overtaking);

  // ---- the receiving end
  // -------------------------------------------------------------------------

  byte_queue& arrived() noexcept { return arrived_; }
  const byte_queue& arrived() const noexcept { return arrived_; }
  bool ended() const noexcept { return ended_; }    ///< nothing follows what has arrived
  bool broken() const noexcept { return broken_; }  ///< and this is so because of a reset
  void break_off() noexcept;

  // ---- the way
  // -----------------------------------------------------------------------------------

  void set_down(bool down);

 private:
  enum class kind : std::uint8_t { bytes, end, reset };
  struct item {
    kind what;
    std::size_t bytes;
    time_point due;
  };

  void push(kind what, std::size_t bytes);
  void schedule_first();
  void unschedule() noexcept;
  void deliver();

  core& core_;
  connection& owner_;
  byte_queue under_way_;
  std::deque<item> items_;
  byte_queue arrived_;
  std::size_t delivered_ = 0;
  core::place next_;
  bool scheduled_ = false;
  bool down_ = false;
  bool finished_ = false;
  bool ended_ = false;
  bool broken_ = false;
};

/// Both directions and both ends. The server's end behaves like a non-blocking socket; the client's
/// end reads whatever arrives, unless told not to.
class connection : public counted<connection> {
 public:
  connection(ref<core> world, std::string address, const path& up, const path& down);

  // ---- the server's end
  // --------------------------------------------------------------------------

  std::size_t read(char* data, std::size_t size, std::error_code& ec);
  std::size_t write(std::span<const asio::const_buffer> buffers, std::error_code& ec);
  void wait_readable(unique_function<void(std::error_code)> handler);
  void wait_writable(unique_function<void(std::error_code)> handler);
  void cancel_waits();
  void shutdown();
  void close(bool abort);
  bool server_open() const noexcept { return server_open_; }
  const std::string& address() const noexcept { return address_; }

  // ---- the client's end
  // --------------------------------------------------------------------------

  void client_write(std::string_view bytes);
  void client_finish();
  void client_close();
  void client_abort();
  void client_stop_reading(std::size_t window);
  void client_resume_reading();
  bool client_reads_end() const noexcept;

  // ---- the way
  // -----------------------------------------------------------------------------------

  /// Something has come out of `end_of`.
  void arrived(pipe& end_of);
  /// Breaks for both ends at once.
  void break_off();

  pipe up;    // to the server
  pipe down;  // to the client
  std::string received;

 private:
  bool readable() const noexcept;
  bool writable() const noexcept;
  void signal();
  std::error_code fail(std::error_code with);

  ref<core> core_;
  slot<std::error_code> when_readable_;
  slot<std::error_code> when_writable_;
  std::string address_;
  std::error_code failure_;  // of the server's end: the one that a test asked for, or a reset
  bool server_open_ = true;
  bool client_open_ = true;
  bool client_reads_ = true;
};

}  // namespace socketio::detail::wire

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/transport/memory/impl/connection.ipp"
#endif
