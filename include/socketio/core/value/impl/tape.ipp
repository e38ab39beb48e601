// layer 0 (core): the bodies of value/tape.hpp.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "socketio/core/value/tape.hpp"

namespace socketio {

SOCKETIO_DECL void tape::clear() noexcept {
  if (capacity_ > kept_nodes) {
    nodes_.reset();
    capacity_ = 0;
  }
  room_ = std::min(capacity_, limits_.nodes);
  size_ = 0;
  open_ = npos;
  depth_ = 0;
  failure_ = fault::none;

  if (text_capacity_ > kept_text || texts_.size() > 1) {
    texts_.clear();
    text_capacity_ = 0;
  }
  text_used_ = 0;
}

SOCKETIO_DECL std::string_view tape::store(std::string_view text) {
  if (text.empty()) return {};
  if (text_capacity_ - text_used_ < text.size()) {
    const std::size_t capacity = std::max({kept_text, 2 * text_capacity_, text.size()});
    std::unique_ptr<char[]> block{new char[capacity]};
    texts_.push_back(std::move(block));
    text_capacity_ = capacity;
    text_used_ = 0;
  }
  char* copy = texts_.back().get() + text_used_;
  std::memcpy(copy, text.data(), text.size());
  text_used_ += text.size();
  return {copy, text.size()};
}

SOCKETIO_DECL std::size_t tape::next_object(std::size_t from) const noexcept {
  while (from < size_ && nodes_[from].type != value_type::object) ++from;
  return from < size_ ? from : npos;
}

SOCKETIO_DECL void tape::replace_with_binary(std::size_t index, bytes_view data) noexcept {
  assert(index < size_ && data.size() <= 0xffff'ffff);
  detail::node* n = nodes_.get() + index;
  const std::size_t span = detail::span_of(n);
  std::fill(n, n + span, detail::node{});
  n->type = value_type::binary;
  n->size = static_cast<std::uint32_t>(data.size());
  n->text = as_text(data).data();
  if (span > 1) {
    n->hole = true;
    n[1].node_span = span;
  }
}

SOCKETIO_DECL bool tape::make_room(std::size_t nodes) {
  if (failed() || limits_.nodes - size_ < nodes) return false;
  while (room_ - size_ < nodes) grow();
  return true;
}

SOCKETIO_DECL bool tape::grow() {
  if (failed()) return false;
  if (size_ == limits_.nodes) return fail(fault::too_large);
  const std::size_t capacity = std::max<std::size_t>(64, 2 * capacity_);
  std::unique_ptr<detail::node[]> bigger{new detail::node[capacity]};
  std::copy_n(nodes_.get(), size_, bigger.get());
  nodes_ = std::move(bigger);
  capacity_ = capacity;
  room_ = std::min(capacity_, limits_.nodes);
  return true;
}

SOCKETIO_DECL bool tape::fail(fault reason) noexcept {
  if (!failed()) failure_ = reason;
  room_ = size_;
  return false;
}

}  // namespace socketio
