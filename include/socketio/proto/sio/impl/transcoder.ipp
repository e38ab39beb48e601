// layer 1 (proto): the bodies of sio/transcoder.hpp.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "socketio/core/json/reader.hpp"
#include "socketio/core/release.hpp"
#include "socketio/proto/sio/header.hpp"
#include "socketio/proto/sio/msgpack_codec.hpp"
#include "socketio/proto/sio/packet_rules.hpp"
#include "socketio/proto/sio/transcoder.hpp"

namespace socketio::sio {
namespace detail {

/// A placeholder that names none of the attachments is an object like any other, and so are more of
/// them than there are attachments: what looks like one may be the word of a client.
inline void restore_attachments(tape& values, std::span<const frame> attachments) noexcept {
  std::size_t left = attachments.size();
  for (std::size_t i = values.next_object(0); i != tape::npos; i = values.next_object(i + 1)) {
    const value_view object = values.at(i);
    if (object["_placeholder"].as_bool() != true) continue;
    const auto num = object["num"].as_uint64();
    if (!num || *num >= attachments.size()) continue;
    if (left-- == 0) return;
    values.replace_with_binary(i, as_bytes(attachments[static_cast<std::size_t>(*num)].packet()));
  }
}

}  // namespace detail

SOCKETIO_DECL std::optional<packet> packet_reader::operator()(const encoded& source) {
  constexpr std::size_t kept_text = 64 * 1024;
  release(text_, kept_text);
  text_ = source.text.packet().substr(1);  // without the type of Engine.IO; reading changes it
  values_.clear();

  const auto head = read_header(text_, source.attachments.size());
  if (!head) return {};
  packet p{detail::without_binary(head->type), 0, head->nsp, head->id, {}};
  if (head->size != text_.size()) {
    char* const payload = text_.data() + head->size;
    if (json::read(payload, text_.size() - head->size, values_) != json::status::ok) return {};
    if (!source.attachments.empty()) detail::restore_attachments(values_, source.attachments);
    p.data = values_.root();
  }
  return p;
}

SOCKETIO_DECL const frame& transcoder::operator()(const encoded& packet) {
  if (!packet.msgpack) {
    packet.msgpack = transcode(packet);
    if (packet.msgpack && !packet.text.compressible()) packet.msgpack.forbid_compression();
  }
  return packet.msgpack;
}

SOCKETIO_DECL frame transcoder::transcode(const encoded& source) {
  const auto content = read_(source);
  if (!content) return {};
  std::size_t likely_size = source.text.packet().size() + 32;
  for (const frame& each : source.attachments) likely_size += each.packet().size();
  return encode_msgpack(*content, likely_size);
}

}  // namespace socketio::sio
