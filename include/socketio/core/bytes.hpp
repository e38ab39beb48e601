// layer 0 (core): the types that mean "binary" in the public interface.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace socketio {

/// Binary data that owns its bytes. In handlers and emits it travels as a binary attachment
/// (Socket.IO protocol v5, "Sending and receiving data"), whereas a container of numbers is an
/// array.
using bytes = std::vector<std::byte>;

/// Binary data that lives elsewhere. As a handler's argument it is valid until the handler returns.
using bytes_view = std::span<const std::byte>;

/// Wire buffers are spans of char; these two cross between both views of the same memory.
inline bytes_view as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

inline std::string_view as_text(bytes_view binary) noexcept {
  return {reinterpret_cast<const char*>(binary.data()), binary.size()};
}

}  // namespace socketio
