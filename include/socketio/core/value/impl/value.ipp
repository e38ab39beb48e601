// layer 0 (core): the bodies of value/value.hpp.
#pragma once

#include <algorithm>
#include <memory>
#include <new>
#include <string>

#include "socketio/core/json/reader.hpp"
#include "socketio/core/value/value.hpp"

namespace socketio {

namespace detail {

inline bool has_text(const node& n) noexcept {
  return n.type == value_type::string || n.type == value_type::binary;
}

/// The node that all values of this kind have together, or null.
inline const node* common_node(value_view v) noexcept {
  if (v.is_null()) return &null_node;
  const bool is_empty = v.nodes()->type == value_type::object && span_of(v.nodes()) == 1;
  return is_empty ? &empty_object : nullptr;
}

}  // namespace detail

SOCKETIO_DECL std::size_t memory_of(value_view v) noexcept {
  if (detail::common_node(v)) return 0;
  const std::size_t count = detail::span_of(v.nodes());
  std::size_t sum = count * sizeof(detail::node);
  std::for_each(v.nodes(), v.nodes() + count,
                [&](const detail::node& n) { sum += detail::has_text(n) ? n.size : 0; });
  return sum;
}

SOCKETIO_DECL const detail::node* value::copy(value_view other) {
  using detail::node;
  if (const node* const common = detail::common_node(other)) return common;
  const node* const first = other.nodes();
  const std::size_t count = detail::span_of(first);

  void* const block = ::operator new(memory_of(other));
  node* const nodes = static_cast<node*>(block);
  char* text = static_cast<char*>(block) + count * sizeof(node);
  std::uninitialized_copy_n(first, count, nodes);
  std::for_each(nodes, nodes + count, [&](node& n) {
    if (!detail::has_text(n)) return;
    std::copy_n(n.text, n.size, text);
    n.text = text;
    text += n.size;
  });
  return nodes;
}

SOCKETIO_DECL void detail::tape_writer::raw(std::string_view text) {
  std::string copy{text};
  tape parsed;
  if (json::read(copy.data(), copy.size(), parsed) == json::status::ok) {
    detail::write_nodes(*this, parsed.root().nodes());
  } else {
    null();
  }
}

}  // namespace socketio
