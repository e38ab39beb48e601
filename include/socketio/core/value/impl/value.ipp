// layer 0 (core): the bodies of value/value.hpp.
#pragma once

#include <algorithm>
#include <memory>
#include <new>
#include <string>

#include "socketio/core/json/reader.hpp"
#include "socketio/core/value/value.hpp"

namespace socketio {

SOCKETIO_DECL const detail::node* value::copy(value_view other) {
  using detail::node;
  if (other.is_null()) return &detail::null_node;
  const node* const first = other.nodes();
  const std::size_t count = detail::span_of(first);
  const auto has_text = [](const node& n) {
    return n.type == value_type::string || n.type == value_type::binary;
  };
  std::size_t text_size = 0;
  std::for_each(first, first + count,
                [&](const node& n) { text_size += has_text(n) ? n.size : 0; });

  void* const block = ::operator new(count * sizeof(node) + text_size);
  node* const nodes = static_cast<node*>(block);
  char* text = static_cast<char*>(block) + count * sizeof(node);
  std::uninitialized_copy_n(first, count, nodes);
  if (text_size == 0) return nodes;
  std::for_each(nodes, nodes + count, [&](node& n) {
    if (!has_text(n)) return;
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
