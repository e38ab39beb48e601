// layer 1 (proto): the query of a request target.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/config.hpp"
#include "socketio/core/percent.hpp"
#include "socketio/proto/http/pairs.hpp"

namespace socketio::http {

/// Reads a query string, "a=1&b=2", without the question mark. Iterating gives the pairs as they
/// were sent, undecoded.
class query : public pairs<'&'> {
 public:
  using pairs::pairs;

  struct result {
    std::optional<std::string> value;
    /// There is no one value: the key came with two different ones, on whose choice two programs
    /// need not agree, or the value is not UTF-8 text in percent-encoding.
    bool conflict = false;
  };

  /// The decoded value of `key`, which may come again with the same value. As in forms, "+" is a
  /// space.
  result find(std::string_view key) const { return std::move(find(std::array{key})[0]); }

  /// The same for several keys, in one go.
  template <std::size_t N>
  std::array<result, N> find(const std::array<std::string_view, N>& keys) const {
    std::array<result, N> found;
    for (const auto& [name, value] : *this) {
      const bool plain = is_decoded(name);
      for (std::size_t i = 0; i < N; ++i) {
        if (plain ? name == keys[i] : form_decode(name) == keys[i]) note(value, found[i]);
      }
    }
    return found;
  }

 private:
  SOCKETIO_DECL static void note(std::string_view sent, result& found);
};

}  // namespace socketio::http

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/http/impl/query.ipp"
#endif
