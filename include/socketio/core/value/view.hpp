// layer 0 (core): reading access to a value of a message and all that is below it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

#include "socketio/core/bytes.hpp"

namespace socketio {

/// What a value is. The three kinds of number are one in JavaScript; here a whole number keeps all
/// its 64 bits. `unsigned_integer` is only used for what does not fit `integer`.
enum class value_type : std::uint8_t {
  null,
  boolean,
  integer,
  unsigned_integer,
  real,
  string,
  binary,
  array,
  object,
};

namespace detail {

/// A value is a run of nodes: one for a leaf; a container's node is followed by its elements, or by
/// its members as key, value, key, value.
struct node {
  value_type type = value_type::null;
  bool hole = false;       // a leaf that has replaced a container: see span_of
  std::uint32_t size = 0;  // characters, bytes, elements or members
  union {
    bool boolean;
    std::int64_t integer;
    std::uint64_t unsigned_integer = 0;
    double real;
    const char* text;       // string and binary
    std::size_t node_span;  // array and object: the length of the run, this node included
  };

  /// A node of this kind, whose value is still to be set.
  node& become(value_type t, std::uint32_t s = 0) noexcept {
    type = t;
    hole = false;
    size = s;
    return *this;
  }
};
static_assert(sizeof(node) == 16 && std::is_trivially_copyable_v<node>);

// Nodes of values that need no memory.
inline constexpr node null_node{};
inline constexpr node empty_object{.type = value_type::object, .node_span = 1};

/// The length of the run that starts at `n`. The nodes of a replaced container stay in place, dead,
/// and the first of them remembers how many there were.
inline std::size_t span_of(const node* n) noexcept {
  if (n->type >= value_type::array) return n->node_span;
  return n->hole ? n[1].node_span : 1;
}

}  // namespace detail

class value_view;
struct member;

namespace detail {

/// The elements of an array or the members of an object, in the order of the text.
template <class Item>
class item_range {
 public:
  class iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Item;

    iterator() = default;
    iterator(const node* at, std::size_t left) noexcept : at_{at}, left_{left} {}

    Item operator*() const noexcept;

    iterator& operator++() noexcept {
      if constexpr (std::is_same_v<Item, member>) ++at_;  // the key
      at_ += span_of(at_);
      --left_;
      return *this;
    }
    iterator operator++(int) noexcept {
      iterator before = *this;
      ++*this;
      return before;
    }

    friend bool operator==(const iterator& a, const iterator& b) noexcept {
      return a.left_ == b.left_;
    }

   private:
    const node* at_ = nullptr;
    std::size_t left_ = 0;
  };

  item_range() = default;
  item_range(const node* first, std::size_t size) noexcept : first_{first}, size_{size} {}

