// layer 5 (adapters): the bodies of redis/connection.hpp.
#pragma once

#include <algorithm>
#include <array>

#include <asio/post.hpp>

#include "socketio/adapters/redis/connection.hpp"
#include "socketio/core/release.hpp"

namespace socketio::redis::detail {

inline constexpr std::array<std::string_view, 7> verb_words{
    "", "subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe"};
inline constexpr std::array<std::string_view, 7> verb_commands{
    "", "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE"};

SOCKETIO_DECL verb verb_of(std::string_view word) noexcept {
  const auto found = std::find(verb_words.begin() + 1, verb_words.end(), word);
  return found == verb_words.end() ? verb::none : static_cast<verb>(found - verb_words.begin());
}

SOCKETIO_DECL std::string_view command_of(verb v) noexcept {
  return verb_commands[static_cast<std::size_t>(v)];
}

SOCKETIO_DECL void connection::open(const address& to) {
  wait_until(time_point::clock::now() + connect_timeout_);
  link_->connect(to, [self = ref{this}](std::error_code ec) {
    if (self->ended_) return;
    if (ec) return self->end(ec);
    self->listener_->connected(*self);
    if (!self->ended_) self->receive();
  });
}

SOCKETIO_DECL void connection::greeted() {
  greeted_ = true;
  check_time();
}

// ---- out
// ------------------------------------------------------------------------------------------------

SOCKETIO_DECL void connection::expect(expected answer) {
  if (expected_.empty() && greeted_) wait_until(answer.due);
  expected_.push_back(std::move(answer));
  if (flush_asked_) return;
  flush_asked_ = true;
  asio::post(executor_, [self = ref{this}] { self->flush(); });
}

SOCKETIO_DECL void connection::subscribe(verb v, std::string_view name, reply_handler done) {
  resp::writer{filling_}.command(command_of(v), name);
  expect({std::move(done), due(), 1, v, std::string{name}});
}

/// Writes all that has gathered; what comes meanwhile is written after that.
inline void connection::flush() {
  if (ended_) return;
  std::swap(filling_, flying_);
  link_->write(asio::buffer(flying_), [self = ref{this}](std::error_code ec, std::size_t) {
    if (self->ended_) return;
    if (ec) return self->end(ec);
    release(self->flying_, kept);
    self->flush_asked_ = !self->filling_.empty();
    if (self->flush_asked_) self->flush();
  });
}

// ---- in
// -------------------------------------------------------------------------------------------------

inline void connection::receive() {
  const auto room = reader_.prepare();
  link_->read(asio::buffer(room.data(), room.size()),
              [self = ref{this}](std::error_code ec, std::size_t size) {
                if (self->ended_) return;
                if (ec) return self->end(ec);
                self->received(size);
                if (!self->ended_) self->receive();
              });
}

inline void connection::received(std::size_t size) {
  last_heard_ = time_point::clock::now();
  reader_.commit(size);
  while (const auto reply = reader_.next()) {
    const bool asked_for = deliver(*reply);
    if (ended_) return;
    if (!asked_for) return end(error::protocol);
  }
  if (reader_.failed()) end(error::protocol);
}

/// Whether that could be.
inline bool connection::deliver(resp::reply_view reply) {
  bool push = reply.type() == resp::type::push;
  if (resp2_subscriber_ && reply.type() == resp::type::array) {
    const std::string_view word = reply[0].text();
    push = verb_of(word) != verb::none || word.ends_with("message");
  }
  if (!push) return answer(reply);
  if (confirm(reply)) return true;
  listener_->pushed(*this, reply);
  return true;
}

/// Confirmations come in the order of the commands. A server may end shard subscriptions by itself,
/// when it gives the slot away.
inline bool connection::confirm(resp::reply_view push) {
  if (expected_.empty() || expected_.front().confirms == verb::none) return false;
  const expected& first = expected_.front();
  if (first.confirms != verb_of(push[0].text()) || first.name != push[1].text()) return false;
  reply_handler done = std::move(expected_.front().done);
  expected_.pop_front();
  if (done) done({}, push);
  return true;
}

inline bool connection::answer(resp::reply_view reply) {
  if (expected_.empty()) return false;
  expected& first = expected_.front();
  if (first.confirms != verb::none && !reply.is_error()) return false;
  if (--first.replies != 0) return true;
  reply_handler done = std::move(first.done);
  expected_.pop_front();
  const std::error_code ec = error_of(reply);
  if (done) done(ec, reply);
  if (ec && !ended_) listener_->refused(*this, ec);
  return true;
}

// ---- time
// -----------------------------------------------------------------------------------------------

inline void connection::check_time() {
  if (ended_) return;
  wakes_ = {};
  if (!greeted_) return end(error::timed_out);
  const time_point now = time_point::clock::now();
  if (!expected_.empty()) {
    const time_point due = std::max(expected_.front().due, last_heard_ + command_timeout_);
    if (due <= now) return end(error::timed_out);
    return wait_until(due);
  }
  if (last_heard_ + ping_interval_ > now) return wait_until(last_heard_ + ping_interval_);
  command({}, "PING");
}

/// Wakes no later than that.
inline void connection::wait_until(time_point when) {
  if (wakes_ != time_point{} && wakes_ <= when) return;
  wakes_ = when;
  timer_.expires_at(when);
  timer_.async_wait([self = ref{this}](std::error_code ec) {
    if (!ec) self->check_time();
  });
}

// ---- the end
// --------------------------------------------------------------------------------------------

SOCKETIO_DECL void connection::end(std::error_code why) {
  if (ended_) return;
  const ref<connection> self{this};
  ended_ = true;
  link_->close();
  timer_.cancel();
  const bool ours = why.category() == category();
  const std::error_code reason = ours ? why : std::error_code{error::connection_lost};
  // The listener first: a handler may give the next command.
  auto unanswered = std::exchange(expected_, {});
  std::exchange(listener_, nullptr)->ended(*this, why);
  for (expected& each : unanswered) {
    if (each.done) each.done(reason, {});
  }
}

SOCKETIO_DECL void connection::abandon() {
  if (ended_) return;
  ended_ = true;
  listener_ = nullptr;
  link_->close();
  timer_.cancel();
  expected_.clear();
}

}  // namespace socketio::redis::detail
