// layer 1 (proto): bodies of proto/proxy_protocol.hpp.
#pragma once

#include <algorithm>
#include <array>

#include "socketio/core/release.hpp"
#include "socketio/proto/http/text.hpp"
#include "socketio/proto/proxy_protocol.hpp"

namespace socketio::proxy {

namespace detail {

inline constexpr std::string_view line_mark{"PROXY "};
inline constexpr std::string_view binary_mark{"\r\n\r\n\0\r\nQUIT\n", 12};
inline constexpr std::size_t fixed_size = 16;  // of version 2: the mark, command, family, length

constexpr unsigned byte_at(std::string_view text, std::size_t i) noexcept {
  return static_cast<unsigned char>(text[i]);
}

constexpr std::size_t length_at(std::string_view text, std::size_t i) noexcept {
  return byte_at(text, i) << 8 | byte_at(text, i + 1);
}

/// Whether `text` begins with `mark`, as far as it has come.
constexpr bool may_have(std::string_view text, std::string_view mark) noexcept {
  return text.starts_with(mark) || mark.starts_with(text);
}

inline bool is_port(std::string_view text) noexcept {
  const auto number = http::parse_decimal(text);
  return number && *number <= 65535;
}

}  // namespace detail

SOCKETIO_DECL decoder::status decoder::feed(std::string_view& data) {
  while (state_ == status::need_more && !data.empty()) {
    // How much more is certain to belong to the header.
    std::size_t wanted = 1;
    const bool binary = text_.starts_with(detail::binary_mark);
    if (binary && text_.size() < detail::fixed_size) wanted = detail::fixed_size - text_.size();
    if (binary && text_.size() >= detail::fixed_size) {
      wanted = detail::fixed_size + detail::length_at(text_, 14) - text_.size();
    }
    const std::size_t size = std::min(wanted, data.size());
    text_.append(data.substr(0, size));
    data.remove_prefix(size);

    if (detail::may_have(text_, detail::line_mark)) {
      if (text_.ends_with('\n')) {
        if (!read_line(text_)) return fail();
        state_ = status::done;
      } else if (text_.size() == longest_line) {
        return fail();
      }
    } else if (detail::may_have(text_, detail::binary_mark)) {
      if (text_.size() < detail::fixed_size) continue;
      const std::size_t length = detail::length_at(text_, 14);
      const unsigned command = detail::byte_at(text_, 12), family = detail::byte_at(text_, 13);
      if (length > longest_body || command >> 4 != 2) return fail();
      if (text_.size() < detail::fixed_size + length) continue;
      const auto body = std::string_view{text_}.substr(detail::fixed_size);
      if (!read_body(body, command & 15, family)) return fail();
      state_ = status::done;
    } else {
      return fail();
    }
  }
  if (state_ == status::done) release(text_);
  return state_;
}

/// "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443" CR LF, with exactly one space in between (§2.1).
SOCKETIO_DECL bool decoder::read_line(std::string_view line) {
  if (!line.ends_with("\r\n")) return false;
  line.remove_suffix(2);
  line.remove_prefix(detail::line_mark.size());
  std::array<std::string_view, 5> words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t space = line.find(' ');
    words[i] = line.substr(0, space);
    if (i == 0 && words[i] == "UNKNOWN") return true;  // whatever follows
    if ((space == line.npos) != (i + 1 == words.size())) return false;
    if (space != line.npos) line.remove_prefix(space + 1);
  }
  const bool v4 = words[0] == "TCP4";
  if (!v4 && words[0] != "TCP6") return false;
  // A mapped address counts as IPv4, but is written as IPv6.
  const auto address = [v4](std::string_view text) -> std::optional<ip_address> {
    if ((text.find(':') == text.npos) != v4) return std::nullopt;
    return ip_address::parse(text);
  };
  const auto source = address(words[1]);
  if (!source || !address(words[2]) || !detail::is_port(words[3]) || !detail::is_port(words[4])) {
    return false;
  }
  source_ = source;
  return true;
}

/// The addresses and extensions of version 2 (§2.2).
SOCKETIO_DECL bool decoder::read_body(std::string_view body, unsigned command, unsigned family) {
  constexpr unsigned local = 0, proxied = 1;
  if (command == local) return true;
  if (command != proxied) return false;
  ip_address::bytes b{};
  std::size_t size = 0;
  switch (family) {
    case 0x11:    // TCP over IPv4
    case 0x12: {  // UDP over IPv4
      size = 12;
      if (body.size() < size) return false;
      b[10] = b[11] = 0xff;
      std::copy_n(body.begin(), 4, b.begin() + 12);
      break;
    }
    case 0x21:  // TCP over IPv6
    case 0x22:  // UDP over IPv6
      size = 36;
      if (body.size() < size) return false;
      std::copy_n(body.begin(), 16, b.begin());
      break;
    case 0x31:  // Unix sockets
    case 0x32:
      size = 216;
      if (body.size() < size) return false;
      return read_extensions(body.substr(size));
    default:  // unspecified, or of the future: to be accepted, addresses unknown
      return true;
  }
  source_ = ip_address{b};
  return read_extensions(body.substr(size));
}

/// Type-length-value (§2.2). Only what says that the client came encrypted is of interest.
SOCKETIO_DECL bool decoder::read_extensions(std::string_view rest) {
  constexpr unsigned ssl = 0x20, client_ssl = 0x01;
  while (!rest.empty()) {
    if (rest.size() < 3) return false;
    const std::size_t length = detail::length_at(rest, 1);
    if (rest.size() - 3 < length) return false;
    const std::string_view value = rest.substr(3, length);
    if (detail::byte_at(rest, 0) == ssl) {
      if (value.size() < 5) return false;
      secure_ = (detail::byte_at(value, 0) & client_ssl) != 0;
    }
    rest.remove_prefix(3 + length);
  }
  return true;
}

}  // namespace socketio::proxy
