// layer 2 (engine): bodies of engine/outbox.hpp: what only slow peers need.
#pragma once

#include <algorithm>
#include <utility>

#include "socketio/engine/outbox.hpp"

namespace socketio::engine {

SOCKETIO_DECL replaceable& outbox::make_replaceable() {
  if (!replaceable_) replaceable_ = std::make_unique<replaceable>();
  return *replaceable_;
}

SOCKETIO_DECL void outbox::push(std::span<const frame> message) {
  for (const frame& each : message) push(each);
}

SOCKETIO_DECL void outbox::push_droppable(std::span<const frame> message) {
  replaceable& known = make_replaceable();
  push(message);
  known.add_droppable({gone_ + end_ - message.size(), message.size()}, untouched());
}

SOCKETIO_DECL void outbox::push_latest(std::span<const frame> message,
                                       const ref<const latest_key>& key) {
  replaceable& known = make_replaceable();
  push(message);
  known.add_latest(key, {gone_ + end_ - message.size(), message.size()}, untouched());
}

SOCKETIO_DECL bool outbox::replace_latest(std::span<const frame> message,
                                          const ref<const latest_key>& key) {
  slot* const old = replaceable_ ? replaceable_->find(key) : nullptr;
  if (!old || old->begin < untouched()) return false;
  const std::size_t before = old->frames, now = message.size();
  if (now > before) make_room(now - before);
  const std::size_t begin = old->begin - gone_;
  std::size_t size_before = 0;
  for (std::size_t i = 0; i < before; ++i) size_before += wire_size(frames_[begin + i]);
  if (now != before) {
    if (now > before) {
      std::move_backward(at(begin + before), at(end_), at(end_ + (now - before)));
    } else {
      std::move(at(begin + before), at(end_), at(begin + now));
      std::fill(at(end_ - (before - now)), at(end_), frame{});
    }
    end_ = end_ - before + now;
    replaceable_->move(old->begin + before,
                       static_cast<std::ptrdiff_t>(now) - static_cast<std::ptrdiff_t>(before));
    old->frames = now;
  }
  std::copy(message.begin(), message.end(), at(begin));
  bytes_ -= size_before;
  for (const frame& each : message) bytes_ += wire_size(each);
  return true;
}

SOCKETIO_DECL bool outbox::drop_oldest() noexcept {
  const slot* const oldest = replaceable_ ? replaceable_->oldest(untouched()) : nullptr;
  if (!oldest) return false;
  const slot gone = *oldest;
  const std::size_t begin = gone.begin - gone_;
  if (begin - first_ > most_moved) return false;
  replaceable_->pop_oldest();
  for (std::size_t i = 0; i < gone.frames; ++i) bytes_ -= wire_size(frames_[begin + i]);
  // What is before it moves: usually that is less than what is behind.
  std::move_backward(at(first_), at(begin), at(begin + gone.frames));
  if (begin != first_) replaceable_->move_back(gone_ + first_, gone.begin, gone.frames);
  for (std::size_t i = 0; i < gone.frames; ++i) frames_[first_++] = frame{};
  if (empty()) clear();
  return true;
}

SOCKETIO_DECL void outbox::push_with_more_room(const frame& f) {
  make_room(1);
  push_in_place(f);
}

/// Where the queue is never empty, the places of what was written would become ever more.
SOCKETIO_DECL void outbox::make_room(std::size_t more) {
  if (first_ != 0 && first_ >= end_ / 2) {
    std::move(at(first_), at(end_), at(0));
    end_ -= first_;
    gone_ += std::exchange(first_, 0);
  }
  if (frames_.size() - end_ < more) frames_.resize(end_ + std::max(end_, more));
}

}  // namespace socketio::engine
