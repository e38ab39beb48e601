// layer 4 (hub): a middleware's answer to a connecting client.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "socketio/core/value/value.hpp"

namespace socketio {

/// Whether a socket may connect. A refusal reaches the client as its `connect_error` event, with
/// `message` and, if given, `data` (Socket.IO protocol v5, "Connection to a namespace").
class verdict {
 public:
  /// Accepts.
  verdict() = default;

  bool accepted() const noexcept { return !refusal_.has_value(); }
  const std::string& message() const noexcept { return refusal_->message; }
  const std::optional<value>& data() const noexcept { return refusal_->data; }

 private:
  struct refusal {
    std::string message;
    std::optional<value> data;
  };

  explicit verdict(refusal r) : refusal_{std::move(r)} {}

  friend struct accept_t;
  friend verdict refuse(std::string message);
  template <class T>
  friend verdict refuse(std::string message, const T& data);

  std::optional<refusal> refusal_;
};

/// `return io::accept;`
struct accept_t {
  operator verdict() const { return verdict{}; }
};
inline constexpr accept_t accept{};

/// `return io::refuse("not authorized");`
inline verdict refuse(std::string message) {
  return verdict{verdict::refusal{std::move(message), std::nullopt}};
}

/// With data for the client: any type that can be emitted.
template <class T>
verdict refuse(std::string message, const T& data) {
  return verdict{verdict::refusal{std::move(message), value{data}}};
}

}  // namespace socketio
