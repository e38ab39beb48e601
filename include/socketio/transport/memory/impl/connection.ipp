// layer 3 (transport): bodies of transport/memory/connection.hpp.
#pragma once

#include <algorithm>
#include <cstring>

#include <asio/error.hpp>

#include "socketio/transport/memory/connection.hpp"

namespace socketio::detail::wire {

// ---- pipe
// ------------------------------------------------------------------------------------------

SOCKETIO_DECL void pipe::send(std::string_view bytes) {
  if (finished_ || bytes.empty()) return;
  under_way_.push(bytes);
  push(kind::bytes, bytes.size());
}

SOCKETIO_DECL void pipe::finish() {
  if (finished_) return;
  finished_ = true;
  push(kind::end, 0);
}

SOCKETIO_DECL void pipe::reset(bool overtaking) {
  if (broken_) return;
  finished_ = true;
  if (overtaking) {
    unschedule();
    items_.clear();
    under_way_.clear();
  }
  push(kind::reset, 0);
}

SOCKETIO_DECL void pipe::break_off() noexcept {
  finished_ = ended_ = broken_ = true;
  unschedule();
  items_.clear();
  under_way_.clear();
}

SOCKETIO_DECL void pipe::set_down(bool down) {
  down_ = down;
  if (down_) {
    unschedule();
  } else {
    schedule_first();
  }
}

SOCKETIO_DECL void pipe::push(kind what, std::size_t bytes) {
  time_point due = core_.now() + way.delay;
  if (!items_.empty()) due = std::max(due, items_.back().due);  // nothing overtakes
  items_.push_back({what, bytes, due});
  schedule_first();
}

SOCKETIO_DECL void pipe::schedule_first() {
  if (scheduled_ || down_ || items_.empty()) return;
  scheduled_ = true;
  next_ = core_.schedule(std::max(items_.front().due, core_.now()),
                         [this, keep = ref{&owner_}] { deliver(); });
}

SOCKETIO_DECL void pipe::unschedule() noexcept {
  if (std::exchange(scheduled_, false)) core_.unschedule(next_);
}

SOCKETIO_DECL void pipe::deliver() {
  scheduled_ = false;
  item& first = items_.front();
  if (first.what == kind::bytes) {
    const std::size_t count =
        std::min({first.bytes, std::max<std::size_t>(way.piece, 1), way.cut_after - delivered_});
    arrived_.push(under_way_.view().substr(0, count));
    under_way_.pop(count);
    delivered_ += count;
    first.bytes -= count;
    first.due = core_.now() + way.pause;
    if (first.bytes == 0) items_.pop_front();
  } else {
    ended_ = true;
    broken_ = first.what == kind::reset;
    items_.pop_front();
  }
  schedule_first();
  owner_.arrived(*this);
  if (delivered_ >= way.cut_after) owner_.break_off();
}

// ---- the server's end
// ------------------------------------------------------------------------------

SOCKETIO_DECL connection::connection(ref<core> world, std::string address, const path& up_path,
                                     const path& down_path)
    : up{*world, *this, up_path},
      down{*world, *this, down_path},
      core_{std::move(world)},
      when_readable_{*core_},
      when_writable_{*core_},
      address_{std::move(address)} {}

SOCKETIO_DECL std::size_t connection::read(char* data, std::size_t size, std::error_code& ec) {
  ec = !server_open_ ? asio::error::bad_descriptor : core_->count_operation();
  if (ec) return server_open_ ? (ec = fail(ec), 0) : 0;
  const std::size_t count = std::min(size, up.arrived().size());
  if (count != 0) {
    std::memcpy(data, up.arrived().view().data(), count);
    up.arrived().pop(count);
  } else if (size != 0) {
    ec = failure_ ? failure_ : std::error_code{asio::error::would_block};
    if (!failure_ && up.ended()) ec = asio::error::eof;
  }
  return count;
}

SOCKETIO_DECL std::size_t connection::write(std::span<const asio::const_buffer> buffers,
                                            std::error_code& ec) {
  ec = !server_open_ ? asio::error::bad_descriptor : core_->count_operation();
  if (ec) return server_open_ ? (ec = fail(ec), 0) : 0;
  if ((ec = failure_)) return 0;
  if (down.finished()) {
    ec = asio::error::broken_pipe;
    return 0;
  }
  std::size_t room = std::min(down.room(), down.way.piece);
  std::string taken;
  bool asked = false;
  for (const asio::const_buffer& each : buffers) {
    const std::size_t count = std::min(room, each.size());
    taken.append(static_cast<const char*>(each.data()), count);
    room -= count;
    asked = asked || each.size() != 0;
  }
  if (asked && taken.empty()) ec = asio::error::would_block;
  down.send(taken);
  return taken.size();
}

SOCKETIO_DECL void connection::wait_readable(unique_function<void(std::error_code)> handler) {
  when_readable_.set(std::move(handler));
  signal();
}

SOCKETIO_DECL void connection::wait_writable(unique_function<void(std::error_code)> handler) {
  when_writable_.set(std::move(handler));
  signal();
}

SOCKETIO_DECL void connection::shutdown() {
  if (server_open_ && !failure_) down.finish();
}

SOCKETIO_DECL void connection::close(bool abort) {
  if (!server_open_) return;
  server_open_ = false;
  // TCP resets a connection that is closed before everything received was read (RFC 2525 §2.17),
  // and with that the peer loses what it was sent last.
  if (abort || up.arrived().size() != 0) {
    down.reset(true);
  } else if (!failure_) {
    down.finish();
  }
  up.arrived().clear();
  signal();
}

SOCKETIO_DECL bool connection::readable() const noexcept {
  return failure_ || up.ended() || up.arrived().size() != 0;
}

SOCKETIO_DECL bool connection::writable() const noexcept {
  return failure_ || down.finished() || down.room() != 0;
}

SOCKETIO_DECL void connection::cancel_waits() {
  when_readable_.complete(asio::error::operation_aborted);
  when_writable_.complete(asio::error::operation_aborted);
}

/// Completes the waits whose time has come.
SOCKETIO_DECL void connection::signal() {
  if (!server_open_) {
    cancel_waits();
    return;
  }
  if (readable()) when_readable_.complete({});
  if (writable()) when_writable_.complete({});
}

/// An operation fails because the test says so: the connection is broken, as after a real error.
SOCKETIO_DECL std::error_code connection::fail(std::error_code with) {
  if (with == asio::error::would_block || failure_) return with;
  failure_ = with;
  up.break_off();
  up.arrived().clear();
  down.reset(true);
  signal();
  return with;
}

// ---- the client's end
// ------------------------------------------------------------------------------

SOCKETIO_DECL void connection::client_write(std::string_view bytes) {
  if (client_open_) up.send(bytes);
}

SOCKETIO_DECL void connection::client_finish() {
  if (client_open_) up.finish();
}

SOCKETIO_DECL void connection::client_close() {
  client_finish();
  client_open_ = false;
}

SOCKETIO_DECL void connection::client_abort() {
  if (client_open_) up.reset(false);
  client_open_ = false;
}

SOCKETIO_DECL void connection::client_stop_reading(std::size_t window) {
  client_reads_ = false;
  down.way.window = window;
}

SOCKETIO_DECL void connection::client_resume_reading() {
  client_reads_ = true;
  down.way.window = default_window;
  arrived(down);
}

SOCKETIO_DECL bool connection::client_reads_end() const noexcept {
  return down.ended() && (down.broken() || down.arrived().size() == 0);
}

// ---- the way
// ---------------------------------------------------------------------------------------

SOCKETIO_DECL void connection::arrived(pipe& end_of) {
  if (&end_of == &up) {
    if (up.broken()) {
      if (!failure_) failure_ = asio::error::connection_reset;
      down.break_off();
    } else if (!server_open_ && up.arrived().size() != 0) {
      up.arrived().clear();  // there is nobody who could read it (RFC 9293 §3.10.7.1)
      down.reset(false);
    }
  } else if (client_open_ && client_reads_) {
    received.append(down.arrived().view());
    down.arrived().clear();
  } else if (!client_open_ && down.arrived().size() != 0) {
    down.arrived().clear();
    up.reset(false);
  }
  if (down.broken()) up.break_off();
  signal();
}

SOCKETIO_DECL void connection::break_off() {
  up.break_off();
  down.break_off();
  if (!failure_) failure_ = asio::error::connection_reset;
  signal();
}

}  // namespace socketio::detail::wire
