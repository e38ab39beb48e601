// layer 5 (net): the part of net/connection.hpp that reads, writes, waits and ends.
#pragma once

#include <algorithm>

#include "socketio/net/connection.hpp"

namespace socketio {

// ---- reading
// -------------------------------------------------------------------------------------------

template <transport T>
bool connection<T>::wants_input() const noexcept {
  switch (phase_) {
    case phase::http:
      // While a request is being answered one more may wait; not while answers are not taken.
      return http_->pipelined.empty() && output_.size() <= unsent_limit;
    case phase::websocket:
      if (deflate_ && !deflate_->put_off.empty()) return false;
      return role_ != role::socket ||
             session_->outbox().bytes() <= shard_->options.limits.soft_queue;
    case phase::finishing:
    case phase::draining:
      return true;
    case phase::closed:
      break;
  }
  return false;
}

template <transport T>
void connection<T>::wait_readable() {
  if (reading_ || !wants_input()) return;
  reading_ = true;
  stream_.wait_readable([self = keep()](std::error_code ec) {
    self->reading_ = false;
    if (self->open()) self->enter([&] { ec ? self->lost(false) : self->read(); });
  });
}

template <transport T>
void connection<T>::read() {
  const std::span<char> buffer = shard_->receive_buffer();
  std::error_code ec;
  const std::size_t size = read_some(buffer, ec);
  if (ec && ec != asio::error::would_block && ec != asio::error::try_again) {
    lost(false);
    return;
  }
  // One buffer full each turn, however much is there: a fast peer must not starve the others.
  if (size != 0) {
    input(buffer.first(size));
    write_long_answer();
  }
  wait_readable();
}

/// What waits for the end of the turn is written together with what others send to this peer until
/// then. A long answer gains nothing by that, and should not wait: it is in the cache now, and its
/// memory can be the next one's.
template <transport T>
void connection<T>::write_long_answer() {
  constexpr std::size_t is_long = 8 * 1024;
  if (role_ != role::socket || session_->outbox().bytes() < is_long) return;
  if (session_->only_writes()) flush();
}

template <transport T>
void connection<T>::input(std::span<char> data) {
  if (phase_ == phase::http) {
    http_input(data);
  } else if (phase_ == phase::websocket) {
    websocket_input(data);
  }
  count_held();
}

/// Tells the shard how much memory the peer makes this connection hold: after input, and whenever
/// something is left to be written or is written after all.
template <transport T>
void connection<T>::count_held() noexcept {
  std::size_t size = 0;
  if (open()) {
    size = output_.size() + decoder_.held();
    if (http_) size += http_->parser.held() + http_->pipelined.size();
    size += held_by_tunnels();
    if (deflate_) size += deflate_->put_off.size();
  }
  held_.set(shard_->counters.held_bytes, size);
}

// ---- writing
// -------------------------------------------------------------------------------------------

template <transport T>
void connection<T>::wait_writable() {
  if (writing_ || !open()) return;
  writing_ = true;
  watch(watching::write);
  stream_.wait_writable([self = keep()](std::error_code ec) {
    self->writing_ = false;
    if (!self->open()) return;
    self->enter([&] {
      ec ? self->lost(false) : self->flush();
      self->count_held();
      if (self->session_) self->session_->count_held();
    });
  });
}

/// Returns how much was taken. `blocked` says that the peer takes no more now; after an error the
/// connection is closed.
template <transport T>
std::size_t connection<T>::write(std::span<const asio::const_buffer> buffers, bool& blocked) {
  std::size_t size = 0;
  for (const auto& each : buffers) size += each.size();
  std::error_code ec;
  const std::size_t taken = stream_.write_some(buffers, ec);
  if (ec && ec != asio::error::would_block && ec != asio::error::try_again) {
    lost(false);
    blocked = true;
    return 0;
  }
  blocked = taken < size;
  if (taken != 0 && watching_ == watching::write) watch(watching::write);
  return taken;
}

template <transport T>
void connection<T>::send(std::string_view data) {
  if (!open()) return;
  if (output_.empty() && !writing_ && at_frame_boundary()) {
    bool blocked = false;
    const asio::const_buffer buffer{data.data(), data.size()};
    data.remove_prefix(write({&buffer, 1}, blocked));
  }
  if (data.empty() || !open()) return;
  output_.append(data);
  count_held();
  wait_writable();
}

/// True when nothing is left.
template <transport T>
bool connection<T>::flush_output() {
  if (output_.empty()) return true;
  while (!output_.empty()) {
    bool blocked = false;
    const asio::const_buffer buffer{output_.view().data(), output_.size()};
    output_.remove_prefix(write({&buffer, 1}, blocked));
    if (blocked) return false;
  }
  return true;
}

template <transport T>
bool connection<T>::flush_outbox() {
  auto& buffers = shard_->gather();
  engine::outbox& box = session_->outbox();
  while (!box.empty()) {
    // A control frame that waits goes between two frames, hence behind the one in the middle of
    // which the last write has ended.
    std::size_t most = output_.empty() ? buffers.size() : 1;
    if (deflate_) most = deflate_frames(most);
    const std::size_t count = box.gather(std::span<asio::const_buffer>{buffers}, most);
    bool blocked = false;
    const std::size_t taken = write({buffers.data(), count}, blocked);
    if (!session_) return false;  // the connection is lost, and the session may be gone with it
    box.wrote(taken);
    if (blocked) return false;
    if (!output_.empty()) return true;
  }
  return true;
}

template <transport T>
bool connection<T>::write_at_once() {
  const bool nothing_else = phase_ == phase::websocket && output_.empty() && reading_ &&
                            !writing_ && !deflate_ && watching_ != watching::write;
  engine::outbox& box = session_->outbox();
  if (!nothing_else || box.empty()) return false;
  auto& buffers = shard_->gather();
  const std::size_t count = box.gather(std::span<asio::const_buffer>{buffers}, buffers.size());
  std::error_code ec;
  const std::size_t taken = stream_.write_some({buffers.data(), count}, ec);
  const bool all = taken == box.bytes();
  box.wrote(taken);
  if (all) session_->drained();
  return all;
}

template <transport T>
void connection<T>::flush() {
  if (writing_) return;
  const auto self = keep();
  const bool has_outbox = role_ == role::socket;
  do {
    if (at_frame_boundary() && !flush_output()) return wait_writable();
    if (has_outbox && open() && !flush_outbox()) return wait_writable();
  } while (open() && !output_.empty());
  if (open()) flushed();
}

/// Nothing waits to be written any more.
template <transport T>
void connection<T>::flushed() {
  if (role_ == role::socket) session_->drained();
  if (watching_ == watching::write) watch(watching::nothing);
  if (phase_ == phase::finishing) {
    phase_ = phase::draining;  // what the peer still sends is for no session
    leave_session(reason::transport_close);
    send(ws::close_frame(close_code_).view());
    last_ = true;
    if (!output_.empty()) return;
  }
  if (last_) return drain();
  if (phase_ == phase::http) {
    if (!http_->busy) watch(watching::idle);
    if constexpr (relays<T>) {
      if (relaying()) wait_relayed();
    }
    go_on();
  }
  wait_readable();
}

// ---- time
// ----------------------------------------------------------------------------------------------

template <transport T>
void connection<T>::watch(watching what) {
  watching_ = what;
  const limits& limit = shard_->options.limits;
  switch (what) {
    case watching::nothing:
      return deadline::disarm();
    case watching::head:
      return shard_->arm(*this, limit.http_head_timeout);
    case watching::body:
      return shard_->arm(*this, limit.http_body_timeout);
    case watching::gate:
      return shard_->arm(*this, shard_->options.connect_timeout);
    case watching::idle:
      return shard_->arm(*this, limit.http_idle_timeout);
    case watching::message:
      return shard_->arm(*this, limit.attachment_timeout);
    case watching::write:
      return shard_->arm(*this, limit.write_timeout);
    case watching::farewell:
      return shard_->arm(*this, limit.close_timeout);
  }
}

template <transport T>
void connection<T>::timed_out() {
  enter([&] { give_up_waiting(); });
}

template <transport T>
void connection<T>::give_up_waiting() {
  switch (watching_) {
    case watching::head:
    case watching::body:
      leave_session(reason::transport_error);
      reply(408, "text/plain", "Request Timeout\n", false);
      break;
    case watching::gate:
      if (role_ == role::post) end_post();
      reply(503, "text/plain", "Service Unavailable\n", false);
      break;
    case watching::message:
      fail_websocket(ws::close_code::policy_violation, reason::transport_error);
      break;
    case watching::idle:
      close(false);
      break;
    case watching::write:
    case watching::farewell:
      lost(true);
      break;
    case watching::nothing:
      break;
  }
}

// ---- the end
// -------------------------------------------------------------------------------------------

template <transport T>
void connection<T>::drain() {
  if (!open()) return;  // writing has shown that the peer is gone
  phase_ = phase::draining;
  stream_.shutdown();
  watch(watching::farewell);
  wait_readable();
}

template <transport T>
void connection<T>::lost(bool abort) {
  if (!open()) return;
  const auto self = keep();
  leave_session(role_ == role::socket ? reason::transport_close : reason::transport_error);
  close(abort);
}

template <transport T>
void connection<T>::cut_off() {
  if (carries()) session_->cut_off(held_.bytes());
  lost(true);
}

template <transport T>
void connection<T>::leave_session(reason why) {
  const auto session = std::exchange(session_, nullptr);
  switch (std::exchange(role_, role::none)) {
    case role::none:
      break;
    case role::poll:
      session->poll = nullptr;
      session->poll_answered();
      session->transport_lost(why);
      break;
    case role::post:
      session->post = nullptr;
      session->post_answered();
      session->transport_lost(why);
      break;
    case role::socket:
      session->websocket = nullptr;
      session->outbox().clear();
      session->transport_lost(why);
      break;
    case role::candidate:
      session->websocket = nullptr;
      session->candidate_lost();
      break;
  }
}

template <transport T>
void connection<T>::close(bool abort) {
  if (!open()) return;
  phase_ = phase::closed;
  deadline::disarm();
  count_held();
  if (http_ && http_->relayed) http_->relayed->way->close(abort);
  stream_.close(abort);
  link<connection>::unlink();
  shard_->finish_closing_if_done();
  this->drop_reference();  // perhaps the last
}

}  // namespace socketio
