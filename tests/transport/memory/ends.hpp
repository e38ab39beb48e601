// What the tests of memory streams share: both ends of a connection, handled briefly.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio/transport/memory.hpp"

namespace socketio::test {

inline std::size_t write(memory::stream& to, std::string_view text, std::error_code& ec) {
  const std::array buffers{asio::const_buffer{text.data(), text.size()}};
  return to.write_some(buffers, ec);
}

inline std::string read(memory::stream& from, std::error_code& ec, std::size_t at_most = 1024) {
  std::string buffer(at_most, '\0');
  buffer.resize(from.read_some(buffer.data(), buffer.size(), ec));
  return buffer;
}

/// What came out of a wait: nothing yet, or its error.
using outcome = std::optional<std::error_code>;

inline auto into(outcome& result) {
  return [&result](std::error_code ec) { result = ec; };
}

/// Reads all it gets, notes the pieces, and ends with the stream.
struct reader {
  explicit reader(memory::stream s) : stream{std::move(s)} { wait(); }

  void wait() {
    stream.wait_readable([this](std::error_code ec) {
      if (ec) {
        end = ec;
        return;
      }
      std::string piece = read(stream, ec);
      if (!piece.empty()) pieces.push_back(piece);
      if (ec && ec != asio::error::would_block) {
        end = ec;
      } else {
        wait();
      }
    });
  }

  std::string all() const {
    std::string text;
    for (const auto& each : pieces) text += each;
    return text;
  }

  memory::stream stream;
  std::vector<std::string> pieces;
  std::error_code end;
};

}  // namespace socketio::test
