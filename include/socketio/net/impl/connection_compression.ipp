// layer 5 (net): the part of net/connection.hpp that compresses, if the options say so.
#pragma once

#include "socketio/net/connection.hpp"

namespace socketio {

/// Answers a GET with packets, compressed if they are worth it, all of them may be, and the client
/// accepts it.
template <transport T>
void connection<T>::reply_payload(std::string_view content_type, std::string_view payload,
                                  std::string_view lines, bool compressible) {
  http::compressor* const by = compressible ? shard_->compressor() : nullptr;
  if (by && payload.size() >= by->threshold()) {
    const auto coding = http::choose_coding(http_->parser.message());
    const std::string_view shorter = by->compress(payload, coding);
    if (!shorter.empty()) {
      std::string more{lines};
      more.append("Content-Encoding: ").append(to_string(coding)).append("\r\n");
      return reply_polling(content_type, shorter, more);
    }
  }
  reply_polling(content_type, payload, lines);
}

// ---- WebSocket
// -------------------------------------------------------------------------------------------

/// Answers the offers of extensions. False: the request is not well-formed.
template <transport T>
bool connection<T>::negotiate(const http::request& request) {
  ws::codec_pool* const codecs = shard_->codecs();
  if (!codecs) return true;
  auto outcome = codecs->negotiate(request);
  if (outcome.malformed) return false;
  if (!outcome.codec) return true;
  deflate_ = std::make_unique<deflate_part>();
  deflate_->codec = std::move(outcome.codec);
  decoder_.expect_deflate();
  http_->extra_lines.append("Sec-WebSocket-Extensions: ").append(outcome.header).append("\r\n");
  return true;
}

/// The space is shared by all connections, but a handler may make another one of them read: during
/// the message it is this one's alone.
template <transport T>
void connection<T>::inflate(const ws::event& event) {
  constexpr std::size_t kept = 64 * 1024;
  std::string space = std::exchange(shard_->inflate_space(), {});
  const ws::event message = deflate_->codec->inflate(event, space);
  deflate_->inflated += message.size;
  if (message.kind == ws::event_kind::failed) {
    fail_websocket(message.code, reason::transport_error);
  } else {
    take_message(message);
  }
  if (space.size() <= kept) shard_->inflate_space() = std::move(space);
}

/// A few bytes can stand for very many: what is read in one turn of the loop may be too much to be
/// inflated in one. True: the rest of it waits for the next.
template <transport T>
bool connection<T>::put_off(std::span<char> data) {
  if (deflate_->inflated < deflate_slice) return false;
  deflate_->inflated = 0;
  if (data.empty()) return false;
  deflate_->put_off.assign(data.data(), data.size());
  asio::post(executor(), [self = keep()] {
    if (!self->open()) return;
    self->enter([&] {
      std::string rest = std::exchange(self->deflate_->put_off, {});
      self->input({rest.data(), rest.size()});
      self->wait_readable();
    });
  });
  return true;
}

/// Replaces frames at the front of the outbox by what is sent for them, and returns how many of the
/// first `most` messages may be written now: those of a slow peer are not compressed before it
/// takes some.
template <transport T>
std::size_t connection<T>::deflate_frames(std::size_t most) {
  ws::message_codec& codec = *deflate_->codec;
  engine::outbox& box = session_->outbox();
  most = std::min(most, box.frames().size());
  std::size_t size = 0, i = box.offset() == 0 ? 0 : 1;  // one may have been begun
  for (; i < most && size < deflate_slice; ++i) {
    const frame& each = box.frames()[i];
    if (each.packet().size() < codec.threshold() || ws::is_compressed(each)) continue;
    if (box.is_typed(each)) continue;  // the type would have to be deflated with it
    if (!each.compressible()) continue;
    size += each.packet().size();
    box.replace(i, codec.deflate(each));
  }
  return i;
}

}  // namespace socketio
