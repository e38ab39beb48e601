// layer 5 (net): one HTTP request that is being answered, as the host's functions reach it.
#pragma once

#include <string>
#include <variant>

#include <asio/any_io_executor.hpp>

#include "socketio/core/intrusive.hpp"
#include "socketio/proto/http/response.hpp"

namespace socketio::detail {

/// What a gate (net/http_gate.hpp) has decided.
struct passed {};
struct refused {
  std::string reason;
};
struct failed {
  std::string error;  ///< for the host, not for the client
};
struct identity {
  std::string id;  ///< of the session to be opened
};
using gate_answer = std::variant<passed, refused, failed, identity, http::response>;

/// Where an HTTP answer goes: the connection that the request came from.
class exchange : public counted<exchange> {
 public:
  virtual ~exchange() = default;
  virtual void respond(http::response answer) = 0;
  virtual void resume(gate_answer answer) = 0;
  /// There will be no answer, for there was no memory to make one.
  virtual void drop() noexcept = 0;
  virtual asio::any_io_executor executor() = 0;
};

}  // namespace socketio::detail
