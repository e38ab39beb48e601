// layer 0 (core): a value that stays.
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "socketio/config.hpp"
#include "socketio/core/value/convert.hpp"
#include "socketio/core/value/tape.hpp"

namespace socketio {

/// A copy of a value and all that is below it, in one block of memory. It is read like a value_view
/// and converts to one (which, like all views, must not outlive it); a null and an empty object
/// need no memory.
///
/// Made from any C++ value that can be sent. Deeper than 128 levels it becomes null.
class value : public value_view {
 public:
  value() noexcept = default;
  value(value_view other) : value_view{copy(other)} {}
  value(const value& other) : value{static_cast<value_view>(other)} {}
  value(value&& other) noexcept : value_view{std::exchange(other.node_, &detail::null_node)} {}
  template <class T>
    requires(!std::derived_from<T, value_view> && writable<T>)
  value(const T& x);

  value& operator=(value other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~value() {
    if (node_ != &detail::null_node && node_ != &detail::empty_object) {
      ::operator delete(const_cast<detail::node*>(node_));
    }
  }

 private:
  SOCKETIO_DECL static const detail::node* copy(value_view other);
};

/// The bytes of memory that a value copied from this one takes.
SOCKETIO_DECL std::size_t memory_of(value_view v) noexcept;

namespace detail {

/// Pushes copies of texts and binary, so that what was written may go.
class tape_writer {
 public:
  explicit tape_writer(tape& out) noexcept : out_{out} {}

  void null() { out_.null(); }
  void boolean(bool b) { out_.boolean(b); }
  void integer(std::int64_t i) { out_.integer(i); }
  void unsigned_integer(std::uint64_t i) { out_.unsigned_integer(i); }
  void real(double d) { out_.real(d); }
  void string(std::string_view text) { out_.string(out_.store(text)); }
  void binary(bytes_view data) { out_.binary(as_bytes(out_.store(as_text(data)))); }
  void begin_array() { out_.begin_array(); }
  void end_array() { out_.end_array(); }
  void begin_object() { out_.begin_object(); }
  void key(std::string_view text) { out_.key(out_.store(text)); }
  void end_object() { out_.end_object(); }
  SOCKETIO_DECL void raw(std::string_view text);

 private:
  tape& out_;
};

}  // namespace detail

template <class T>
  requires(!std::derived_from<T, value_view> && writable<T>)
value::value(const T& x) {
  tape built{{.nodes = static_cast<std::size_t>(-1)}};
  detail::tape_writer writer{built};
  to_writer(writer, x);
  node_ = copy(built.root());
}

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/value/impl/value.ipp"
#endif
