// layer 1 (proto): why a request is not served.
#pragma once

#include <cstdint>
#include <string_view>

namespace socketio::http {

/// The status to answer with, and a static sentence for the log and the body. Converts to true
/// when there is one.
struct refusal {
  std::uint16_t status = 0;
  std::string_view reason;

  explicit operator bool() const noexcept { return status != 0; }
};

}  // namespace socketio::http
