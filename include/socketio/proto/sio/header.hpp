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

/// Nothing for a header that no client writes. Looks at no more than the longest valid header,
/// however long the text is.
SOCKETIO_DECL std::optional<header> read_header(std::string_view text,
                                                std::size_t max_attachments) noexcept;

}  // namespace socketio::sio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/sio/impl/header.ipp"
#endif
