// layer 1 (proto): what clients 2.x say when they join a namespace.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "socketio/config.hpp"

namespace socketio::sio {

/// Socket.IO protocol v4, "CONNECT": `/admin?token=secret`, where later revisions have the auth
/// data in the payload.
struct nsp_query {
  std::string_view name;
  std::string_view query;  ///< without the question mark, undecoded

  explicit nsp_query(std::string_view nsp) noexcept
      : name{nsp.substr(0, nsp.find('?'))},
        query{nsp.substr(std::min(nsp.size(), name.size() + 1))} {}

  /// The decoded query. A name that comes twice has its last value. Nothing if it is no UTF-8 text
  /// in percent-encoding.
  SOCKETIO_DECL std::optional<std::map<std::string, std::string>> auth() const;
};

/// The longest query behind the name of a namespace.
inline constexpr std::size_t max_query_size = 8192;

}  // namespace socketio::sio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/sio/impl/nsp_query.ipp"
#endif
