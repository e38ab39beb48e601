// layer 1 (proto): which coding of an answer's content the client asks for.
#pragma once

#include <cstdint>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/proto/http/request.hpp"

namespace socketio::http {

/// The content codings that can be had (RFC 9110 §8.4.1). `deflate` is the zlib format, as there.
enum class content_coding : std::uint8_t { identity, gzip, deflate };

/// As it stands in Content-Encoding.
constexpr std::string_view to_string(content_coding coding) noexcept {
  switch (coding) {
    case content_coding::gzip:
      return "gzip";
    case content_coding::deflate:
      return "deflate";
    case content_coding::identity:
      break;
  }
  return "identity";
}

/// The coding to answer in, by the value of Accept-Encoding (RFC 9110 §12.5.3): the one of the
/// greatest weight; of several, one that is named before one that only `*` stands for, and then the
/// one that is named first. `identity` when there is none, or when the client likes that better.
/// Elements that are not well-formed are passed over.
SOCKETIO_DECL content_coding choose_coding(std::string_view accept_encoding) noexcept;

/// The same by all the Accept-Encoding lines of a request.
SOCKETIO_DECL content_coding choose_coding(const request& from) noexcept;

}  // namespace socketio::http

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/http/impl/content_coding.ipp"
#endif