  iterator begin() const noexcept { return {first_, size_}; }
  iterator end() const noexcept { return {nullptr, 0}; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

 private:
  const node* first_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace detail

/// One value of a message, and what is below it. As cheap to copy as a pointer; it and all text and
/// binary got from it are valid as long as their message is: in a handler, until the handler
/// returns. io::value is the copy that stays.
///
/// Nothing here fails: asked for what it is not, a value answers with nothing, zero or null.
class value_view {
 public:
  /// A null.
  value_view() = default;
  explicit value_view(const detail::node* n) noexcept : node_{n} {}

  value_type type() const noexcept { return node_->type; }

  bool is_null() const noexcept { return type() == value_type::null; }
  bool is_bool() const noexcept { return type() == value_type::boolean; }
  bool is_number() const noexcept {
    return type() >= value_type::integer && type() <= value_type::real;
  }
  bool is_string() const noexcept { return type() == value_type::string; }
  bool is_binary() const noexcept { return type() == value_type::binary; }
  bool is_array() const noexcept { return type() == value_type::array; }
  bool is_object() const noexcept { return type() == value_type::object; }

  std::optional<bool> as_bool() const noexcept {
    if (!is_bool()) return {};
    return node_->boolean;
  }

  /// A whole number that fits; `3.0` is 3, `3.5` is not a whole number.
  std::optional<std::int64_t> as_int64() const noexcept {
    if (type() == value_type::integer) return node_->integer;
    if (type() == value_type::real && node_->real >= -0x1p63 && node_->real < 0x1p63) {
      const auto whole = static_cast<std::int64_t>(node_->real);
      if (static_cast<double>(whole) == node_->real) return whole;
    }
    return {};
  }

  std::optional<std::uint64_t> as_uint64() const noexcept {
    if (type() == value_type::unsigned_integer) return node_->unsigned_integer;
    if (type() == value_type::real && node_->real >= 0x1p63 && node_->real < 0x1p64) {
      return static_cast<std::uint64_t>(node_->real);  // doubles of that size are whole
    }
    const auto whole = as_int64();
    if (!whole || *whole < 0) return {};
    return static_cast<std::uint64_t>(*whole);
  }

  /// Any number; whole numbers above 2^53 are rounded, as in JavaScript.
  std::optional<double> as_double() const noexcept {
    switch (type()) {
      case value_type::integer:
        return static_cast<double>(node_->integer);
      case value_type::unsigned_integer:
        return static_cast<double>(node_->unsigned_integer);
      case value_type::real:
        return node_->real;
      default:
        return {};
    }
  }

  std::optional<std::string_view> as_string() const noexcept {
    if (!is_string()) return {};
    return std::string_view{node_->text, node_->size};
  }

  std::optional<bytes_view> as_binary() const noexcept {
    if (!is_binary()) return {};
    return as_bytes({node_->text, node_->size});
  }

  /// The number of elements or members; 0 for all that is no container.
  std::size_t size() const noexcept { return is_array() || is_object() ? node_->size : 0; }

  /// The elements of an array: `for (io::value_view element : view.elements())`.
  detail::item_range<value_view> elements() const noexcept {
    return {node_ + 1, is_array() ? node_->size : 0};
  }

  /// The members of an object: `for (auto [key, value] : view.members())`. A key that the sender
  /// wrote twice is met twice.
  detail::item_range<member> members() const noexcept {
    return {node_ + 1, is_object() ? node_->size : 0};
  }

  /// An element of an array, null past its end. Counts from the front each time.
  value_view operator[](std::size_t index) const noexcept;

  /// A member of an object, null when it is missing.
  value_view operator[](std::string_view key) const noexcept;

  /// A member of an object. Of equal keys the last one counts, as in JavaScript.
  std::optional<value_view> find(std::string_view key) const noexcept;

  /// The value as any type that io::convert knows, or nothing when it does not fit. Defined in
  /// convert.hpp.
  template <class T>
  std::optional<T> to() const;

  /// The nodes of the value, for code that moves whole values.
  const detail::node* nodes() const noexcept { return node_; }

 protected:
  const detail::node* node_ = &detail::null_node;
};

/// A member of an object.
struct member {
  std::string_view key;
  value_view value;
};

template <class Item>
Item detail::item_range<Item>::iterator::operator*() const noexcept {
  if constexpr (std::is_same_v<Item, member>) {
    return {{at_->text, at_->size}, value_view{at_ + 1}};
  } else {
    return value_view{at_};
  }
}

inline value_view value_view::operator[](std::size_t index) const noexcept {
  for (value_view element : elements()) {
    if (index-- == 0) return element;
  }
  return {};
}

inline std::optional<value_view> value_view::find(std::string_view key) const noexcept {
  std::optional<value_view> found;
  for (auto [name, value] : members()) {
    if (name == key) found = value;
  }
  return found;
}

inline value_view value_view::operator[](std::string_view key) const noexcept {
  return find(key).value_or(value_view{});
}

/// The arguments of an event, for handlers that take them as they come.
class args {
 public:
  args() = default;

  /// The elements of an array from number `first` on.
  [[gnu::always_inline]] explicit args(value_view array, std::size_t first = 0) noexcept {
    auto all = array.elements();
    auto it = all.begin();
    std::size_t left = all.size();
    for (; first != 0 && left != 0; --first, --left) ++it;
    if (left != 0) list_ = {(*it).nodes(), left};
  }

  std::size_t size() const noexcept { return list_.size(); }
  bool empty() const noexcept { return list_.empty(); }
  auto begin() const noexcept { return list_.begin(); }
  auto end() const noexcept { return list_.end(); }

  /// An argument, null past the last one.
  value_view operator[](std::size_t index) const noexcept {
    for (value_view argument : list_) {
      if (index-- == 0) return argument;
    }
    return {};
  }

  /// Leaves the first one out. There must be one.
  void drop_first() noexcept {
    auto second = ++list_.begin();
    list_ = list_.size() == 1 ? decltype(list_){} : decltype(list_){(*second).nodes(), size() - 1};
  }

  /// Leaves the last one out. There must be one.
  void drop_last() noexcept { list_ = {(*list_.begin()).nodes(), size() - 1}; }

 private:
  detail::item_range<value_view> list_;
};

}  // namespace socketio
