// layer 1 (proto): "name=value" pairs in one line of text, as in queries and cookies.
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>

#include "socketio/proto/http/text.hpp"

namespace socketio::http {

struct pair {
  std::string_view name;
  std::string_view value;  ///< empty without "=", too
};

/// The pairs of `text`, as they are, without blanks around names and values. Empty ones are
/// skipped.
template <char Separator>
class pairs {
 public:
  class iterator {
   public:
    using value_type = pair;
    using difference_type = std::ptrdiff_t;

    constexpr iterator() noexcept = default;
    explicit constexpr iterator(std::string_view text) noexcept : rest_{text} { ++*this; }

    constexpr pair operator*() const noexcept {
      const std::size_t equals = piece_.find('=');
      if (equals == piece_.npos) return {piece_, {}};
      return {trim(piece_.substr(0, equals)), trim(piece_.substr(equals + 1))};
    }

    constexpr iterator& operator++() noexcept {
      do {
        const std::size_t end = rest_.find(Separator);
        piece_ = trim(rest_.substr(0, end));
        rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
      } while (piece_.empty() && !rest_.empty());
      return *this;
    }
    constexpr void operator++(int) noexcept { ++*this; }

    constexpr bool operator==(std::default_sentinel_t) const noexcept { return piece_.empty(); }

   private:
    std::string_view piece_;
    std::string_view rest_;
  };

  explicit constexpr pairs(std::string_view text) noexcept : text_{text} {}

  constexpr iterator begin() const noexcept { return iterator{text_}; }
  constexpr std::default_sentinel_t end() const noexcept { return {}; }

 private:
  std::string_view text_;
};

}  // namespace socketio::http
