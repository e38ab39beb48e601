// layer 1 (proto): the meaning of a request's head.
#pragma once

#include <string_view>

#include "socketio/config.hpp"
#include "socketio/proto/http/limits.hpp"
#include "socketio/proto/http/refusal.hpp"
#include "socketio/proto/http/request.hpp"

namespace socketio::http {

/// Reads a complete head, in which every CR is the end of a line. The views in `out` point into
/// `text`. `out` must be new, or cleared.
SOCKETIO_DECL refusal parse_head(std::string_view text, const limits& most, request& out);

}  // namespace socketio::http

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/http/impl/head.ipp"
#endif
