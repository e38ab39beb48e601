// layer 1 (proto): compresses HTTP content with zlib.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "socketio/compression_options.hpp"
#include "socketio/proto/http/compressor.hpp"
#include "socketio/proto/zlib/deflater.hpp"

namespace socketio::http {

/// Keeps a stream for each coding that was asked for.
class gzip_compressor final : public compressor {
 public:
  explicit gzip_compressor(const gzip_settings& settings)
      : compressor{settings.threshold}, settings_{settings} {}

  std::string_view compress(std::string_view body, content_coding coding) override {
    if (coding == content_coding::identity || body.empty()) return {};
    std::optional<zlib::deflater>& stream = coding == content_coding::gzip ? gzip_ : zlib_;
    if (!stream) {
      const auto format = coding == content_coding::gzip ? zlib::format::gzip : zlib::format::zlib;
      stream.emplace(format, settings_.level, window_bits, settings_.memory_level);
    }
    if (result_.size() > kept_space) std::string{}.swap(result_);
    stream->restart();  // before, not after: memory may run out in between
    const std::size_t size = stream->run(body, Z_FINISH, result_, body.size());
    return {result_.data(), size};
  }

 private:
  static constexpr int window_bits = 15;
  static constexpr std::size_t kept_space = 64 * 1024;

  gzip_settings settings_;
  std::optional<zlib::deflater> gzip_, zlib_;
  std::string result_;
};

}  // namespace socketio::http
