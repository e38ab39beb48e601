// layer 1 (proto): the answer to a poll, in the form that the client asked for.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/core/frame.hpp"
#include "socketio/proto/eio/revision.hpp"

namespace socketio::eio {

/// What every answer to a poll or post has, as a header line with its CR LF.
inline constexpr std::string_view no_store = "cache-control: no-store\r\n";

struct poll_answer {
  std::string body;
  std::string_view content_type;

  std::string_view lines = no_store;  ///< further header lines
};

/// The packets of one client. `packets` are frames as WebSocket clients of revision 4 get them.
SOCKETIO_DECL poll_answer make_poll_answer(std::span<const frame> packets, const dialect& form);

}  // namespace socketio::eio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/eio/impl/poll_answer.ipp"
#endif
