// layer 0 (core): the one in-memory form of "JSON plus binary", filled by every reader.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/core/bytes.hpp"
#include "socketio/core/value/view.hpp"

namespace socketio {

struct tape_limits {
  std::uint32_t depth = 128;      // arrays and objects inside each other
  std::size_t nodes = 1'000'000;  // of 16 bytes: one per leaf, container and key
};

/// A message as a flat list of nodes in memory that the next message reuses. Strings and binary are
/// not copied: the text that was read must live as long as the views into it are used.
///
/// A reader pushes values in the order of the text; every push answers false once a limit has been
/// exceeded, and nothing is added from then on. A push that the format cannot produce (an end
/// without a beginning, a value without its key) is a mistake of the reader, not of its input.
class tape {
 public:
  enum class fault : std::uint8_t { none, too_deep, too_large };

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  explicit tape(tape_limits limits = {}) noexcept : limits_{limits} {
    if (limits_.nodes > 0xffff'ffff) limits_.nodes = 0xffff'ffff;
  }
  tape(const tape&) = delete;
  tape& operator=(const tape&) = delete;

  bool null() { return push(value_type::null) != nullptr; }

  bool boolean(bool b) {
    detail::node* n = push(value_type::boolean);
    if (n) n->boolean = b;
    return n != nullptr;
  }

  bool integer(std::int64_t i) {
    detail::node* n = push(value_type::integer);
    if (n) n->integer = i;
    return n != nullptr;
  }

  bool unsigned_integer(std::uint64_t i) {
    if (i <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return integer(static_cast<std::int64_t>(i));
    }
    detail::node* n = push(value_type::unsigned_integer);
    if (n) n->unsigned_integer = i;
    return n != nullptr;
  }

  bool real(double d) {
    detail::node* n = push(value_type::real);
    if (n) n->real = d;
    return n != nullptr;
  }

  bool string(std::string_view text) { return push_text(value_type::string, text); }
  bool binary(bytes_view data) { return push_text(value_type::binary, as_text(data)); }

  /// A leaf that stands alone.
  bool leaf(const detail::node& value) {
    detail::node* n = push(value.type);
    if (n) *n = value;
    return n != nullptr;
  }

  /// Where a reader may put the nodes of one value, at most so many, before it knows whether they
  /// are what is there: `commit` says that they are, and any other push that they are not. Null if
  /// the limits do not allow so many, or after a failure.
  detail::node* prepare(std::size_t nodes) {
    if (room_ - size_ < nodes && !make_room(nodes)) [[unlikely]]
      return nullptr;
    return nodes_.get() + size_;
  }

  /// How many containers inside each other there may be in it.
  std::uint32_t depth_left() const noexcept { return limits_.depth - depth_; }

  /// The value has so many nodes, no more than were prepared, and is whole.
  void commit(std::size_t nodes) noexcept {
    assert(!failed() && nodes <= room_ - size_);
    if (open_ != npos) ++nodes_[open_].size;
    size_ += nodes;
  }

  bool begin_array() { return begin(value_type::array); }
  bool end_array() noexcept { return end(value_type::array); }
  bool begin_object() { return begin(value_type::object); }
  bool end_object() noexcept { return end(value_type::object); }

  /// Before each value of an object.
  bool key(std::string_view text) {
    assert(failed() || (open_ != npos && nodes_[open_].type == value_type::object));
    if (!string(text)) return false;
    --nodes_[open_].size;  // members are counted by their values
    return true;
  }

  fault failure() const noexcept { return failure_; }
  bool failed() const noexcept { return failure_ != fault::none; }

  /// The first value that was pushed; null while there is none, or it is unfinished, or on failure.
  value_view root() const noexcept {
    if (failed() || size_ == 0 || open_ != npos) return {};
    return value_view{nodes_.get()};
  }

  /// Forgets all values, failure too. Memory for a message of usual size is kept.
  SOCKETIO_DECL void clear() noexcept;

  /// A copy of the text in memory of the tape, valid until `clear`.
  SOCKETIO_DECL std::string_view store(std::string_view text);

  /// The object that comes next in the order of the text, at `from` or later: npos after the last.
  /// Together with `at` and `replace_with_binary`, this is for the Socket.IO codec, which puts
  /// attachments in the places that the text reserves for them.
  SOCKETIO_DECL std::size_t next_object(std::size_t from) const noexcept;

  value_view at(std::size_t index) const noexcept {
    assert(index < size_);
    return value_view{nodes_.get() + index};
  }

  /// Turns the finished value at `index`, with all that is below it, into a binary leaf.
  SOCKETIO_DECL void replace_with_binary(std::size_t index, bytes_view data) noexcept;

 private:
  static constexpr std::size_t kept_nodes = 4096;
  static constexpr std::size_t kept_text = 4096;

  detail::node* push(value_type type) {
    if (size_ == room_ && !grow()) return nullptr;
    detail::node* n = nodes_.get() + size_++;
    n->type = type;
    n->hole = false;
    if (open_ != npos) ++nodes_[open_].size;
    return n;
  }

  bool push_text(value_type type, std::string_view text) {
    if (text.size() > 0xffff'ffff) return fail(fault::too_large);
    detail::node* n = push(type);
    if (!n) return false;
    n->size = static_cast<std::uint32_t>(text.size());
    n->text = text.data();
    return true;
  }

  /// A container that is open keeps the index of the one around it where its span will stand.
  bool begin(value_type type) {
    if (depth_ == limits_.depth) return fail(fault::too_deep);
    detail::node* n = push(type);
    if (!n) return false;
    n->size = 0;
    n->node_span = open_;
    open_ = size_ - 1;
    ++depth_;
    return true;
  }

  bool end(value_type type) noexcept {
    if (failed()) return false;
    assert(open_ != npos && nodes_[open_].type == type);
    (void)type;
    detail::node& n = nodes_[open_];
    const std::size_t outer = n.node_span;
    n.node_span = size_ - open_;
    open_ = outer;
    --depth_;
    return true;
  }

  SOCKETIO_DECL bool make_room(std::size_t nodes);
  SOCKETIO_DECL bool grow();
  SOCKETIO_DECL bool fail(fault reason) noexcept;

  std::unique_ptr<detail::node[]> nodes_;
  std::size_t size_ = 0;
  std::size_t room_ = 0;  // nodes that may be pushed without `grow`
  std::size_t capacity_ = 0;
  std::size_t open_ = npos;  // the innermost container that is not finished
  std::uint32_t depth_ = 0;
  fault failure_ = fault::none;
  tape_limits limits_;

  std::vector<std::unique_ptr<char[]>> texts_;  // blocks of stored text; the last one is filled
  std::size_t text_used_ = 0;
  std::size_t text_capacity_ = 0;
};

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/value/impl/tape.ipp"
#endif
