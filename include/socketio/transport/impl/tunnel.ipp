// layer 3 (transport): bodies of transport/tunnel.hpp.
#pragma once

#include <algorithm>
#include <cstring>
#include <new>

#include <asio/post.hpp>

#include "socketio/transport/tunnel.hpp"

namespace socketio::detail {

// ---- the near user
// ------------------------------------------------------------------------------------

SOCKETIO_DECL std::size_t tunnel::read(char* data, std::size_t size, std::error_code& ec) {
  std::unique_lock lock{mutex_};
  ec = {};
  if (closed_) return ec = asio::error::bad_descriptor, 0;
  const std::size_t count = std::min(size, in_.size());
  if (count != 0) {
    std::memcpy(data, in_.view().data(), count);
    in_.pop(count);
    read_ += count;
    if (read_ >= window / 2 && carried_) notify(std::move(lock));
  } else if (size != 0) {
    ec = failure_ ? failure_ : std::error_code{asio::error::would_block};
    if (!failure_ && in_end_) ec = asio::error::eof;
  }
  return count;
}

SOCKETIO_DECL std::size_t tunnel::write(std::span<const asio::const_buffer> buffers,
                                        std::error_code& ec) {
  std::unique_lock lock{mutex_};
  ec = closed_ ? std::error_code{asio::error::bad_descriptor} : failure_;
  if (!ec && out_end_) ec = asio::error::broken_pipe;
  if (ec) return 0;
  std::size_t taken = 0;
  bool asked = false;
  for (const asio::const_buffer& each : buffers) {
    const std::size_t count = std::min(room_, each.size());
    out_.push({static_cast<const char*>(each.data()), count});
    room_ -= count;
    taken += count;
    asked = asked || each.size() != 0;
  }
  if (taken != 0) {
    notify(std::move(lock));
  } else if (asked) {
    ec = asio::error::would_block;
  }
  return taken;
}

SOCKETIO_DECL void tunnel::wait_readable(handler h) {
  std::unique_lock lock{mutex_};
  when_readable_ = std::move(h);
  adopted_ = true;
  closed_ ? end_waits(std::move(lock)) : signal();
}

SOCKETIO_DECL void tunnel::wait_writable(handler h) {
  std::unique_lock lock{mutex_};
  when_writable_ = std::move(h);
  closed_ ? end_waits(std::move(lock)) : signal();
}

SOCKETIO_DECL void tunnel::shutdown() {
  std::unique_lock lock{mutex_};
  if (closed_ || out_end_ || failure_) return;
  out_end_ = in_end_ = true;
  in_.clear();
  signal();
  notify(std::move(lock));
}

SOCKETIO_DECL void tunnel::close(bool abort) {
  std::unique_lock lock{mutex_};
  if (closed_) return;
  closed_ = true;
  reset_ = abort && (!out_end_ || out_.size() != 0);
  out_end_ = true;
  if (reset_) out_.clear();
  in_.clear();
  const bool tell = carried_;
  end_waits(std::move(lock));
  if (tell) notify(std::unique_lock{mutex_});
}

/// The handlers leave the tunnel, which they keep alive: if the loop does not run any more, they
/// are destroyed with it.
SOCKETIO_DECL void tunnel::end_waits(std::unique_lock<std::mutex> lock) {
  handler reader = std::exchange(when_readable_, {});
  handler writer = std::exchange(when_writable_, {});
  lock.unlock();
  if (!reader && !writer) return;
  try {
    asio::post(near_, [r = std::move(reader), w = std::move(writer)]() mutable {
      if (r) r(asio::error::operation_aborted);
      if (w) w(asio::error::operation_aborted);
    });
  } catch (const std::bad_alloc&) {
    // Who closes waits for nothing.
  }
}

/// Has the near user's handlers called, if it is their time. With the lock.
SOCKETIO_DECL void tunnel::signal() {
  const bool due = (when_readable_ && readable()) || (when_writable_ && writable());
  if (!due || turn_pending_) return;
  asio::post(near_, [self = ref<tunnel>{this}] { self->near_turn(); });
  turn_pending_ = true;
}

SOCKETIO_DECL void tunnel::near_turn() {
  handler reader, writer;
  {
    const std::lock_guard lock{mutex_};
    turn_pending_ = false;
    if (readable()) reader = std::exchange(when_readable_, {});
    if (writable()) writer = std::exchange(when_writable_, {});
  }
  if (reader) reader({});
  if (writer) writer({});
}

/// Tells the far user, without the lock.
SOCKETIO_DECL void tunnel::notify(std::unique_lock<std::mutex> lock) {
  if (std::exchange(woken_, true)) return;
  lock.unlock();
  try {
    far_->wake(ref<tunnel>{this});
  } catch (const std::bad_alloc&) {
    lock.lock();
    woken_ = false;  // the next one tries again, or the other side hears nothing for too long
  }
}

// ---- the far user
// -------------------------------------------------------------------------------------

SOCKETIO_DECL tunnel::load tunnel::take(std::size_t most) {
  const std::lock_guard lock{mutex_};
  load l;
  if (carried_) {
    l.bytes = out_.view().substr(0, most);
    out_.pop(l.bytes.size());
    l.read = std::exchange(read_, 0);
    l.reset = reset_;
    l.end = !reset_ && out_end_ && out_.size() == 0;
    carried_ = !l.reset && !l.end;
  }
  if (l.empty()) woken_ = false;
  return l;
}

SOCKETIO_DECL bool tunnel::deliver(std::string_view bytes, bool end) {
  const std::lock_guard lock{mutex_};
  if (!carried_) return true;
  if (end) carried_ = false;
  if (closed_ || in_end_) return true;  // nobody wants them any more
  if (bytes.size() > window - in_.size() - read_) return false;
  in_.push(bytes);
  in_end_ = end;
  if (end) out_.clear(), out_end_ = true;
  try_to_signal();
  return true;
}

SOCKETIO_DECL bool tunnel::grant(std::size_t bytes) {
  const std::lock_guard lock{mutex_};
  if (bytes > window - room_) return false;
  room_ += bytes;
  try_to_signal();
  return true;
}

SOCKETIO_DECL void tunnel::break_off(std::error_code why) {
  const std::lock_guard lock{mutex_};
  carried_ = false;
  if (failure_) return;
  failure_ = why;
  in_.clear();
  out_.clear();
  try_to_signal();
}

SOCKETIO_DECL bool tunnel::adopted() {
  const std::lock_guard lock{mutex_};
  return adopted_;
}

SOCKETIO_DECL bool tunnel::near_knows() {
  const std::lock_guard lock{mutex_};
  if (!(when_readable_ && readable()) && !(when_writable_ && writable())) return true;
  if (!turn_pending_) try_to_signal();
  return turn_pending_;
}

SOCKETIO_DECL void tunnel::try_to_signal() noexcept {
  try {
    signal();
  } catch (const std::bad_alloc&) {
    // `near_knows` will try again.
  }
}

}  // namespace socketio::detail
