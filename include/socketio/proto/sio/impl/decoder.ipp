// layer 1 (proto): the bodies of sio/decoder.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "socketio/core/json/reader.hpp"
#include "socketio/proto/sio/decoder.hpp"
#include "socketio/proto/sio/packet_rules.hpp"

namespace socketio::sio {

/// A packet that waits for attachments: its text as it came, and the attachments so far.
struct decoder::held_packet {
  held_packet(std::string_view packet, std::size_t attachments)
      : text{new char[packet.size() + 1]},
        text_size{packet.size()},
        size{packet.size()},
        awaited{attachments} {
    packet.copy(text.get(), text_size);
    text[text_size] = '\0';
    copies.reserve(attachments - 1);
  }

  std::unique_ptr<char[]> text;
  std::size_t text_size;
  std::vector<bytes> copies;
  std::size_t size;     // of the text and the copies
  std::size_t awaited;  // attachments to come
};

namespace detail {

inline constexpr std::size_t most_attachments = 64;

using attachment_list = std::array<bytes_view, most_attachments>;

/// Puts the attachments where the placeholders are: `{"_placeholder":true,"num":0}` (Socket.IO
/// protocol v5, "Binary event"). False when a placeholder names none of the attachments, or an
/// attachment is named by no placeholder, or there are more than `most` places: who sends the
/// values on copies the attachment for each.
inline bool place_attachments(tape& values, const attachment_list& attachments, std::size_t count,
                              std::size_t most) noexcept {
  std::size_t places = 0;
  std::uint64_t unplaced = ~std::uint64_t{0} >> (most_attachments - count);
  for (std::size_t i = values.next_object(0); i != tape::npos; i = values.next_object(i + 1)) {
    const value_view object = values.at(i);
    if (object["_placeholder"].as_bool() != true) continue;
    const auto num = object["num"].as_uint64();
    if (!num || *num >= count || ++places > most) return false;
    values.replace_with_binary(i, attachments[static_cast<std::size_t>(*num)]);
    unplaced &= ~(std::uint64_t{1} << *num);
  }
  return unplaced == 0;
}

/// Part of its callers, for each message.
[[gnu::always_inline]] inline bool read(const header& head, char* data, std::size_t size,
                                        workspace& in) {
  packet& p = in.current;
  p = {without_binary(head.type), head.attachments, head.nsp, head.id, {}};
  if (head.size == size) return may_lack_payload(head.type);
  if (json::read(data + head.size, size - head.size, in.values) != json::status::ok) return false;
  p.data = in.values.root();
  return is_payload_of(head.type, p.data);
}

}  // namespace detail

SOCKETIO_DECL workspace::workspace(decoder_limits l, tape_limits t) noexcept
    : limits{std::min(l.attachments, detail::most_attachments), l.held_bytes}, values{t} {}

SOCKETIO_DECL decoder::decoder() noexcept = default;

SOCKETIO_DECL decoder::decoder(decoder&&) noexcept = default;
SOCKETIO_DECL decoder& decoder::operator=(decoder&&) noexcept = default;
SOCKETIO_DECL decoder::~decoder() = default;

SOCKETIO_DECL decoder::status decoder::text(char* data, std::size_t size, workspace& in) {
  if (failed_ || held_) return fail();
  in.values.clear();
  const std::size_t most = in.limits.attachments;
  const auto head = read_header({data, size}, most);
  if (!head) return fail();
  if (head->attachments == 0) {
    return detail::read(*head, data, size, in) ? status::packet : fail();
  }

  // Reading changes the text: what is kept is a copy, to be read when the attachments are there.
  if (size > in.limits.held_bytes) return fail();
  auto held = std::make_unique<held_packet>(std::string_view{data, size}, head->attachments);
  if (!detail::read(*head, data, size, in)) return fail();
  if (!detail::place_attachments(in.values, {}, head->attachments, most)) return fail();
  held_ = std::move(held);
  return status::need_attachments;
}

SOCKETIO_DECL decoder::status decoder::binary(bytes_view data, workspace& in) {
  if (failed_ || !held_) return fail();
  if (data.size() > in.limits.held_bytes - held_->size) return fail();
  if (--held_->awaited != 0) {
    held_->copies.emplace_back(data.begin(), data.end());
    held_->size += data.size();
    return status::need_attachments;
  }
  const auto held = std::move(held_);
  return finish(*held, data, in) ? status::packet : fail();
}

SOCKETIO_DECL bool decoder::finish(const held_packet& held, bytes_view last, workspace& in) {
  in.values.clear();
  detail::attachment_list attachments;
  std::size_t count = 0;
  for (const bytes& copy : held.copies) {
    attachments[count++] = as_bytes(in.values.store(as_text(copy)));
  }
  attachments[count++] = last;

  // The tape's memory is not const, its view of it is; one byte more for the JSON reader.
  const std::string_view text = in.values.store({held.text.get(), held.text_size + 1});
  char* const data = const_cast<char*>(text.data());
  const std::size_t most = in.limits.attachments;
  const auto head = read_header({data, held.text_size}, most);
  return head && detail::read(*head, data, held.text_size, in) &&
         detail::place_attachments(in.values, attachments, count, most);
}

SOCKETIO_DECL std::string_view decoder::awaits_last() const noexcept {
  if (failed_ || !held_ || held_->awaited != 1) return {};
  return {held_->text.get(), held_->text_size};
}

SOCKETIO_DECL std::optional<raw_packet> decoder::complete(bytes_view last,
                                                          const decoder_limits& limits) {
  if (awaits_last().empty() || last.size() > limits.held_bytes - held_->size) {
    fail();
    return {};
  }
  const auto held = std::move(held_);
  return raw_packet{std::move(held->text), std::move(held->copies)};
}

SOCKETIO_DECL std::size_t decoder::held() const noexcept { return held_ ? held_->size : 0; }

SOCKETIO_DECL void decoder::reset() noexcept {
  held_.reset();
  failed_ = false;
}

SOCKETIO_DECL decoder::status decoder::fail() noexcept {
  reset();
  failed_ = true;
  return status::error;
}

}  // namespace socketio::sio
