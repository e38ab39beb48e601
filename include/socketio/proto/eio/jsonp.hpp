// layer 1 (proto): long-polling for browsers without CORS, by script elements and forms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "socketio/config.hpp"

namespace socketio::eio {

/// Appends the script that hands a payload to the page: `___eio[7]("…");`. The number is all that
/// the page has a say in. JSON is not quite JavaScript: older engines end a line at U+2028 and
/// U+2029 even inside a string, so those are escaped too.
SOCKETIO_DECL void write_script(std::string& out, std::uint32_t callback, std::string_view payload);

/// Undoes what the client did to a payload before it put it into a form field, where browsers
/// change line ends: `\n` stands for a line end, and `\\n` for `\n`.
SOCKETIO_DECL void unescape_form_payload(std::string& payload) noexcept;

}  // namespace socketio::eio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/eio/impl/jsonp.ipp"
#endif
