// layer 1 (proto): the bodies of socketio/raw_args.hpp.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>

#include "socketio/core/json/reader.hpp"
#include "socketio/core/json/validate.hpp"
#include "socketio/raw_args.hpp"

namespace socketio {
namespace detail {

/// Puts attachments where their placeholders are; false if there are none.
inline bool place_attachments(tape& values, std::span<const bytes_view> attachments) noexcept {
  bool placed = false;
  if (attachments.empty()) return false;
  for (std::size_t i = values.next_object(0); i != tape::npos; i = values.next_object(i + 1)) {
    const value_view object = values.at(i);
    if (object["_placeholder"].as_bool() != true) continue;
    const auto num = object["num"].as_uint64();
    if (!num || *num >= attachments.size()) continue;
    values.replace_with_binary(i, attachments[static_cast<std::size_t>(*num)]);
    placed = true;
  }
  return placed;
}

}  // namespace detail

SOCKETIO_DECL void raw_args::read_first(first_value& out) const {
  if (!decoded_.empty()) {
    out.value = decoded_[0];
  } else if (!text_.empty()) {
    out.size = json::end_of_value(text_, 0, std::numeric_limits<std::uint32_t>::max());
    out.copy = text_.substr(0, out.size);
    if (json::read(out.copy.data(), out.copy.size(), out.values) != json::status::ok) return;
    out.has_binary = detail::place_attachments(out.values, attachments_);
    out.value = out.values.root();
  }
}

SOCKETIO_DECL void raw_args::drop_first(const first_value& read) noexcept {
  if (!decoded_.empty()) return decoded_.drop_first();
  taken_binary_ = taken_binary_ || read.has_binary;
  const std::size_t comma = json::skip_space(text_, read.size);
  text_.remove_prefix(comma == text_.size() ? comma : comma + 1);
}

SOCKETIO_DECL value raw_args::values() const {
  if (!decoded_.empty()) return value{decoded_};
  std::string copy;
  copy.reserve(text_.size() + 2);
  copy.append("[").append(text_).append("]");
  tape all{{.depth = 0xffff'ffff, .nodes = 0xffff'ffff}};
  if (json::read(copy.data(), copy.size(), all) != json::status::ok) return {};
  detail::place_attachments(all, attachments_);
  return value{all.root()};
}

namespace sio::detail {

SOCKETIO_DECL void write_argument(packet_writer& out, const raw_args& a) {
  if (!a.decoded().empty()) {
    write_argument(out, a.decoded());
  } else if (!a.can_follow(out.attachments())) {
    const value all = a.values();
    for (const value_view each : all.elements()) to_writer(out, each);
  } else if (!a.text().empty()) {
    out.raw(a.text());
    for (const bytes_view each : a.attachments()) out.attach(each);
  }
}

}  // namespace sio::detail
}  // namespace socketio
