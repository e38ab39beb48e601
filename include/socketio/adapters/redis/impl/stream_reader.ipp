// layer 5 (adapters): the bodies of adapters/redis/stream_reader.hpp.
#pragma once

#include <chrono>
#include <utility>

#include "socketio/adapters/redis/error.hpp"
#include "socketio/adapters/redis/stream_reader.hpp"

namespace socketio::redis {

namespace detail {

SOCKETIO_DECL void stream_reader::open() {
  client_.on_up([this](const server_info&) { find_place(); });
  client_.on_down([this](std::error_code) { stop(); });
  client_.open();
}

inline void stream_reader::stop() {
  if (std::exchange(ready_, false)) to_.lost();
}

/// Not `$`, which the server would understand anew with each command: entries that come in between
/// would be missed.
inline void stream_reader::find_place() {
  client_.command({"XINFO", "STREAM", name_},
                  [this](std::error_code ec, resp::reply_view info) { found_place(ec, info); });
}

inline void stream_reader::found_place(std::error_code ec, resp::reply_view info) {
  // Where there is no stream there are no entries either.
  const bool none = ec == error::refused && info.text().find("no such key") != info.text().npos;
  if (ec && !none) return try_again();
  entry_id newest;
  std::optional<entry_id> oldest;
  for (std::size_t i = 0; i + 1 < info.size(); i += 2) {
    if (info[i].text() == "last-generated-id") {
      newest = entry_id::read(info[i + 1].text()).value_or(entry_id{});
    } else if (info[i].text() == "first-entry") {
      oldest = entry_id::read(info[i + 1][0].text());
    }
  }
  if (!last_) {
    last_ = newest;
  } else if (newest < *last_) {
    last_ = entry_id{};  // all that is there is of another time
    to_.gap();
  } else if (newest > *last_ && (!oldest || *oldest > *last_)) {
    to_.gap();  // what came next may have been trimmed
  }
  ready_ = true;
  to_.begins(*last_);
  read();
}

inline void stream_reader::read() {
  client_.command({"XREAD", "COUNT", count_, "BLOCK", block_, "STREAMS", name_, last_->text()},
                  [this](std::error_code ec, resp::reply_view reply) {
                    if (ec) return try_again();
                    const resp::reply_view entries = reply[0][1];
                    if (const std::size_t n = entries.size(); n != 0) {
                      // What cannot be read is stepped over; otherwise it would come again and
                      // again.
                      if (const auto id = entry_id::read(entries[n - 1][0].text())) last_ = id;
                      to_.entries(entries);
                    }
                    read();
                  });
}

/// Whatever the server has against it may pass.
inline void stream_reader::try_again() {
  stop();
  if (!client_.up()) return;  // `on_up` goes on
  pause_.expires_after(std::chrono::seconds{1});
  pause_.async_wait([self = ref{this}](std::error_code ec) {
    if (!ec && self->client_.up() && !self->ready_) self->find_place();
  });
}

}  // namespace detail
}  // namespace socketio::redis
