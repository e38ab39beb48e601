// layer 4 (hub): how much of what was said is kept for those who come later.
#pragma once

#include <chrono>
#include <cstddef>

namespace socketio {

/// Bounds of a history; see io::basic_nsp::keep_history. What exceeds one of them is forgotten, the
/// oldest first.
struct history {
  std::size_t events = 100;
  std::size_t bytes = 1 << 20;
  std::chrono::milliseconds age = std::chrono::hours{24};
};

}  // namespace socketio
