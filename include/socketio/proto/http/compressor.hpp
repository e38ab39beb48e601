// layer 1 (proto): what compresses HTTP answers, without saying how.
#pragma once

#include <cstddef>
#include <string_view>

#include "socketio/proto/http/content_coding.hpp"

namespace socketio::http {

/// Belongs to one shard. The one implementation is in proto/http/gzip.hpp, and comes into a program
/// through `io::gzip(…)`, so that programs without it need no zlib.
class compressor {
 public:
  virtual ~compressor() = default;

  /// The body in this coding, valid until the next call; empty when it would not be shorter.
  virtual std::string_view compress(std::string_view body, content_coding coding) = 0;

  std::size_t threshold() const noexcept { return threshold_; }

 protected:
  explicit compressor(std::size_t threshold) noexcept : threshold_{threshold} {}

 private:
  std::size_t threshold_;
};

}  // namespace socketio::http
