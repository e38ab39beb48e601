// layer 1 (proto): permessage-deflate (RFC 7692) with zlib.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/compression_options.hpp"
#include "socketio/core/frame_builder.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/proto/ws/deflate_offer.hpp"
#include "socketio/proto/ws/encoder.hpp"
#include "socketio/proto/ws/message_codec.hpp"
#include "socketio/proto/zlib/deflater.hpp"
#include "socketio/proto/zlib/inflater.hpp"

namespace socketio::ws {

namespace detail {

/// A message is deflated with a sync flush, and sent without these bytes at its end (§7.2.1).
inline constexpr std::string_view flushed{"\x00\x00\xff\xff", 4};

/// What connections without context takeover share. Its streams keep nothing from one message to
/// the next.
class shared_streams {
 public:
  shared_streams(const deflate_settings& s, std::size_t limit) : settings{s}, max_message{limit} {}

  /// Deflates for clients that keep a window of so many bits.
  zlib::deflater& deflater(int window_bits) {
    auto& slot = deflaters_[static_cast<std::size_t>(window_bits - least_window)];
    if (!slot) slot.emplace(zlib::format::raw, settings.level, window_bits, settings.memory_level);
    return *slot;
  }

  zlib::inflater& inflater() noexcept { return inflater_; }

  /// Where a message is deflated to before its size is known.
  std::string& space() {
    if (space_.size() > kept_space) std::string{}.swap(space_);
    return space_;
  }

  const deflate_settings settings;
  const std::size_t max_message;
  std::size_t contexts = 0;  ///< connections that have streams of their own

 private:
  static constexpr int least_window = 9, most_window = 15;
  static constexpr std::size_t kept_space = 64 * 1024;

  std::array<std::optional<zlib::deflater>, most_window - least_window + 1> deflaters_;
  zlib::inflater inflater_{most_window};
  std::string space_;
};

}  // namespace detail

/// The extension on one connection. Without context takeover it owns nothing; with it, streams of
/// its own, each from the first message that needs it.
class deflate_codec final : public message_codec {
 public:
  deflate_codec(detail::shared_streams& shared, const deflate_parameters& agreed)
      : message_codec{std::max<std::size_t>(shared.settings.threshold, 2)},
        shared_{shared},
        agreed_{agreed} {
    if (keeps_context()) ++shared_.contexts;
  }
  ~deflate_codec() override {
    if (keeps_context()) --shared_.contexts;
  }

  event inflate(const event& message, std::string& space) override {
    if (failure_ != close_code::no_status) return fail(failure_);
    const bool forget = agreed_.client_no_context_takeover;
    if (!forget && !inflater_) {
      inflater_ = std::make_unique<zlib::inflater>(agreed_.client_max_window_bits);
    }
    zlib::inflater& stream = forget ? shared_.inflater() : *inflater_;
    // Before, not after: memory may run out in the middle of a message, of this or another peer.
    if (forget) stream.restart();
    failure_ = close_code::internal_error;
    std::size_t size = 0;
    const auto result =
        stream.run(message.text(), detail::flushed, shared_.max_message, space, size);
    switch (result) {
      case zlib::inflate_result::ok:
        failure_ = close_code::no_status;
        break;
      case zlib::inflate_result::too_big:
        return fail(close_code::message_too_big);
      case zlib::inflate_result::bad:
        return fail(close_code::invalid_payload);
      case zlib::inflate_result::no_memory:
        return fail(close_code::internal_error);
    }
    const event whole{.kind = message.kind, .data = space.data(), .size = size};
    if (message.kind == event_kind::text && !is_utf8(whole.text())) {
      return fail(close_code::invalid_payload);
    }
    return whole;
  }

  frame deflate(const frame& f) override {
    return agreed_.server_no_context_takeover ? deflate_for_all(f) : deflate_in_context(f);
  }

 private:
  bool keeps_context() const noexcept {
    return !agreed_.server_no_context_takeover || !agreed_.client_no_context_takeover;
  }

  /// The result depends on nothing but the packet and the window: whoever else holds the frame gets
  /// the same one.
  frame deflate_for_all(const frame& f) {
    const auto window = static_cast<unsigned>(agreed_.server_max_window_bits);
    if (const frame* const known = f.form(window)) return *known ? *known : f;
    zlib::deflater& stream = shared_.deflater(agreed_.server_max_window_bits);
    stream.restart();  // before, as above
    const frame made = run(stream, f, f.packet().size());
    if (f.shared() || !made) f.add_form(window, made);
    return made ? made : f;
  }

  /// What was deflated must be sent, even if it has become longer: later messages refer to it.
  frame deflate_in_context(const frame& f) {
    if (no_memory_) return f;
    no_memory_ = true;  // until it has gone well
    if (!deflater_) {
      deflater_ = std::make_unique<zlib::deflater>(zlib::format::raw, shared_.settings.level,
                                                   agreed_.server_max_window_bits,
                                                   shared_.settings.memory_level);
    }
    const frame made = run(*deflater_, f, std::string::npos / 2);
    no_memory_ = !made;
    return made ? made : f;
  }

  /// Null if the result would not be shorter than `limit`.
  frame run(zlib::deflater& stream, const frame& f, std::size_t limit) {
    constexpr std::size_t cut = detail::flushed.size();
    std::string& space = shared_.space();
    const std::size_t size = stream.run(f.packet(), Z_SYNC_FLUSH, space, limit + cut);
    if (size <= cut) return {};
    frame_builder packet{size - cut};
    packet.append(space.data(), size - cut);
    const auto op = f.type() == frame::kind::text ? opcode::text : opcode::binary;
    const frame_header header{op, packet.size()};
    std::array<char, head::max_unmasked_size> bytes;
    const std::size_t header_size = header.view().copy(bytes.data(), bytes.size());
    bytes[0] = static_cast<char>(static_cast<unsigned char>(bytes[0]) | head::rsv1);
    return packet.seal(f.type(), {bytes.data(), header_size});
  }

  event fail(close_code code) noexcept {
    failure_ = code;
    return {.kind = event_kind::failed, .code = code};
  }

  detail::shared_streams& shared_;
  deflate_parameters agreed_;
  close_code failure_ = close_code::no_status;
  bool no_memory_ = false;  // for the context: messages are sent as they are from then on
  std::unique_ptr<zlib::deflater> deflater_;
  std::unique_ptr<zlib::inflater> inflater_;
};

/// Makes the codecs of one shard's connections.
class deflate_pool final : public codec_pool {
 public:
  /// `max_message` bounds a message after inflating.
  deflate_pool(const deflate_settings& settings, std::size_t max_message)
      : shared_{settings, max_message}, without_contexts_{settings} {
    without_contexts_.server_context_takeover = without_contexts_.client_context_takeover = false;
  }

  outcome negotiate(const http::request& request) override {
    const bool full = shared_.contexts >= shared_.settings.max_contexts;
    auto answer = answer_deflate_offers(request, full ? without_contexts_ : shared_.settings);
    if (answer.result == deflate_answer::kind::malformed)
      return {.malformed = true, .codec = nullptr, .header = {}};
    if (answer.result == deflate_answer::kind::none) return {};
    return {.malformed = false,
            .codec = std::make_unique<deflate_codec>(shared_, answer.parameters),
            .header = std::move(answer.header)};
  }

 private:
  detail::shared_streams shared_;
  deflate_settings without_contexts_;
};

}  // namespace socketio::ws
