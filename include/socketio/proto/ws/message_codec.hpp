// layer 1 (proto): what deflates and inflates WebSocket messages, without saying how.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "socketio/core/frame.hpp"
#include "socketio/proto/http/request.hpp"
#include "socketio/proto/ws/decoder.hpp"
#include "socketio/proto/ws/types.hpp"

namespace socketio::ws {

/// The extension on one connection, as it was negotiated. The one implementation is in
/// proto/ws/deflate.hpp, and comes into a program through `io::deflate(…)`, so that programs
/// without it need no zlib.
class message_codec {
 public:
  virtual ~message_codec() = default;

  /// The message that an event with `compressed` stands for, or a failure with the code to close
  /// with; text is checked to be UTF-8. The data lies in `space`, with one byte behind it that may
  /// be written to. After a failure every further call fails like it.
  virtual event inflate(const event& message, std::string& space) = 0;

  /// The frame to send instead of this one: its wire form is the compressed message, or it is the
  /// frame itself where that is not worth it. Each frame is to be passed once, in the order in
  /// which the answers are sent.
  virtual frame deflate(const frame& f) = 0;

  /// Packets of fewer bytes are not to be passed.
  std::size_t threshold() const noexcept { return threshold_; }

 protected:
  explicit message_codec(std::size_t threshold) noexcept : threshold_{threshold} {}

 private:
  std::size_t threshold_;
};

/// What the connections of one shard share, and where their codecs come from. Outlives them.
class codec_pool {
 public:
  struct outcome {
    bool malformed = false;                ///< the offers break the grammar: refuse with 400
    std::unique_ptr<message_codec> codec;  ///< null: no extension
    std::string header;                    ///< of the answer: the value of Sec-WebSocket-Extensions
  };

  virtual ~codec_pool() = default;
  virtual outcome negotiate(const http::request& request) = 0;
};

/// Whether the wire form of a frame is a compressed message (RFC 7692 §6).
inline bool is_compressed(const frame& f) noexcept {
  return (static_cast<unsigned char>(f.wire().front()) & head::rsv1) != 0;
}

}  // namespace socketio::ws
