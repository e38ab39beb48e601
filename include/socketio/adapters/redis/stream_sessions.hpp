// layer 5 (adapters): clients' sessions in Redis, and what they have missed in its streams.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio/adapters/redis/stream_entry.hpp"
#include "socketio/cluster/message.hpp"
#include "socketio/cluster/sessions.hpp"
#include "socketio/config.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio::redis {

class streams_bus;

namespace detail {

/// As the official adapter keeps them: MessagePack in base64, under a key with the session's
/// secret, to be read once.
class stream_sessions final : public socketio::cluster::sessions {
 public:
  using session = socketio::cluster::session;
  using found_session = socketio::cluster::found_session;

  stream_sessions(streams_bus& bus, std::string prefix) : bus_{bus}, prefix_{std::move(prefix)} {
    running_.reserve(at_once);
  }

  SOCKETIO_DECL void create(std::string_view nsp, const session& s, duration kept,
                            on_unwritten told) override;
  SOCKETIO_DECL void update(std::string_view nsp, const session& s, duration kept,
                            on_unwritten told) override;
  SOCKETIO_DECL void remove(std::string_view nsp, const session& s) override;
  SOCKETIO_DECL void claim(std::string_view nsp, std::string_view pid, sio::offset after,
                           bounds most, claimed done) override;

  /// What comes out of the stream, before this server's clients get it, one by one; and once they
  /// have got all that has come.
  SOCKETIO_DECL void note(std::string_view stream, entry_id id,
                          const socketio::cluster::message& what);
  SOCKETIO_DECL void delivered_more(std::string_view stream);

  /// What was written may be gone: it is written as if it were new, for a while.
  SOCKETIO_DECL void not_written();

  /// The same, and nobody knows what clients have missed.
  SOCKETIO_DECL void begin_anew();

  /// All streams are read, again: what could not be written, or removed, is.
  SOCKETIO_DECL void write_again();

  /// A stream cannot be read now: nobody knows for how long.
  SOCKETIO_DECL void lost(std::string_view stream);

  SOCKETIO_DECL void close();

 private:
  /// What one client has missed, while it is gathered.
  struct search : counted<search> {
    std::string nsp, pid, stream;
    entry_id after;
    bounds most;
    claimed done;
    bool offset_known = false;
    entry_id until;      ///< where this server was when it asked: `live` has what is behind it
    entry_id last;       ///< up to where the stream is read
    bool ended = false;  ///< it is read up to there
    bool over = false;   ///< who asked has been told, or is about to be
    std::size_t bytes = 0;
    std::error_code why;
    found_session found;
    std::vector<std::pair<entry_id, socketio::cluster::message>> live;  ///< that has come meanwhile
  };
  using search_ptr = ref<search>;

  /// A session that may still be in Redis although nobody may come back to it.
  struct removal {
    std::string pid, author;
    time_point until;
  };

  void remove(removal r);
  void not_removed(removal r);
  void remove_again(std::size_t most);
  void failed(std::error_code why, on_unwritten told);
  void write_as_new();
  void start();
  void ask(const search_ptr& s);
  void got_session(const search_ptr& s, std::error_code ec, resp::reply_view reply);
  void range(const search_ptr& s);
  void got_range(const search_ptr& s, std::error_code ec, resp::reply_view entries);
  void ended(const search_ptr& s);
  bool consider(search& s, entry_id id, socketio::cluster::message& m);
  void complete(const search_ptr& s);
  void end(const search_ptr& s) noexcept;
  void tell(const search_ptr& s);
  void give_up(const search_ptr& s, std::error_code ec) noexcept;
  void give_up_events(const search_ptr& s) noexcept;

  /// `f` may end the one that it gets.
  template <class F>
  void for_each_running(F&& f) {
    for (std::size_t i = 0; i < running_.size();) {
      const search_ptr s = running_[i];
      f(s);
      if (i < running_.size() && running_[i] == s) ++i;
    }
  }

  /// All clients of a lost server come at once.
  static constexpr std::size_t at_once = 16;

  streams_bus& bus_;
  std::string prefix_;
  std::vector<search_ptr> running_;
  std::deque<search_ptr> waiting_;  ///< many clients may come at once, but not without end
  std::deque<removal> unremoved_;   ///< the oldest first
  time_point anew_until_{};         ///< until then updates are as good as new
  bool some_unwritten_ = false;
  bool starting_ = false;
};

}  // namespace detail
}  // namespace socketio::redis

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/streams.hpp"  // the bodies need both, and stand there
#endif
