// layer 5 (adapters): one connection with Redis: commands out, their answers in order, pushes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/steady_timer.hpp>

#include "socketio/adapters/redis/error.hpp"
#include "socketio/adapters/redis/link.hpp"
#include "socketio/adapters/redis/options.hpp"
#include "socketio/config.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/proto/resp/reader.hpp"
#include "socketio/proto/resp/writer.hpp"

namespace socketio::redis {

/// What became of a command: no error and the server's reply; or the error that the reply is, and
/// the reply; or why there is none, and a null. The view is valid during the call.
using reply_handler = unique_function<void(std::error_code, resp::reply_view)>;

namespace detail {

/// Ways to subscribe and their ends, as servers confirm them.
enum class verb : std::uint8_t {
  none,
  subscribe,
  psubscribe,
  ssubscribe,
  unsubscribe,
  punsubscribe,
  sunsubscribe,
};

/// What a push, or an array that is one in RESP2, begins with; `none` if no confirmation.
SOCKETIO_DECL verb verb_of(std::string_view word) noexcept;
SOCKETIO_DECL std::string_view command_of(verb v) noexcept;

/// An answer that the server owes us.
struct expected {
  reply_handler done;  // may be empty
  time_point due;
  std::uint32_t replies = 1;   // of which the last one counts
  verb confirms = verb::none;  // answered by a push, unless it is refused
  std::string name{};          // of the channel, if so
};

/// Lives until it has ended and no operation refers to it. Everything happens on the executor.
///
/// A command timeout ends the connection, since later answers could not be told from late ones.
/// The timer runs for the first answer owed, or the next PING; it is set again when it has run out,
/// not at every command.
class connection : public counted<connection> {
 public:
  /// Whom it tells. Nothing is said after `ended`, nor after `abandon`.
  class listener {
   public:
    virtual void connected(connection& c) = 0;
    virtual void pushed(connection& c, resp::reply_view message) = 0;
    virtual void refused(connection& c, std::error_code why) = 0;  ///< after the command's handler
    virtual void ended(connection& c, std::error_code why) = 0;

   protected:
    ~listener() = default;
  };

  connection(const asio::any_io_executor& executor, ref<link> over, const options& o, listener& l)
      : executor_{executor},
        link_{std::move(over)},
        listener_{&l},
        reader_{o.replies},
        connect_timeout_{o.connect_timeout},
        command_timeout_{o.command_timeout},
        ping_interval_{o.ping_interval},
        timer_{executor} {}

  virtual ~connection() = default;

  SOCKETIO_DECL void open(const address& to);

  /// From now on everything happens within the timeouts of commands.
  SOCKETIO_DECL void greeted();

  /// It is one of RESP2 that subscribes: what looks like a push is one.
  void set_resp2_subscriber() noexcept { resp2_subscriber_ = true; }

  /// Where a command is written to, which `expect` must follow. All that is written in one turn of
  /// the loop leaves in one write.
  std::string& out() noexcept { return filling_; }
  SOCKETIO_DECL void expect(expected answer);

  template <class... Arguments>
  void command(reply_handler done, const Arguments&... arguments) {
    resp::writer{filling_}.command(arguments...);
    expect({std::move(done), due()});
  }

  /// (Un)subscribes. `done` when that is confirmed or refused.
  SOCKETIO_DECL void subscribe(verb v, std::string_view name, reply_handler done);

  time_point due() const noexcept { return time_point::clock::now() + command_timeout_; }

  /// Answers owed, and bytes not yet taken by the system.
  std::size_t owed() const noexcept { return expected_.size(); }
  std::size_t unsent() const noexcept { return filling_.size() + flying_.size(); }

  /// Ends it: the listener hears why, then all handlers `connection_lost`, or `why` if that is one
  /// of our own errors.
  SOCKETIO_DECL void end(std::error_code why);

  /// Ends it, and nobody hears of it. The caller keeps a reference meanwhile.
  SOCKETIO_DECL void abandon();

 private:
  static constexpr std::size_t kept = 64 << 10;  // of the buffers, when they have been written

  void receive();
  void received(std::size_t size);
  bool deliver(resp::reply_view reply);
  bool confirm(resp::reply_view push);
  bool answer(resp::reply_view reply);
  void flush();
  void check_time();
  void wait_until(time_point when);

  asio::any_io_executor executor_;
  ref<link> link_;
  listener* listener_;
  resp::reader reader_;
  std::deque<expected> expected_;
  std::string filling_, flying_;
  duration connect_timeout_, command_timeout_, ping_interval_;
  asio::steady_timer timer_;
  time_point wakes_{};  // when the timer runs out; 0: it does not run
  time_point last_heard_{};
  bool flush_asked_ = false;
  bool greeted_ = false;
  bool resp2_subscriber_ = false;
  bool ended_ = false;
};

}  // namespace detail
}  // namespace socketio::redis

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/connection.ipp"
#endif
