// layer 5 (adapters): the bodies of adapters/redis/stream_reader.hpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "socketio/adapters/redis/error.hpp"
#include "socketio/adapters/redis/stream_reader.hpp"

namespace socketio::redis {

namespace detail {

/// The newest entry that a stream ever had.
inline entry_id newest_of(resp::reply_view info) {
  return entry_id::read(field_of(info, "last-generated-id")).value_or(entry_id{});
}

/// Where there is no stream there are no entries either.
inline bool is_none(std::error_code ec, resp::reply_view info) {
  return ec == error::refused && info.text().find("no such key") != info.text().npos;
}

SOCKETIO_DECL void stream_reader::open() {
  client_.on_up([this](const server_info&) { find_place(); });
  client_.on_down([this](std::error_code why) { lose(why); });
  client_.open();
}

inline void stream_reader::lose(std::error_code why) {
  if (!std::exchange(ready_, false) && why == told_) return;
  told_ = why;
  to_.lost(why);
}

inline std::error_code no_memory() noexcept {
  return std::make_error_code(std::errc::not_enough_memory);
}

/// Not `$`, which the server would understand anew with each command: entries that come in between
/// would be missed.
inline void stream_reader::find_place() {
  client_.command({"XINFO", "STREAM", name_},
                  [this](std::error_code ec, resp::reply_view info) { found_place(ec, info); });
}

inline void stream_reader::found_place(std::error_code ec, resp::reply_view info) {
  if (ready_) return;  // a connection has come back during the pause before another attempt
  if (ec && !is_none(ec, info)) return try_again(ec);
  const entry_id newest = newest_of(info);
  if (!last_) {
    last_ = newest;
  } else if (newest < *last_) {
    last_ = newest;
    to_.gap();
  }
  if (!to_.begins(*last_)) return try_again(no_memory());
  ready_ = true;
  told_ = {};
  newest > *last_ ? look_behind() : read();
}

inline void stream_reader::read() {
  const std::string count = std::to_string(count_), last = last_->text();
  client_.command({"XREAD", "COUNT", count, "BLOCK", block_, "STREAMS", name_, last},
                  [this](std::error_code ec, resp::reply_view reply) {
                    if (ec) return try_again(ec);
                    const resp::reply_view entries = reply[0][1];
                    if (entries.size() == 0) return look_for_change();
                    if (entries.size() >= count_) return look_behind();
                    pass(entries, 0) ? read() : try_again(no_memory());
                  });
}

/// Others have added without this, or add faster than it reads, and may do so until what comes next
/// has been trimmed. So those are read from the last on that has been passed: it is there as long
/// as nothing is missing behind it, in a Redis that has not fallen back meanwhile.
inline void stream_reader::look_behind() {
  const std::string count = std::to_string(count_ + 1), last = last_->text();
  client_.command({"XRANGE", name_, last, "+", "COUNT", count},
                  [this](std::error_code ec, resp::reply_view entries) {
                    if (ec) return try_again(ec);
                    const bool joined = entry_id::read(entries[0][0].text()) == last_;
                    if (!joined && *last_ != entry_id{}) to_.gap();
                    const bool full = entries.size() > count_;
                    if (!pass(entries, joined ? 1 : 0)) return try_again(no_memory());
                    full ? look_behind() : read();
                  });
}

/// Nothing has come for a while. That is so, too, where the stream has been deleted.
inline void stream_reader::look_for_change() {
  client_.command({"XINFO", "STREAM", name_}, [this](std::error_code ec, resp::reply_view info) {
    if (ec && !is_none(ec, info)) return try_again(ec);
    if (const entry_id newest = newest_of(info); newest < *last_) {
      last_ = newest;
      to_.gap();
      if (!to_.begins(newest)) return try_again(no_memory());
    }
    read();
  });
}

inline bool stream_reader::pass(resp::reply_view entries, std::size_t from) {
  const std::size_t n = entries.size();
  if (from >= n) return true;
  if (!to_.entries(entries, from)) return false;
  // What cannot be read is stepped over; otherwise it would come again and again.
  if (const auto id = entry_id::read(entries[n - 1][0].text())) last_ = id;
  return true;
}

/// Whatever the server has against it may pass.
inline void stream_reader::try_again(std::error_code why) {
  if (!client_.up()) return;  // `on_down` has told of it, and `on_up` goes on
  lose(why);
  pause_.expires_after(std::chrono::seconds{1});
  pause_.async_wait([self = ref{this}](std::error_code ec) {
    if (!ec && self->client_.up() && !self->ready_) self->find_place();
  });
}

}  // namespace detail
}  // namespace socketio::redis
