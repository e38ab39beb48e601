// layer 1 (proto): the query of a request target.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/proto/http/pairs.hpp"

namespace socketio::http {

/// Reads a query string, "a=1&b=2", without the question mark. Iterating gives the pairs as they
/// were sent, undecoded.
class query : public pairs<'&'> {
 public:
  using pairs::pairs;

  struct result {
    std::optional<std::string> value;
    /// There is no one value: the key came with two different ones, on whose choice two programs
    /// need not agree, or the value is not UTF-8 text in percent-encoding.
    bool conflict = false;
  };

  /// The decoded value of `key`, which may come again with the same value. As in forms, "+" is a
  /// space.
  SOCKETIO_DECL result find(std::string_view key) const;
};

}  // namespace socketio::http

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/http/impl/query.ipp"
#endif
