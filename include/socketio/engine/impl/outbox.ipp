// layer 2 (engine): bodies of engine/outbox.hpp: what only slow peers need.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
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
  known.add_droppable({known.gone + end_ - message.size(), message.size()}, untouched());
}

SOCKETIO_DECL void outbox::push_latest(std::span<const frame> message,
                                       const ref<const latest_key>& key) {
  replaceable& known = make_replaceable();
  push(message);
  known.add_latest(key, {known.gone + end_ - message.size(), message.size()}, untouched());
}

SOCKETIO_DECL bool outbox::replace_latest(std::span<const frame> message,
                                          const ref<const latest_key>& key) {
  slot* const old = replaceable_ ? replaceable_->find(key) : nullptr;
  if (!old || old->begin < untouched()) return false;
  const std::size_t before = old->frames, now = message.size();
  if (now > before) make_room(now - before);
  frame* const begin = places_ + (old->begin - replaceable_->gone);
  for (frame* each = begin; each != begin + before; ++each) bytes_ -= wire_size(*each);
  if (now != before) {
    frame* const end = places_ + end_;
    if (now > before) {
      std::move_backward(begin + before, end, end + (now - before));
    } else {
      std::move(begin + before, end, begin + now);
      std::for_each(end - (before - now), end, [](frame& each) { each.reset(); });
    }
    end_ = static_cast<std::uint32_t>(end_ - before + now);
    replaceable_->move(old->begin + before,
                       static_cast<std::ptrdiff_t>(now) - static_cast<std::ptrdiff_t>(before));
    old->frames = now;
  }
  std::copy(message.begin(), message.end(), begin);
  for (const frame& each : message) bytes_ += wire_size(each);
  return true;
}

SOCKETIO_DECL bool outbox::drop_oldest() noexcept {
  const slot* const oldest = replaceable_ ? replaceable_->oldest(untouched()) : nullptr;
  if (!oldest) return false;
  const slot gone = *oldest;
  const std::size_t before = gone.begin - replaceable_->gone - first_;
  if (before > most_moved) return false;
  replaceable_->pop_oldest();
  frame* const first = places_ + first_;
  frame* const begin = first + before;
  for (std::size_t i = 0; i < gone.frames; ++i) bytes_ -= wire_size(begin[i]);
  // What is before it moves: usually that is less than what is behind.
  std::move_backward(first, begin, begin + gone.frames);
  if (before != 0) replaceable_->move_back(replaceable_->gone + first_, gone.begin, gone.frames);
  for (std::size_t i = 0; i < gone.frames; ++i) places_[first_++].reset();
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
    std::move(places_ + first_, places_ + end_, places_);
    end_ -= first_;
    if (replaceable_) replaceable_->gone += first_;
    first_ = 0;
  }
  if (room_ - end_ >= more) return;
  const std::size_t room = std::max({std::size_t{kept_places}, std::size_t{2} * end_, end_ + more});
  if (room > std::numeric_limits<std::uint32_t>::max()) throw std::bad_alloc{};
  frame* const wider = new frame[room];
  std::move(places_, places_ + end_, wider);
  if (places_ != own_) delete[] places_;
  places_ = wider;
  room_ = static_cast<std::uint32_t>(room);
}

SOCKETIO_DECL void outbox::use_own_places() noexcept {
  for (std::uint32_t i = first_; i != end_; ++i) places_[i].reset();
  if (places_ != own_) delete[] std::exchange(places_, own_);
  room_ = own_places;
}

}  // namespace socketio::engine
