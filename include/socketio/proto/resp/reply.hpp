// layer 1 (proto): what a Redis server says: RESP3 values, which include those of RESP2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace socketio::resp {

enum class type : std::uint8_t {
  null,
  boolean,
  integer,
  real,
  string,      ///< simple, bulk or verbatim; the latter without its format
  big_number,  ///< its digits as text
  error,
  array,
  set,
  map,   ///< its keys and values in turn, as an array would have them in RESP2
  push,  ///< out of band: no answer to a command
};

namespace detail {

/// A reply is a run of nodes: one for a leaf; an aggregate's node is followed by its elements.
struct node {
  resp::type type = resp::type::null;
  std::uint32_t size = 0;  // characters, or elements: two for each pair of a map
  union {
    bool boolean;
    std::int64_t integer = 0;
    double real;
    std::size_t text;       // where the text is, in the bytes of the reply
    std::size_t node_span;  // of an aggregate: the length of the run, this node included
  };

  bool aggregate() const noexcept { return type >= type::array; }
  bool textual() const noexcept { return type >= type::string && type <= type::error; }
  std::size_t span() const noexcept { return aggregate() ? node_span : 1; }
};
static_assert(sizeof(node) == 16 && std::is_trivially_copyable_v<node>);

inline constexpr node null_node{};

}  // namespace detail

/// A reply, or one value in it; valid as long as its reader says, or as its `reply`. Nothing here
/// fails: asked for what it is not, a value answers with nothing.
class reply_view {
 public:
  /// A null.
  reply_view() = default;
  reply_view(const detail::node* node, const char* text) noexcept : node_{node}, text_{text} {}

  resp::type type() const noexcept { return node_->type; }
  bool is_null() const noexcept { return type() == resp::type::null; }
  bool is_error() const noexcept { return type() == resp::type::error; }

  /// What kind of error it is: the first word of its text, such as `WRONGPASS`.
  std::string_view error_word() const noexcept {
    return is_error() ? text().substr(0, text().find(' ')) : std::string_view{};
  }

  /// The text of strings, big numbers and errors.
  std::string_view text() const noexcept {
    if (!node_->textual()) return {};
    return {text_ + node_->text, node_->size};
  }

  std::optional<std::string_view> as_string() const noexcept {
    if (type() != resp::type::string) return {};
    return text();
  }
  std::optional<std::int64_t> as_integer() const noexcept {
    if (type() != resp::type::integer) return {};
    return node_->integer;
  }
  std::optional<double> as_double() const noexcept {
    if (type() == resp::type::integer) return static_cast<double>(node_->integer);
    if (type() != resp::type::real) return {};
    return node_->real;
  }
  std::optional<bool> as_bool() const noexcept {
    if (type() != resp::type::boolean) return {};
    return node_->boolean;
  }

  /// Elements of an aggregate, none of anything else.
  std::size_t size() const noexcept { return node_->aggregate() ? node_->size : 0; }
  bool empty() const noexcept { return size() == 0; }

  class iterator {
   public:
    using value_type = reply_view;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    iterator(const detail::node* at, const char* text, std::size_t left) noexcept
        : at_{at}, text_{text}, left_{left} {}
    reply_view operator*() const noexcept { return {at_, text_}; }
    iterator& operator++() noexcept {
      at_ += at_->span();
      --left_;
      return *this;
    }
    iterator operator++(int) noexcept {
      const iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) noexcept {
      return a.left_ == b.left_;
    }

   private:
    const detail::node* at_ = nullptr;
    const char* text_ = nullptr;
    std::size_t left_ = 0;
  };
  iterator begin() const noexcept { return {node_ + 1, text_, size()}; }
  iterator end() const noexcept { return {}; }

  /// An element, a null if there are not so many. Takes as long as the elements before it are many.
  reply_view operator[](std::size_t index) const noexcept {
    for (const reply_view each : *this) {
      if (index-- == 0) return each;
    }
    return {};
  }

  /// The value that follows `key` in a map, or in an array of keys and values.
  reply_view operator[](std::string_view key) const noexcept {
    for (iterator at = begin(), last = end(); at != last; ++at) {
      const bool found = (*at).as_string() == key;
      if (++at == last) break;
      if (found) return *at;
    }
    return {};
  }

 private:
  friend class reply;

  const detail::node* node_ = &detail::null_node;
  const char* text_ = nullptr;
};

/// A copy of a reply that stays.
class reply {
 public:
  reply() = default;
  explicit reply(reply_view from) : nodes_{from.node_, from.node_ + from.node_->span()} {
    for (detail::node& each : nodes_) {
      if (!each.textual()) continue;
      const std::size_t at = text_.size();
      text_.append(from.text_ + each.text, each.size);
      each.text = at;
    }
  }

  reply_view view() const noexcept {
    return nodes_.empty() ? reply_view{} : reply_view{nodes_.data(), text_.data()};
  }

 private:
  std::vector<detail::node> nodes_;
  std::string text_;
};

}  // namespace socketio::resp
