// What a test tells its server on stdin.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/read_until.hpp>
#include <unistd.h>

namespace socketio::test {

/// Calls `obey` with each line. "close" is the last one, and the end of stdin, when the test has
/// died, is the same.
class orders {
 public:
  orders(asio::io_context& loop, std::function<void(std::string_view)> obey)
      : input_{loop, ::dup(STDIN_FILENO)}, obey_{std::move(obey)} {
    wait();
  }

 private:
  void wait() {
    asio::async_read_until(input_, asio::dynamic_buffer(text_), '\n',
                           [this](std::error_code ec, std::size_t size) {
                             const std::string line = ec ? "close" : text_.substr(0, size - 1);
                             text_.erase(0, size);
                             obey_(line);
                             if (line != "close") wait();
                           });
  }

  asio::posix::stream_descriptor input_;
  std::function<void(std::string_view)> obey_;
  std::string text_;
};

}  // namespace socketio::test
