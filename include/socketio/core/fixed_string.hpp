// layer 0 (core): text as a template argument.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace socketio {

/// A literal that is part of a type, such as the name in `io::event<"join", void(std::string)>`.
template <std::size_t Size>
struct fixed_string {
  consteval fixed_string(const char (&literal)[Size]) noexcept {
    std::copy_n(static_cast<const char*>(literal), Size, static_cast<char*>(characters));
  }

  constexpr std::string_view view() const noexcept {
    return {static_cast<const char*>(characters), Size - 1};
  }

  char characters[Size]{};  // public, because a template argument has no secrets
};

}  // namespace socketio
