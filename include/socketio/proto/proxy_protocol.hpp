// layer 1 (proto): the PROXY protocol: what a proxy says of a connection before its first byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/core/ip.hpp"

namespace socketio::proxy {

/// Reads the header of version 1 (a line) or 2 (binary) at the beginning of a connection, as
/// specified in HAProxy's "The PROXY protocol, versions 1 & 2" (2020/03/05). It comes first in a
/// connection, once; whatever follows is not the decoder's business. There is no guessing whether
/// there is one: who expects it must get it (§2).
class decoder {
 public:
  enum class status : std::uint8_t { need_more, done, failed };

  /// Takes bytes of the header off the front of `data`, and no byte more. After `done` and after
  /// `failed` it takes nothing.
  SOCKETIO_DECL status feed(std::string_view& data);

  /// The client's address. Nothing when the proxy speaks for itself (LOCAL), or cannot say
  /// (UNKNOWN, and families other than IP): then the connection's own address counts.
  const std::optional<ip_address>& source() const noexcept { return source_; }

  /// The client's connection to the proxy is encrypted (version 2, PP2_TYPE_SSL).
  bool secure() const noexcept { return secure_; }

  static constexpr std::size_t longest_line = 107;   // §2.1
  static constexpr std::size_t longest_body = 4096;  // of version 2; ours, §2.2 sets none

 private:
  status fail() noexcept {
    text_ = {};
    return state_ = status::failed;
  }
  bool read_line(std::string_view line);
  bool read_body(std::string_view body, unsigned command, unsigned family);
  bool read_extensions(std::string_view rest);

  std::string text_;
  status state_ = status::need_more;
  std::optional<ip_address> source_;
  bool secure_ = false;
};

}  // namespace socketio::proxy

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/impl/proxy_protocol.ipp"
#endif
