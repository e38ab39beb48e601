// layer 1 (proto): what a Socket.IO packet says before its payload.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/proto/sio/packet.hpp"

namespace socketio::sio {

/// A type digit, then, each where it applies: the number of attachments and `-`, the namespace and
/// `,`, the ack id (Socket.IO protocol v5, "Packet encoding").
struct header {
  packet_type type = packet_type::event;
  std::size_t attachments = 0;
  std::string_view nsp = main_namespace;
  std::optional<std::uint64_t> id;
  std::size_t size = 0;  ///< the payload begins here
};

namespace detail {
SOCKETIO_DECL std::optional<header> read_any_header(std::string_view text,
                                                    std::size_t max_attachments) noexcept;
}

/// Nothing for a header that no client writes. Looks at no more than the longest valid header,
/// however long the text is.
[[gnu::always_inline]] inline std::optional<header> read_header(  // for each message
    std::string_view text, std::size_t max_attachments) noexcept {
  if (text.size() > 1 && text[0] == '2' && text[1] == '[') [[likely]] {
    return header{.id = {}, .size = 1};  // an event of the main namespace, not to be acknowledged
  }
  return detail::read_any_header(text, max_attachments);
}

}  // namespace socketio::sio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/sio/impl/header.ipp"
#endif
