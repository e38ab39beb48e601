// layer 1 (proto): the bytes of a Redis server to replies, whole or in pieces.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/proto/resp/reply.hpp"

namespace socketio::resp {

/// What one reply may be. A server that sends more is not believed.
struct limits {
  std::size_t depth = 32;            ///< aggregates inside each other
  std::size_t elements = 1'000'000;  ///< of one reply, those of inner aggregates included
  std::size_t bulk = 64 << 20;       ///< bytes of one string with an announced length
  std::size_t line = 64 << 10;       ///< bytes of a simple string or error
  std::size_t bytes = 256 << 20;     ///< of one reply
};

/// Reads RESP3 (github.com/redis/redis-specifications, RESP3.md) and RESP2, whose replies are all
/// RESP3 too. Attributes are read over. Streamed strings and aggregates are refused: no server
/// sends them.
///
///     socket.read_some(asio::buffer(reader.prepare()), …);   reader.commit(size);
///     while (const auto reply = reader.next()) …
///
/// Text is never copied: views lie in the memory that the socket has read into. That grows by what
/// has come, not by what is announced.
class reader {
 public:
  enum class fault : std::uint8_t { none, malformed, too_deep, too_large };

  explicit reader(limits l = {}) noexcept : limits_{l} {
    limits_.elements = std::min<std::size_t>(limits_.elements, 0xffff'ffff);
    limits_.bulk = std::min<std::size_t>(limits_.bulk, 0xffff'ffff);
    limits_.bytes = std::max<std::size_t>(limits_.bytes, 1024);
  }

  /// Room for what comes next, never none. Ends the life of all replies.
  SOCKETIO_DECL std::span<char> prepare();

  /// So many bytes have come.
  void commit(std::size_t size) noexcept { end_ += size; }

  /// The next whole reply; nothing when more bytes are needed, and nothing ever again after a
  /// fault. It is valid until `next` or `prepare`.
  SOCKETIO_DECL std::optional<reply_view> next();

  fault failure() const noexcept { return failure_; }
  bool failed() const noexcept { return failure_ != fault::none; }

  /// Bytes of memory held.
  std::size_t held() const noexcept {
    return capacity_ + stack_.capacity() * sizeof(open) + nodes_.capacity() * sizeof(detail::node);
  }

 private:
  static constexpr std::size_t piece = 16 << 10;  // the least to be read at once
  static constexpr std::size_t kept = 64 << 10;   // memory kept when nothing is unread
  static constexpr std::size_t kept_nodes = 1024;

  /// An aggregate that is not finished.
  struct open {
    std::size_t node;
    std::size_t left;  // elements
    bool attribute;    // belongs to the value that follows, which is none of its elements
  };
  enum class step : std::uint8_t { value, incomplete, failed };

  step fail(fault reason) noexcept {
    failure_ = reason;
    return step::failed;
  }

  SOCKETIO_DECL void begin_reply() noexcept;
  SOCKETIO_DECL step read_value();
  SOCKETIO_DECL step read_line(std::string_view& line);
  SOCKETIO_DECL step read_text(resp::type as, char mark, std::string_view length);
  SOCKETIO_DECL step read_aggregate(char mark, std::string_view length);
  SOCKETIO_DECL step read_leaf(char mark, std::string_view line);
  SOCKETIO_DECL step push(detail::node n);
  SOCKETIO_DECL bool close_finished();

  const char* data() const noexcept { return buffer_.get(); }

  limits limits_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t end_ = 0;      // of what has come
  std::size_t begin_ = 0;    // of the reply at work
  std::size_t at_ = 0;       // of the value at work
  std::size_t scanned_ = 0;  // up to here there is no end of its line
  std::vector<detail::node> nodes_;
  std::vector<open> stack_;
  std::size_t elements_ = 0;  // announced in this reply, those of attributes too
  bool done_ = false;         // the last call has returned a reply
  fault failure_ = fault::none;
};

}  // namespace socketio::resp

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/resp/impl/reader.ipp"
#endif
