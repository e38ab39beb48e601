// layer 5 (adapters): what is added to a Redis stream, one entry after the other.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include "socketio/adapters/redis/client.hpp"
#include "socketio/adapters/redis/stream_entry.hpp"
#include "socketio/config.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/proto/resp/reply.hpp"

namespace socketio::redis {

namespace detail {

/// Reads from now on, over a connection of its own, on which it waits for what comes. After a
/// break it goes on behind the last entry that it has read. Nothing is read twice: where the stream
/// ends before that entry (Redis has lost its memory, or a replica that was behind has taken over),
/// it goes on behind what there is.
class stream_reader : public counted<stream_reader> {
 public:
  struct callbacks {
    /// An array of `[id, [field, value, …]]`, from that index on. False if there is no memory for
    /// them: they are read again.
    unique_function<bool(resp::reply_view, std::size_t)> entries;
    unique_function<bool(entry_id)> begins;  ///< behind this entry, or again; or false, as above
    unique_function<void(std::error_code)> lost;  ///< until it begins again; or for another reason
    unique_function<void()> gap;  ///< entries may be missing, or the stream has begun anew
  };

  stream_reader(const asio::any_io_executor& executor, const redis::options& connection,
                std::string name, std::size_t count, std::chrono::milliseconds block, callbacks to)
      : name_{std::move(name)},
        count_{count != 0 ? count : 100},
        block_{std::to_string(block.count())},
        to_{std::move(to)},
        client_{executor, for_waiting(connection, block)},
        pause_{executor} {}

  SOCKETIO_DECL void open();

  /// Whether it misses nothing now.
  bool ready() const noexcept { return ready_; }
  void close() {
    ready_ = false;
    client_.close();
    pause_.cancel();
  }

 private:
  static redis::options for_waiting(redis::options o, std::chrono::milliseconds block) {
    o.command_timeout += block;
    o.resp2 = true;  // whose answer to XREAD is an array, too
    return o;
  }

  void lose(std::error_code why);
  void find_place();
  void found_place(std::error_code ec, resp::reply_view info);
  void read();
  void look_behind();
  void look_for_change();
  bool pass(resp::reply_view entries, std::size_t from);
  void try_again(std::error_code why);

  std::string name_;
  std::size_t count_;
  std::string block_;
  callbacks to_;
  std::optional<entry_id> last_;  ///< nothing before it is known where "now" is
  bool ready_ = false;
  std::error_code told_;  ///< why it is not ready
  redis::client client_;
  asio::steady_timer pause_;
};

}  // namespace detail
}  // namespace socketio::redis

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/stream_reader.ipp"
#endif
