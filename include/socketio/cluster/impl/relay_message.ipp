// layer 4 (hub): bodies of cluster/relay_message.hpp.
#pragma once

#include <algorithm>

#include "socketio/cluster/relay_message.hpp"

namespace socketio::detail {

inline constexpr char relay_version = 1;
enum relay_flag : std::uint8_t { relay_senders = 1, relay_end = 2, relay_secure = 4 };

inline void put_number(std::string& text, std::uint64_t number, int size) {
  while (size-- > 0) text.push_back(static_cast<char>(number >> (8 * size) & 0xff));
}

inline void put_short(std::string& text, std::string_view what) {
  what = what.substr(0, 255);
  put_number(text, what.size(), 1);
  text.append(what);
}

/// Takes what is in front; empty, and everything else with it, when there is too little.
class relay_reader {
 public:
  explicit relay_reader(std::string_view text) noexcept : rest_{text} {}

  std::string_view take(std::size_t size) noexcept {
    good_ = good_ && size <= rest_.size();
    if (!good_) return {};
    const std::string_view first = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return first;
  }
  std::uint64_t number(std::size_t size) noexcept {
    std::uint64_t value = 0;
    for (const char c : take(size)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  std::string_view rest() const noexcept { return rest_; }
  bool good() const noexcept { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace socketio::detail

namespace socketio::cluster {

SOCKETIO_DECL bool is_relay_mark(std::string_view text) noexcept {
  return text.size() == relay_mark_size && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

SOCKETIO_DECL std::string encode(const relay_message& m) {
  std::string text;
  text.reserve(48 + m.sid.size() + m.address.size() + m.bytes.size());
  text.push_back(socketio::detail::relay_version);
  text.push_back(static_cast<char>(m.kind));
  text.push_back(static_cast<char>((m.senders ? socketio::detail::relay_senders : 0) |
                                   (m.end ? socketio::detail::relay_end : 0) |
                                   (m.secure ? socketio::detail::relay_secure : 0)));
  text.append(m.from);
  socketio::detail::put_number(text, m.sequence, 8);
  socketio::detail::put_number(text, m.tunnel, 8);
  socketio::detail::put_number(text, m.read, 4);
  if (m.kind == relay_kind::open) {
    socketio::detail::put_short(text, m.sid);
    socketio::detail::put_short(text, m.address);
  }
  return text.append(m.bytes);
}

SOCKETIO_DECL std::optional<relay_message> decode_relay(std::string_view text) {
  socketio::detail::relay_reader in{text};
  if (in.number(1) != static_cast<std::uint64_t>(socketio::detail::relay_version))
    return std::nullopt;
  relay_message m;
  const auto kind = in.number(1);
  const auto flags = in.number(1);
  m.from = in.take(relay_mark_size);
  m.sequence = in.number(8);
  m.tunnel = in.number(8);
  m.read = static_cast<std::uint32_t>(in.number(4));
  if (kind < 1 || kind > 4 || flags > 7 || !is_relay_mark(m.from)) return std::nullopt;
  m.kind = static_cast<relay_kind>(kind);
  m.senders = (flags & socketio::detail::relay_senders) != 0;
  m.end = (flags & socketio::detail::relay_end) != 0;
  m.secure = (flags & socketio::detail::relay_secure) != 0;
  if (m.kind == relay_kind::open) {
    m.sid = in.take(in.number(1));
    m.address = in.take(in.number(1));
    if (!m.senders) return std::nullopt;
  }
  m.bytes = in.rest();
  if (!in.good()) return std::nullopt;
  return m;
}

}  // namespace socketio::cluster
