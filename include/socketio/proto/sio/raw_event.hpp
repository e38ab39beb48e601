// layer 1 (proto): an event whose arguments are left as they came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/proto/sio/header.hpp"

namespace socketio::sio {

/// The beginning of a packet, as far as it has to be read to know whom it concerns.
struct raw_event {
  header head;
  std::string_view name;
  std::string_view payload;  ///< the array whose first element is the name
  std::size_t rest = 0;      ///< of the payload, behind the name
};

/// Nothing if it is no event, or its name is written in an unusual way, or is not allowed: all that
/// is for the decoder.
SOCKETIO_DECL std::optional<raw_event> peek_event(std::string_view text,
                                                  std::size_t max_attachments) noexcept;

/// The arguments, with the commas between them. The payload must be valid.
SOCKETIO_DECL std::string_view raw_arguments(const raw_event& e) noexcept;

}  // namespace socketio::sio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/sio/impl/raw_event.ipp"
#endif
